package dev.finspect.lifecycle.close;

import dev.finspect.tcp.Leg;
import org.jspecify.annotations.Nullable;

/**
 * How far a session is on its way from the first connection to the end of both.
 *
 * <p>Once connected, each direction flows, has its FIN pending (read, but bytes before it are not yet in the other leg's
 * kernel queue) or has it relayed. The names say client first, upstream second; an open session's name without a part
 * means that this direction flows.
 */
public enum CloseState {
    /** The client is accepted, the upstream is being connected. */
    CONNECTING,
    /** The same, but the client has reset its connection already; what it sent is still owed to the upstream. */
    CONNECTING_CLIENT_RESET,
    /** Both directions flow. */
    OPEN(Direction.FLOWING, Direction.FLOWING),
    CLIENT_FIN_PENDING(Direction.FIN_PENDING, Direction.FLOWING),
    CLIENT_FIN_RELAYED(Direction.FIN_RELAYED, Direction.FLOWING),
    UPSTREAM_FIN_PENDING(Direction.FLOWING, Direction.FIN_PENDING),
    UPSTREAM_FIN_RELAYED(Direction.FLOWING, Direction.FIN_RELAYED),
    BOTH_FINS_PENDING(Direction.FIN_PENDING, Direction.FIN_PENDING),
    CLIENT_FIN_RELAYED_UPSTREAM_FIN_PENDING(Direction.FIN_RELAYED, Direction.FIN_PENDING),
    CLIENT_FIN_PENDING_UPSTREAM_FIN_RELAYED(Direction.FIN_PENDING, Direction.FIN_RELAYED),
    /** Both FINs are relayed; nobody has acknowledged everything yet. */
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
    /** Both legs are over. */
    ENDED;

    /** How far one direction of an open session is. */
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

    /** Whether the upstream is still being connected. */
    public boolean connecting() {
        return this == CONNECTING || this == CONNECTING_CLIENT_RESET;
    }

    /** Whether both FINs are relayed, so that only acknowledgements are awaited. */
    public boolean closing() {
        return this == CLOSING || this == CLOSING_CLIENT_ACKNOWLEDGED || this == CLOSING_UPSTREAM_ACKNOWLEDGED;
    }

    /** Whether a peer's RST is being passed on. */
    public boolean resetting() {
        return this == CLIENT_RST_PENDING
                || this == CLIENT_RST_DELIVERED
                || this == UPSTREAM_RST_PENDING
                || this == UPSTREAM_RST_DELIVERED;
    }

    /** Whether one direction has its FIN relayed while the other has not. */
    public boolean firstFinRelayed() {
        return fromClient == Direction.FIN_RELAYED || fromUpstream == Direction.FIN_RELAYED;
    }

    /** Where the direction that comes from this leg stands; null unless the session is open. */
    @Nullable
    Direction from(Leg leg) {
        return leg == Leg.CLIENT ? fromClient : fromUpstream;
    }

    /** The open state of these two directions; both relayed is {@link #CLOSING}. */
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
