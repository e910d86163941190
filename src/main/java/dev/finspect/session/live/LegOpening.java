package dev.finspect.session.live;

import dev.finspect.record.Handshake;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import dev.finspect.wire.SynSegment;
import dev.finspect.wire.TcpInfo;
import org.jspecify.annotations.Nullable;

/**
 * How a leg was opened, as far as the saved SYN, the first tcp_info and the time of connect() show.
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
    Handshake ofClient(long acceptedAtEpochNanos) {
        return new Handshake(
                new Handshake.Segments(
                        Observation.notObserved(),
                        Observation.notObserved(),
                        Observation.notObserved(),
                        Observation.notObserved(),
                        roundTripAsInterval(),
                        rtt()),
                Fact.socket(acceptedAtEpochNanos),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                savedSyn == null ? originator(sendWindowScale, Observation.notObserved()) : originator(savedSyn),
                responder(receiveWindowScale, Fact.kernelNumber(retransmits)));
    }

    /**
     * The upstream's handshake: finspect is the originator. What tcp_info counts as sent again are SYNs; the SYN goes out
     * within connect(), and the first round trip is from the SYN to the SYN-ACK, unless one was sent again.
     */
    Handshake ofUpstream() {
        if (connectNanos == UNKNOWN) {
            return Handshake.NOT_OBSERVED;
        }
        return new Handshake(
                new Handshake.Segments(
                        Fact.inferred(synAtEpochNanos),
                        Observation.notObserved(),
                        Observation.notObserved(),
                        roundTripAsInterval(),
                        Observation.notObserved(),
                        rtt()),
                Fact.socket(connectedAtEpochNanos()),
                Observation.notObserved(),
                Fact.socket(connectNanos),
                Observation.notObserved(),
                originator(receiveWindowScale, Fact.kernelNumber(retransmits)),
                responder(sendWindowScale, Observation.notObserved()));
    }

    private Observation<Long> rtt() {
        return rttMicros < 0 ? Observation.notObserved() : Fact.kernel(rttMicros * 1_000L);
    }

    /** The first round trip as the time between two segments of the handshake: only when none was sent again. */
    private Observation<Long> roundTripAsInterval() {
        return rttMicros < 0 || retransmits != 0 ? Observation.notObserved() : Fact.inferred(rttMicros * 1_000L);
    }

    private static Handshake.Side originator(SynSegment syn) {
        Integer mss = syn.mssBytes();
        Integer scale = syn.windowScale();
        return new Handshake.Side(
                Fact.kernel(syn.sequenceNumber()),
                Observation.notObserved(),
                Observation.notObserved(),
                Fact.kernel(syn.windowBytes()),
                Fact.kernel(syn.ttl()),
                new Handshake.Options(
                        mss == null ? Observation.none(Source.KERNEL) : Fact.kernel(mss.longValue()),
                        scale == null ? Observation.none(Source.KERNEL) : Fact.kernel(scale.longValue()),
                        Fact.kernel(syn.sackPermitted()),
                        Fact.kernel(syn.timestampValue() != null)));
    }

    private Handshake.Side originator(byte windowScale, Observation<Long> sentAgain) {
        return side(
                windowScale,
                sentAgain,
                agreed(TcpInfo.OPTION_SACK) ? Fact.kernel(true) : Observation.notObserved(),
                agreed(TcpInfo.OPTION_TIMESTAMPS) ? Fact.kernel(true) : Observation.notObserved());
    }

    private Handshake.Side responder(byte windowScale, Observation<Long> sentAgain) {
        boolean known = optionBits >= 0;
        return side(
                windowScale,
                sentAgain,
                known ? Fact.kernel(agreed(TcpInfo.OPTION_SACK)) : Observation.notObserved(),
                known ? Fact.kernel(agreed(TcpInfo.OPTION_TIMESTAMPS)) : Observation.notObserved());
    }

    private Handshake.Side side(
            byte windowScale, Observation<Long> sentAgain, Observation<Boolean> sack, Observation<Boolean> timestamps) {
        return new Handshake.Side(
                Observation.notObserved(),
                Observation.notObserved(),
                sentAgain,
                Observation.notObserved(),
                Observation.notObserved(),
                new Handshake.Options(
                        Observation.notObserved(),
                        agreed(TcpInfo.OPTION_WINDOW_SCALE)
                                ? Fact.kernelNumber(windowScale)
                                : Observation.notObserved(),
                        sack,
                        timestamps));
    }

    private boolean agreed(int option) {
        return optionBits >= 0 && (optionBits & option) != 0;
    }
}
