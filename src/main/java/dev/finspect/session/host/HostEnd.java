package dev.finspect.session.host;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.TcpInfo;
import dev.finspect.wire.diag.SocketDetail;
import dev.finspect.wire.diag.SocketEntry;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection, a socket of this host, as two readings found it. Numbers are those of the later one; what only two
 * readings show compares them.
 *
 * @param home the namespace that it is in, as read later
 * @param before the same socket as read earlier; null where it was not there yet
 * @param beforeEpochNanos when that was: wall clock, nanoseconds since the Unix epoch
 */
record HostEnd(
        NamespaceReading home, SocketEntry now, @Nullable SocketEntry before, long beforeEpochNanos) {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long NANOS_PER_MICRO = 1_000;
    /** The kernel's upper limit of a retransmission time-out, TCP_RTO_MAX. */
    private static final long LONGEST_TIMEOUT_MICROS = 120_000_000;
    /** Its usual lower limit, TCP_RTO_MIN. */
    private static final long LEAST_TIMEOUT_MICROS = 200_000;

    /** From its local to its remote address. */
    FourTuple tuple() {
        return now.tuple();
    }

    TcpState state() {
        return now.state();
    }

    long nowEpochNanos() {
        return home.atEpochNanos();
    }

    /** Its tcp_info; one in which everything is absent where it has none. */
    TcpInfo info() {
        return info(now);
    }

    private static TcpInfo info(SocketEntry entry) {
        SocketDetail detail = entry.detail();
        TcpInfo info = detail == null ? null : detail.info();
        return info == null ? Absent.INFO : info;
    }

    private static final class Absent {
        private static final TcpInfo INFO = TcpInfo.decode(java.nio.ByteBuffer.allocate(0), 0);
    }

    /** Whether the kernel's account of it is there. */
    boolean isRead() {
        return info().bytesReceived() != TcpInfo.ABSENT;
    }

    /** This end, if the kernel's account of it is there. */
    static @Nullable HostEnd ifRead(@Nullable HostEnd end) {
        return end != null && end.isRead() ? end : null;
    }

    /** Whether its end of the connection is established, or was. */
    boolean isEstablished() {
        return state() != TcpState.SYN_SENT && state() != TcpState.SYN_RECEIVED && isRead();
    }

    /** Whether the peer's FIN has come. */
    boolean hasPeerFin() {
        return hasPeerFin(now);
    }

    private static boolean hasPeerFin(SocketEntry entry) {
        return switch (entry.state()) {
            case CLOSE_WAIT, LAST_ACK, CLOSING, TIME_WAIT -> true;
            case CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2 -> false;
        };
    }

    /** Whether it has sent its FIN, or has it in its queue. */
    boolean hasOwnFin() {
        return switch (state()) {
            case FIN_WAIT_1, FIN_WAIT_2, LAST_ACK, CLOSING, TIME_WAIT -> true;
            case CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED, CLOSE_WAIT -> false;
        };
    }

    /** Whether its FIN is acknowledged. */
    boolean isOwnFinAcknowledged() {
        return state() == TcpState.FIN_WAIT_2 || state() == TcpState.TIME_WAIT;
    }

    /** Bytes that came in order, the FIN left out. */
    long bytesReceived() {
        return bytesReceived(now);
    }

    private static long bytesReceived(SocketEntry entry) {
        return Math.max(0, info(entry).bytesReceived() - (hasPeerFin(entry) ? 1 : 0));
    }

    /** Bytes that were sent at least once. */
    private long bytesTransmitted() {
        SocketDetail detail = now.detail();
        long sent = detail == null ? TcpInfo.ABSENT : detail.dataBytesSent();
        // A kernel before 4.19 counts neither.
        return sent < 0
                ? Math.max(0, info().bytesAcked())
                : Math.max(0, sent - Math.max(0, info().bytesRetransmitted()));
    }

    /** Bytes that its program has handed to the kernel. */
    long bytesSent() {
        return bytesTransmitted() + Math.max(0, info().notSentBytes());
    }

    /** Bytes of these that the peer has acknowledged; SYN and FIN are left out as far as that can be known. */
    long bytesAcknowledged() {
        return Math.min(Math.max(0, info().bytesAcked()), bytesTransmitted());
    }

    /**
     * Whether it connected, rather than accepted; null where its numbers do not show it. The kernel counts the SYN of the end
     * that connected among the acknowledged bytes.
     */
    @Nullable
    Boolean connected() {
        if (state() == TcpState.SYN_SENT) {
            return true;
        }
        if (state() == TcpState.SYN_RECEIVED || now.unaccepted()) {
            return false;
        }
        boolean settled = (state() == TcpState.ESTABLISHED || state() == TcpState.CLOSE_WAIT)
                && info().everythingAcknowledged()
                && now.detail() != null
                && now.detail().dataBytesSent() >= 0;
        return settled ? (Boolean) (info().bytesAcked() > bytesTransmitted()) : null;
    }

    /** Whether bytes were acknowledged between the readings. */
    boolean progressed() {
        return before == null || info(before).bytesAcked() != info().bytesAcked();
    }

    /** Bytes that its program has read. */
    private static long bytesRead(SocketEntry entry) {
        return bytesReceived(entry) - entry.unreadBytes();
    }

    /** Whether its program read between the readings; unknown counts as yes. */
    boolean read() {
        return before == null || bytesRead(before) != bytesRead(now);
    }

    /** Whether its program has read nothing at all. */
    boolean neverRead() {
        return bytesRead(now) <= 0;
    }

    /** When bytes of the peer came last; null without any. */
    @Nullable
    Long lastReceivedAt() {
        return bytesReceived() > 0 ? ago(info().lastDataReceivedMillis()) : null;
    }

    /** When it sent bytes last, again or for the first time; null without any. */
    @Nullable
    Long lastTransmittedAt() {
        return bytesTransmitted() > 0 ? ago(info().lastDataSentMillis()) : null;
    }

    /** When any segment of the peer came last; null where that is not known. */
    @Nullable
    Long lastHeardAt() {
        Long acked = ago(info().lastAckReceivedMillis());
        Long data = ago(info().lastDataReceivedMillis());
        return acked == null ? data : data == null ? acked : (Long) Math.max(acked, data);
    }

    /**
     * By when it was established at the latest: both clocks of its data start then. Exact for one way that has had no bytes.
     */
    @Nullable
    Long establishedAt() {
        Long sent = ago(info().lastDataSentMillis());
        Long received = ago(info().lastDataReceivedMillis());
        if (!isEstablished() || sent == null || received == null) {
            return null;
        }
        long earliest = Math.min(sent, received);
        return before == null || info(before).bytesReceived() == TcpInfo.ABSENT
                ? earliest
                : Math.min(earliest, beforeEpochNanos);
    }

    /**
     * Since when something is in flight without any progress; null while nothing is. A FIN alone renews no age: its time-outs
     * count.
     */
    @Nullable
    Long unackedSince() {
        if (info().unackedSegments() <= 0) {
            return null;
        }
        boolean dataInFlight = bytesAcknowledged() < bytesTransmitted();
        Long transmitted = dataInFlight ? ago(info().lastDataSentMillis()) : null;
        long since = (transmitted == null ? nowEpochNanos() : transmitted) - timedOutMicros() * NANOS_PER_MICRO;
        boolean still = before != null && info(before).unackedSegments() > 0 && !progressed();
        return still ? (Long) Math.min(since, beforeEpochNanos) : (Long) since;
    }

    /** How long the time-outs in a row took at least: each is twice as long as the one before. */
    private long timedOutMicros() {
        long times = Math.max(0, Math.min(info().backoff(), Long.SIZE / 2));
        long timeout = Math.max(0, info().retransmitTimeoutMicros());
        if (timeout < LONGEST_TIMEOUT_MICROS) {
            return timeout - (timeout >> times);
        }
        long sum = 0;
        for (int i = 0; i < times; i++) {
            sum += Math.min(LONGEST_TIMEOUT_MICROS, LEAST_TIMEOUT_MICROS << Math.min(i, Short.SIZE));
        }
        return sum;
    }

    /** Since when the peer keeps its window closed while bytes wait; null while it does not. */
    @Nullable
    Long windowClosedSince() {
        if (!isWindowClosed(now)) {
            return null;
        }
        Long transmitted = lastTransmittedAt();
        long since = transmitted == null ? nowEpochNanos() : transmitted;
        boolean still = before != null && isWindowClosed(before) && !progressed();
        return still ? (Long) Math.min(since, beforeEpochNanos) : (Long) since;
    }

    private static boolean isWindowClosed(SocketEntry entry) {
        TcpInfo info = info(entry);
        return info.peerWindowBytes() == 0 && (info.probes() > 0 || info.notSentBytes() > 0);
    }

    /** Bytes in flight. */
    long flightBytes() {
        return Math.max(0, now.sendQueue() - Math.max(0, info().notSentBytes()));
    }

    /** Whether segments of the peer wait behind one that is missing, at both readings. */
    boolean hasHole() {
        return before != null
                && hasHole(now)
                && hasHole(before)
                && info(before).bytesReceived() == info().bytesReceived();
    }

    private static boolean hasHole(SocketEntry entry) {
        SocketDetail detail = entry.detail();
        return detail != null
                && info(entry).outOfOrderSegments() > 0
                && detail.receivedMemoryBytes() > 0
                && entry.receiveQueue() == 0;
    }

    /** When what the timer of SYNs tells was sent: the first SYN at the latest. */
    long firstSynAt() {
        long since = nowEpochNanos() - synMicros(now.retransmits()) * NANOS_PER_MICRO;
        return before == null ? since : Math.min(since, beforeEpochNanos);
    }

    /** Whether another SYN was sent between the readings. */
    boolean synRepeated() {
        return before != null && before.retransmits() < now.retransmits();
    }

    /** How long so many repetitions of a SYN take: after 1, 2, 3, 4, 5, 7, 11 ... seconds, or after 1, 3, 7 ... (older kernels). */
    private static long synMicros(long repetitions) {
        long linear = Math.min(repetitions, 5);
        long doubled = repetitions <= 5 ? 0 : (1L << Math.min(repetitions - 4, 7)) - 2;
        return (linear + doubled) * 1_000_000;
    }

    /** The moment so many milliseconds before the later reading; null for an absent number. */
    private @Nullable Long ago(long millis) {
        return millis < 0 ? null : (Long) (nowEpochNanos() - millis * NANOS_PER_MILLI);
    }
}
