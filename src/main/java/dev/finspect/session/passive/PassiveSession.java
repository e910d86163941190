package dev.finspect.session.passive;

import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.catalogue.Diagnosis;
import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.LivingConnection;
import dev.finspect.record.PeerProgram;
import dev.finspect.record.PeerSocket;
import dev.finspect.session.Change;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionCaptures;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionRow;
import dev.finspect.session.SessionSink;
import dev.finspect.session.file.CapturedRecords;
import dev.finspect.session.watch.PeerQuestions;
import dev.finspect.session.watch.RouteDiagnosis;
import dev.finspect.session.watch.SessionFindings;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpText;
import dev.finspect.tcp.Leg;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One living session of others, of one connection or two: what its segments show, what the kernel shows of its ends on this host,
 * and what was found in it. Times are wall clock, nanoseconds since the Unix epoch. Used under the lock of {@link PassiveConnections}.
 */
final class PassiveSession implements SessionFindings.Reports {
    /** How old the row of a session that hangs may become for those who follow it. */
    private static final long STALE_NANOS = 10_000_000_000L;

    private final PassiveSettings settings;
    private final CapturedRecords records;
    private final SessionSink sink;
    private final PassiveLegs legs;
    private final long number;
    private final FourTuple tuple;
    private final SessionIdentity identity;
    private final JoinTries joinTries = new JoinTries();
    private final NotedChanges changes = new NotedChanges();
    private final Map<Leg, PeerSocket.Holder> holders = new EnumMap<>(Leg.class);
    private final SessionFindings findings;
    private @Nullable PeerQuestions questions;
    private PassiveState standing;
    private long examinedAtNanos;
    private long progressAtNanos;
    private long progressMoveNanos;
    private long shownAtNanos;
    private boolean firstByteSeen;
    /** Whether its legs are about to change: what was found of them is over. */
    private boolean turning;

    /** Reports the session to the sink. */
    PassiveSession(PassiveSettings settings, CapturedRecords records, SessionSink sink, LivingConnection connection) {
        this.settings = settings;
        this.records = records;
        this.sink = sink;
        this.legs = new PassiveLegs(records, new PassiveLeg(connection));
        ConnectionFacts facts = connection.facts();
        this.number = facts.number();
        this.tuple = facts.tuple();
        this.identity = records.identity(facts);
        this.findings = new SessionFindings(identity, this);
        this.standing = PassiveState.of(facts);
        this.examinedAtNanos = facts.firstAtNanos();
        this.progressAtNanos = facts.firstAtNanos();
        this.progressMoveNanos = standing.lastByteNanos();
        sink.opened(identity, new SessionCaptures());
        sink.happened(identity, new SessionEvent.Accepted(identity.startNanos(), null, null));
        note(Change.OPENED);
        bytesSeen(facts);
    }

    SessionIdentity identity() {
        return identity;
    }

    long number() {
        return number;
    }

    /** From the originator to the responder of its connection; of two, of the client's. */
    FourTuple tuple() {
        return tuple;
    }

    /** Its connections. */
    PassiveLegs legs() {
        return legs;
    }

    /** How it stood when it was last looked at. */
    PassiveState standing() {
        return standing;
    }

    // Two connections as one session.

    /** When to try to join it with another. */
    JoinTries joinTries() {
        return joinTries;
    }

    /** Who has the socket open at this end of its connection, as far as it was asked; null without an answer. */
    PeerSocket.@Nullable Holder holder(Leg end) {
        return holders.get(end);
    }

    /** This process joins it with the connection of another session, its upstream leg from now on. */
    void join(PassiveSession upstream, PeerSocket.Holder process, long nowNanos) {
        begin(nowNanos);
        legs.join(upstream.legs.client(), process);
        standing = legs.state();
        note(Change.MOVED);
    }

    /** It is one connection again. */
    void split(long nowNanos) {
        begin(nowNanos);
        legs.split();
        standing = legs.state();
        note(Change.MOVED);
    }

    /** What was found, and asked, was about other ends: it is over, and a line says so where one said that it hangs. */
    private void begin(long nowNanos) {
        turning = true;
        findings.found(List.of(), nowNanos);
        turning = false;
        questions = null;
        holders.clear();
    }

    /** It goes on as the upstream leg of another. */
    void becameLeg(long nowNanos) {
        begin(nowNanos);
        sink.merged(closed(records.continued(legs.client().facts())));
    }

    /** It goes on by itself, after it was the leg of another. */
    void isNoLeg() {
        note(Change.OPENED);
    }

    // Looking.

    /** Once a second: takes note of what moved; whether the rules should look. */
    boolean isDue(long nowNanos) {
        if (legs.lastAtNanos() != standing.lastAtNanos()) {
            standing = legs.state();
            bytesSeen(legs.client().facts());
            note(Change.MOVED);
        }
        RouteDiagnosis diagnosis = settings.diagnosis();
        if (diagnosis == null) {
            return false;
        }
        long before = examinedAtNanos;
        examinedAtNanos = nowNanos;
        boolean unread = questions != null && questions.unreadSeen();
        boolean waits = joinTries.swept();
        return hangs() || unread || waits || standing.isDue(diagnosis, before, nowNanos);
    }

    /** Once a second, after the rules have looked: reports its progress. */
    void swept(long nowNanos) {
        if (hangs() && nowNanos - shownAtNanos >= STALE_NANOS) {
            note(Change.MOVED);
        }
        progress(nowNanos);
    }

    private void bytesSeen(ConnectionFacts facts) {
        Long atNanos = facts.originator().stream().firstByteAtNanos();
        if (!firstByteSeen && atNanos != null) {
            firstByteSeen = true;
            sink.happened(identity, new SessionEvent.FirstByte(atNanos, Leg.CLIENT));
            note(Change.FIRST_BYTES);
        }
    }

    private void progress(long nowNanos) {
        long intervalNanos = settings.progress().toNanos();
        if (intervalNanos == 0 || nowNanos - progressAtNanos < intervalNanos) {
            return;
        }
        progressAtNanos = nowNanos;
        boolean moved = standing.lastByteNanos() != progressMoveNanos;
        progressMoveNanos = standing.lastByteNanos();
        Finding worst = findings.worst();
        if ((moved || hangs()) && (worst == null || admits(RecordEvent.PROGRESS, worst, nowNanos))) {
            sink.progressed(record(nowNanos));
        }
    }

    /** What the rules find now. */
    List<Finding> find(long nowNanos) {
        long lastByteNanos = legs.state().lastByteNanos();
        return Diagnosis.of(legs.snapshot(
                nowNanos,
                program(Leg.CLIENT, lastByteNanos, nowNanos),
                program(Leg.UPSTREAM, lastByteNanos, nowNanos)));
    }

    /** Reports what came and went since it was last called. */
    void found(List<Finding> found, long nowNanos) {
        findings.found(found, nowNanos);
    }

    private PeerProgram program(Leg leg, long lastByteNanos, long nowNanos) {
        PeerQuestions asked = questions;
        return asked == null ? PeerProgram.NOT_OBSERVED : asked.program(leg, lastByteNanos, identity, nowNanos);
    }

    // Sockets of this host.

    /** Asks for the sockets at both ends, unless they were asked for a moment ago. */
    void ask(long nowNanos, Consumer<Answer> answers) {
        RouteDiagnosis diagnosis = settings.diagnosis();
        if (diagnosis != null && legs.anyOpen()) {
            for (Leg leg : Leg.values()) {
                asked().ask(diagnosis, question(leg, nowNanos, answers));
            }
        }
    }

    /** Asks at once; returns of which end the question was taken. */
    Set<Leg> askNow(long nowNanos, Consumer<Answer> answers) {
        RouteDiagnosis diagnosis = settings.diagnosis();
        Set<Leg> taken = EnumSet.noneOf(Leg.class);
        if (diagnosis != null && legs.anyOpen()) {
            for (Leg leg : Leg.values()) {
                if (asked().askNow(diagnosis, question(leg, nowNanos, answers))) {
                    taken.add(leg);
                }
            }
        }
        return taken;
    }

    private PeerQuestions asked() {
        PeerQuestions asked = questions;
        if (asked == null) {
            asked = new PeerQuestions();
            questions = asked;
        }
        return asked;
    }

    private PeerQuestions.Question question(Leg leg, long nowNanos, Consumer<Answer> answers) {
        PeerQuestions put = asked();
        return new PeerQuestions.Question(
                leg,
                standing.lastByteNanos(),
                legs.peer(leg),
                legs.local(leg),
                nowNanos,
                0,
                socket -> answers.accept(new Answer(put, leg, socket)));
    }

    /**
     * What a question about a socket is answered with.
     *
     * @param put among which questions it was
     */
    record Answer(PeerQuestions put, Leg leg, PeerSocket socket) {}

    /** A question about the socket of this end was answered; false where nobody asks any more. */
    boolean answered(Answer answer) {
        if (!answer.put.equals(questions)) {
            return false;
        }
        answer.put.answered(answer.leg, answer.socket);
        holders.put(answer.leg, answer.socket.holder());
        return true;
    }

    // Findings that come and go.

    @Override
    public void happened(SessionEvent event) {
        sink.happened(identity, event);
        Change change = Change.ofFinding(event);
        if (change != null) {
            note(change);
        }
    }

    @Override
    public void line(RecordEvent event, Finding finding, long nowNanos) {
        if (admits(event, finding, nowNanos)) {
            SessionRecord record = turning ? latest(nowNanos) : record(nowNanos);
            sink.progressed(record.about(event, finding));
        }
    }

    private boolean admits(RecordEvent event, Finding finding, long nowNanos) {
        RouteDiagnosis diagnosis = settings.diagnosis();
        String peer = finding.leg() == Leg.CLIENT
                ? IpText.address(identity.client().getAddress())
                : IpText.endpoint(legs.peer(Leg.UPSTREAM));
        return diagnosis == null || diagnosis.lines().admits(event, finding, peer, identity, nowNanos);
    }

    /** Whether something hangs and a party is to blame, as far as the rules looked. */
    boolean hangs() {
        return findings.hangs();
    }

    // What is shown of it while it lives.

    /** The record so far, with what the rules find now. */
    SessionRecord record(long nowNanos) {
        return with(findings.living(settings.diagnosis() == null ? List.of() : find(nowNanos)), nowNanos);
    }

    /** The same with what the rules found last. */
    SessionRecord latest(long nowNanos) {
        return with(findings.latest(), nowNanos);
    }

    private SessionRecord with(Diagnosed found, long nowNanos) {
        SessionRecord bare = legs.record();
        long lastByteNanos = legs.state().lastByteNanos();
        return new SessionRecord(
                        RecordEvent.PROGRESS,
                        bare.identity(),
                        Math.max(bare.durationNanos(), nowNanos - identity.startNanos()),
                        SessionRecord.Result.LIVING,
                        bare.client(),
                        bare.upstream(),
                        bare.close(),
                        found,
                        bare.proxyHeaders())
                .with(program(Leg.CLIENT, lastByteNanos, nowNanos), program(Leg.UPSTREAM, lastByteNanos, nowNanos));
    }

    /** The session in short. */
    SessionRow row(long nowNanos) {
        SessionRow bare = SessionRow.of(legs.record());
        return new SessionRow(
                identity,
                Math.max(bare.durationNanos(), nowNanos - identity.startNanos()),
                false,
                SessionRecord.Result.LIVING,
                bare.client(),
                bare.upstream(),
                findings.standing());
    }

    // Changes, for those who follow the sessions.

    private void note(Change change) {
        changes.note(change);
    }

    /** The most urgent change since it was last taken; null without any. */
    Change.@Nullable Urgency urgency() {
        return changes.urgency();
    }

    /** What has changed since it was last taken. */
    Set<Change> takeChanges(long nowNanos) {
        shownAtNanos = nowNanos;
        return changes.take();
    }

    // The end.

    /** What was found while it lived, gone now. */
    void clearAll(long atNanos) {
        findings.clearAll(atNanos);
    }

    /** No segment of it is followed any more, though it may go on: what hangs is in its last record as it is. */
    void letGo(long atNanos) {
        findings.letGo(atNanos);
    }

    /** The last record, with what was found while it lived. */
    SessionRecord closed(SessionRecord end) {
        Diagnosed atEnd = end.diagnosed();
        return atEnd == null
                ? end
                : end.with(findings.ended(atEnd.findings(), identity.startEpochNanos() + end.durationNanos()));
    }
}
