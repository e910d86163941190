package dev.finspect.diagnose;

import dev.finspect.tcp.Leg;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was found in a session: who owes the next step, since when, what proves it, and which other readings of the same facts
 * are ruled out or open. Immutable.
 *
 * @param own who is to blame if the finding's own reading is right
 * @param leg which leg it is about; null if it is about both or about finspect
 * @param sinceEpochNanos since when it is so, not since when it is known; wall clock, nanoseconds since the Unix epoch
 * @param untilEpochNanos up to when it was seen to be so: the snapshot's moment; same clock
 * @param evidence never empty
 * @param alternatives every other reading of its kind, as tested
 * @param explained findings that were made as well and are only a consequence of this one
 */
public record Finding(
        FindingId id,
        Blame own,
        @Nullable Leg leg,
        long sinceEpochNanos,
        long untilEpochNanos,
        List<Evidence> evidence,
        List<Alternative> alternatives,
        List<FindingId> explained) {
    /** A finding as its kind makes it; the diagnosis adds until when it was seen, and what it explains. */
    public Finding(FindingId id, Situation situation, List<Alternative> alternatives) {
        this(
                id,
                situation.own(),
                situation.leg(),
                situation.sinceEpochNanos(),
                situation.sinceEpochNanos(),
                List.copyOf(situation.evidence()),
                List.copyOf(alternatives),
                List.of());
    }

    /** The same, seen up to this moment and explaining these others. */
    public Finding seenAt(long atEpochNanos, List<FindingId> others) {
        return new Finding(
                id,
                own,
                leg,
                sinceEpochNanos,
                Math.max(sinceEpochNanos, atEpochNanos),
                evidence,
                alternatives,
                List.copyOf(others));
    }

    /** How sure it is that something is wrong at all, whoever is to blame; the least where it blames nobody. */
    public Confidence hang() {
        return accuses() ? sure(true) : Confidence.POSSIBLE;
    }

    /** How sure the whole sentence is, blame included. */
    public Confidence confidence() {
        return sure(false);
    }

    private Confidence sure(boolean ofTheHang) {
        Confidence least = Confidence.PROVED;
        for (Alternative each : alternatives) {
            if (ofTheHang && !each.deniesTheHang()) {
                continue;
            }
            if (each.isOpen()) {
                return Confidence.POSSIBLE;
            }
            least = each.standing() == Standing.RARE ? Confidence.LIKELY : least;
        }
        return least;
    }

    /** Who may be to blame: the party of its own reading, and those of the open alternatives. */
    public Set<Blame> candidates() {
        Set<Blame> all = EnumSet.of(own);
        if (!accuses()) {
            return all;
        }
        for (Alternative each : alternatives) {
            if (each.isOpen() && !each.deniesTheHang()) {
                all.add(each.party());
            }
        }
        return all;
    }

    /** Whether it blames anybody at all: otherwise nothing is wrong, and {@link #blame} is {@link Blame#NOBODY}. */
    public boolean accuses() {
        return own != Blame.NOBODY;
    }

    /** Who is to blame, in one word. */
    public Blame blame() {
        return Blame.of(candidates());
    }

    /** How long it has lasted, nanoseconds. */
    public long lastedNanos() {
        return untilEpochNanos - sinceEpochNanos;
    }

    /** The first piece of evidence of this kind; null without one. */
    public @Nullable Evidence first(Clue clue) {
        for (Evidence piece : evidence) {
            if (piece.clue() == clue) {
                return piece;
            }
        }
        return null;
    }

    /** The alternatives of this standing, in order. */
    public List<Alternative> alternatives(Standing standing) {
        return alternatives.stream().filter(each -> each.standing() == standing).toList();
    }

    /** Whether the alternative of this id is open. */
    public boolean isOpen(String alternative) {
        for (Alternative each : alternatives) {
            if (each.isOpen() && each.id().equals(alternative)) {
                return true;
            }
        }
        return false;
    }

    /** Whether it is the same finding, however sure it is by now and whoever is to blame: same id and leg. */
    public boolean sameAs(Finding other) {
        return id.equals(other.id) && leg == other.leg();
    }
}
