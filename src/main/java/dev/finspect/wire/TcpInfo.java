package dev.finspect.wire;

import dev.finspect.tcp.TcpState;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One reading of the kernel's {@code struct tcp_info} (tcp(7), {@code include/uapi/linux/tcp.h}).
 *
 * <p>Older kernels return a shorter structure: a number beyond its end is {@link #ABSENT}, never 0. Times are in
 * the kernel's microseconds.
 *
 * <p>Differs from the kernel's structure in {@code tcpi_rtt} and {@code tcpi_min_rtt}: there 0 and 2^32 - 1 mean "never
 * measured", here {@link #ABSENT}.
 *
 * @param state the state of this end
 * @param retransmits unanswered retransmissions in a row (RTO backoff)
 * @param probes unanswered zero-window or keep-alive probes
 * @param optionBits TCPI_OPT_*: 1 time stamps, 2 SACK, 4 window scale, 8 ECN, 16 ECN seen, 32 SYN data
 * @param sendWindowScale shift that the peer advertised
 * @param receiveWindowScale shift that this end advertised
 * @param totalRetransmits segments retransmitted since the connection began, SYN and SYN-ACK included
 * @param bytesAcked acknowledged bytes of this end; its FIN counts as one, and so does its SYN after an active open
 * @param bytesReceived bytes received in order; the peer's FIN counts as one
 * @param lastAckReceivedMillis since the last segment with an accepted acknowledgment, even if it acknowledged nothing new
 * @param rttMicros smoothed round-trip time
 * @param minRttMicros the lowest round-trip time of the last minutes (sysctl {@code tcp_min_rtt_wlen})
 * @param busyMicros time with bytes to send; this and the two limited times advance in ticks of the kernel's timer
 * @param receiverLimitedMicros part of it that was limited by the peer's window
 * @param sendBufferLimitedMicros part of it that was limited by the send buffer
 * @param peerWindowBytes the window that the peer advertises now
 * @param backoff by how many doublings the timer of the next retransmission or zero-window probe is later than the time-out
 * @param retransmitTimeoutMicros the time-out itself
 * @param sackedSegments segments that the peer has selectively acknowledged, behind one that it lacks
 * @param pathMtuBytes the largest packet that the kernel sends to this peer
 * @param outOfOrderSegments segments that the peer sent and that came ahead of one that was missing, since the connection began;
 *     whether one is still missing it does not say
 */
public record TcpInfo(
        TcpState state,
        long retransmits,
        long probes,
        long optionBits,
        long sendWindowScale,
        long receiveWindowScale,
        long sendMssBytes,
        long receiveMssBytes,
        long unackedSegments,
        long lostSegments,
        long lastDataSentMillis,
        long lastDataReceivedMillis,
        long lastAckReceivedMillis,
        long rttMicros,
        long rttVarianceMicros,
        long totalRetransmits,
        long bytesAcked,
        long bytesReceived,
        long segmentsSent,
        long segmentsReceived,
        long notSentBytes,
        long minRttMicros,
        long busyMicros,
        long receiverLimitedMicros,
        long sendBufferLimitedMicros,
        long bytesRetransmitted,
        long peerWindowBytes,
        long backoff,
        long retransmitTimeoutMicros,
        long sackedSegments,
        long pathMtuBytes,
        long outOfOrderSegments) {
    /** Value of a number that this kernel does not report. */
    public static final long ABSENT = -1;
    /** Length of the structure on the newest known kernel, and of the buffer for reading it. */
    public static final int MAX_LENGTH = 280;

    /** TCPI_OPT_TIMESTAMPS. */
    public static final int OPTION_TIMESTAMPS = 1;
    /** TCPI_OPT_SACK. */
    public static final int OPTION_SACK = 2;
    /** TCPI_OPT_WSCALE. */
    public static final int OPTION_WINDOW_SCALE = 4;

    /**
     * Decodes the first {@code length} bytes of {@code buffer}, from index 0 regardless of its position and limit, in
     * the machine's byte order. Does not change the buffer. Never throws: any bytes give a result.
     *
     * @param length number of bytes that the kernel returned; less than 1 gives the state CLOSED and everything else absent
     */
    public static TcpInfo decode(ByteBuffer buffer, int length) {
        boolean readable = buffer.order() == ByteOrder.nativeOrder() && buffer.limit() == buffer.capacity();
        Cursor at = new Cursor(
                readable ? buffer : buffer.duplicate().clear().order(ByteOrder.nativeOrder()),
                Math.min(length, buffer.capacity()));
        int state = (int) Math.max(0, at.u8(0));
        long windowScales = at.u8(6);
        return new TcpInfo(
                KernelStates.of(state),
                at.u8(2),
                at.u8(3),
                at.u8(5),
                windowScales < 0 ? ABSENT : windowScales & 0xf,
                windowScales < 0 ? ABSENT : windowScales >> 4,
                at.u32(16),
                at.u32(20),
                at.u32(24),
                at.u32(32),
                at.u32(44),
                at.u32(52),
                at.u32(56),
                at.measured(68),
                at.u32(72),
                at.u32(100),
                at.u64(120),
                at.u64(128),
                at.u32(136),
                at.u32(140),
                at.u32(144),
                at.measured(148),
                at.u64(168),
                at.u64(176),
                at.u64(184),
                at.u64(208),
                at.u32(228),
                at.u8(4),
                at.u32(8),
                at.u32(28),
                at.u32(60),
                at.u32(224));
    }

    /** Whether both SYNs had {@code option}, one of OPTION_*; also false if the kernel does not report it. */
    public boolean negotiated(int option) {
        return optionBits != ABSENT && (optionBits & option) != 0;
    }

    /** Whether everything that this end sent, including a FIN, has been acknowledged. */
    public boolean everythingAcknowledged() {
        return unackedSegments == 0 && notSentBytes <= 0;
    }

    private record Cursor(ByteBuffer bytes, int end) {
        private static final long UNSIGNED = 0xffffffffL;

        long u8(int offset) {
            return offset + 1 <= end ? bytes.get(offset) & 0xff : ABSENT;
        }

        long u32(int offset) {
            return offset + 4 <= end ? bytes.getInt(offset) & UNSIGNED : ABSENT;
        }

        long measured(int offset) {
            long micros = u32(offset);
            return micros == 0 || micros == UNSIGNED ? ABSENT : micros;
        }

        /** No counter of the kernel gets near 2^63; a negative value is no counter. */
        long u64(int offset) {
            return offset + 8 <= end ? Math.max(ABSENT, bytes.getLong(offset)) : ABSENT;
        }
    }
}
