package dev.finspect.lifecycle.close;

import dev.finspect.tcp.Leg;
import org.jspecify.annotations.Nullable;

/**
 * The state of a session, from accepting the client to the end of both legs.
 *
 * <pre>
 * CONNECTING ----> OPEN ----> ... FIN_PENDING / FIN_RELAYED of either direction ... ----> CLOSING ----> ENDED
 *     |              |                              |                                        |            ^
 *     |              +-----------RST of a peer------+----------> ..._RST_PENDING -> ..._RST_DELIVERED ----|
 *     +--client's RST--> CONNECTING_CLIENT_RESET ----------------------^                                  |
 *     +--no upstream, time-out, shutdown------------------------------------------------------------------+
 * </pre>
 *
 * <p>In an open session each direction is flowing, has a FIN pending (read, but earlier bytes are not yet in the other leg's
 * kernel queue) or has its FIN relayed. Names have the client's direction first; a direction that a name leaves out is
 * flowing.
 */
public enum CloseState {
    /** The client is accepted, and the upstream connection is being opened. */
    CONNECTING,
    /** The same, but the client has reset its connection; what it sent has still to be delivered. */
    CONNECTING_CLIENT_RESET,
    /** Both directions are flowing. */
    OPEN(Direction.FLOWING, Direction.FLOWING),
    CLIENT_FIN_PENDING(Direction.FIN_PENDING, Direction.FLOWING),
    CLIENT_FIN_RELAYED(Direction.FIN_RELAYED, Direction.FLOWING),
    UPSTREAM_FIN_PENDING(Direction.FLOWING, Direction.FIN_PENDING),
    UPSTREAM_FIN_RELAYED(Direction.FLOWING, Direction.FIN_RELAYED),
    BOTH_FINS_PENDING(Direction.FIN_PENDING, Direction.FIN_PENDING),
    CLIENT_FIN_RELAYED_UPSTREAM_FIN_PENDING(Direction.FIN_RELAYED, Direction.FIN_PENDING),
    CLIENT_FIN_PENDING_UPSTREAM_FIN_RELAYED(Direction.FIN_PENDING, Direction.FIN_RELAYED),
    /** Both FINs are relayed, or an operator had them sent; neither side has acknowledged everything. */
    CLOSING,
    /** Both FINs are relayed; the client has acknowledged everything. */
    CLOSING_CLIENT_ACKNOWLEDGED,
    /** Both FINs are relayed; the upstream has acknowledged everything. */
    CLOSING_UPSTREAM_ACKNOWLEDGED,
    /** The client reset its connection; what it had sent is being delivered. */
    CLIENT_RST_PENDING,
    /** The client reset its connection; what it had sent is in the upstream's kernel queue, not all acknowledged. */
    CLIENT_RST_DELIVERED,
    /** The upstream reset its connection; what it had sent is being delivered. */
    UPSTREAM_RST_PENDING,
    /** The upstream reset its connection; what it had sent is in the client's kernel queue, not all acknowledged. */
    UPSTREAM_RST_DELIVERED,
    /** Both legs have ended. */
    ENDED;

    /** The state of one direction of an open session. */
    enum Direction {
        FLOWING,
        FIN_PENDING,
        FIN_RELAYED
    }

    private final @Nullable Direction fromClient;
    private final @Nullable Direction fromUpstream;

    CloseState() {
        this(null, null);
    }

    CloseState(@Nullable Direction fromClient, @Nullable Direction fromUpstream) {
        this.fromClient = fromClient;
        this.fromUpstream = fromUpstream;
    }

    /** Whether the upstream connection is still being opened. */
    public boolean connecting() {
        return this == CONNECTING || this == CONNECTING_CLIENT_RESET;
    }

    /** Whether both FINs are relayed and only acknowledgments are missing. */
    public boolean closing() {
        return this == CLOSING || this == CLOSING_CLIENT_ACKNOWLEDGED || this == CLOSING_UPSTREAM_ACKNOWLEDGED;
    }

    /** Whether a peer's RST is being relayed. */
    public boolean resetting() {
        return this == CLIENT_RST_PENDING
                || this == CLIENT_RST_DELIVERED
                || this == UPSTREAM_RST_PENDING
                || this == UPSTREAM_RST_DELIVERED;
    }

    /** Whether the FIN of one direction is relayed and that of the other is not. */
    public boolean firstFinRelayed() {
        return fromClient == Direction.FIN_RELAYED || fromUpstream == Direction.FIN_RELAYED;
    }

    /** The state of the direction from this leg; null unless the session is open. */
    @Nullable
    Direction from(Leg leg) {
        return leg == Leg.CLIENT ? fromClient : fromUpstream;
    }

    /** The state for these two directions; {@link #CLOSING} if both FINs are relayed. */
    static CloseState open(Direction fromClient, Direction fromUpstream) {
        for (CloseState state : values()) {
            if (state.fromClient == fromClient && state.fromUpstream == fromUpstream) {
                return state;
            }
        }
        return CLOSING;
    }

    static CloseState resetPending(Leg leg) {
        return leg == Leg.CLIENT ? CLIENT_RST_PENDING : UPSTREAM_RST_PENDING;
    }

    static CloseState resetDelivered(Leg leg) {
        return leg == Leg.CLIENT ? CLIENT_RST_DELIVERED : UPSTREAM_RST_DELIVERED;
    }

    static CloseState closingAcknowledged(Leg leg) {
        return leg == Leg.CLIENT ? CLOSING_CLIENT_ACKNOWLEDGED : CLOSING_UPSTREAM_ACKNOWLEDGED;
    }
}
