package dev.finspect.diagnose.finding;

import com.google.auto.service.AutoService;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.EvidenceList;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Situation;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.catalogue.Contradiction;
import dev.finspect.diagnose.catalogue.FindingKind;
import dev.finspect.diagnose.catalogue.RuleEntry;
import dev.finspect.diagnose.catalogue.SessionStage;
import dev.finspect.diagnose.question.ConnectAttempts;
import dev.finspect.diagnose.question.NameLookups;
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.reading.OtherReadings;
import dev.finspect.diagnose.reading.ReadingResult;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.Lookup;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.IpText;
import dev.finspect.tcp.Leg;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** See {@link #entry()}. A name that was answered without an address is {@link ConnectUnreachable} instead. */
@AutoService(FindingKind.class)
public final class NameSlow extends FindingKind {
    public static final FindingId ID = new FindingId("name-slow");

    /** A look-up that ended sooner is not slow, whatever part of the session's opening it was. */
    private static final long LEAST_NANOS = Duration.ofSeconds(1).toNanos();

    private static final OtherReading FINSPECT_LATE = new OtherReading(
            "finspect-late",
            "finspect sent the question late, or took the answer late",
            "the name server took that time itself, or the question is known to have been sent",
            "finspect's own CPU time and pauses",
            OtherReadings.by(Blame.FINSPECT),
            NameSlow::finspectLate);

    private static final OtherReading WRONG_SERVER = new OtherReading(
            "wrong-server",
            "the address that this host has for a name server is not one's",
            "the look-up was answered; else it is rare",
            "a look-up of any other name on this host",
            OtherReadings.by(Blame.CONFIGURATION),
            NameSlow::wrongServer);

    public NameSlow() {
        super(ID, SessionStage.OPENING, 5);
    }

    @Override
    protected List<Situation> situations(Snapshot snapshot) {
        NameLookups names = new NameLookups(snapshot);
        Lookup lookup = names.last();
        if (lookup == null || !isSlow(snapshot, names, lookup)) {
            return List.of();
        }
        InetSocketAddress server = lookup.server().orNull();
        return List.of(new Situation(
                Blame.NAME_SERVICE,
                Leg.UPSTREAM,
                lookup.askedAt().value(),
                new EvidenceList(Leg.UPSTREAM)
                        .word(Clue.NAME, Fact.socket(lookup.name()))
                        .at(Clue.NAME_ASKED, lookup.askedAt())
                        .word(Clue.NAME_SERVER, server == null ? null : Fact.socket(IpText.endpoint(server)))
                        .amount(
                                Clue.LOOK_UP_TOOK,
                                lookup.end() == null
                                        ? null
                                        : Fact.socket(lookup.end().durationNanos()))
                        .pieces()));
    }

    private static boolean isSlow(Snapshot snapshot, NameLookups names, Lookup lookup) {
        long waited = names.waitedNanos(lookup);
        Lookup.End end = lookup.end();
        if (end == null || end.result() == Lookup.Result.ABANDONED) {
            return waited >= snapshot.thresholds().connect().toNanos();
        }
        return switch (end.result()) {
            case NO_ANSWER ->
                new ConnectAttempts(snapshot).lastFailed(each -> each.result() == ConnectResult.UNRESOLVABLE) != null;
            case ANSWERED -> waited >= LEAST_NANOS && isMostOfTheOpening(snapshot, names, lookup, waited);
            case NO_ADDRESS, ABANDONED -> false;
        };
    }

    /** Of a living session until the upstream has been heard: later it does not matter any more. */
    private static boolean isMostOfTheOpening(Snapshot snapshot, NameLookups names, Lookup lookup, long waited) {
        Long connectedAt = names.connectedAt();
        return connectedAt != null
                && 2 * waited >= connectedAt - lookup.askedAt().value()
                && (snapshot.over() || snapshot.upstream().bytesReceived() == 0);
    }

    private static Lookup.@Nullable End end(Snapshot snapshot) {
        Lookup lookup = new NameLookups(snapshot).last();
        return lookup == null ? null : lookup.end();
    }

    private static ReadingResult finspectLate(Snapshot snapshot, Situation situation) {
        Lookup.End end = end(snapshot);
        if (end != null && end.answer() != null && end.answer().tookNanos().isKnown()) {
            return ReadingResult.ruledOut("the name server took that time itself");
        }
        boolean sent = situation.evidence().stream().anyMatch(each -> each.clue() == Clue.NAME_SERVER);
        return sent ? ReadingResult.ruledOut("the question was sent") : ReadingResult.open();
    }

    private static ReadingResult wrongServer(Snapshot snapshot, Situation situation) {
        Lookup.End end = end(snapshot);
        return end != null && end.answer() != null
                ? ReadingResult.ruledOut("the look-up was answered in the end")
                : ReadingResult.rare("a host with wrong name servers resolves no name at all");
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.of(Blame.NAME_SERVICE);
    }

    @Override
    public List<OtherReading> readings() {
        return List.of(FINSPECT_LATE, WRONG_SERVER);
    }

    @Override
    protected String sentence(Words words) {
        String name = "The upstream's name" + words.word(" ", Clue.NAME, "");
        String server = words.word(" (", Clue.NAME_SERVER, ")");
        if (!words.has(Clue.LOOK_UP_TOOK)) {
            return name + " has not been resolved for " + words.lasted() + ": the name servers of this host" + server
                    + " do not answer, or the way to them is cut.";
        }
        return name + " was looked up for " + words.duration("", Clue.LOOK_UP_TOOK, "")
                + ", and the session waited. The name server" + server
                + " or the way to it is slow, or it waits for another.";
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(Contradiction.of("a fast answer to the same question, asked on this host at the same time"));
    }

    @Override
    protected void next(NextCommands commands) {
        NameCommands.add(commands);
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "The look-up of the upstream's name gets no answer, or got a late one.",
                "A look-up that goes on for as long as the threshold, or that ended without an answer; one that took the name"
                        + " servers a second or more, and half of the time until the upstream was connected. In a living"
                        + " session the latter is reported until the upstream has sent its first byte.",
                "name service: the name servers of this host, or the way to them",
                "connect (a look-up that goes on)",
                "`dig` at the name server; its own log; a capture of port 53.",
                new RuleEntry.Rights(
                        "proved if answered late; else likely; possible where nobody says who was asked", "", ""));
    }
}
