package dev.finspect.relay;

import dev.finspect.record.Lookup;
import dev.finspect.record.Lookup.Purpose;
import dev.finspect.relay.Dialer.Attempt;
import dev.finspect.relay.Route.Target;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionEvent.AttemptBegun;
import dev.finspect.session.SessionEvent.AttemptFailed;
import dev.finspect.session.SessionEvent.AttemptSampled;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import dev.finspect.wire.TcpInfo;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The search of one session for an upstream: tries every target in order, and every address of it in turn, until one connects.
 * Confined to the session's loop; dropped once it has ended.
 *
 * <p>What follows a failure is begun by a task of its own, so that no descriptor is opened while the loop still holds
 * events of one that was closed and had the same number.
 */
final class UpstreamSearch implements SearchLookups.Asker, Dialer.Requester {
    /** The session that needs an upstream. */
    interface Owner {
        Route route();

        /** Records an event of the session. */
        void record(SessionEvent event);

        /** Allows one address, or one look-up, its time. */
        void armConnectDeadline(long nowNanos);

        /** An upstream is connected. */
        void connected(LegIo leg, String target, InetSocketAddress peer, InetSocketAddress local, long durationNanos);

        /** No upstream could be reached. */
        void connectGivenUp(ConnectResult result);
    }

    /** After which time without an answer a name is asked for again, and how long that may take at the end of a search. */
    private static final long RECHECK_NANOS = 1_000_000_000L;

    private final Owner session;
    private final RelayCore core;
    private final EventLoop loop;
    private final Dialer dialer;
    private final List<Target> targets;
    private final SearchLookups lookups;
    private int nextTarget;
    private Target target;
    private List<InetAddress> addresses = List.of();
    private int nextAddress;
    private @Nullable InetSocketAddress address;
    private @Nullable Attempt attempt;
    private long startedNanos;
    private boolean waiting;
    private ConnectResult lastResult = ConnectResult.FAILED;
    private boolean answered;
    private boolean over;

    UpstreamSearch(Owner session, RelayCore core, EventLoop loop, List<Target> targets, Dialer dialer) {
        this.session = session;
        this.core = core;
        this.loop = loop;
        this.dialer = dialer;
        this.targets = targets;
        this.target = targets.get(0);
        this.lookups = new SearchLookups(core.parts().resolver(), loop, session::record, this);
    }

    /** Begins with the next target; at least one is left. */
    void begin() {
        target = targets.get(nextTarget++);
        startedNanos = System.nanoTime();
        session.armConnectDeadline(startedNanos);
        InetSocketAddress number = target.address();
        if (number != null) {
            lookups.forget();
            addresses = List.of();
            nextAddress = 0;
            dial(number);
        } else {
            lookups.ask(target.host(), startedNanos);
        }
    }

    @Override
    public void resolved(List<InetAddress> found) {
        addresses = found;
        nextAddress = 0;
        dialNext();
    }

    @Override
    public void unresolved(String error) {
        addresses = List.of();
        nextAddress = 0;
        address = null;
        failed(ConnectResult.UNRESOLVABLE, error, null);
    }

    /** What the name has by now is tried as well. */
    @Override
    public void rechecked(List<InetAddress> found) {
        Set<InetAddress> all = new LinkedHashSet<>(addresses);
        all.addAll(found);
        addresses = List.copyOf(all);
        if (waiting) {
            waiting = false;
            loop.execute(this::goOn);
        }
    }

    /** The engine's answer: the upstream's connection is established. */
    @Override
    public void connected(LegIo upstream, InetSocketAddress local) {
        InetSocketAddress peer = address;
        answered = true;
        attempt = null;
        if (over || peer == null) {
            upstream.reset();
            return;
        }
        over = true;
        lookups.giveUp(Lookup.Result.ABANDONED, "an upstream was connected before", System.nanoTime());
        session.connected(upstream, target.text(), peer, local, System.nanoTime() - startedNanos);
    }

    @Override
    public void failed(Errno errno, String detail, @Nullable InetSocketAddress local) {
        failed(errno.connectResult(), errno.equals(Errno.UNKNOWN) ? null : errno, detail, local);
    }

    @Override
    public void failed(ConnectResult result, String detail, @Nullable InetSocketAddress local) {
        failed(result, null, detail, local);
    }

    private void failed(ConnectResult result, @Nullable Errno errno, String detail, @Nullable InetSocketAddress local) {
        answered = true;
        if (over) {
            return;
        }
        attempt = null;
        long now = System.nanoTime();
        session.record(new AttemptFailed(
                now, target.text(), address, bound(local), result, errno, detail, now - startedNanos));
        lastResult = result;
        if (nextAddress < addresses.size()) {
            loop.execute(this::goOn);
            return;
        }
        if (isAboutThePeer(result) && lookups.isOld(now)) {
            lookups.recheck(target.host(), now);
        }
        if (lookups.asks(Purpose.RECHECK)) {
            waiting = true;
            armRecheckDeadline(now);
        } else if (nextAddress < addresses.size() || nextTarget < targets.size()) {
            loop.execute(this::goOn);
        } else {
            giveUp();
        }
    }

    private void giveUp() {
        over = true;
        session.connectGivenUp(lastResult);
    }

    /** Whether another address can fare better: nothing here was at fault. */
    private static boolean isAboutThePeer(ConnectResult result) {
        return switch (result) {
            case REFUSED, HOST_UNREACHABLE, NETWORK_UNREACHABLE, TIMED_OUT, RESET -> true;
            case UNRESOLVABLE, CONNECTED, DENIED, NO_DESCRIPTOR, NO_PORT, LOOP, ABANDONED, FAILED -> false;
        };
    }

    /** A client is not kept waiting for long by what may be in vain. */
    private void armRecheckDeadline(long nowNanos) {
        long allowed = session.route().settings().timeouts().connect().toNanos();
        session.armConnectDeadline(nowNanos - Math.max(0, allowed - RECHECK_NANOS));
    }

    /** The time allowed for one address, or for a look-up, has passed. */
    void timedOut() {
        Duration allowed = session.route().settings().timeouts().connect();
        long now = System.nanoTime();
        String detail = "no answer within " + allowed.toMillis() + " ms";
        if (waiting) {
            lookups.giveUp(Lookup.Result.NO_ANSWER, "no answer within " + RECHECK_NANOS / 1_000_000 + " ms", now);
            rechecked(List.of());
        } else if (lookups.asks(Purpose.CONNECT)) {
            lookups.giveUp(Lookup.Result.NO_ANSWER, detail, now);
            unresolved(detail);
        } else {
            sample(now);
            failed(ConnectResult.TIMED_OUT, detail, dropAttempt());
        }
    }

    /** The sweep's visit: reads the socket that is connecting, and asks again for a name whose address does not answer. */
    void sample(long nowNanos) {
        lookups.sample(nowNanos);
        Attempt open = attempt;
        TcpInfo info = open == null ? null : open.tcpInfo();
        if (info != null) {
            session.record(new AttemptSampled(nowNanos, info));
        }
        if (open != null && nowNanos - startedNanos >= RECHECK_NANOS) {
            lookups.recheck(target.host(), nowNanos);
        }
    }

    /** Ends the search without a result; says so in the record. */
    void abandon() {
        if (over) {
            return;
        }
        InetSocketAddress local = dropAttempt();
        boolean lookingUp = lookups.asks(Purpose.CONNECT);
        over = true;
        long now = System.nanoTime();
        lookups.giveUp(Lookup.Result.ABANDONED, "the session ended before", now);
        if (waiting) {
            return;
        }
        session.record(new AttemptFailed(
                now,
                target.text(),
                lookingUp ? null : address,
                bound(local),
                ConnectResult.ABANDONED,
                null,
                "the session ended before",
                now - startedNanos));
    }

    /** Answers with the local address that the attempt had; null without one. */
    private @Nullable InetSocketAddress dropAttempt() {
        Attempt open = attempt;
        attempt = null;
        return open == null ? null : open.abandon();
    }

    /** Without a port it is no address: the socket was never bound. */
    private static @Nullable InetSocketAddress bound(@Nullable InetSocketAddress local) {
        return local == null || local.getPort() == 0 ? null : local;
    }

    private void goOn() {
        if (over) {
            return;
        }
        if (nextAddress < addresses.size()) {
            dialNext();
        } else if (nextTarget < targets.size()) {
            begin();
        } else {
            giveUp();
        }
    }

    private void dialNext() {
        startedNanos = System.nanoTime();
        session.armConnectDeadline(startedNanos);
        dial(new InetSocketAddress(addresses.get(nextAddress++), target.port()));
    }

    private void dial(InetSocketAddress to) {
        address = to;
        if (core.ownAddresses().contains(to)) {
            failed(ConnectResult.LOOP, to + " is an address of finspect itself", null);
            return;
        }
        session.record(new AttemptBegun(startedNanos, target.text(), to));
        answered = false;
        Attempt begun = dialer.dial(this, to);
        if (!answered) {
            attempt = begun;
        }
    }
}
