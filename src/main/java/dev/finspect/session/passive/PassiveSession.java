package dev.finspect.session.passive;

import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.Snapshot;
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
import dev.finspect.tcp.IpText;
import dev.finspect.tcp.Leg;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One living connection of others: what its segments show, what the kernel shows of its ends on this host, and what was found
 * in it. Times are wall clock, nanoseconds since the Unix epoch. Used under the lock of {@link PassiveConnections}.
 */
final class PassiveSession implements SessionFindings.Reports {
    /** How old the row of a session that hangs may become for those who follow it. */
    private static final long STALE_NANOS = 10_000_000_000L;

    private final PassiveSettings settings;
    private final CapturedRecords records;
    private final SessionSink sink;
    private final LivingConnection connection;
    private final long number;
    private final SessionIdentity identity;
    private final Set<Change> changes = EnumSet.noneOf(Change.class);
    private final SessionFindings findings;
    private @Nullable PeerQuestions questions;
    private @Nullable ConnectionFacts last;
    private PassiveState standing;
    private long examinedAtNanos;
    private long progressAtNanos;
    private long progressMoveNanos;
    private long shownAtNanos;
    private boolean firstByteSeen;

    /** Reports the session to the sink. */
    PassiveSession(PassiveSettings settings, CapturedRecords records, SessionSink sink, LivingConnection connection) {
        this.settings = settings;
        this.records = records;
        this.sink = sink;
        this.connection = connection;
        ConnectionFacts facts = connection.facts();
        this.number = facts.number();
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

    /** What its segments show so far; at the end, what they have shown. */
    ConnectionFacts facts() {
        ConnectionFacts ended = last;
        return ended == null ? connection.facts() : ended;
    }

    /** No segment of it comes any more, though its record may have to wait. */
    void lastFacts(ConnectionFacts facts) {
        last = facts;
    }

    // Looking.

    /**
     * Once a second: lets the rules look where it is worth a look, and reports its progress.
     *
     * @param answers takes what a question about a socket is answered with, on any thread
     */
    void sweep(long nowNanos, BiConsumer<Leg, PeerSocket> answers) {
        if (connection.lastAtNanos() != standing.lastAtNanos()) {
            ConnectionFacts facts = facts();
            standing = PassiveState.of(facts);
            bytesSeen(facts);
            note(Change.MOVED);
        }
        RouteDiagnosis diagnosis = settings.diagnosis();
        if (diagnosis != null) {
            long before = examinedAtNanos;
            examinedAtNanos = nowNanos;
            boolean unread = questions != null && questions.unreadSeen();
            if (hangs() || unread || standing.isDue(diagnosis, before, nowNanos)) {
                look(diagnosis, nowNanos);
                ask(diagnosis, nowNanos, answers);
            }
        }
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

    private void look(RouteDiagnosis diagnosis, long nowNanos) {
        if (last == null) {
            findings.found(Diagnosis.of(snapshot(nowNanos)), nowNanos);
        }
    }

    private Snapshot snapshot(long nowNanos) {
        ConnectionFacts facts = facts();
        return records.living(
                facts, nowNanos, program(Leg.CLIENT, facts, nowNanos), program(Leg.UPSTREAM, facts, nowNanos));
    }

    private PeerProgram program(Leg leg, ConnectionFacts facts, long nowNanos) {
        PeerQuestions asked = questions;
        return asked == null
                ? PeerProgram.NOT_OBSERVED
                : asked.program(leg, PassiveState.of(facts).lastByteNanos(), identity, nowNanos);
    }

    // Sockets of this host.

    private void ask(RouteDiagnosis diagnosis, long nowNanos, BiConsumer<Leg, PeerSocket> answers) {
        if (last == null) {
            for (Leg leg : Leg.values()) {
                asked().ask(diagnosis, question(leg, nowNanos, answers));
            }
        }
    }

    /** Asks at once for the sockets at both ends; returns of which the question was taken. */
    Set<Leg> askNow(long nowNanos, BiConsumer<Leg, PeerSocket> answers) {
        RouteDiagnosis diagnosis = settings.diagnosis();
        Set<Leg> taken = EnumSet.noneOf(Leg.class);
        if (diagnosis != null && last == null) {
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

    private PeerQuestions.Question question(Leg leg, long nowNanos, BiConsumer<Leg, PeerSocket> answers) {
        boolean client = leg == Leg.CLIENT;
        return new PeerQuestions.Question(
                leg,
                standing.lastByteNanos(),
                client ? identity.client() : identity.accepted(),
                client ? identity.accepted() : identity.client(),
                nowNanos,
                socket -> answers.accept(leg, socket));
    }

    /** A question about the socket of this end was answered: looks at once. */
    void answered(Leg leg, PeerSocket socket, long nowNanos) {
        PeerQuestions asked = questions;
        RouteDiagnosis diagnosis = settings.diagnosis();
        if (asked != null && diagnosis != null) {
            asked.answered(leg, socket);
            look(diagnosis, nowNanos);
        }
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
            sink.progressed(record(nowNanos).about(event, finding));
        }
    }

    private boolean admits(RecordEvent event, Finding finding, long nowNanos) {
        RouteDiagnosis diagnosis = settings.diagnosis();
        String peer = finding.leg() == Leg.CLIENT
                ? IpText.address(identity.client().getAddress())
                : IpText.endpoint(identity.accepted());
        return diagnosis == null || diagnosis.lines().admits(event, finding, peer, identity, nowNanos);
    }

    /** Whether something hangs and a party is to blame, as far as the rules looked. */
    boolean hangs() {
        return findings.hangs();
    }

    // What is shown of it while it lives.

    /** The record so far, with what the rules find now. */
    SessionRecord record(long nowNanos) {
        List<Finding> found = settings.diagnosis() == null ? List.of() : Diagnosis.of(snapshot(nowNanos));
        return with(findings.living(found), nowNanos);
    }

    /** The same with what the rules found last. */
    SessionRecord latest(long nowNanos) {
        return with(findings.latest(), nowNanos);
    }

    private SessionRecord with(Diagnosed found, long nowNanos) {
        ConnectionFacts facts = facts();
        SessionRecord bare = records.alone(facts);
        PeerProgram originator = program(Leg.CLIENT, facts, nowNanos);
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
                .with(originator, PeerProgram.NOT_OBSERVED);
    }

    /** The session in short. */
    SessionRow row(long nowNanos) {
        SessionRow bare = SessionRow.of(records.alone(facts()));
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
        changes.add(change);
    }

    /** The most urgent change since it was last taken; null without any. */
    Change.@Nullable Urgency urgency() {
        Change.Urgency most = null;
        for (Change change : changes) {
            if (most == null || change.urgency().compareTo(most) < 0) {
                most = change.urgency();
            }
        }
        return most;
    }

    /** What has changed since it was last taken. */
    Set<Change> takeChanges(long nowNanos) {
        Set<Change> taken = changes.isEmpty() ? Set.of() : EnumSet.copyOf(changes);
        changes.clear();
        shownAtNanos = nowNanos;
        return taken;
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
