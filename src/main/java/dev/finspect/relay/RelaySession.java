package dev.finspect.relay;

import static dev.finspect.tcp.Leg.CLIENT;
import static dev.finspect.tcp.Leg.UPSTREAM;

import dev.finspect.lifecycle.close.CloseSignal;
import dev.finspect.record.ProxyHeader;
import dev.finspect.record.ProxyReason;
import dev.finspect.session.CloseRequest;
import dev.finspect.session.PeerProbe;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.live.LegTraffic;
import dev.finspect.session.watch.WatchedSession;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Leg;
import dev.finspect.wire.SynSegment;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session, for both engines: receives from the engine what the sockets did, records it, and passes it to {@link
 * CloseCoordinator}. Confined to its loop. It moves no bytes and decides nothing about the order of a close.
 *
 * <p>Its methods may be called from within one another, since a command can fail at once. After any call into the session
 * an engine must look whether its leg is still open.
 */
public final class RelaySession extends Deadline implements UpstreamSearch.Owner, CloseCoordinator.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(RelaySession.class);
    /** How long both sockets are kept after both FINs, for the last acknowledgements and a late RST. */
    private static final Duration CLOSING = Duration.ofSeconds(1);

    private final LoopSessions loop;
    private final Route route;
    private final WatchedSession watched;
    private final SessionRecorder recorder;
    private final CloseCoordinator close;
    private final PolicyEnd policy;
    private final SessionDeadline deadline;
    private final SessionStart start;
    private final PeerEnds peers;
    private final OpenEnd open;
    private final SessionSweep sweep;
    /** Looks at the cleartext of TLS handshakes; null where the route does not ask for it. */
    private final @Nullable TlsObserver tls;

    private @Nullable CompletableFuture<List<PeerProbe>> probing;

    /** Neighbours in the loop's list. */
    @Nullable
    RelaySession older;

    @Nullable
    RelaySession younger;

    RelaySession(LoopSessions loop, Route route, SessionIdentity identity) {
        this.loop = loop;
        this.route = route;
        this.watched = new WatchedSession(identity, loop.core().sink(), route.diagnosis(), loop.changes());
        watched.tracker().on(loop.round());
        this.recorder = new SessionRecorder(loop.eventLoop(), loop.core().recordingErrors(), watched);
        this.close = new CloseCoordinator(this, loop.eventLoop());
        this.deadline = new SessionDeadline(loop.deadlines(), this);
        this.start = new SessionStart(this, loop.core(), loop.eventLoop(), identity, deadline);
        this.policy = new PolicyEnd(route, close, this, deadline);
        this.peers = new PeerEnds(route.counters());
        this.open = new OpenEnd(route, close, policy, peers, deadline, watched);
        Duration progress = loop.core().settings().progressInterval();
        this.sweep = new SessionSweep(watched, recorder, close, route.counters(), progress);
        this.tls = route.settings().tls() == TlsChoice.OBSERVE ? new TlsObserver(recorder) : null;
        route.entered();
    }

    public LoopSessions loop() {
        return loop;
    }

    @Override
    public Route route() {
        return route;
    }

    public WatchedSession watched() {
        return watched;
    }

    /** Counts of a leg, for the engine to write. */
    public LegTraffic traffic(Leg leg) {
        return watched.traffic(leg);
    }

    /** Whether both legs are over. */
    public boolean ended() {
        return close.ended();
    }

    // Called by the engine.

    /**
     * Admits a client or refuses it, by the session limit, the networks of its route, where it was intercepted by where it was
     * bound for, and the limits for single clients. Its socket is not read yet.
     *
     * @param room whether the session limit has room for it
     */
    public Admission admit(LegIo accepted, @Nullable SynSegment savedSyn, Dialer dialer, boolean room) {
        close.opened(CLIENT, accepted);
        record(new SessionEvent.Accepted(watched.identity().startNanos(), savedSyn, accepted.tcpInfo()));
        if (tls != null) {
            tls.begin(watched.identity().startNanos());
        }
        boolean headerFirst = start.beginsWithHeader();
        ProxyReason refusal = start.refusal(headerFirst, room);
        if (refusal != null) {
            abort(refusal);
            return Admission.REFUSED;
        }
        if (headerFirst) {
            start.awaitHeader(dialer);
            return Admission.HEADER_FIRST;
        }
        start.search(dialer);
        return Admission.STARTED;
    }

    /** The header is read, and nothing beyond it. */
    public void headerRead(ProxyHeader header) {
        ProxyReason refusal = ended() ? null : start.headerRead(header);
        if (refusal != null) {
            abort(refusal);
        }
    }

    /** There is no header to be had. */
    public void headerRefused(ProxyReason reason) {
        if (start.headerRefused()) {
            abort(reason);
        }
    }

    /** The header with which the upstream's connection is to begin; empty where the route sends none. */
    public byte[] headerForUpstream() {
        return start.headerForUpstream();
    }

    /** That header is in the upstream's kernel queue. */
    public void headerSent(byte[] header) {
        start.headerSent(header);
    }

    /** The first byte of this leg's peer was read. */
    public void firstByte(Leg leg, long atNanos) {
        start.spoken();
        record(new SessionEvent.FirstByte(atNanos, leg));
    }

    /** Whether {@link #read} wants what is read. */
    public boolean looksAtBytes() {
        return tls != null && tls.looks();
    }

    /**
     * One read of this leg's peer, the bytes from {@code from} to {@code to}, after it was written and counted. They are looked
     * at, and neither changed nor kept.
     */
    public void read(Leg leg, ByteBuffer bytes, int from, int to) {
        if (tls != null && tls.looks() && !ended()) {
            tls.take(leg, bytes, from, to, traffic(leg));
        }
    }

    private void endsTls(Leg leg, long nowNanos) {
        if (tls != null) {
            tls.ended(leg, traffic(leg), nowNanos);
        }
    }

    /** The peer's FIN has arrived in the kernel; bytes before it may be unread. May be called more than once. */
    public void finArrived(Leg leg, long atNanos) {
        if (peers.finSeen(leg) || peers.resetSeen(leg) || ended()) {
            return;
        }
        record(new SessionEvent.PeerFin(atNanos, leg));
        if (peers.fin(leg, atNanos)) {
            open.arm();
        }
    }

    /** Nothing more comes from this leg: its FIN was read, or the end after its reset. */
    public void inputEnded(Leg leg) {
        if (!peers.resetSeen(leg)) {
            long now = System.nanoTime();
            endsTls(leg, now);
            finArrived(leg, now);
            close.signal(CloseSignal.finRead(leg));
        }
    }

    /** This leg's input is at its end, and all of it is in the other leg's kernel queue. */
    public void delivered(Leg leg) {
        close.signal(CloseSignal.delivered(leg));
    }

    /**
     * The peer's RST has arrived, or the connection failed otherwise.
     *
     * @param errno why
     */
    public void failed(Leg leg, Errno errno) {
        if (peers.resetSeen(leg) || ended()) {
            return;
        }
        peers.reset(leg);
        long now = System.nanoTime();
        endsTls(leg, now);
        record(new SessionEvent.PeerReset(now, leg, errno));
        close.signal(CloseSignal.resetSeen(leg));
    }

    /** Something on this leg changed that may mean that everything is acknowledged. */
    public void queueMoved(Leg leg) {
        close.queueMoved(leg);
    }

    /** Reading from this leg stopped because the other takes no more. */
    public void paused(Leg leg, long atNanos) {
        record(new SessionEvent.Paused(atNanos, leg));
    }

    /** Reading from this leg went on. */
    public void resumed(Leg leg, long atNanos) {
        record(new SessionEvent.Resumed(atNanos, leg));
    }

    /** Urgent data was seen on this leg. */
    public void urgentSeen(Leg leg, long atNanos) {
        record(new SessionEvent.UrgentSeen(atNanos, leg));
    }

    /** The engine met an error of its own making in this session; the loop does not outlive an {@link Error}. */
    public void broken(Throwable error) {
        if (error instanceof Error fatal) {
            loop.parts().failure().loopFailed(fatal);
        }
        LOG.error(
                "session {} is given up after an internal error",
                watched.identity().id(),
                error);
        abort(ProxyReason.INTERNAL_ERROR);
    }

    // Called by the search for an upstream.

    @Override
    public void armConnectDeadline(long nowNanos) {
        deadline.arm(nowNanos + route.settings().timeouts().connect().toNanos());
    }

    @Override
    public void connected(
            LegIo leg, String target, InetSocketAddress peer, InetSocketAddress local, long durationNanos) {
        close.opened(UPSTREAM, leg);
        start.searched();
        long now = System.nanoTime();
        open.connected(now);
        deadline.disarm();
        record(new SessionEvent.Connected(now, target, peer, local, durationNanos, leg.tcpInfo()));
        close.signal(CloseSignal.CONNECTED);
        open.arm();
    }

    @Override
    public void connectGivenUp(ConnectResult result) {
        start.searched();
        long now = System.nanoTime();
        record(new SessionEvent.ConnectGivenUp(now, result));
        if (!peers.resetSeen(CLIENT)) {
            record(new SessionEvent.ProxyEnded(now, ProxyReason.CONNECT_FAILED));
        }
        close.signal(CloseSignal.CONNECT_FAILED);
    }

    // Called by the admin server.

    /** Asks both peers' hosts for a sign of life; who asks while that is going on has the same answer. */
    CompletableFuture<List<PeerProbe>> probe() {
        CompletableFuture<List<PeerProbe>> asking = probing;
        if (asking == null || asking.isDone()) {
            asking = SignOfLife.ask(CLIENT, close.io(CLIENT), loop.eventLoop())
                    .thenCombine(SignOfLife.ask(UPSTREAM, close.io(UPSTREAM), loop.eventLoop()), List::of);
            probing = asking;
        }
        return asking;
    }

    /** Asks for the sockets of both peers; false where there is no answer to wait for. */
    boolean askPeers() {
        return recorder.askPeers(System.nanoTime());
    }

    /** Ends the session as an operator asked. */
    CloseRequest.Result end(CloseRequest how) {
        if (close.ending()) {
            return CloseRequest.Result.ENDING_ALREADY;
        }
        boolean reset = how == CloseRequest.RESET;
        record(new SessionEvent.ProxyEnded(
                System.nanoTime(), reset ? ProxyReason.OPERATOR_RESET : ProxyReason.OPERATOR_CLOSE));
        close.signal(reset ? CloseSignal.ABORT : CloseSignal.OPERATOR_CLOSES);
        return CloseRequest.Result.BEGUN;
    }

    // Called by the loop.

    /** Ends the session as finspect's own doing, unless the peers have ended it already. */
    void abort(ProxyReason reason) {
        if (!close.ending()) {
            record(new SessionEvent.ProxyEnded(System.nanoTime(), reason));
        }
        close.signal(CloseSignal.ABORT);
    }

    /** The sweep's visit, once a second. */
    void swept(long nowNanos) {
        sweep.visit(nowNanos, start.searching());
    }

    @Override
    void expired(long nowNanos) {
        UpstreamSearch searching = start.searching();
        if (searching != null) {
            searching.timedOut();
        } else if (start.awaitsHeader()) {
            headerRefused(ProxyReason.PROXY_HEADER_TIMEOUT);
        } else if (close.finishing()) {
            close.signal(CloseSignal.DEADLINE);
        } else if (!ended()) {
            ProxyReason reason = open.expired(nowNanos);
            if (reason != null) {
                abort(reason);
            }
        }
    }

    @Override
    public void record(SessionEvent event) {
        recorder.record(event);
    }

    // Called by the close coordinator.

    @Override
    public void closingBegins() {
        deadline.armAfter(CLOSING);
    }

    @Override
    public void resettingBegins() {
        deadline.armAfter(route.settings().timeouts().resetDelivery());
    }

    @Override
    public void abandonSearch() {
        start.abandonSearch();
    }

    @Override
    public void finish() {
        deadline.disarm();
        start.leave();
        peers.over();
        sweep.over();
        route.left();
        recorder.turns(true, System.nanoTime());
        record(new SessionEvent.Ended(System.nanoTime(), close.lastInfo(CLIENT), close.lastInfo(UPSTREAM)));
        loop.remove(this);
    }

    @Override
    public void firstFinRelayed(Leg closedBy) {
        policy.firstFinRelayed(closedBy);
    }

    @Override
    public void acknowledged() {
        policy.acknowledged();
    }

    @Override
    public boolean endIsPending() {
        return policy.isPending();
    }
}
