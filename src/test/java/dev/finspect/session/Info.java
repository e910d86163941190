package dev.finspect.session;

import dev.finspect.tcp.TcpState;
import dev.finspect.wire.TcpInfo;

/** A reading of tcp_info: an established connection that nothing holds back, but for what a test says. */
final class Info {
    private TcpState state = TcpState.ESTABLISHED;
    private long probes;
    private long optionBits = 7;
    private long sendWindowScale = 9;
    private long receiveWindowScale = 10;
    private long rttMicros = 250;
    private long totalRetransmits;
    private long segmentsSent = 11;
    private long notSentBytes;
    private long receiverLimitedMicros;
    private long peerWindowBytes = 65_536;
    private long backoffs;
    private long unackedSegments = 3;
    private long lastDataReceivedMillis = 20;
    private long lastAckReceivedMillis = 20;
    private long bytesAcked = 1_000;

    /** What a kernel returns that knows no byte of it. */
    static TcpInfo empty() {
        return TcpInfo.decode(java.nio.ByteBuffer.allocate(0), 0);
    }

    Info state(TcpState value) {
        state = value;
        return this;
    }

    Info probes(long value) {
        probes = value;
        return this;
    }

    Info options(long value) {
        optionBits = value;
        return this;
    }

    Info rtt(long micros) {
        rttMicros = micros;
        return this;
    }

    Info retransmits(long value) {
        totalRetransmits = value;
        return this;
    }

    Info segmentsSent(long value) {
        segmentsSent = value;
        return this;
    }

    Info notSent(long bytes) {
        notSentBytes = bytes;
        return this;
    }

    Info receiverLimited(long micros) {
        receiverLimitedMicros = micros;
        return this;
    }

    Info peerWindow(long bytes) {
        peerWindowBytes = bytes;
        return this;
    }

    Info backoffs(long value) {
        backoffs = value;
        return this;
    }

    /** So many segments in flight, and so many bytes acknowledged so far. */
    Info unacked(long segments, long acknowledgedBytes) {
        unackedSegments = segments;
        bytesAcked = acknowledgedBytes;
        return this;
    }

    Info lastHeard(long dataMillis, long ackMillis) {
        lastDataReceivedMillis = dataMillis;
        lastAckReceivedMillis = ackMillis;
        return this;
    }

    TcpInfo build() {
        return new TcpInfo(
                state,
                backoffs,
                probes,
                optionBits,
                sendWindowScale,
                receiveWindowScale,
                1_448,
                1_448,
                unackedSegments,
                0,
                10,
                lastDataReceivedMillis,
                lastAckReceivedMillis,
                rttMicros,
                50,
                totalRetransmits,
                bytesAcked,
                2_000,
                segmentsSent,
                12,
                notSentBytes,
                200,
                3_000,
                receiverLimitedMicros,
                5_000,
                totalRetransmits * 100,
                peerWindowBytes);
    }
}
