package dev.finspect.relay;

import dev.finspect.wire.TcpInfo;
import org.jspecify.annotations.Nullable;

/**
 * The connected socket of one leg, as the session commands it; each engine has its own. Confined to the session's loop.
 *
 * <p>No method throws: an error of the socket is reported to {@link RelaySession#failed}, from within the call or
 * later. An engine moves bytes from a leg to the other by itself between {@link #startReading} and the end, counts them
 * in {@link RelaySession#traffic}, and reports its events to the session.
 */
public interface LegIo {
    /** Begins to move what the peer sends to the other leg. Called once, when both legs are connected. */
    void startReading();

    /**
     * Ends that for good. Bytes that were read and are not yet in the other leg's kernel queue are dropped and counted in
     * the other leg's {@link dev.finspect.session.LegTraffic#undeliveredBytes}.
     */
    void stopReading();

    /**
     * After a reset of this leg: moves what its kernel queue still holds to the other leg, then calls
     * {@link RelaySession#delivered}.
     */
    void deliverRest();

    /**
     * Sends a FIN. Every byte for this leg is in its kernel queue already.
     *
     * @return whether the connection still stood, so that a FIN could be sent
     */
    boolean shutOutput();

    /** Sends an RST and closes the socket; bytes still held are dropped and counted as undelivered. */
    void reset();

    /** Closes the socket; the kernel goes on with what it has. Bytes still held are dropped and counted. */
    void close();

    /** The kernel's present reading; null where there is none. May be asked until {@link #reset} or {@link #close}. */
    @Nullable
    TcpInfo tcpInfo();

    /**
     * What the segments take that the socket has received and nobody has read, those out of order among them (SO_MEMINFO); -1
     * where the kernel does not say.
     */
    default long receiveMemoryBytes() {
        return -1;
    }

    /**
     * Changes keep-alive of the socket, and returns what it was before. One that is to be on is refused where one is on already,
     * or a time-out that its silence would bring about.
     */
    default KeepAlive.Swap keepAlive(KeepAlive wanted) {
        return KeepAlive.Swap.refused("This data path cannot change keep-alive on a living connection.");
    }

    /**
     * Where {@link #tcpInfo} is null while the leg is open: whether the peer may be taken to have everything, so that an
     * RST destroys nothing. False leaves it to the deadline.
     */
    default boolean presumedAcknowledged(long nowNanos) {
        return false;
    }
}
