package dev.finspect.metrics;

import dev.finspect.record.CloseMark;
import dev.finspect.record.LegClose;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import dev.finspect.wire.TcpInfo;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The kept meters of one leg of a route, and of the peer at its far end. Any thread. */
final class LegMeters {
    private final Leg leg;
    private final Timer handshake;
    private final Timer wholeHandshake;
    private final Counter synRetransmits;
    private final Timer firstByte;
    private final Timer halfClose;
    private final Timer closeWait;
    private final Timer finRelay;
    private final Timer finAck;
    private final Timer rtt;
    private final Counter retransmits;
    private final Counter retransmitsReceived;
    private final Counter zeroWindowSeconds;
    private final Map<ResetPhase, Counter> resets = new EnumMap<>(ResetPhase.class);
    private final Map<TimeWaitHolder, Counter> timeWait = new EnumMap<>(TimeWaitHolder.class);

    LegMeters(Registry registry, String route, Leg leg) {
        this.leg = leg;
        String word = leg.label();
        handshake = registry.histogram(
                Meters.HANDSHAKE_DURATION, route, word, leg == Leg.CLIENT ? "synack_to_ack" : "syn_to_synack");
        wholeHandshake = registry.histogram(Meters.HANDSHAKE_DURATION, route, word, "total");
        synRetransmits = registry.counter(Meters.SYN_RETRANSMITS, route, word);
        firstByte = registry.histogram(Meters.FIRST_BYTE_DURATION, route, word);
        halfClose = registry.histogram(Meters.HALF_CLOSE_DURATION, route, word);
        closeWait = registry.histogram(Meters.CLOSE_WAIT_DURATION, route, word);
        finRelay = registry.histogram(
                Meters.FIN_RELAY_DURATION, route, word + "_to_" + leg.other().label());
        finAck = registry.histogram(Meters.FIN_ACK_DURATION, route, word);
        rtt = registry.histogram(Meters.RTT, route, word);
        retransmits = registry.counter(Meters.RETRANSMITS, route, word, "sent");
        retransmitsReceived = registry.counter(Meters.RETRANSMITS, route, word, "received");
        zeroWindowSeconds = registry.counter(Meters.ZERO_WINDOW, route, word);
        for (ResetPhase phase : ResetPhase.values()) {
            resets.put(phase, registry.counter(Meters.RESETS, route, word, phase.label()));
        }
        for (TimeWaitHolder holder : TimeWaitHolder.values()) {
            timeWait.put(holder, registry.counter(Meters.TIME_WAIT, route, holder.label()));
        }
    }

    /**
     * The leg's connection was established; {@code info} is the kernel's first reading of it. After a retransmission its
     * round trip is that of the last try alone, and so says nothing of the handshake.
     */
    void established(@Nullable TcpInfo info) {
        if (info == null) {
            return;
        }
        if (info.rttMicros() > 0 && info.totalRetransmits() <= 0) {
            handshake.record(info.rttMicros(), TimeUnit.MICROSECONDS);
        }
        if (info.totalRetransmits() > 0) {
            synRetransmits.increment((double) info.totalRetransmits());
        }
    }

    /** The first byte came from this peer, so long after accept(). */
    void firstByte(long sinceAcceptNanos) {
        firstByte.record(sinceAcceptNanos, TimeUnit.NANOSECONDS);
    }

    /** This peer's FIN came first, and its half-close lasted so long. */
    void halfClosed(long nanos) {
        halfClose.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** This peer's FIN was passed on after so long. */
    void finRelayed(long nanos) {
        finRelay.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** This peer reset the session. */
    void reset(ResetPhase phase) {
        Kept.of(resets, phase).increment();
    }

    /** The wire showed that an attempt which failed had sent its SYN again so often. */
    void synSentAgain(long times) {
        synRetransmits.increment((double) times);
    }

    /** The leg is over: takes what its record knows. */
    void over(LegRecord record) {
        Fact<Long> syn = record.handshake().synAt().fact();
        Fact<Long> ack = record.handshake().ackAt().fact();
        if (syn != null && ack != null && syn.source() == Source.WIRE) {
            wholeHandshake.record(Math.max(0, ack.value() - syn.value()), TimeUnit.NANOSECONDS);
        }
        Long closeWaitNanos = record.close().waits().peerCloseWait().orNull();
        if (closeWaitNanos != null) {
            closeWait.record(closeWaitNanos, TimeUnit.NANOSECONDS);
        }
        CloseMark fin = record.close().localFin().orNull();
        Fact<Long> finAckTime = fin == null ? null : fin.timeToAck().fact();
        if (finAckTime != null && finAckTime.source() != Source.INFERRED) {
            finAck.record(finAckTime.value(), TimeUnit.NANOSECONDS);
        }
        Long rttNanos = record.data().path().smoothedRtt().orNull();
        if (rttNanos != null) {
            rtt.record(rttNanos, TimeUnit.NANOSECONDS);
        }
        Long sentAgain = record.data().loss().retransmitsSent().orNull();
        if (sentAgain != null) {
            retransmits.increment(sentAgain.doubleValue());
        }
        Long receivedAgain = record.data().loss().retransmitsReceived().orNull();
        if (receivedAgain != null) {
            retransmitsReceived.increment(receivedAgain.doubleValue());
        }
        Long zeroWindowNanos = record.data().windows().peerZeroWindowTime().orNull();
        if (zeroWindowNanos != null) {
            zeroWindowSeconds.increment(zeroWindowNanos / 1e9);
        }
        LegClose.TimeWaitHolder holder = record.close().timeWaitHolder().orNull();
        if (holder != null) {
            Kept.of(timeWait, TimeWaitHolder.of(leg, holder)).increment();
        }
    }
}
