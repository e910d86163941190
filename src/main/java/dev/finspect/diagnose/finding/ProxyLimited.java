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
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.Attempt;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * See {@link #entry()}. A drain alone holds nothing back. Reading that pauses because the other peer takes no more is that peer's
 * doing, and finspect's own time-outs answer a silence that other kinds of finding name.
 */
@AutoService(FindingKind.class)
public final class ProxyLimited extends FindingKind {
    public static final FindingId ID = new FindingId("proxy-limited");

    private static final Set<String> LIMITS_OF_SESSIONS = Set.of("session_limit", "client_limit", "unspoken_limit");

    private static final Set<String> ASKED_BY_AN_OPERATOR = Set.of("operator_close", "operator_reset");

    public ProxyLimited() {
        super(ID, SessionStage.FINSPECT, 10);
    }

    @Override
    protected List<Situation> situations(Snapshot snapshot) {
        Snapshot.Proxy proxy = snapshot.proxy();
        Fact<String> ended = proxy.endedBecause();
        if (ended != null && LIMITS_OF_SESSIONS.contains(ended.value())) {
            return found(Blame.CONFIGURATION, snapshot.nowEpochNanos(), ended);
        }
        if (ended != null && ended.value().equals("shutdown")) {
            Fact<Long> draining = proxy.drainingSince();
            return found(Blame.FINSPECT, draining == null ? snapshot.nowEpochNanos() : draining.value(), ended);
        }
        if (ended != null && ASKED_BY_AN_OPERATOR.contains(ended.value())) {
            return found(Blame.CONFIGURATION, snapshot.nowEpochNanos(), ended);
        }
        List<Situation> connecting = connecting(snapshot);
        return connecting.isEmpty() ? heldBytes(snapshot) : connecting;
    }

    private static List<Situation> connecting(Snapshot snapshot) {
        ConnectAttempts attempts = new ConnectAttempts(snapshot);
        Attempt attempt = attempts.lastFailed(each -> each.result() == ConnectResult.NO_DESCRIPTOR
                || each.result() == ConnectResult.LOOP
                || ConnectAttempts.outOfMemory(each));
        if (attempt == null) {
            return List.of();
        }
        boolean loop = attempt.result() == ConnectResult.LOOP;
        String limit = loop ? "loop" : ConnectAttempts.outOfMemory(attempt) ? "memory" : "descriptors";
        return List.of(new Situation(
                loop ? Blame.CONFIGURATION : Blame.FINSPECT,
                Leg.UPSTREAM,
                ConnectAttempts.endedAt(attempt),
                attempts.evidence(attempt).word(Clue.LIMIT, Fact.socket(limit)).pieces()));
    }

    private static List<Situation> heldBytes(Snapshot snapshot) {
        Fact<Long> since = snapshot.proxy().budgetSpentSince();
        if (since == null
                || snapshot.over()
                || !snapshot.lasts(since.value(), snapshot.thresholds().unread())) {
            return List.of();
        }
        return found(Blame.FINSPECT, since.value(), new Fact<>("held_bytes", since.source()));
    }

    private static List<Situation> found(Blame blame, long sinceEpochNanos, Fact<String> limit) {
        return List.of(new Situation(
                blame,
                null,
                sinceEpochNanos,
                new EvidenceList(null).word(Clue.LIMIT, limit).pieces()));
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.of(Blame.CONFIGURATION, Blame.FINSPECT);
    }

    @Override
    public List<OtherReading> readings() {
        return List.of();
    }

    @Override
    protected String sentence(Words words) {
        String limit = words.text(Clue.LIMIT);
        return switch (limit == null ? "" : limit) {
            case "descriptors" ->
                "finspect has no file descriptor left to connect to " + words.peer(Leg.UPSTREAM)
                        + ". Raise the limit (ulimit -n, LimitNOFILE), or lower the session limit.";
            case "memory" ->
                "The kernel has no memory to connect finspect to " + words.peer(Leg.UPSTREAM)
                        + ". Check the memory of this host and of finspect's control group.";
            case "loop" ->
                "finspect does not connect to " + words.peer(Leg.UPSTREAM)
                        + ": that address is finspect itself, and the connection would loop. Correct the route's upstream.";
            case "session_limit" ->
                "finspect refused " + words.peer(Leg.CLIENT)
                        + " because its session limit is reached. Raise it, or find out who holds so many sessions.";
            case "client_limit" ->
                "finspect refused " + words.peer(Leg.CLIENT)
                        + " because its address has as many sessions as one client may have (limits.per_client). Find out why"
                        + " it opens so many, or raise the limit.";
            case "unspoken_limit" ->
                "finspect refused " + words.peer(Leg.CLIENT)
                        + " because as many sessions are open without a byte from either peer as there may be"
                        + " (limits.unspoken). Find out who opens sessions and sends nothing, or raise the limit.";
            case "shutdown" -> "finspect ended the session because it was shut down and the time to drain was over.";
            case "operator_close", "operator_reset" ->
                "finspect ended the session because an operator asked for it (finspect close).";
            case "held_bytes" ->
                "finspect has not read from " + words.peer(Leg.CLIENT) + " or " + words.peer(Leg.UPSTREAM)
                        + " for " + words.lasted()
                        + " because all sessions together hold as many bytes as they may. Find the sessions whose peers do not"
                        + " read.";
            default ->
                "finspect itself has held the session back" + words.word(" (", Clue.LIMIT, ")") + " for "
                        + words.lasted() + ".";
        };
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(
                Contradiction.of("finspect's own counters, if they show no limit reached at that time"),
                Contradiction.of("other new sessions that open without delay"));
    }

    @Override
    protected void next(NextCommands commands) {
        commands.add("finspect doctor", "limits of this machine against what sessions need")
                .add("cat /proc/sys/fs/file-nr", "descriptors of the whole system: in use, free, maximum")
                .add("ss -s", "how many sockets there are, by kind");
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "finspect itself holds the session back.",
                "Its own records: no descriptor or kernel memory, a limit of sessions, the end of a drain, an operator who"
                        + " closed the session, an upstream that is finspect itself, reading that stopped because all"
                        + " sessions together hold as many bytes as they may.",
                "finspect; configuration for a limit of sessions, a loop and an operator",
                "unread (held bytes)",
                "Raise the limit that the sentence names, or find who uses it up.",
                new RuleEntry.Rights("proved (finspect's own records)", "", ""));
    }
}
