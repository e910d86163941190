package dev.finspect.diagnose.finding;

import com.google.auto.service.AutoService;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Situation;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.catalogue.Contradiction;
import dev.finspect.diagnose.catalogue.FindingKind;
import dev.finspect.diagnose.catalogue.Overlap;
import dev.finspect.diagnose.catalogue.RuleEntry;
import dev.finspect.diagnose.catalogue.SessionStage;
import dev.finspect.diagnose.question.ConnectAttempts;
import dev.finspect.diagnose.question.NameLookups;
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.reading.OtherReadings;
import dev.finspect.diagnose.reading.ReadingResult;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.Attempt;
import dev.finspect.record.Lookup;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.IpText;
import dev.finspect.tcp.Leg;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** See {@link #entry()}. */
@AutoService(FindingKind.class)
public final class NameStale extends FindingKind {
    public static final FindingId ID = new FindingId("name-stale");

    private static final int NAMED_AT_MOST = 4;

    private static final OtherReading STILL_IN_USE = new OtherReading(
            "still-in-use",
            "the address is still the upstream's, and a newer answer would have it, or left it out by chance",
            "nothing; it is rare where a newer answer is without the address",
            "several look-ups of the name in a row",
            OtherReadings::peer,
            NameStale::stillInUse);

    public NameStale() {
        super(ID, SessionStage.OPENING, 7);
    }

    @Override
    protected List<Situation> situations(Snapshot snapshot) {
        ConnectAttempts attempts = new ConnectAttempts(snapshot);
        Attempt attempt = attempt(snapshot, attempts);
        Lookup origin = attempt == null ? null : new NameLookups(snapshot).origin(attempt);
        if (attempt == null || origin == null || !isStale(snapshot, attempt, origin)) {
            return List.of();
        }
        Lookup newer = new NameLookups(snapshot).newer(origin);
        InetSocketAddress server = origin.server().orNull();
        return List.of(new Situation(
                Blame.NAME_SERVICE,
                Leg.UPSTREAM,
                attempt.begunAt().value(),
                attempts.evidence(attempt)
                        .word(Clue.NAME, Fact.socket(origin.name()))
                        .word(Clue.NAME_SERVER, server == null ? null : Fact.socket(IpText.endpoint(server)))
                        .at(Clue.ANSWER_CAME, origin.answeredAt())
                        .amount(
                                Clue.ANSWER_TTL,
                                origin.end() == null || origin.end().answer() == null
                                        ? null
                                        : origin.end().answer().ttlNanos())
                        .word(Clue.NAME_ADDRESSES, newer == null ? null : Fact.socket(addresses(newer)))
                        .pieces()));
    }

    /** The last one, if it hangs, or failed and nothing is left to try. */
    private static @Nullable Attempt attempt(Snapshot snapshot, ConnectAttempts attempts) {
        List<Attempt> tries = snapshot.upstream().attempts();
        Attempt last = tries.isEmpty() ? null : tries.get(tries.size() - 1);
        Attempt found = attempts.last(attempts::unanswered);
        if (found == null) {
            found = attempts.lastFailed(each -> isThePeers(each.result()));
        }
        return found != null && found.equals(last) ? found : null;
    }

    private static boolean isThePeers(@Nullable ConnectResult result) {
        return result == ConnectResult.REFUSED
                || result == ConnectResult.RESET
                || result == ConnectResult.HOST_UNREACHABLE
                || result == ConnectResult.NETWORK_UNREACHABLE
                || result == ConnectResult.TIMED_OUT;
    }

    private static boolean isStale(Snapshot snapshot, Attempt attempt, Lookup origin) {
        Long reachedAt = snapshot.upstream().search().reachedElsewhere().orNull();
        if (reachedAt != null && reachedAt >= attempt.begunAt().value()) {
            return false;
        }
        Lookup newer = new NameLookups(snapshot).newer(origin);
        return newer == null
                ? NameLookups.isOutlived(origin, attempt)
                : !newer.addresses().contains(NameLookups.address(attempt));
    }

    private static String addresses(Lookup lookup) {
        String first = lookup.addresses().stream()
                .limit(NAMED_AT_MOST)
                .map(IpText::address)
                .collect(Collectors.joining(", "));
        int more = lookup.addresses().size() - NAMED_AT_MOST;
        return more > 0 ? first + " and " + more + " more" : first;
    }

    private static ReadingResult stillInUse(Snapshot snapshot, Situation situation) {
        boolean without = situation.evidence().stream().anyMatch(each -> each.clue() == Clue.NAME_ADDRESSES);
        return without
                ? ReadingResult.rare("an address that fails is seldom left out of an answer by chance")
                : ReadingResult.open();
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.of(Blame.NAME_SERVICE);
    }

    @Override
    public List<OtherReading> readings() {
        return List.of(STILL_IN_USE);
    }

    @Override
    public List<Overlap> overlaps() {
        return List.of(
                explains(SynUnanswered.ID, Overlap.Scope.SAME_LEG, "an address that was given up answers nothing"),
                explains(ConnectRefused.ID, Overlap.Scope.SAME_LEG, "nobody listens at an address that was given up"),
                explains(ConnectUnreachable.ID, Overlap.Scope.SAME_LEG, "an address that was given up is not reached"),
                explainedBy(BacklogFull.ID, Overlap.Scope.SAME_LEG, "a listener with a full queue is in use"));
    }

    @Override
    protected String sentence(Words words) {
        String name = words.word(" ", Clue.NAME, "");
        String tried = "The address" + words.word(" ", Clue.TRIED, "") + words.failedAttempts();
        String since = words.since(" The answer that had it came ", Clue.ANSWER_CAME, " before.");
        return words.has(Clue.NAME_ADDRESSES)
                ? tried + " cannot be reached, and is not one of the upstream's name" + name
                        + " any more, which now has " + words.text(Clue.NAME_ADDRESSES) + "." + since
                : tried + " cannot be reached, and the answer that had it for the upstream's name" + name
                        + " had outlived its time to live." + since;
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(Contradiction.of("a connection to the same address by hand that succeeds"));
    }

    @Override
    protected void next(NextCommands commands) {
        NameCommands.add(commands);
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "The upstream's address is no longer one of its name.",
                "An attempt that failed or gets no answer, to an address that a newer answer for the name is without, or from"
                        + " an answer that was older than its time to live. finspect asks again once an attempt has"
                        + " lasted a second, or failed. Not found while the address still answers another session.",
                "name service: what the name servers answered",
                "connect (attempts without an answer)",
                "Keep the old address in service for as long as answers with it may be kept: their time to live.",
                new RuleEntry.Rights("likely by a newer answer; possible by age", "", ""));
    }
}
