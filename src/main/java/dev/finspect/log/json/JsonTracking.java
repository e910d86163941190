package dev.finspect.log.json;

import com.fasterxml.jackson.core.io.SerializedString;
import dev.finspect.record.Tracking;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import dev.finspect.wire.conntrack.ConntrackEntry;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes what this host's connection tracking knew of a leg; nothing where it was not asked. */
final class JsonTracking {
    private static final SerializedString CONNTRACK = new SerializedString("conntrack");
    private static final SerializedString AT = new SerializedString("at");
    private static final SerializedString HAS_ENTRY = new SerializedString("has_entry");
    private static final SerializedString STATE = new SerializedString("state");
    private static final SerializedString ORIGINAL = new SerializedString("original");
    private static final SerializedString REPLY = new SerializedString("reply");
    private static final SerializedString REPLIED = new SerializedString("replied");
    private static final SerializedString MID_STREAM = new SerializedString("mid_stream");
    private static final SerializedString LEFT_SECONDS = new SerializedString("left_seconds");
    private static final SerializedString ENTRY_SEEN_AT = new SerializedString("entry_seen_at");
    private static final SerializedString OTHERS = new SerializedString("others");
    private static final SerializedString REFUSED = new SerializedString("refused_retransmits");
    private static final SerializedString ENTRIES = new SerializedString("entries");
    private static final SerializedString MOST_ENTRIES = new SerializedString("most_entries");
    private static final SerializedString ESTABLISHED_SECONDS = new SerializedString("established_timeout_seconds");
    private static final SerializedString LOOSE = new SerializedString("loose");
    private static final SerializedString UNSEEN = new SerializedString("unseen");
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private JsonTracking() {}

    static void write(@Nullable Tracking tracking, FactWriter out) {
        if (tracking == null) {
            return;
        }
        Observation<ConntrackEntry> entry = tracking.entry();
        Tracking.Seen before = tracking.earlier().orNull();
        out.json.writeFieldName(CONNTRACK);
        out.json.writeStartObject();
        out.time(AT, tracking.atEpochNanos());
        out.flag(HAS_ENTRY, entry.isNotObserved() ? Observation.notObserved() : fact(entry.isKnown()));
        out.text(STATE, of(entry, each -> each.state().name()), Function.identity());
        out.text(ORIGINAL, of(entry, ConntrackEntry::original), FourTuple::toString);
        out.text(REPLY, of(entry, ConntrackEntry::reply), FourTuple::toString);
        out.flag(REPLIED, of(entry, ConntrackEntry::replied));
        out.flag(MID_STREAM, of(entry, ConntrackEntry::pickedUp));
        out.seconds(
                LEFT_SECONDS,
                of(entry, each -> each.secondsLeft() < 0 ? null : (Long) (each.secondsLeft() * NANOS_PER_SECOND)));
        out.time(ENTRY_SEEN_AT, before == null ? Observation.notObserved() : fact(before.atEpochNanos()));
        out.number(OTHERS, tracking.others().isNone() ? fact(0L) : tracking.others());
        out.number(REFUSED, tracking.refused());
        out.number(ENTRIES, tracking.table().entries());
        out.number(MOST_ENTRIES, tracking.table().mostEntries());
        out.seconds(ESTABLISHED_SECONDS, tracking.table().establishedNanos());
        out.flag(LOOSE, tracking.table().loose());
        out.text(UNSEEN, tracking.unseen());
        out.sources();
        out.json.writeEndObject();
    }

    private static <T> Observation<T> fact(T value) {
        return new Fact<>(value, Source.CONNTRACK);
    }

    private static <T> Observation<T> of(Observation<ConntrackEntry> entry, Function<ConntrackEntry, @Nullable T> of) {
        ConntrackEntry known = entry.orNull();
        T value = known == null ? null : of.apply(known);
        return value == null ? Observation.notObserved() : fact(value);
    }
}
