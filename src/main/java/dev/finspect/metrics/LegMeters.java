package dev.finspect.metrics;

import dev.finspect.record.CloseMark;
import dev.finspect.record.LegData;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import dev.finspect.wire.TcpInfo;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The meters of one leg of a route and of its peer. Any thread. */
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
    private final EnumCounters<ResetPhase> resets;
    private final EnumCounters<TimeWaitEnd> timeWait;
    private final Map<TransferLimit, Counter> limited = new EnumMap<>(TransferLimit.class);

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
        String direction = leg.other().label() + "_to_" + word;
        for (TransferLimit by : TransferLimit.values()) {
            limited.put(by, registry.counter(Meters.TRANSFER_LIMITED, route, direction, by.label()));
        }
        zeroWindowSeconds = registry.counter(Meters.ZERO_WINDOW, route, word);
        resets = new EnumCounters<>(
                EnumSet.allOf(ResetPhase.class), phase -> registry.counter(Meters.RESETS, route, word, phase.label()));
        timeWait = new EnumCounters<>(
                EnumSet.allOf(TimeWaitEnd.class), end -> registry.counter(Meters.TIME_WAIT, route, end.label()));
    }

    /**
     * The connection of the leg was established; {@code info} is the first reading of the kernel. After a retransmission its
     * round trip covers only the last try and is not the duration of the handshake.
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

    /** The first byte arrived from this peer, {@code sinceAcceptNanos} after accept(). */
    void firstByte(long sinceAcceptNanos) {
        firstByte.record(sinceAcceptNanos, TimeUnit.NANOSECONDS);
    }

    /** This peer sent the first FIN; the half-close lasted {@code nanos}. */
    void halfClosed(long nanos) {
        halfClose.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** This peer's FIN was forwarded after {@code nanos}. */
    void finRelayed(long nanos) {
        finRelay.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** This peer reset the session. */
    void reset(ResetPhase phase) {
        resets.increment(phase);
    }

    /** The capture shows {@code count} SYN retransmissions of a failed attempt. */
    void synRetransmitted(long count) {
        synRetransmits.increment((double) count);
    }

    /** Updates the meters from the record of a closed leg. */
    void closed(LegRecord record) {
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
        LegData.Transfer transfer = record.data().transfer();
        if (transfer.time().or(0L) > 0) {
            limited.forEach((by, seconds) -> {
                long nanos = by.nanos(leg, transfer);
                if (nanos > 0) {
                    seconds.increment(nanos / 1e9);
                }
            });
        }
        timeWait.increment(TimeWaitEnd.of(leg, record.close().timeWaitHolder().orNull()));
    }
}
