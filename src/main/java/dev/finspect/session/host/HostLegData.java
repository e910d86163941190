package dev.finspect.session.host;

import dev.finspect.record.LegData;
import dev.finspect.record.SegmentSizes;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import dev.finspect.wire.TcpInfo;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What passed on one leg of a connection that finspect is not in, for its record: by the socket of the end that stands where
 * finspect's own would, and where that is not on this host, by the peer's as far as that shows it.
 */
final class HostLegData {
    private static final long NANOS_PER_MICRO = 1_000;
    /** The longest tick of the kernel's timer (100 Hz). */
    private static final long TICK_NANOS = 10_000_000;

    private final @Nullable HostEnd peer;
    /** The ends where the kernel gives their numbers: not of one that it only keeps for a while. */
    private final @Nullable HostEnd own;

    private final @Nullable HostEnd far;

    private HostLegData(@Nullable HostEnd local, @Nullable HostEnd peer) {
        this.peer = peer;
        this.own = HostEnd.ifRead(local);
        this.far = HostEnd.ifRead(peer);
    }

    /** Between these ends, where they are on this host. */
    static LegData of(@Nullable HostEnd local, @Nullable HostEnd peer) {
        return new HostLegData(local, peer).data();
    }

    private LegData data() {
        LegData.Traffic traffic = traffic();
        return new LegData(
                traffic,
                path(),
                loss(),
                windows(),
                queue(),
                flight(),
                LegData.Relay.NOT_OBSERVED,
                turns(traffic),
                LegData.Transfer.NOT_OBSERVED);
    }

    private LegData.Traffic traffic() {
        long received = own != null ? own.bytesReceived() : far == null ? 0 : far.bytesSent();
        long sent = own != null ? own.bytesSent() : far == null ? 0 : far.bytesReceived();
        Long receivedAt = own != null ? own.lastReceivedAt() : far == null ? null : far.lastTransmittedAt();
        return new LegData.Traffic(
                Fact.kernel(received),
                Fact.kernel(sent),
                own == null
                        ? Observation.notObserved()
                        : Fact.kernelNumber(own.info().segmentsReceived()),
                own == null
                        ? Observation.notObserved()
                        : Fact.kernelNumber(own.info().segmentsSent()),
                Observation.notObserved(),
                at(before(receivedAt, lastSent())),
                Observation.notObserved(),
                lastSentAt());
    }

    /**
     * When the peer spoke last, in the order in which it happened: the kernel's ages are in ticks, and of two within one tick the
     * bytes that lie unread came later, since the peer's program cannot have answered them.
     */
    private @Nullable Long before(@Nullable Long receivedAt, @Nullable Long sentAt) {
        boolean unread = peer != null && peer.now().unreadBytes() > 0;
        if (receivedAt == null || sentAt == null || !unread || Math.abs(sentAt - receivedAt) > TICK_NANOS) {
            return receivedAt;
        }
        return Math.min(receivedAt, sentAt) - 1;
    }

    /** When bytes were sent to the peer last: repetitions do not count. */
    private Observation<Long> lastSentAt() {
        boolean tries = own != null && own.info().probes() > 0 && own.info().peerWindowBytes() != 0;
        return tries ? Observation.notObserved() : at(lastSent());
    }

    private @Nullable Long lastSent() {
        if (own == null) {
            return far == null ? null : far.lastReceivedAt();
        }
        Long transmitted = own.lastTransmittedAt();
        Long unacked = own.info().retransmits() > 0 ? own.unackedSince() : null;
        return transmitted == null || unacked == null ? transmitted : (Long) Math.min(transmitted, unacked);
    }

    private static Observation<Long> at(@Nullable Long epochNanos) {
        return epochNanos == null ? Observation.none(Source.KERNEL) : Fact.kernel(epochNanos.longValue());
    }

    private TcpInfo info() {
        return own == null ? TcpInfo.decode(ByteBuffer.allocate(0), 0) : own.info();
    }

    private static Observation<Long> times(long number, long factor) {
        return number < 0 ? Observation.notObserved() : Fact.kernel(number * factor);
    }

    private LegData.Path path() {
        return new LegData.Path(
                times(info().rttMicros(), NANOS_PER_MICRO),
                times(info().minRttMicros(), NANOS_PER_MICRO),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved());
    }

    private LegData.Loss loss() {
        Observation<Long> since = own == null || info().outOfOrderSegments() < 0
                ? Observation.notObserved()
                : own.hasHole() ? Fact.kernel(own.beforeEpochNanos()) : Observation.none(Source.KERNEL);
        return new LegData.Loss(
                Fact.kernelNumber(info().totalRetransmits()),
                Observation.notObserved(),
                Fact.kernelNumber(info().bytesRetransmitted()),
                Observation.notObserved(),
                new LegData.Hole(
                        since,
                        own == null || since.isNotObserved()
                                ? Observation.notObserved()
                                : Fact.kernel(own.nowEpochNanos())),
                SegmentSizes.ofSent(
                        Fact.kernelNumber(info().sendMssBytes()),
                        Observation.notObserved(),
                        Observation.notObserved()));
    }

    private LegData.Windows windows() {
        if (own == null) {
            return LegData.Windows.NOT_OBSERVED;
        }
        Observation<Long> never = info().receiverLimitedMicros() == 0 ? Fact.kernel(0L) : Observation.notObserved();
        return new LegData.Windows(
                never,
                never,
                Observation.notObserved(),
                Observation.notObserved(),
                at(own.windowClosedSince()),
                never,
                windowFullSince(own));
    }

    /** The same as {@code KernelReadings} finds of finspect's own sockets. */
    private Observation<Long> windowFullSince(HostEnd own) {
        if (info().peerWindowBytes() < 0) {
            return Observation.notObserved();
        }
        long flight = own.flightBytes();
        long wanted = info().notSentBytes() > 0 ? flight + Math.max(1, info().sendMssBytes()) - 1 : flight;
        boolean full = flight > 0 && wanted >= info().peerWindowBytes();
        return full ? Fact.inferred(own.nowEpochNanos()) : Observation.none(Source.INFERRED);
    }

    private LegData.Queue queue() {
        if (own == null) {
            return LegData.Queue.NOT_OBSERVED;
        }
        return new LegData.Queue(
                times(info().busyMicros(), NANOS_PER_MICRO),
                times(info().receiverLimitedMicros(), NANOS_PER_MICRO),
                times(info().sendBufferLimitedMicros(), NANOS_PER_MICRO),
                Fact.kernelNumber(info().unackedSegments()),
                Fact.kernelNumber(info().notSentBytes()),
                Fact.kernelNumber(info().peerWindowBytes()),
                Fact.kernel(own.state()));
    }

    private LegData.Flight flight() {
        if (own == null) {
            return far != null && far.now().unreadBytes() > 0 ? arrived(far) : LegData.Flight.NOT_OBSERVED;
        }
        return new LegData.Flight(
                Fact.kernelNumber(info().unackedSegments()),
                Fact.kernel(own.bytesAcknowledged()),
                at(own.unackedSince()),
                Observation.notObserved(),
                Fact.kernelNumber(info().retransmits()),
                Fact.kernelNumber(info().probes()),
                own.isEstablished() ? at(own.lastHeardAt()) : Observation.notObserved(),
                Fact.kernel(own.state()),
                new LegData.Retransmission(
                        Fact.kernelNumber(info().sackedSegments()),
                        times(info().retransmitTimeoutMicros(), NANOS_PER_MICRO),
                        Fact.kernelNumber(info().backoff()),
                        Fact.kernelNumber(info().sendMssBytes()),
                        Fact.kernelUnlessZero(info().pathMtuBytes())));
    }

    /** What its program has not read has arrived, and is no loss. */
    private static LegData.Flight arrived(HostEnd far) {
        LegData.Flight none = LegData.Flight.NOT_OBSERVED;
        return new LegData.Flight(
                none.unackedSegments(),
                Fact.inferred(far.bytesReceived()),
                none.unackedSince(),
                none.stalledUntil(),
                none.backoffs(),
                none.probes(),
                none.lastHeardAt(),
                none.localState(),
                none.retransmission());
    }

    /** Of a peer that has never sent a byte, all that was sent to it is one turn. */
    private static LegData.Turns turns(LegData.Traffic traffic) {
        LegData.Turns none = LegData.Turns.NOT_OBSERVED;
        boolean oneTurn =
                traffic.bytesReceived().value() == 0 && traffic.bytesSent().value() > 0;
        return !oneTurn
                ? none
                : new LegData.Turns(
                        Fact.inferred(traffic.bytesSent().value()),
                        none.unansweredTurns(),
                        none.longestAnswer(),
                        none.lastRest(),
                        none.lastRestEndedAt(),
                        none.lastRestBytesSent(),
                        none.unansweredSince(),
                        none.answeredTurns(),
                        none.answeredTurnsTime(),
                        none.answersTime(),
                        none.answers());
    }
}
