package dev.finspect.diagnose.catalogue;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.EvidenceList;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Situation;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.question.SessionPhase;
import dev.finspect.diagnose.question.Turn;
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.reading.ReadingResult;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import java.time.Duration;
import java.util.List;

/** The made-up finding of the page of recipes. It is in no list of services: only {@link AddedFindingTest} adds it. */
public final class SlowAnswer extends FindingKind {
    public static final FindingId ID = new FindingId("slow-answer");
    private static final long SLOW_NANOS = Duration.ofSeconds(10).toNanos();

    private static final OtherReading IN_PARTS = new OtherReading(
            "in-parts",
            "the client sent its request in parts",
            "nothing; it is rare",
            "the client's log",
            situation -> Blame.CLIENT,
            (snapshot, situation) -> ReadingResult.rare("clients seldom do"));

    public SlowAnswer() {
        super(ID, SessionStage.DATA, 15);
    }

    @Override
    protected List<Situation> situations(Snapshot snapshot) {
        Observation<Long> longest = snapshot.upstream().data().turns().longestAnswer();
        if (!SessionPhase.isLive(snapshot) || longest.or(0L) < SLOW_NANOS) {
            return List.of();
        }
        return List.of(new Situation(
                Blame.UPSTREAM,
                Leg.UPSTREAM,
                Turn.lastBytesAt(snapshot.upstream()),
                new EvidenceList(Leg.UPSTREAM)
                        .amount(Clue.LONGEST_ANSWER, longest)
                        .pieces()));
    }

    @Override
    public List<OtherReading> readings() {
        return List.of(IN_PARTS);
    }

    @Override
    protected String sentence(Words words) {
        return words.thePeer(Leg.UPSTREAM) + " answers slowly"
                + words.duration(": it has taken up to ", Clue.LONGEST_ANSWER, "") + ".";
    }

    @Override
    protected void next(NextCommands commands) {
        commands.own().program();
    }

    @Override
    public List<Overlap> overlaps() {
        return List.of(explainedBy(
                new FindingId("upstream-silent"), Overlap.Scope.SAME_LEG, "a silent upstream answers nothing"));
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "The upstream answers, but slowly.",
                "An answer that took longer than ten seconds.",
                "upstream",
                "none",
                "Look at the program's load.",
                new RuleEntry.Rights("likely", "", ""));
    }
}
