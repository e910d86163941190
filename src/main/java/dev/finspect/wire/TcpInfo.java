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
 * @param state the state of this end
 * @param retransmits unanswered retransmissions in a row (RTO backoff)
 * @param probes unanswered zero-window or keep-alive probes
 * @param optionBits TCPI_OPT_*: 1 time stamps, 2 SACK, 4 window scale, 8 ECN, 16 ECN seen, 32 SYN data
 * @param sendWindowScale shift that the peer offered
 * @param receiveWindowScale shift that this end offered
 * @param totalRetransmits segments sent again in the connection's life, SYN and SYN-ACK included
 * @param bytesAcked acknowledged bytes of this end; counts its FIN, and its SYN when it opened actively, as one each
 * @param bytesReceived received bytes in order; counts the peer's FIN as one
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

    private static final TcpState[] KERNEL_STATES = {
        TcpState.CLOSED,
        TcpState.ESTABLISHED,
        TcpState.SYN_SENT,
        TcpState.SYN_RECEIVED,
        TcpState.FIN_WAIT_1,
        TcpState.FIN_WAIT_2,
        TcpState.TIME_WAIT,
        TcpState.CLOSED,
        TcpState.CLOSE_WAIT,
        TcpState.LAST_ACK,
        TcpState.LISTEN,
        TcpState.CLOSING,
        TcpState.SYN_RECEIVED
    };

    /**
     * Decodes the first {@code length} bytes of {@code buffer}, in the machine's byte order.
     *
     * @param length how many bytes the kernel returned; fewer than 1 gives the state CLOSED and all else absent
     */
    public static TcpInfo decode(ByteBuffer buffer, int length) {
        ByteBuffer bytes = buffer.duplicate().order(ByteOrder.nativeOrder());
        Cursor at = new Cursor(bytes, Math.min(length, bytes.capacity()));
        int state = (int) Math.max(0, at.u8(0));
        return new TcpInfo(
                state < KERNEL_STATES.length ? KERNEL_STATES[state] : TcpState.CLOSED,
                at.u8(2),
                at.u8(3),
                at.u8(5),
                at.u8(6) < 0 ? ABSENT : at.u8(6) & 0xf,
                at.u8(6) < 0 ? ABSENT : at.u8(6) >> 4,
                at.u32(16),
                at.u32(20),
                at.u32(24),
                at.u32(32),
                at.u32(44),
                at.u32(52),
                at.u32(68),
                at.u32(72),
                at.u32(100),
                at.u64(120),
                at.u64(128),
                at.u32(136),
                at.u32(140),
                at.u32(144),
                at.u32(148),
                at.u64(168),
                at.u64(176),
                at.u64(184),
                at.u64(208),
                at.u32(228));
    }

    /** Whether everything this end sent, its FIN included when it sent one, has been acknowledged. */
    public boolean everythingAcknowledged() {
        return unackedSegments == 0 && notSentBytes <= 0;
    }

    private record Cursor(ByteBuffer bytes, int end) {
        long u8(int offset) {
            return offset + 1 <= end ? bytes.get(offset) & 0xff : ABSENT;
        }

        long u32(int offset) {
            return offset + 4 <= end ? bytes.getInt(offset) & 0xffffffffL : ABSENT;
        }

        long u64(int offset) {
            return offset + 8 <= end ? bytes.getLong(offset) : ABSENT;
        }
    }
}
