package dev.finspect.session;

import dev.finspect.record.Handshake;
import dev.finspect.tcp.Fact;
import dev.finspect.wire.SynSegment;
import dev.finspect.wire.TcpInfo;
import org.jspecify.annotations.Nullable;

/**
 * How a leg was opened, as far as the saved SYN, the first tcp_info and the time of connect() tell.
 *
 * <p>The option bits of tcp_info say what both ends agreed on. A responder may offer only what the originator offered, so
 * for the responder they say both yes and no; for the originator only yes. Neither end's MSS option can be had from
 * tcp_info: its MSS is the least of that option and the path's, so it stays unknown.
 */
final class LegOpening {
    private static final long UNKNOWN = LegTraffic.NEVER;

    private @Nullable SynSegment savedSyn;
    private long connectNanos = UNKNOWN;
    private long synAtEpochNanos;
    private int rttMicros = -1;
    private int retransmits = -1;
    private int optionBits = -1;
    private byte sendWindowScale;
    private byte receiveWindowScale;

    /** The client leg, at accept(). */
    void accepted(@Nullable SynSegment syn, @Nullable TcpInfo info) {
        savedSyn = syn;
        read(info);
    }

    /** The upstream leg, when connect() had succeeded. */
    void connected(long durationNanos, long synEpochNanos, @Nullable TcpInfo info) {
        connectNanos = durationNanos;
        synAtEpochNanos = synEpochNanos;
        read(info);
    }

    /** When connect() had succeeded; {@link LegTraffic#NEVER} while it has not. */
    long connectedAtEpochNanos() {
        return connectNanos == UNKNOWN ? UNKNOWN : synAtEpochNanos + connectNanos;
    }

    private void read(@Nullable TcpInfo info) {
        if (info != null) {
            rttMicros = (int) info.rttMicros();
            retransmits = (int) info.totalRetransmits();
            optionBits = (int) info.optionBits();
            sendWindowScale = (byte) info.sendWindowScale();
            receiveWindowScale = (byte) info.receiveWindowScale();
        }
    }

    /**
     * The client's handshake: the client is the originator. What tcp_info counts as sent again before accept() are SYN-ACKs;
     * its first round trip is from the SYN-ACK to the ACK, unless one was sent again.
     */
    Handshake ofClient() {
        return new Handshake(
                null,
                null,
                null,
                null,
                retransmits == 0 ? roundTripAsInterval() : null,
                null,
                null,
                rtt(),
                null,
                savedSyn == null ? originator(sendWindowScale, null) : originator(savedSyn),
                responder(receiveWindowScale, Fact.kernelNumber(retransmits)));
    }

    /**
     * The upstream's handshake: finspect is the originator. What tcp_info counts as sent again are SYNs; the SYN goes out
     * within connect(), and the first round trip is from the SYN to the SYN-ACK, unless one was sent again.
     */
    Handshake ofUpstream() {
        if (connectNanos == UNKNOWN) {
            return Handshake.UNKNOWN;
        }
        return new Handshake(
                Fact.inferred(synAtEpochNanos),
                null,
                null,
                retransmits == 0 ? roundTripAsInterval() : null,
                null,
                null,
                Fact.socket(connectNanos),
                rtt(),
                null,
                originator(receiveWindowScale, Fact.kernelNumber(retransmits)),
                responder(sendWindowScale, null));
    }

    private @Nullable Fact<Long> rtt() {
        return rttMicros < 0 ? null : Fact.kernel(rttMicros * 1_000L);
    }

    private @Nullable Fact<Long> roundTripAsInterval() {
        return rttMicros < 0 ? null : Fact.inferred(rttMicros * 1_000L);
    }

    private static Handshake.Side originator(SynSegment syn) {
        Integer mss = syn.mssBytes();
        Integer scale = syn.windowScale();
        return new Handshake.Side(
                Fact.kernel(syn.sequenceNumber()),
                null,
                null,
                Fact.kernel(syn.windowBytes()),
                mss == null ? null : Fact.kernel(mss.longValue()),
                scale == null ? null : Fact.kernel(scale.longValue()),
                Fact.kernel(syn.sackPermitted()),
                Fact.kernel(syn.timestampValue() != null),
                Fact.kernel(syn.ttl()));
    }

    private Handshake.Side originator(byte windowScale, @Nullable Fact<Long> sentAgain) {
        return new Handshake.Side(
                null,
                null,
                sentAgain,
                null,
                null,
                agreed(TcpInfo.OPTION_WINDOW_SCALE) ? Fact.kernelNumber(windowScale) : null,
                agreed(TcpInfo.OPTION_SACK) ? Fact.kernel(true) : null,
                agreed(TcpInfo.OPTION_TIMESTAMPS) ? Fact.kernel(true) : null,
                null);
    }

    private Handshake.Side responder(byte windowScale, @Nullable Fact<Long> sentAgain) {
        boolean known = optionBits >= 0;
        return new Handshake.Side(
                null,
                null,
                sentAgain,
                null,
                null,
                agreed(TcpInfo.OPTION_WINDOW_SCALE) ? Fact.kernelNumber(windowScale) : null,
                known ? Fact.kernel(agreed(TcpInfo.OPTION_SACK)) : null,
                known ? Fact.kernel(agreed(TcpInfo.OPTION_TIMESTAMPS)) : null,
                null);
    }

    private boolean agreed(int option) {
        return optionBits >= 0 && (optionBits & option) != 0;
    }
}
