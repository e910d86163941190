package dev.finspect.session.filter;

import dev.finspect.lifecycle.connection.EndpointFacts;
import dev.finspect.record.LegRecord;
import dev.finspect.record.LegWire;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.Observation;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** The names of the filter language that are compared with a number: {@code duration>1s}. */
enum FilterNumber {
    DURATION(Unit.TIME, record -> record.durationNanos()),
    /** Since the last byte of either peer, to the end or to the moment of the record. */
    IDLE(Unit.TIME, FilterNumber::idle),
    /** Both directions of the client leg. */
    BYTES(
            Unit.BYTES,
            record -> record.client().bytesReceived() + record.client().bytesSent()),
    /** The worst leg's. */
    RTT(
            Unit.TIME,
            greatest(leg -> leg.handshake().rtt().isKnown()
                    ? leg.handshake().rtt()
                    : leg.data().path().smoothedRtt())),
    RETRANSMITS(
            Unit.COUNT,
            sum(
                    leg -> leg.data().loss().retransmitsSent(),
                    leg -> leg.data().loss().retransmitsReceived())),
    SYN_RETRANSMITS(
            Unit.COUNT,
            sum(
                    leg -> leg.handshake().originator().retransmits(),
                    leg -> leg.handshake().responder().retransmits())),
    ZERO_WINDOWS(
            Unit.COUNT,
            sum(
                    leg -> leg.data().windows().peerZeroWindows(),
                    leg -> leg.data().windows().localZeroWindows())),
    OUT_OF_ORDER(Unit.COUNT, ends(end -> end.stream().outOfOrderSegments())),
    KEEP_ALIVES(Unit.COUNT, ends(end -> end.stream().keepAlives())),
    WRONG_CHECKSUMS(Unit.COUNT, ends(end -> end.stream().wrongChecksums())),
    SEGMENTS(Unit.COUNT, ends(end -> end.stream().segments()));

    private enum Unit {
        COUNT("number"),
        TIME("time: give a number with ns, us, ms, s, m or h"),
        BYTES("size: give a number, with kB, MB or GB behind it where it is large");

        final String wants;

        Unit(String wants) {
            this.wants = wants;
        }
    }

    private static final long UNKNOWN = -1;

    private final Unit unit;

    @SuppressWarnings("ImmutableEnumChecker") // the functions hold nothing
    private final ToLongFunction<SessionRecord> of;

    FilterNumber(Unit unit, ToLongFunction<SessionRecord> of) {
        this.unit = unit;
        this.of = of;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static String labels() {
        return Arrays.stream(values()).map(FilterNumber::label).collect(Collectors.joining(", "));
    }

    String wants() {
        return unit.wants;
    }

    boolean count() {
        return unit == Unit.COUNT;
    }

    /** Of this record; negative where it is not known. */
    long of(SessionRecord record) {
        return of.applyAsLong(record);
    }

    boolean known(SessionRecord record) {
        return of(record) >= 0;
    }

    /** The number in a filter; negative when it is none. */
    long read(String text) {
        int end = 0;
        while (end < text.length() && (Character.isDigit(text.charAt(end)) || text.charAt(end) == '.')) {
            end++;
        }
        double scale = scale(text.substring(end));
        if (scale == 0 || !text.substring(0, end).matches("[0-9]{1,15}(\\.[0-9]{1,9})?")) {
            return UNKNOWN;
        }
        return Math.round(Double.parseDouble(text.substring(0, end)) * scale);
    }

    /** 0 for a unit that does not fit. A time without a unit is rejected as ambiguous. */
    private double scale(String suffix) {
        return switch (unit) {
            case COUNT -> suffix.isEmpty() ? 1 : 0;
            case TIME ->
                switch (suffix) {
                    case "ns" -> 1;
                    case "us" -> 1e3;
                    case "ms" -> 1e6;
                    case "s" -> 1e9;
                    case "m" -> 60e9;
                    case "h" -> 3600e9;
                    default -> 0;
                };
            case BYTES ->
                switch (suffix) {
                    case "", "B" -> 1;
                    case "kB", "k", "KB" -> 1e3;
                    case "MB", "M" -> 1e6;
                    case "GB", "G" -> 1e9;
                    default -> 0;
                };
        };
    }

    private static long idle(SessionRecord record) {
        long start = record.identity().startEpochNanos();
        long last = start;
        for (LegRecord leg : List.of(record.client(), record.upstream())) {
            last = Math.max(last, leg.lastReceivedAt().or(start));
            last = Math.max(last, leg.lastSentAt().or(start));
        }
        return Math.max(0, start + record.durationNanos() - last);
    }

    private static ToLongFunction<SessionRecord> greatest(Function<LegRecord, Observation<Long>> of) {
        return record -> Math.max(value(of.apply(record.client())), value(of.apply(record.upstream())));
    }

    private static ToLongFunction<SessionRecord> sum(
            Function<LegRecord, Observation<Long>> one, Function<LegRecord, Observation<Long>> other) {
        return record -> add(
                add(value(one.apply(record.client())), value(other.apply(record.client()))),
                add(value(one.apply(record.upstream())), value(other.apply(record.upstream()))));
    }

    private static ToLongFunction<SessionRecord> ends(ToLongFunction<EndpointFacts> of) {
        return record -> add(ends(record.client(), of), ends(record.upstream(), of));
    }

    private static long ends(LegRecord leg, ToLongFunction<EndpointFacts> of) {
        LegWire wire = leg.wire();
        return wire == null || !wire.mode().seesData()
                ? UNKNOWN
                : of.applyAsLong(wire.peerEnd()) + of.applyAsLong(wire.localEnd());
    }

    private static long value(Observation<Long> observed) {
        return observed.or(UNKNOWN);
    }

    /** The sum of what is known. */
    private static long add(long one, long other) {
        return one < 0 ? other : other < 0 ? one : one + other;
    }
}
