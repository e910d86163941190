package dev.finspect.record;

import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import dev.finspect.wire.conntrack.ConntrackEntry;
import org.jspecify.annotations.Nullable;

/**
 * What this host's connection tracking (conntrack) knew of a leg's connection when it was asked, in finspect's own network
 * namespace. It remembers connections in order to filter their packets and to translate their addresses; what it has forgotten
 * may not get through any more. Times are wall clock, nanoseconds since the Unix epoch.
 *
 * @param atEpochNanos when it was asked
 * @param entry its entry of the connection; none where it has none though it tracks here: it has entries of other TCP connections,
 *     or had one of this connection; else not observed
 * @param earlier the last entry of the connection that an earlier look found, other than one that was picked up in mid-stream;
 *     not observed without such a look
 * @param others how many other connections it tracks that have the same service as this one and had a packet a short while ago, as
 *     far as the table was read; looked for only where there is no entry
 * @param failures segments that this host's kernel could not send again since it started, of all connections: a packet filter on
 *     this host refuses them
 * @param first the first look since bytes are unacknowledged; it may be this one
 * @param table the table of all connections
 * @param unseen why the entry is not observed; null where it is
 */
public record Tracking(
        long atEpochNanos,
        Observation<ConntrackEntry> entry,
        Observation<Seen> earlier,
        Observation<Long> others,
        Observation<Long> failures,
        Observation<Look> first,
        Table table,
        @Nullable String unseen) {
    /**
     * The table of all connections in this network namespace, of any protocol.
     *
     * @param entries how many it has
     * @param mostEntries how many it takes
     * @param establishedNanos for how long it remembers an established TCP connection without a packet
     * @param unansweredNanos the same of one whose bytes are sent again without an answer, where that is shorter
     * @param loose whether it makes an entry for a TCP connection of which it sees a packet in mid-stream
     */
    public record Table(
            Observation<Long> entries,
            Observation<Long> mostEntries,
            Observation<Long> establishedNanos,
            Observation<Long> unansweredNanos,
            Observation<Boolean> loose) {
        /** There is none, or nothing of it can be read. */
        public static final Table NOT_OBSERVED = new Table(
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved());

        /** For how long it remembers a connection at least, while bytes are sent again on it; 0 where that is not known. */
        long remembersNanos() {
            return Math.min(establishedNanos.or(0L), unansweredNanos.or(0L));
        }
    }

    /**
     * An entry that an earlier look found.
     *
     * @param atEpochNanos when
     */
    public record Seen(long atEpochNanos, ConntrackEntry entry) {}

    /**
     * A look at the entry.
     *
     * @param lost whether the connection's own entry was missing: there was none, or one that was made in mid-stream
     * @param failures as {@link Tracking#failures}
     */
    public record Look(long atEpochNanos, boolean lost, Observation<Long> failures) {}

    /** One whose entry is not observed, for this reason. */
    public static Tracking unseen(long atEpochNanos, Table table, String reason) {
        return new Tracking(
                atEpochNanos,
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                table,
                reason);
    }

    /** The same with what earlier looks found: where they found an entry, that there is none now is known. */
    public Tracking after(Observation<Seen> earlierEntry, Observation<Look> firstLook) {
        boolean gone = entry.isNotObserved() && others.isNone() && earlierEntry.isKnown();
        return new Tracking(
                atEpochNanos,
                gone ? Observation.none(Source.CONNTRACK) : entry,
                earlierEntry,
                others,
                failures,
                firstLook,
                table,
                gone ? null : unseen);
    }

    /** This look. */
    public Look look() {
        ConntrackEntry now = entry.orNull();
        return new Look(atEpochNanos, entry.isNone() || (now != null && now.pickedUp()), failures);
    }

    /**
     * Whether the connection was forgotten before bytes were sent on it. There is no entry. An earlier look found one; or others of
     * its service are tracked, and it rested for as long as an idle connection is remembered. An entry that may have gone while the
     * bytes were sent again says nothing.
     *
     * @param sentEpochNanos when the bytes were sent
     * @param restedNanos how long it was idle before
     */
    public boolean forgotten(long sentEpochNanos, long restedNanos) {
        boolean outlived =
                others.or(0L) > 0 && restedNanos >= table.establishedNanos().or(Long.MAX_VALUE);
        return entry.isNone() && (earlier.isKnown() || outlived) && lostAtFirst(sentEpochNanos);
    }

    /**
     * Whether the entry was made in mid-stream, translates, and no packet has come back since: what is sent may be
     * translated otherwise than before. Not where it is known to be translated as before.
     */
    public boolean replaced(long sentEpochNanos) {
        ConntrackEntry now = entry.orNull();
        Seen before = earlier.orNull();
        return now != null
                && now.pickedUp()
                && !now.replied()
                && now.translated()
                && (before == null || !before.entry().reply().equals(now.reply()))
                && lostAtFirst(sentEpochNanos);
    }

    private boolean lostAtFirst(long sentEpochNanos) {
        Look look = first.orNull();
        return look != null && look.lost && look.atEpochNanos - sentEpochNanos < table.remembersNanos();
    }

    /** Segments, of all connections, that this host's kernel could not send again since it was asked first; none without. */
    public Observation<Long> refused() {
        Fact<Long> now = failures.fact();
        Look look = first.orNull();
        Long before = look == null ? null : look.failures.orNull();
        if (now == null || before == null) {
            return Observation.notObserved();
        }
        return now.value() > before ? new Fact<>(now.value() - before, now.source()) : Observation.none(now.source());
    }

    /** Whether addresses or ports of the connection were translated when an earlier look found its entry. */
    public boolean wasTranslated() {
        Seen before = earlier.orNull();
        return before != null && before.entry().translated();
    }
}
