package dev.finspect.wire;

import dev.finspect.tcp.TcpState;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One reading of the kernel's {@code struct tcp_info} (tcp(7), {@code include/uapi/linux/tcp.h}).
 *
 * <p>Older kernels return a shorter structure: a number past the returned end is {@link #ABSENT}, never 0. Times are in
 * the kernel's microseconds.
 *
 * <p>Differs from the kernel's structure because 0 and 2^32 - 1 there mean "never measured" in {@code tcpi_rtt} and {@code
 * tcpi_min_rtt}: here they are {@link #ABSENT} too.
 *
 * @param state the state of this end
 * @param retransmits unanswered retransmissions in a row (RTO backoff)
 * @param probes unanswered zero-window or keep-alive probes
 * @param optionBits TCPI_OPT_*: 1 time stamps, 2 SACK, 4 window scale, 8 ECN, 16 ECN seen, 32 SYN data
 * @param sendWindowScale shift that the peer offered
 * @param receiveWindowScale shift that this end offered
 * @param totalRetransmits segments sent again in the connection's life, SYN and SYN-ACK included
 * @param bytesAcked acknowledged bytes of this end; counts its FIN, and its SYN when it opened actively, as one each
 * @param bytesReceived received bytes in order; counts the peer's FIN as one
 * @param lastAckReceivedMillis since the last segment whose acknowledgement was taken, those that acknowledge nothing new among them
 * @param rttMicros smoothed round-trip time
 * @param minRttMicros the least round-trip time of the last minutes (sysctl {@code tcp_min_rtt_wlen})
 * @param busyMicros time with bytes to send; this and the two limited times move in ticks of the kernel's timer
 * @param receiverLimitedMicros how much of it the peer's window held back
 * @param sendBufferLimitedMicros how much of it the send buffer held back
 * @param peerWindowBytes the window that the peer offers now
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
        long peerWindowBytes) {
    /** Stands for a number that this kernel does not report. */
    public static final long ABSENT = -1;
    /** Length of the structure on the newest kernel known; a buffer for reading it is this long. */
    public static final int MAX_LENGTH = 280;

    /** TCPI_OPT_TIMESTAMPS. */
    public static final int OPTION_TIMESTAMPS = 1;
    /** TCPI_OPT_SACK. */
    public static final int OPTION_SACK = 2;
    /** TCPI_OPT_WSCALE. */
    public static final int OPTION_WINDOW_SCALE = 4;

    /**
     * Decodes the first {@code length} bytes of {@code buffer}, from index 0 whatever its position and limit are, in the
     * machine's byte order. The buffer is left as it was. Never an exception: any bytes give a reading.
     *
     * @param length how many bytes the kernel returned; fewer than 1 gives the state CLOSED and all else absent
     */
    public static TcpInfo decode(ByteBuffer buffer, int length) {
        Cursor at = new Cursor(
                buffer.duplicate().clear().order(ByteOrder.nativeOrder()), Math.min(length, buffer.capacity()));
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
                at.u32(228));
    }

    /** Whether the options of both SYNs agreed on {@code option}, one of OPTION_*; false as well where that is absent. */
    public boolean negotiated(int option) {
        return optionBits != ABSENT && (optionBits & option) != 0;
    }

    /** Whether everything this end sent, its FIN included when it sent one, has been acknowledged. */
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

        /** No counter of the kernel gets near 2^63; what would be negative is no counter. */
        long u64(int offset) {
            return offset + 8 <= end ? Math.max(ABSENT, bytes.getLong(offset)) : ABSENT;
        }
    }
}
