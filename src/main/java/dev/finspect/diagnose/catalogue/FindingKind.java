package dev.finspect.diagnose.catalogue;

import dev.finspect.diagnose.Alternative;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Parties;
import dev.finspect.diagnose.Situation;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.tcp.Leg;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One kind of finding, with everything that there is to say about it in one file: when it is found, its sentence, the other
 * readings of the same facts (the host is down, a filter drops), what would contradict it, the commands to run next, which
 * findings it explains, and its entry in the page of rules. A kind never says how sure it is: that follows from the readings
 * that no fact excludes.
 *
 * <p>A kind is a class in {@code dev.finspect.diagnose.finding} with {@code @AutoService(FindingKind.class)} and a public
 * constructor without parameters: {@link Catalogue} finds it through {@link java.util.ServiceLoader}. Records, metric labels,
 * filters, {@code explain}, the schema and the page of rules follow from it. Pure: no clock, no state, the same answer to the
 * same snapshot.
 */
public abstract class FindingKind implements Comparable<FindingKind> {
    private final FindingId id;
    private final SessionStage stage;
    private final int position;

    /**
     * A kind with its place in the order of the catalogue.
     *
     * @param position within the stage, ascending; leave gaps
     */
    protected FindingKind(FindingId id, SessionStage stage, int position) {
        this.id = id;
        this.stage = stage;
        this.position = position;
    }

    /** Its name in records, labels and pages. */
    public final FindingId id() {
        return id;
    }

    final SessionStage stage() {
        return stage;
    }

    final int position() {
        return position;
    }

    /** The order of the catalogue: by stage, position and id. */
    @Override
    public final int compareTo(FindingKind other) {
        int byStage = stage.compareTo(other.stage);
        int byPosition = byStage == 0 ? Integer.compare(position, other.position) : byStage;
        return byPosition == 0 ? id.label().compareTo(other.id.label()) : byPosition;
    }

    /** Examines a snapshot, and tests the other readings of what it finds. Never throws. */
    public final List<Finding> examine(Snapshot snapshot) {
        List<Situation> situations = situations(snapshot);
        if (situations.isEmpty()) {
            return List.of();
        }
        List<OtherReading> readings = readings();
        List<Finding> found = new ArrayList<>(situations.size());
        for (Situation situation : situations) {
            List<Alternative> tested = new ArrayList<>(readings.size());
            for (OtherReading reading : readings) {
                Alternative alternative = reading.test(snapshot, situation);
                if (alternative != null) {
                    tested.add(alternative);
                }
            }
            found.add(new Finding(id, situation, tested));
        }
        return found;
    }

    /** Where a snapshot shows it. Empty when it is not so, or not for long enough. Never throws. */
    protected abstract List<Situation> situations(Snapshot snapshot);

    /**
     * Whom its own reading can blame, {@link Blame#NOBODY} left out: with the other readings they say by which labels it can be
     * counted, before it is ever found.
     */
    protected Set<Blame> ownBlames() {
        return isHarmless()
                ? EnumSet.noneOf(Blame.class)
                : EnumSet.of(
                        Blame.CLIENT,
                        Blame.UPSTREAM,
                        Blame.NETWORK_TO_CLIENT,
                        Blame.NETWORK_TO_UPSTREAM,
                        Blame.FINSPECT,
                        Blame.CONFIGURATION);
    }

    /** Every verdict that a finding of this kind can have, as far as it is known from the readings. */
    public final Set<Verdict> verdicts() {
        Set<Verdict> all = new LinkedHashSet<>();
        for (Blame own : ownBlames()) {
            for (Leg leg : Leg.values()) {
                Situation situation = new Situation(own, leg, 0, List.of());
                Set<Blame> others = EnumSet.noneOf(Blame.class);
                boolean deniable = false;
                for (OtherReading reading : readings()) {
                    Blame party = reading.party().apply(situation);
                    deniable |= party == Blame.NOBODY;
                    if (party != Blame.NOBODY && party != own) {
                        others.add(party);
                    }
                }
                if (own.leg() == null || own.leg() == leg) {
                    Verdict.addAll(own, others, deniable, all);
                }
            }
        }
        return all;
    }

    /** Every other reading of the same facts, in the order in which explanations name them; empty where there is none. */
    public abstract List<OtherReading> readings();

    /** What a person can act on: one to three short sentences, sensible also when a piece of evidence is missing. */
    protected abstract String sentence(Words words);

    /** What one would see if the finding were wrong, and that none of its other readings says; the likeliest first. */
    protected List<Contradiction> contradictions() {
        return List.of();
    }

    /** Adds the commands to run next, in order. */
    protected abstract void next(NextCommands commands);

    /** Its entry in the page of rules. */
    public abstract RuleEntry entry();

    /** Findings that are only a consequence of this one: they are not reported beside it, but named by it. */
    public List<Overlap> overlaps() {
        return List.of();
    }

    /** Whether the socket of this leg's peer, if it is on this host, makes the finding surer or more precise. */
    public boolean asksForPeerSocket(Leg leg) {
        return false;
    }

    /** Whether what this host's connection tracking knows of its leg makes the finding surer, or another one of it. */
    public boolean asksForTracking() {
        return false;
    }

    /** Whether nothing is wrong whenever it is found. */
    public boolean isHarmless() {
        return false;
    }

    /** Whether any other finding takes its place. */
    public boolean yieldsToAll() {
        return false;
    }

    /** What a person can act on, at the moment up to which the finding was seen. */
    public final String sentence(Finding finding, Parties parties) {
        return sentence(new Words(finding, parties));
    }

    /** What would contradict this finding, besides its other readings. */
    public final List<String> contradictions(Finding finding) {
        return contradictions().stream()
                .filter(each -> each.applies().test(finding))
                .map(Contradiction::text)
                .toList();
    }

    /**
     * The commands to run next.
     *
     * @param session the session's id; null leaves out the commands that need it
     */
    public final List<NextCommands.Step> commands(Finding finding, Parties parties, @Nullable String session) {
        NextCommands commands = new NextCommands(finding, parties, session);
        next(commands);
        return commands.steps();
    }

    /** That this kind explains another. */
    protected final Overlap explains(FindingId loser, Overlap.Scope scope, String reason) {
        return new Overlap(id, loser, scope, reason);
    }

    /** That another kind explains this one: for a new kind beside an older one. */
    protected final Overlap explainedBy(FindingId winner, Overlap.Scope scope, String reason) {
        return new Overlap(winner, id, scope, reason);
    }

    @Override
    public final String toString() {
        return id.label();
    }
}
