package dev.finspect.relay;

import static dev.finspect.tcp.Leg.CLIENT;
import static dev.finspect.tcp.Leg.UPSTREAM;

import dev.finspect.lifecycle.CloseCommand;
import dev.finspect.lifecycle.CloseSignal;
import dev.finspect.lifecycle.CloseState;
import dev.finspect.lifecycle.CloseStep;
import dev.finspect.lifecycle.CloseTable;
import dev.finspect.session.LegTraffic;
import dev.finspect.session.LivingStates;
import dev.finspect.session.PeerProbe;
import dev.finspect.session.ProxyHeader;
import dev.finspect.session.ProxyReason;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionTracker;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.SynSegment;
import dev.finspect.wire.TcpInfo;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session as both engines run it: hears from the engine what the sockets did, asks {@link CloseTable} what to do, and
 * tells the tracker. Confined to its loop. Longer than most, since it is the one place where all that a session can do
 * meets; it moves no bytes and decides nothing about the order of a close.
 *
 * <p>Its methods may be called from within one another (a command can fail at once): a signal that comes while another is
 * worked on waits its turn. After any call into the session an engine must look whether its leg is still open.
 */
final class RelaySession extends Deadline implements Consumer<LongConsumer> {
    private static final Logger LOG = LoggerFactory.getLogger(RelaySession.class);
    /** How long both sockets are kept after both FINs, for the last acknowledgements and a late RST. */
    private static final long CLOSING_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final byte[] NO_HEADER = {};
    /** Between two questions whether everything before an RST is acknowledged. */
    private static final long ASK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

    private final LoopSessions loop;
    private final Route route;
    private final SessionTracker tracker;
    private final CountedTraffic counted = new CountedTraffic();
    private final LivingStates states = new LivingStates();
    private CloseState state = CloseState.CONNECTING;
    private @Nullable LegIo client;
    private @Nullable LegIo upstream;
    private @Nullable UpstreamSearch search;
    /** Who will dial once the client's PROXY header is read; null when none is awaited. */
    private @Nullable Dialer awaitingHeader;

    private @Nullable ProxyHeader headerOfClient;
    private @Nullable CompletableFuture<List<PeerProbe>> probing;
    private @Nullable ArrayDeque<CloseSignal> waiting;
    private boolean stepping;
    private boolean clientFinSeen;
    private boolean upstreamFinSeen;
    private boolean clientResetSeen;
    private boolean upstreamResetSeen;
    private boolean awaitingClient;
    private boolean awaitingUpstream;
    private boolean askingAgain;
    private @Nullable TcpInfo lastClientInfo;
    private @Nullable TcpInfo lastUpstreamInfo;
    private @Nullable Leg halfClosedBy;
    private long connectedAtNanos;
    private long firstFinAtNanos = LegTraffic.NEVER;
    private long progressAtNanos;
    /** The close policy that will end this session, once its first FIN is passed on; null while none will. */
    private @Nullable ClosePolicy endingPolicy;

    private long policyDueAtNanos;

    /** Neighbours in the loop's list. */
    @Nullable
    RelaySession older;

    @Nullable
    RelaySession younger;

    RelaySession(LoopSessions loop, Route route, SessionIdentity identity) {
        this.loop = loop;
        this.route = route;
        this.tracker = new SessionTracker(identity, loop.core().sink(), route.diagnosis());
        Duration interval = loop.core().settings().progressInterval();
        this.progressAtNanos = interval == null ? Long.MAX_VALUE : identity.startNanos() + interval.toNanos();
        route.counters().acceptedSessions.increment();
        route.counters().activeSessions.increment();
    }

    LoopSessions loop() {
        return loop;
    }

    Route route() {
        return route;
    }

    SessionTracker tracker() {
        return tracker;
    }

    /** Counts of a leg, for the engine to write. */
    LegTraffic traffic(Leg leg) {
        return tracker.traffic(leg);
    }

    /** Whether both legs are over. */
    boolean ended() {
        return state == CloseState.ENDED;
    }

    // What the engine tells.

    /** Begins: the client is accepted, its socket is not read yet. */
    void start(LegIo accepted, @Nullable SynSegment savedSyn, Dialer dialer) {
        client = accepted;
        tell(new SessionEvent.Accepted(tracker.identity().startNanos(), savedSyn, accepted.tcpInfo()));
        searchUpstream(dialer);
    }

    private void searchUpstream(Dialer dialer) {
        UpstreamSearch begun = new UpstreamSearch(this, dialer);
        search = begun;
        begun.begin();
    }

    /** Begins with a client that must send a PROXY header first; {@link #headerRead} or {@link #headerRefused} follows. */
    void awaitHeader(LegIo accepted, @Nullable SynSegment savedSyn, Dialer dialer) {
        client = accepted;
        awaitingHeader = dialer;
        tell(new SessionEvent.Accepted(tracker.identity().startNanos(), savedSyn, accepted.tcpInfo()));
        loop.deadlines()
                .arm(
                        this,
                        System.nanoTime()
                                + route.settings().proxyProtocol().patience().toNanos());
    }

    /** The header is read, and nothing beyond it. */
    void headerRead(ProxyHeader header) {
        Dialer dialer = awaitingHeader;
        if (dialer == null || ended()) {
            return;
        }
        awaitingHeader = null;
        loop.deadlines().disarm(this);
        headerOfClient = header;
        tell(new SessionEvent.ProxyHeaderRead(System.nanoTime(), header));
        InetSocketAddress source = header.source();
        if (source != null && !route.lets(source.getAddress())) {
            abort(ProxyReason.CLIENT_REFUSED);
            return;
        }
        searchUpstream(dialer);
    }

    /** There is no header to be had. */
    void headerRefused(ProxyReason reason) {
        if (awaitingHeader != null) {
            awaitingHeader = null;
            abort(reason);
        }
    }

    /** The header with which the upstream's connection is to begin; empty where the route sends none. */
    byte[] headerForUpstream() {
        int version = route.settings().proxyProtocol().send();
        if (version == 0) {
            return NO_HEADER;
        }
        SessionIdentity identity = tracker.identity();
        ProxyHeader told = headerOfClient;
        InetSocketAddress source = told == null ? null : told.source();
        InetSocketAddress destination = told == null ? null : told.destination();
        return ProxyHeaderCodec.encode(
                version,
                source == null ? identity.client() : source,
                destination == null ? identity.dialled() : destination,
                identity.id());
    }

    /** That header is in the upstream's kernel queue. */
    void headerSent(byte[] header) {
        ProxyHeader sent = ProxyHeaderCodec.decode(header);
        if (sent != null) {
            tell(new SessionEvent.ProxyHeaderSent(System.nanoTime(), sent));
        }
    }

    /** Turns the client away: an RST and a record. */
    void refuse(LegIo accepted, @Nullable SynSegment savedSyn, ProxyReason reason) {
        client = accepted;
        tell(new SessionEvent.Accepted(tracker.identity().startNanos(), savedSyn, accepted.tcpInfo()));
        abort(reason);
    }

    /** The first byte of this leg's peer was read. */
    void firstByte(Leg leg, long atNanos) {
        tell(new SessionEvent.FirstByte(atNanos, leg));
    }

    /** The peer's FIN has arrived in the kernel; bytes before it may be unread. May be told more than once. */
    void finArrived(Leg leg, long atNanos) {
        if (finSeen(leg) || resetSeen(leg) || ended()) {
            return;
        }
        if (leg == CLIENT) {
            clientFinSeen = true;
        } else {
            upstreamFinSeen = true;
        }
        tell(new SessionEvent.PeerFin(atNanos, leg));
        if (firstFinAtNanos == LegTraffic.NEVER) {
            firstFinAtNanos = atNanos;
            halfClosedBy = leg;
            halfClosedGauge(leg, 1);
            armOpenTimeouts();
        } else {
            endHalfClose();
        }
    }

    /** Nothing more comes from this leg: its FIN was read, or the end after its reset. */
    void inputEnded(Leg leg) {
        if (!resetSeen(leg)) {
            finArrived(leg, System.nanoTime());
            signal(CloseSignal.finRead(leg));
        }
    }

    /** This leg's input is at its end, and all of it is in the other leg's kernel queue. */
    void delivered(Leg leg) {
        signal(CloseSignal.delivered(leg));
    }

    /**
     * The peer's RST has arrived, or the connection failed otherwise.
     *
     * @param errno positive; 0 where it is not known
     */
    void failed(Leg leg, int errno) {
        if (resetSeen(leg) || ended()) {
            return;
        }
        if (leg == CLIENT) {
            clientResetSeen = true;
        } else {
            upstreamResetSeen = true;
        }
        tell(new SessionEvent.PeerReset(System.nanoTime(), leg, errno));
        signal(CloseSignal.resetSeen(leg));
    }

    /** Something on this leg changed that may mean that everything is acknowledged. */
    void queueMoved(Leg leg) {
        if (leg == CLIENT ? awaitingClient : awaitingUpstream) {
            ask(leg);
        }
    }

    /** Reading from this leg stopped because the other takes no more. */
    void paused(Leg leg, long atNanos) {
        tell(new SessionEvent.Paused(atNanos, leg));
    }

    /** Reading from this leg went on. */
    void resumed(Leg leg, long atNanos) {
        tell(new SessionEvent.Resumed(atNanos, leg));
    }

    /** Urgent data was seen on this leg. */
    void urgentSeen(Leg leg, long atNanos) {
        tell(new SessionEvent.UrgentSeen(atNanos, leg));
    }

    /** The engine met an error of its own making in this session; the loop does not outlive an {@link Error}. */
    void broken(Throwable error) {
        if (error instanceof Error fatal) {
            loop.parts().failure().loopFailed(fatal);
        }
        LOG.error(
                "session {} is given up after an internal error",
                tracker.identity().id(),
                error);
        abort(ProxyReason.INTERNAL_ERROR);
    }

    // What the search for an upstream tells.

    /** Allows one address, or one look-up, its time. */
    void armConnectDeadline(long nowNanos) {
        loop.deadlines()
                .arm(this, nowNanos + route.settings().timeouts().connect().toNanos());
    }

    /** An upstream is connected. */
    void connected(LegIo leg, String target, InetSocketAddress peer, InetSocketAddress local, long durationNanos) {
        upstream = leg;
        search = null;
        connectedAtNanos = System.nanoTime();
        loop.deadlines().disarm(this);
        tell(new SessionEvent.Connected(connectedAtNanos, target, peer, local, durationNanos, leg.tcpInfo()));
        signal(CloseSignal.CONNECTED);
        armOpenTimeouts();
    }

    /** No upstream could be reached. */
    void connectGivenUp(ConnectResult result) {
        search = null;
        long now = System.nanoTime();
        tell(new SessionEvent.ConnectGivenUp(now, result));
        if (!clientResetSeen) {
            tell(new SessionEvent.ProxyEnded(now, ProxyReason.CONNECT_FAILED));
        }
        signal(CloseSignal.CONNECT_FAILED);
    }

    // What somebody asks.

    /** Asks both peers' hosts for a sign of life; who asks while that is going on has the same answer. */
    CompletableFuture<List<PeerProbe>> probe() {
        CompletableFuture<List<PeerProbe>> asking = probing;
        if (asking == null || asking.isDone()) {
            asking = SignOfLife.ask(CLIENT, client, loop.eventLoop())
                    .thenCombine(SignOfLife.ask(UPSTREAM, upstream, loop.eventLoop()), List::of);
            probing = asking;
        }
        return asking;
    }

    // What the loop tells.

    /** Ends the session as finspect's own doing, unless the peers have ended it already. */
    void abort(ProxyReason reason) {
        if (!state.closing() && !state.resetting() && !ended()) {
            tell(new SessionEvent.ProxyEnded(System.nanoTime(), reason));
        }
        signal(CloseSignal.ABORT);
    }

    /** The sweep's visit, once a second. */
    void swept(long nowNanos) {
        sample(CLIENT, client, nowNanos);
        sample(UPSTREAM, upstream, nowNanos);
        UpstreamSearch searching = search;
        if (searching != null) {
            searching.sample(nowNanos);
        }
        examine(nowNanos);
        counted.add(route.counters(), traffic(CLIENT), traffic(UPSTREAM));
        states.look(tracker, route.counters());
        Duration interval = loop.core().settings().progressInterval();
        if (interval != null && nowNanos - progressAtNanos >= 0) {
            progressAtNanos = nowNanos + interval.toNanos();
            loop.core().sink().progressed(tracker.record(nowNanos));
        }
    }

    @Override
    void expired(long nowNanos) {
        UpstreamSearch searching = search;
        if (searching != null) {
            searching.timedOut();
        } else if (awaitingHeader != null) {
            headerRefused(ProxyReason.PROXY_HEADER_TIMEOUT);
        } else if (state.closing() || state.resetting()) {
            signal(CloseSignal.DEADLINE);
        } else if (!ended()) {
            ClosePolicy policy = endingPolicy;
            OpenTimeouts.Due due = route.openTimeouts().next(connectedAtNanos, openFinNanos(), this);
            if (policy != null && nowNanos - policyDueAtNanos >= 0) {
                endByPolicy(policy);
            } else if (due != null && nowNanos - due.atNanos() >= 0) {
                abort(due.reason());
            } else {
                armOpenTimeouts();
            }
        }
    }

    /** Tells the tracker; an error in the books never disturbs the bytes. */
    void tell(SessionEvent event) {
        try {
            tracker.happened(event);
        } catch (RuntimeException | LinkageError e) {
            bookError("record " + event, e);
        }
    }

    private void bookError(String what, Throwable error) {
        long soFar = loop.core().bookErrors().another();
        if (soFar > 0) {
            LOG.error(
                    "session {} could not {}; {} such errors so far",
                    tracker.identity().id(),
                    what,
                    soFar,
                    error);
        }
    }

    /** Lets the rules look; an error of theirs never disturbs the bytes. */
    private void examine(long nowNanos) {
        try {
            tracker.examine(nowNanos, this);
        } catch (RuntimeException | LinkageError e) {
            bookError("be examined", e);
        }
    }

    /** What is left to do for the tracker when somebody else has answered it. Any thread. */
    @Override
    public void accept(LongConsumer rest) {
        try {
            loop.eventLoop().execute(() -> {
                try {
                    rest.accept(System.nanoTime());
                } catch (RuntimeException | LinkageError e) {
                    bookError("be examined", e);
                }
            });
        } catch (RejectedExecutionException e) {
            // The relay has stopped; the session is over.
        }
    }

    private void signal(CloseSignal signal) {
        if (stepping) {
            if (waiting == null) {
                waiting = new ArrayDeque<>(4);
            }
            waiting.add(signal);
            return;
        }
        stepping = true;
        try {
            for (CloseSignal next = signal; next != null; next = waiting == null ? null : waiting.poll()) {
                step(next);
            }
        } finally {
            stepping = false;
        }
    }

    private void step(CloseSignal signal) {
        CloseStep step = CloseTable.step(state, signal);
        if (step instanceof CloseStep.Moved moved) {
            CloseState before = state;
            state = moved.next();
            if (state.closing() && !before.closing()) {
                loop.deadlines().arm(this, System.nanoTime() + CLOSING_NANOS);
            } else if (state.resetting() && !before.resetting()) {
                loop.deadlines()
                        .arm(
                                this,
                                System.nanoTime()
                                        + route.settings()
                                                .timeouts()
                                                .resetDelivery()
                                                .toNanos());
            }
            List<CloseCommand> commands = moved.commands();
            for (int i = 0; i < commands.size(); i++) {
                execute(commands.get(i).action(), commands.get(i).leg());
            }
            if (ended()) {
                finish();
            } else if (state.firstFinRelayed() && !before.firstFinRelayed()) {
                followClosePolicy(signal == CloseSignal.CLIENT_DELIVERED ? CLIENT : UPSTREAM);
            }
        }
    }

    /** The first FIN, of this leg's peer, is passed on: what the route's close policy wants done after it. */
    private void followClosePolicy(Leg closedBy) {
        ClosePolicy policy = route.closePolicy();
        if (policy.propagates()) {
            return;
        }
        endingPolicy = policy;
        long now = System.nanoTime();
        switch (policy.kind()) {
            case PROPAGATE -> throw new AssertionError("handled above");
            case FULL_CLOSE -> endByPolicy(policy);
            case LINGER -> {
                policyDueAtNanos = now + policy.linger().toNanos();
                loop.deadlines().arm(this, policyDueAtNanos);
            }
            case RESET -> {
                policyDueAtNanos =
                        now + route.settings().timeouts().resetDelivery().toNanos();
                loop.deadlines().arm(this, policyDueAtNanos);
                await(closedBy.other());
            }
        }
    }

    private void endByPolicy(ClosePolicy policy) {
        if (!state.firstFinRelayed() || state.closing() || state.resetting() || ended()) {
            return;
        }
        tell(new SessionEvent.ProxyEnded(System.nanoTime(), policy.kind().reason()));
        signal(policy.kind() == ClosePolicy.Kind.RESET ? CloseSignal.POLICY_RESETS : CloseSignal.POLICY_CLOSES);
    }

    private void execute(CloseCommand.Action action, Leg leg) {
        LegIo io = leg == CLIENT ? client : upstream;
        if (action == CloseCommand.Action.ABANDON_CONNECT) {
            abandonSearch();
        } else if (io != null) {
            switch (action) {
                case START_READING -> io.startReading();
                case STOP_READING -> io.stopReading();
                case DELIVER_REST -> io.deliverRest();
                case SHUT_OUTPUT -> {
                    if (io.shutOutput()) {
                        tell(new SessionEvent.OutputShut(System.nanoTime(), leg));
                    }
                }
                case AWAIT_ACKNOWLEDGED -> await(leg);
                case RESET -> {
                    readLastInfo(leg, io);
                    io.reset();
                    forget(leg);
                    tell(new SessionEvent.OutputReset(System.nanoTime(), leg));
                }
                case CLOSE -> {
                    readLastInfo(leg, io);
                    io.close();
                    forget(leg);
                }
                case ABANDON_CONNECT -> throw new AssertionError("handled above");
            }
        }
    }

    private void abandonSearch() {
        UpstreamSearch searching = search;
        search = null;
        if (searching != null) {
            searching.abandon();
        }
    }

    private void finish() {
        loop.deadlines().disarm(this);
        endHalfClose();
        counted.add(route.counters(), traffic(CLIENT), traffic(UPSTREAM));
        states.forget(route.counters());
        route.counters().activeSessions.decrement();
        loop.core().living().decrementAndGet();
        tell(new SessionEvent.Ended(System.nanoTime(), lastClientInfo, lastUpstreamInfo));
        loop.remove(this);
    }

    private void await(Leg leg) {
        if (leg == CLIENT) {
            awaitingClient = true;
        } else {
            awaitingUpstream = true;
        }
        ask(leg);
    }

    /** Asks the kernel whether this leg's peer has acknowledged everything; asks again by a timer while an RST waits. */
    private void ask(Leg leg) {
        LegIo io = leg == CLIENT ? client : upstream;
        if (io == null) {
            return;
        }
        TcpInfo info = io.tcpInfo();
        if (acknowledged(io, info)) {
            if (leg == CLIENT) {
                awaitingClient = false;
                lastClientInfo = info;
            } else {
                awaitingUpstream = false;
                lastUpstreamInfo = info;
            }
            ClosePolicy policy = endingPolicy;
            if (policy != null && policy.kind() == ClosePolicy.Kind.RESET) {
                endByPolicy(policy);
            }
            signal(CloseSignal.acknowledged(leg));
        } else if ((state.resetting() || endingPolicy != null || info == null) && !askingAgain) {
            askingAgain = true;
            Future<?> unused = loop.eventLoop().schedule(this::askAgain, ASK_AGAIN_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    private void askAgain() {
        askingAgain = false;
        queueMoved(CLIENT);
        queueMoved(UPSTREAM);
    }

    private boolean acknowledged(LegIo io, @Nullable TcpInfo info) {
        if (info != null) {
            return info.state() == TcpState.CLOSED
                    || info.state() == TcpState.TIME_WAIT
                    || info.everythingAcknowledged();
        }
        return state.closing() || io.presumedAcknowledged(System.nanoTime());
    }

    private void readLastInfo(Leg leg, LegIo io) {
        if (leg == CLIENT) {
            lastClientInfo = lastClientInfo == null ? io.tcpInfo() : lastClientInfo;
        } else {
            lastUpstreamInfo = lastUpstreamInfo == null ? io.tcpInfo() : lastUpstreamInfo;
        }
    }

    private void forget(Leg leg) {
        if (leg == CLIENT) {
            client = null;
            awaitingClient = false;
        } else {
            upstream = null;
            awaitingUpstream = false;
        }
    }

    private void sample(Leg leg, @Nullable LegIo io, long nowNanos) {
        TcpInfo info = io == null ? null : io.tcpInfo();
        if (info != null) {
            tell(new SessionEvent.Sampled(nowNanos, leg, info));
        }
    }

    private void armOpenTimeouts() {
        boolean noneSet = route.openTimeouts().allOff() && endingPolicy == null;
        if (upstream == null || noneSet || state.closing() || state.resetting() || ended()) {
            return;
        }
        OpenTimeouts.Due due = route.openTimeouts().next(connectedAtNanos, openFinNanos(), this);
        if (endingPolicy != null && (due == null || due.atNanos() - policyDueAtNanos > 0)) {
            loop.deadlines().arm(this, policyDueAtNanos);
        } else if (due != null) {
            loop.deadlines().arm(this, due.atNanos());
        }
    }

    /** When the session became half-closed, while it is. */
    private long openFinNanos() {
        return halfClosedBy == null ? LegTraffic.NEVER : firstFinAtNanos;
    }

    private void endHalfClose() {
        Leg by = halfClosedBy;
        if (by != null) {
            halfClosedBy = null;
            halfClosedGauge(by, -1);
        }
    }

    private void halfClosedGauge(Leg by, int change) {
        (by == CLIENT ? route.counters().halfClosedByClient : route.counters().halfClosedByUpstream).add(change);
    }

    private boolean finSeen(Leg leg) {
        return leg == CLIENT ? clientFinSeen : upstreamFinSeen;
    }

    private boolean resetSeen(Leg leg) {
        return leg == CLIENT ? clientResetSeen : upstreamResetSeen;
    }
}
