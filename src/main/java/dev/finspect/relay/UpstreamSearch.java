package dev.finspect.relay;

import dev.finspect.relay.Dialer.Attempt;
import dev.finspect.relay.Route.Target;
import dev.finspect.relay.names.UpstreamResolver;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionEvent.AttemptBegun;
import dev.finspect.session.SessionEvent.AttemptFailed;
import dev.finspect.session.SessionEvent.AttemptSampled;
import dev.finspect.session.SessionEvent.LookedUp;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import dev.finspect.wire.TcpInfo;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The search of one session for an upstream: tries every target in order, and every address of it in turn, until one connects.
 * Confined to the session's loop; dropped once it has ended.
 *
 * <p>What follows a failure is begun by a task of its own, so that no descriptor is opened while the loop still holds
 * events of one that was closed and had the same number.
 */
final class UpstreamSearch implements UpstreamResolver.Callback, Dialer.Requester {
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

    private final Owner session;
    private final RelayCore core;
    private final EventLoop loop;
    private final Dialer dialer;
    private final List<Target> targets;
    private int nextTarget;
    private Target target;
    private List<InetAddress> addresses = List.of();
    private int nextAddress;
    private @Nullable InetSocketAddress address;
    private @Nullable Attempt attempt;
    private long startedNanos;
    private boolean lookingUp;
    private boolean answered;
    private boolean over;

    UpstreamSearch(Owner session, RelayCore core, EventLoop loop, List<Target> targets, Dialer dialer) {
        this.session = session;
        this.core = core;
        this.loop = loop;
        this.dialer = dialer;
        this.targets = targets;
        this.target = targets.get(0);
    }

    /** Begins with the next target; at least one is left. */
    void begin() {
        target = targets.get(nextTarget++);
        startedNanos = System.nanoTime();
        session.armConnectDeadline(startedNanos);
        InetSocketAddress number = target.address();
        if (number != null) {
            addresses = List.of();
            nextAddress = 0;
            dial(number);
        } else {
            lookingUp = true;
            core.parts().resolver().resolve(target.host(), loop, this);
        }
    }

    @Override
    public void resolved(List<InetAddress> found) {
        if (over || !lookingUp) {
            return;
        }
        lookingUp = false;
        long now = System.nanoTime();
        session.record(new LookedUp(now, target.host(), now - startedNanos, found.size(), null));
        addresses = found;
        nextAddress = 0;
        dialNext();
    }

    @Override
    public void unresolved(String error) {
        if (over || !lookingUp) {
            return;
        }
        lookingUp = false;
        long now = System.nanoTime();
        session.record(new LookedUp(now, target.host(), now - startedNanos, 0, error));
        addresses = List.of();
        nextAddress = 0;
        address = null;
        failed(ConnectResult.UNRESOLVABLE, error, null);
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
        if (nextAddress < addresses.size() || nextTarget < targets.size()) {
            loop.execute(this::goOn);
        } else {
            over = true;
            session.connectGivenUp(result);
        }
    }

    /** The time allowed for one address, or for a look-up, has passed. */
    void timedOut() {
        Duration allowed = session.route().settings().timeouts().connect();
        String detail = "no answer within " + allowed.toMillis() + " ms";
        if (lookingUp) {
            unresolved(detail);
        } else {
            sample(System.nanoTime());
            failed(ConnectResult.TIMED_OUT, detail, dropAttempt());
        }
    }

    /** The sweep's visit: reads the socket that is connecting. */
    void sample(long nowNanos) {
        Attempt open = attempt;
        TcpInfo info = open == null ? null : open.tcpInfo();
        if (info != null) {
            session.record(new AttemptSampled(nowNanos, info));
        }
    }

    /** Ends the search without a result; says so in the record. */
    void abandon() {
        if (over) {
            return;
        }
        InetSocketAddress local = dropAttempt();
        over = true;
        long now = System.nanoTime();
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
        } else {
            begin();
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
