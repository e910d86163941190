package dev.finspect.session.filter;

import dev.finspect.lifecycle.connection.Continuation;
import dev.finspect.record.LegRecord;
import dev.finspect.record.LegWire;
import dev.finspect.record.Outcome;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionRecord;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The words of the filter language that stand alone. */
enum FilterFlag implements Predicate<SessionRecord> {
    /** Some end sent an RST. */
    RST(Legs.any(
            leg -> leg.close().peerRst().isKnown() || leg.close().localRst().isKnown())),
    FIN(Legs.any(
            leg -> leg.close().peerFin().isKnown() || leg.close().localFin().isKnown())),
    /** Bytes came after the first FIN. */
    HALF_CLOSED(record -> record.close().halfClose().bytesAfter().or(0L) > 0),
    MID_STREAM(Legs.wire(wire -> wire.facts().midStream())),
    /** The capture lacks segments. */
    MISSED(Legs.wire(wire -> wire.facts().captureMissed())),
    ICMP(Legs.wire(wire -> wire.facts().icmp().count() > 0)),
    /** The ports of an earlier connection. */
    REUSED(Legs.wire(wire -> {
        Continuation before = wire.facts().continues();
        return before != null && !before.sameConnection();
    })),
    SIMULTANEOUS(Legs.any(leg -> leg.handshake().simultaneousOpen().or(false)
            || leg.close().simultaneousClose().or(false))),
    /** Something hangs now and a party is to blame. */
    HUNG(record -> record.diagnosed() != null && record.diagnosed().hangs()),
    /** Nothing is wrong: it lives or has ended clean, and no finding blames a party. */
    CLEAN(record -> record.event() != RecordEvent.ATTEMPT_FAILED
            && (record.outcome() == null || record.outcome() == Outcome.CLEAN)
            && (record.diagnosed() == null || !record.diagnosed().blamed())),
    /** Both legs of a session are in it. */
    JOINED(record -> !record.single());

    @SuppressWarnings("ImmutableEnumChecker") // the functions hold nothing
    private final Predicate<SessionRecord> holds;

    FilterFlag(Predicate<SessionRecord> holds) {
        this.holds = holds;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static String labels() {
        return Arrays.stream(values()).map(FilterFlag::label).collect(Collectors.joining(", "));
    }

    @Override
    public boolean test(SessionRecord record) {
        return holds.test(record);
    }

    /** Lifts what holds of a leg to a record. */
    private static final class Legs {
        static Predicate<SessionRecord> any(Predicate<LegRecord> holds) {
            return record -> holds.test(record.client()) || holds.test(record.upstream());
        }

        static Predicate<SessionRecord> wire(Predicate<LegWire> holds) {
            return any(leg -> leg.wire() != null && holds.test(leg.wire()));
        }
    }
}
