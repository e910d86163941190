package dev.finspect.session.watch;

import dev.finspect.record.PeerSocket;
import dev.finspect.record.Tracking;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/**
 * Looks up what this host knows of a connection besides finspect's own socket: the peer's socket, where the peer is on this host,
 * and what connection tracking remembers. Any thread; never blocks the one that asks.
 */
@FunctionalInterface
public interface PeerSockets {
    /** Takes no question: sockets cannot be looked up. */
    PeerSockets NONE = (peer, local, answer) -> false;

    /**
     * Asks for the socket at {@code peer} that is connected to {@code local}, both as finspect's end sees them.
     *
     * @param answer called once, on another thread and soon; also when the socket is not seen, with the reason
     * @return false when the question was not taken, because the peer is not on this host or too many questions wait: then
     *     {@code answer} is never called
     */
    boolean ask(InetSocketAddress peer, InetSocketAddress local, Consumer<PeerSocket> answer);

    /** The same for the socket alone: the answer does not say which process has it open, which costs most to find. */
    default boolean glance(InetSocketAddress peer, InetSocketAddress local, Consumer<PeerSocket> answer) {
        return ask(peer, local, answer);
    }

    /**
     * Asks this host's connection tracking about the connection, wherever the peer is.
     *
     * @param answer as for {@link #ask}; also where nothing of it can be seen, with the reason
     * @return false when the question was not taken; then {@code answer} is never called
     */
    default boolean track(InetSocketAddress peer, InetSocketAddress local, Consumer<Tracking> answer) {
        return false;
    }
}
