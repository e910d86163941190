package dev.finspect.relay;

import static dev.finspect.tcp.Leg.CLIENT;
import static dev.finspect.tcp.Leg.UPSTREAM;

import dev.finspect.lifecycle.close.CloseSignal;
import dev.finspect.record.ProxyHeader;
import dev.finspect.record.ProxyReason;
import dev.finspect.relay.header.ProxyHeaderCodec;
import dev.finspect.session.CloseRequest;
import dev.finspect.session.PeerProbe;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.live.LegTraffic;
import dev.finspect.session.live.LivingStates;
import dev.finspect.session.watch.WatchedSession;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Leg;
import dev.finspect.wire.SynSegment;
import dev.finspect.wire.TcpInfo;
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
    private final SessionHeaders headers = new SessionHeaders();
    private final HalfClose halfClose;
    private final ClientGate.Place place;
    private final CountedTraffic counted = new CountedTraffic();
    private final LivingStates states = new LivingStates();
    /** Looks at the cleartext of TLS handshakes; null where the route does not ask for it, and after an error in it. */
    private @Nullable TlsObserver tls;

    private @Nullable UpstreamSearch search;
    private @Nullable CompletableFuture<List<PeerProbe>> probing;
    private boolean clientResetSeen;
    private boolean upstreamResetSeen;
    private long connectedAtNanos;
    /** Between two reports of progress; 0 for none. */
    private final long progressNanos;

    private long progressAtNanos;

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
        this.policy = new PolicyEnd(route, close, this, this::arm);
        this.halfClose = new HalfClose(route.counters());
        this.tls = route.settings().tls() == TlsChoice.OBSERVE ? new TlsObserver(this::record) : null;
        this.place = loop.core().clients().place();
        Duration interval = loop.core().settings().progressInterval();
        this.progressNanos = interval == null ? 0 : interval.toNanos();
        this.progressAtNanos = identity.startNanos() + progressNanos;
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

    /** What an engine does next with a client that it accepted. */
    public enum Admission {
        /** Nothing: the client is reset. */
        REFUSED,
        /** Read its PROXY header; {@link #headerRead} or {@link #headerRefused} follows. */
        HEADER_FIRST,
        /** Wait for the session's commands. */
        STARTED
    }

    /**
     * Admits a client or refuses it, by the session limit, the networks of its route, where it was intercepted by where it was
     * bound for, and the limits for single clients. Its socket is not read yet.
     *
     * @param room whether the session limit has room for it
     */
    public Admission admit(LegIo accepted, @Nullable SynSegment savedSyn, Dialer dialer, boolean room) {
        close.opened(CLIENT, accepted);
        record(new SessionEvent.Accepted(watched.identity().startNanos(), savedSyn, accepted.tcpInfo()));
        TlsObserver observer = tls;
        if (observer != null) {
            observer.begin(watched.identity().startNanos());
        }
        InetSocketAddress client = watched.identity().client();
        boolean headerFirst = route.settings().proxyProtocol().expectedFrom(client.getAddress());
        ProxyReason refusal = refusal(client, headerFirst, room);
        if (refusal != null) {
            abort(refusal);
            return Admission.REFUSED;
        }
        if (headerFirst) {
            awaitHeader(dialer);
            return Admission.HEADER_FIRST;
        }
        searchUpstream(dialer);
        return Admission.STARTED;
    }

    /** Why the client is refused; null when it is admitted. With a PROXY header the client is known only when that is read. */
    private @Nullable ProxyReason refusal(InetSocketAddress client, boolean headerFirst, boolean room) {
        if (!loop.core().admits()) {
            return ProxyReason.SHUTDOWN;
        }
        if (!room) {
            return ProxyReason.SESSION_LIMIT;
        }
        ProxyReason reason =
                route.refusal(client, watched.identity().original(), loop.core().ownDials());
        if (reason == null && !headerFirst) {
            reason = place.enter(client.getAddress());
        }
        return reason == null ? place.awaitWord() : reason;
    }

    private void searchUpstream(Dialer dialer) {
        UpstreamSearch begun = new UpstreamSearch(
                this,
                loop.core(),
                loop.eventLoop(),
                route.targets(watched.identity().original()),
                dialer);
        search = begun;
        begun.begin();
    }

    private void awaitHeader(Dialer dialer) {
        headers.await(dialer);
        armAfter(route.settings().proxyProtocol().patience());
    }

    /** The header is read, and nothing beyond it. */
    public void headerRead(ProxyHeader header) {
        Dialer dialer = ended() ? null : headers.over();
        if (dialer == null) {
            return;
        }
        loop.deadlines().disarm(this);
        headers.read(header);
        record(new SessionEvent.ProxyHeaderRead(System.nanoTime(), header));
        InetSocketAddress source = header.source();
        ProxyReason refusal = source == null
                ? null
                : route.lets(source.getAddress()) ? place.enter(source.getAddress()) : ProxyReason.CLIENT_REFUSED;
        if (refusal != null) {
            abort(refusal);
            return;
        }
        searchUpstream(dialer);
    }

    /** There is no header to be had. */
    public void headerRefused(ProxyReason reason) {
        if (headers.over() != null) {
            abort(reason);
        }
    }

    /** The header with which the upstream's connection is to begin; empty where the route sends none. */
    public byte[] headerForUpstream() {
        return headers.forUpstream(
                watched.identity(), route.settings().proxyProtocol().send());
    }

    /** That header is in the upstream's kernel queue. */
    public void headerSent(byte[] header) {
        ProxyHeader sent = ProxyHeaderCodec.decode(header);
        if (sent != null) {
            record(new SessionEvent.ProxyHeaderSent(System.nanoTime(), sent));
        }
    }

    /** The first byte of this leg's peer was read. */
    public void firstByte(Leg leg, long atNanos) {
        place.spoken();
        record(new SessionEvent.FirstByte(atNanos, leg));
    }

    /** Whether {@link #read} wants what is read. */
    public boolean looksAtBytes() {
        return tls != null;
    }

    /**
     * One read of this leg's peer, the bytes from {@code from} to {@code to}, after it was written and counted. They are looked
     * at, and neither changed nor kept. An error in that disturbs nothing: no more is looked at.
     */
    public void read(Leg leg, ByteBuffer bytes, int from, int to) {
        TlsObserver observer = tls;
        if (observer != null && !ended()) {
            try {
                observer.take(leg, bytes, from, to, traffic(leg));
            } catch (RuntimeException | LinkageError e) {
                tls = null;
                recorder.failed("look at a TLS handshake", e);
            }
        }
    }

    private void endsTls(Leg leg, long nowNanos) {
        TlsObserver observer = tls;
        if (observer != null) {
            observer.ended(leg, traffic(leg), nowNanos);
        }
    }

    /** The peer's FIN has arrived in the kernel; bytes before it may be unread. May be called more than once. */
    public void finArrived(Leg leg, long atNanos) {
        if (halfClose.finSeen(leg) || resetSeen(leg) || ended()) {
            return;
        }
        record(new SessionEvent.PeerFin(atNanos, leg));
        if (halfClose.fin(leg, atNanos)) {
            armOpenTimeouts();
        }
    }

    /** Nothing more comes from this leg: its FIN was read, or the end after its reset. */
    public void inputEnded(Leg leg) {
        if (!resetSeen(leg)) {
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
        if (resetSeen(leg) || ended()) {
            return;
        }
        if (leg == CLIENT) {
            clientResetSeen = true;
        } else {
            upstreamResetSeen = true;
        }
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
        arm(nowNanos + route.settings().timeouts().connect().toNanos());
    }

    @Override
    public void connected(
            LegIo leg, String target, InetSocketAddress peer, InetSocketAddress local, long durationNanos) {
        close.opened(UPSTREAM, leg);
        search = null;
        connectedAtNanos = System.nanoTime();
        loop.deadlines().disarm(this);
        record(new SessionEvent.Connected(connectedAtNanos, target, peer, local, durationNanos, leg.tcpInfo()));
        close.signal(CloseSignal.CONNECTED);
        armOpenTimeouts();
    }

    @Override
    public void connectGivenUp(ConnectResult result) {
        search = null;
        long now = System.nanoTime();
        record(new SessionEvent.ConnectGivenUp(now, result));
        if (!clientResetSeen) {
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
        sample(CLIENT, nowNanos);
        sample(UPSTREAM, nowNanos);
        UpstreamSearch searching = search;
        if (searching != null) {
            searching.sample(nowNanos);
        }
        recorder.examine(nowNanos);
        counted.add(route.counters(), traffic(CLIENT), traffic(UPSTREAM));
        recorder.turns(false, nowNanos);
        states.look(watched.tracker(), route.counters());
        if (progressNanos != 0 && nowNanos - progressAtNanos >= 0) {
            progressAtNanos = nowNanos + progressNanos;
            recorder.progress(nowNanos);
        }
    }

    @Override
    void expired(long nowNanos) {
        UpstreamSearch searching = search;
        if (searching != null) {
            searching.timedOut();
        } else if (headers.isAwaited()) {
            headerRefused(ProxyReason.PROXY_HEADER_TIMEOUT);
        } else if (close.finishing()) {
            close.signal(CloseSignal.DEADLINE);
        } else if (!ended()) {
            OpenTimeouts.Due due = route.openTimeouts()
                    .next(connectedAtNanos, halfClose.sinceNanos(), traffic(CLIENT), traffic(UPSTREAM));
            if (policy.expired(nowNanos)) {
                return;
            }
            if (due != null && nowNanos - due.atNanos() >= 0) {
                abort(due.reason());
            } else {
                armOpenTimeouts();
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
        armAfter(CLOSING);
    }

    @Override
    public void resettingBegins() {
        armAfter(route.settings().timeouts().resetDelivery());
    }

    @Override
    public void abandonSearch() {
        UpstreamSearch searching = search;
        search = null;
        if (searching != null) {
            searching.abandon();
        }
    }

    @Override
    public void finish() {
        loop.deadlines().disarm(this);
        place.leave();
        halfClose.over();
        counted.add(route.counters(), traffic(CLIENT), traffic(UPSTREAM));
        states.forget(route.counters());
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

    private void sample(Leg leg, long nowNanos) {
        LegIo io = close.io(leg);
        if (io == null) {
            return;
        }
        TcpInfo info = io.tcpInfo();
        if (info != null) {
            // Where no segment ever came out of order, none is missing.
            long memory = info.outOfOrderSegments() > 0 ? io.receiveMemoryBytes() : -1;
            record(new SessionEvent.Sampled(nowNanos, leg, info, memory));
        }
    }

    private void armOpenTimeouts() {
        boolean noneSet = route.openTimeouts().allOff() && !policy.isPending();
        if (close.io(UPSTREAM) == null || noneSet || close.ending()) {
            return;
        }
        OpenTimeouts.Due due =
                route.openTimeouts().next(connectedAtNanos, halfClose.sinceNanos(), traffic(CLIENT), traffic(UPSTREAM));
        if (policy.isPending() && (due == null || due.atNanos() - policy.dueAtNanos() > 0)) {
            arm(policy.dueAtNanos());
        } else if (due != null) {
            arm(due.atNanos());
        }
    }

    /** Arms the deadline that the session waits for, in place of the one before. */
    private void arm(long atNanos) {
        loop.deadlines().arm(this, atNanos);
    }

    private void armAfter(Duration wait) {
        arm(System.nanoTime() + wait.toNanos());
    }

    private boolean resetSeen(Leg leg) {
        return leg == CLIENT ? clientResetSeen : upstreamResetSeen;
    }
}
