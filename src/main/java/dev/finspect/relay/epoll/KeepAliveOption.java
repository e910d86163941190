package dev.finspect.relay.epoll;

import dev.finspect.relay.KeepAlive;
import dev.finspect.relay.LegIo;
import io.netty.channel.epoll.LinuxSocket;
import java.io.IOException;

/** Reads and changes keep-alive of a socket (SO_KEEPALIVE in socket(7), TCP_KEEPIDLE and its kin in tcp(7)). */
final class KeepAliveOption {
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_KEEPIDLE = 4;
    private static final int TCP_KEEPINTVL = 5;
    private static final int TCP_KEEPCNT = 6;
    private static final int TCP_USER_TIMEOUT = 18;

    private KeepAliveOption() {}

    /** What the socket has now; for what was never set, what the system's settings make of it. */
    static KeepAlive of(LinuxSocket socket) throws IOException {
        return new KeepAlive(
                socket.isKeepAlive(),
                socket.getIntOpt(IPPROTO_TCP, TCP_KEEPIDLE),
                socket.getIntOpt(IPPROTO_TCP, TCP_KEEPINTVL),
                socket.getIntOpt(IPPROTO_TCP, TCP_KEEPCNT));
    }

    /** Gives a socket another one, under the conditions of {@link LegIo#keepAlive}. */
    static KeepAlive.Swap swap(LinuxSocket socket, KeepAlive wanted) throws IOException {
        KeepAlive before = of(socket);
        if (wanted.on() && before.on()) {
            return KeepAlive.Swap.refused("Keep-alive is on already on this leg, every " + before.intervalSeconds()
                    + " s after " + before.idleSeconds() + " s: its own probes ask, and more would count among them.");
        }
        if (wanted.on() && socket.getIntOpt(IPPROTO_TCP, TCP_USER_TIMEOUT) != 0) {
            return KeepAlive.Swap.refused(
                    "TCP_USER_TIMEOUT is set on this leg: a probe without an answer could end it.");
        }
        try {
            apply(socket, wanted);
        } catch (IOException e) {
            apply(socket, before);
            throw e;
        }
        return new KeepAlive.Swap(before, null);
    }

    /** Gives it to a socket: the timer is stopped while the numbers change, and set last. */
    static void apply(LinuxSocket socket, KeepAlive wanted) throws IOException {
        socket.setKeepAlive(false);
        socket.setIntOpt(IPPROTO_TCP, TCP_KEEPINTVL, wanted.intervalSeconds());
        socket.setIntOpt(IPPROTO_TCP, TCP_KEEPCNT, wanted.count());
        socket.setIntOpt(IPPROTO_TCP, TCP_KEEPIDLE, wanted.idleSeconds());
        if (wanted.on()) {
            socket.setKeepAlive(true);
            // Again: on a socket that is idle for longer it counts from the last segment, not from now.
            socket.setIntOpt(IPPROTO_TCP, TCP_KEEPIDLE, wanted.idleSeconds());
        }
    }
}
