package dev.finspect.session.live;

import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import dev.finspect.wire.TcpInfo;

/**
 * How large the segments are that one socket sends again and again, and those behind them that the peer has, by readings of that
 * socket.
 *
 * <p>After a retransmission time-out the kernel sends nothing but the oldest segment, until something is acknowledged: what the
 * kernel's two counters of retransmissions have grown by between two readings without progress is that segment alone. Segments
 * that the peer has behind it are counted, not measured: if those that it lacks are all full, they take what is left of the bytes
 * in flight; if that is less than a full segment, none of them was full.
 */
final class SizeReadings {
    private long acknowledged = TcpInfo.ABSENT;
    private long segments;
    private long bytes;
    private int sentAgain;
    private int sacked;

    /**
     * Takes a reading.
     *
     * @param flightBytes what is in flight; negative where that is not known
     */
    void read(TcpInfo info, long flightBytes) {
        boolean counted = info.totalRetransmits() >= 0 && info.bytesRetransmitted() >= 0;
        boolean stalled = counted && info.retransmits() > 0 && info.bytesAcked() == acknowledged;
        long segmentsAgain = info.totalRetransmits() - segments;
        long bytesAgain = info.bytesRetransmitted() - bytes;
        if (!stalled) {
            sentAgain = 0;
        } else if (segmentsAgain > 0 && bytesAgain > 0) {
            int size = (int) (bytesAgain / segmentsAgain);
            sentAgain = sentAgain == 0 ? size : Math.min(sentAgain, size);
        }
        acknowledged = info.retransmits() > 0 ? info.bytesAcked() : TcpInfo.ABSENT - 1;
        segments = info.totalRetransmits();
        bytes = info.bytesRetransmitted();
        sacked = behind(info, flightBytes);
    }

    private static int behind(TcpInfo info, long flightBytes) {
        long mss = info.sendMssBytes();
        if (info.sackedSegments() <= 0 || info.unackedSegments() <= info.sackedSegments() || mss <= 0) {
            return 0;
        }
        long left = flightBytes - (info.unackedSegments() - info.sackedSegments()) * mss;
        return left > 0 && left < mss ? (int) left : 0;
    }

    Observation<Long> sentAgain() {
        return sentAgain == 0 ? Observation.none(Source.KERNEL) : Fact.kernel((long) sentAgain);
    }

    Observation<Long> sacked() {
        return sacked == 0 ? Observation.notObserved() : Fact.inferred((long) sacked);
    }
}
