package dev.finspect.relay;

import io.netty.channel.epoll.LinuxSocket;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * How a socket asks an idle peer for a sign of life (tcp(7)).
 *
 * @param on SO_KEEPALIVE
 * @param idleSeconds TCP_KEEPIDLE, before the first probe
 * @param intervalSeconds TCP_KEEPINTVL, between two
 * @param count TCP_KEEPCNT: after so many without an answer the kernel ends the connection
 */
record KeepAlive(boolean on, int idleSeconds, int intervalSeconds, int count) {
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_KEEPIDLE = 4;
    private static final int TCP_KEEPINTVL = 5;
    private static final int TCP_KEEPCNT = 6;
    private static final int TCP_USER_TIMEOUT = 18;

    /** What the socket has now; for what was never set, what the system's settings make of it. */
    static KeepAlive of(LinuxSocket socket) throws IOException {
        return new KeepAlive(
                socket.isKeepAlive(),
                socket.getIntOpt(IPPROTO_TCP, TCP_KEEPIDLE),
                socket.getIntOpt(IPPROTO_TCP, TCP_KEEPINTVL),
                socket.getIntOpt(IPPROTO_TCP, TCP_KEEPCNT));
    }

    /** Gives a socket another one, under the conditions of {@link LegIo#keepAlive}. */
    static Swap swap(LinuxSocket socket, KeepAlive wanted) throws IOException {
        KeepAlive before = of(socket);
        if (wanted.on && before.on) {
            return Swap.refused("Keep-alive is on already on this leg, every " + before.intervalSeconds + " s after "
                    + before.idleSeconds + " s: its own probes ask, and more would count among them.");
        }
        if (wanted.on && socket.getIntOpt(IPPROTO_TCP, TCP_USER_TIMEOUT) != 0) {
            return Swap.refused("TCP_USER_TIMEOUT is set on this leg: a probe without an answer could end it.");
        }
        try {
            wanted.applyTo(socket);
        } catch (IOException e) {
            before.applyTo(socket);
            throw e;
        }
        return new Swap(before, null);
    }

    /** Gives it to a socket: the timer is stopped while the numbers change, and set last. */
    void applyTo(LinuxSocket socket) throws IOException {
        socket.setKeepAlive(false);
        socket.setIntOpt(IPPROTO_TCP, TCP_KEEPINTVL, intervalSeconds);
        socket.setIntOpt(IPPROTO_TCP, TCP_KEEPCNT, count);
        socket.setIntOpt(IPPROTO_TCP, TCP_KEEPIDLE, idleSeconds);
        if (on) {
            socket.setKeepAlive(true);
            // Again: on a socket that is idle for longer it counts from the last segment, not from now.
            socket.setIntOpt(IPPROTO_TCP, TCP_KEEPIDLE, idleSeconds);
        }
    }

    /**
     * What came of giving a socket another one.
     *
     * @param before what it had; null when it was left as it was
     * @param refused why; null when it has the new one
     */
    record Swap(@Nullable KeepAlive before, @Nullable String refused) {
        /** It was left as it was. */
        static Swap refused(String reason) {
            return new Swap(null, reason);
        }
    }
}
