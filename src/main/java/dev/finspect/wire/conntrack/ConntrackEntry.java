package dev.finspect.wire.conntrack;

import dev.finspect.tcp.FourTuple;

/**
 * One TCP connection in the kernel's table of tracked connections.
 *
 * @param original addresses of the packets of the end that began it, as they come in
 * @param reply addresses of the packets of the other end, as they come in: they differ from the reverse of {@code original} where
 *     addresses or ports are translated
 * @param state as tracking counts it
 * @param status bits of the kernel's {@code enum ip_conntrack_status}
 * @param secondsLeft until it is forgotten without another packet; -1 where the kernel does not say
 * @param flags bits of {@code struct nf_ct_tcp_flags} of the original direction; 0 where the kernel does not say
 */
public record ConntrackEntry(
        FourTuple original, FourTuple reply, ConntrackState state, long status, long secondsLeft, int flags) {
    private static final int IPS_SEEN_REPLY = 1 << 1;
    private static final int IPS_DYING = 1 << 9;
    private static final int IP_CT_TCP_FLAG_BE_LIBERAL = 0x08;

    /** Whether packets of both directions have passed since the entry was made. */
    public boolean replied() {
        return (status & IPS_SEEN_REPLY) != 0;
    }

    /** Whether it is being deleted. */
    public boolean dying() {
        return (status & IPS_DYING) != 0;
    }

    /**
     * Whether the entry was made by a packet in mid-stream, without a handshake: an earlier entry was forgotten, or tracking began
     * later than the connection. The kernel does not check sequence numbers of such a connection.
     */
    public boolean pickedUp() {
        return (flags & IP_CT_TCP_FLAG_BE_LIBERAL) != 0;
    }

    /** Whether addresses or ports are translated. */
    public boolean translated() {
        return !reply.equals(original.reversed());
    }
}
