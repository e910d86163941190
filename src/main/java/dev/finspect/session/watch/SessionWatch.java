package dev.finspect.session.watch;

import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.catalogue.Diagnosis;
import dev.finspect.record.LegRecord;
import dev.finspect.record.Outcome;
import dev.finspect.record.PeerSocket;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionSink;
import dev.finspect.session.live.LegTracker;
import dev.finspect.session.live.SessionTracker;
import dev.finspect.tcp.IpText;
import dev.finspect.tcp.Leg;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Watches one session for hangs: when the rules run, which peers' sockets to look up, and which findings appeared or
 * cleared since the last check. Confined to the session's event loop until it has ended.
 */
final class SessionWatch implements SessionFindings.Reports {
    /** A finding with its evidence. */
    private static final int FINDING_BYTES = 1_000;
    /** How long the rules wait for answers: those about thousands of sockets take their time. */
    private static final long PATIENCE_NANOS = 5_000_000_000L;

    private final SessionTracker session;
    private final RouteDiagnosis route;
    private final SessionSink sink;
    private final SessionFindings findings;
    private @Nullable PeerQuestions questions;
    private @Nullable TrackingQuestions tracking;
    private final LookRhythm rhythm;
    private long examinedAtNanos;
    /** Answers for which the rules wait before they look. */
    private int awaited;

    private long awaitedSinceNanos;

    SessionWatch(SessionTracker session, RouteDiagnosis route, SessionSink sink) {
        this.session = session;
        this.route = route;
        this.sink = sink;
        this.findings = new SessionFindings(session.identity(), this);
        this.rhythm = new LookRhythm(session.identity().startNanos());
        this.examinedAtNanos = session.identity().startNanos();
        route.begun(session);
    }

    /** An event was folded. */
    void folded(SessionEvent event) {
        if (event instanceof SessionEvent.AttemptBegun || event instanceof SessionEvent.Connected) {
            questions = null; // The answers so far are about another address.
        }
        if (!(event instanceof SessionEvent.Sampled)) {
            rhythm.isNew(event.atNanos());
        }
        route.happened(session, event);
    }

    /** Whether something hangs and a party is to blame. */
    boolean hangs() {
        return findings.hangs();
    }

    /** What holds and blames a party, as the rules found it last. */
    List<SessionFinding> standing() {
        return findings.standing();
    }

    /** Lets the rules look where it is worth a look; {@code loop} as for {@link WatchedSession#examine}. */
    void examine(long nowNanos, Consumer<LongConsumer> loop) {
        long before = examinedAtNanos;
        examinedAtNanos = nowNanos;
        route.rested(session);
        boolean passes = Suspicion.passes(session, route, before, nowNanos);
        if (passes || findings.anyStands() || Suspicion.lasts(session, questions, route, nowNanos)) {
            route.looked(session, nowNanos);
            boolean due = rhythm.isDue(picture(), nowNanos);
            if (passes && !findings.anyStands()) {
                // Nothing can go for want of a fresh answer.
                look(nowNanos, loop);
                asksAgain(nowNanos, loop);
            } else if ((passes || due) && !waits(nowNanos, loop)) {
                look(nowNanos, loop);
            }
        }
    }

    /** Whether the rules wait for answers before they look: those under way, and those that have become too old. */
    private boolean waits(long nowNanos, Consumer<LongConsumer> loop) {
        if (awaited > 0) {
            return nowNanos - awaitedSinceNanos < PATIENCE_NANOS;
        }
        return asksAgain(nowNanos, loop);
    }

    private long picture() {
        return session.leg(Leg.CLIENT).picture() * 31
                + session.leg(Leg.UPSTREAM).picture();
    }

    /**
     * Asks again about the sockets that were looked up too long ago; the rules look when the answers have come. False where
     * nothing is to be asked.
     */
    private boolean asksAgain(long nowNanos, Consumer<LongConsumer> loop) {
        PeerQuestions before = questions;
        if (before == null) {
            return false;
        }
        awaitedSinceNanos = nowNanos;
        InetSocketAddress peer = session.way().peer();
        InetSocketAddress local = session.way().local();
        if (isOld(before, Leg.CLIENT, nowNanos) && before.askNow(route, aboutClient(nowNanos, loop))) {
            awaited++;
        }
        if (peer != null
                && local != null
                && isOld(before, Leg.UPSTREAM, nowNanos)
                && before.askNow(route, about(Leg.UPSTREAM, peer, local, nowNanos, loop))) {
            awaited++;
        }
        return awaited > 0;
    }

    private void look(long nowNanos, Consumer<LongConsumer> loop) {
        awaited = 0;
        rhythm.looked(nowNanos);
        List<Finding> found = Diagnosis.of(
                snapshot(session.legRecord(Leg.CLIENT, nowNanos), session.legRecord(Leg.UPSTREAM, nowNanos), nowNanos));
        findings.found(found, nowNanos);
        if (route.sockets() != PeerSockets.NONE) {
            askAboutClient(found, nowNanos, loop);
            askAboutUpstream(found, nowNanos, loop);
            for (Leg leg : Leg.values()) {
                askTracking(leg, found, nowNanos, loop);
            }
        }
    }

    private Snapshot snapshot(LegRecord client, LegRecord upstream, long momentNanos) {
        return Snapshots.relayed(
                session, route, questions, tracked(client, momentNanos), tracked(upstream, momentNanos), momentNanos);
    }

    // Findings that appeared or cleared.

    @Override
    public void happened(SessionEvent event) {
        if (event instanceof SessionEvent.FindingRaised raised) {
            Evidence rested = raised.finding().first(Clue.RESTED);
            if (rested != null && rested.leg() != null) {
                route.forgotten(session, rested.leg(), rested.amount());
            }
        }
        sink.happened(session.identity(), event);
    }

    @Override
    public void line(RecordEvent event, Finding finding, long nowNanos) {
        if (admits(event, finding, nowNanos)) {
            SessionRecord record = withTracking(session.record(nowNanos));
            sink.progressed(record.with(diagnosed(record, nowNanos)).about(event, finding));
        }
    }

    /** What was found so far. */
    SessionFindings findings() {
        return findings;
    }

    /** The questions about the peers' sockets. */
    PeerQuestions asked() {
        PeerQuestions asked = questions;
        if (asked == null) {
            asked = new PeerQuestions();
            questions = asked;
        }
        return asked;
    }

    /** Whether the session, which hangs or not, may have a line of its own that it lives on. */
    boolean admitsProgress(long nowNanos) {
        Finding standing = findings.worst();
        return standing == null || admits(RecordEvent.PROGRESS, standing, nowNanos);
    }

    private boolean admits(RecordEvent event, Finding finding, long nowNanos) {
        return route.lines().admits(event, finding, peer(finding.leg()), session.identity(), nowNanos);
    }

    /** The peer of a leg for {@link LineLimit}: a client without its port, which differs from session to session. */
    private @Nullable String peer(@Nullable Leg leg) {
        if (leg == Leg.CLIENT) {
            return IpText.address(session.identity().client().getAddress());
        }
        InetSocketAddress peer = session.way().peer();
        InetSocketAddress address = peer == null ? session.way().triedAddress() : peer;
        return address == null || address.getAddress() == null ? null : IpText.endpoint(address);
    }

    /** The session ends: whatever stands goes away with it. */
    void clearAll(long atNanos) {
        findings.clearAll(atNanos);
    }

    // Look-ups of peers' sockets.

    private void askAboutClient(List<Finding> found, long nowNanos, Consumer<LongConsumer> loop) {
        if (wants(Leg.CLIENT, found, nowNanos) || (questions != null && questions.unreadSeen(Leg.CLIENT))) {
            asked().ask(route, aboutClient(nowNanos, loop));
        } else if (PeerQuestions.mayNotHaveRead(session.leg(Leg.CLIENT), route, nowNanos)) {
            asked().glance(route, aboutClient(nowNanos, loop));
        }
    }

    /** While an attempt is unanswered, asks whether the listener has room, if it is on this host. */
    private void askAboutUpstream(List<Finding> found, long nowNanos, Consumer<LongConsumer> loop) {
        InetSocketAddress peer = session.way().peer();
        InetSocketAddress local = session.way().local();
        InetSocketAddress tried = session.way().triedAddress();
        if (peer != null && local != null) {
            if (wants(Leg.UPSTREAM, found, nowNanos)) {
                asked().ask(route, about(Leg.UPSTREAM, peer, local, nowNanos, loop));
            }
        } else if (peer == null && tried != null && route.lasts(session.way().tryingSinceNanos(), nowNanos)) {
            // No socket is connected to port 0, so that the listener is found.
            InetSocketAddress none = new InetSocketAddress(tried.getAddress(), 0);
            asked().ask(route, about(Leg.UPSTREAM, tried, none, nowNanos, loop));
        }
    }

    /** Asks for both peers' sockets though no rule may want them yet; false where neither question is taken. */
    boolean askPeers(long nowNanos, Consumer<LongConsumer> loop) {
        InetSocketAddress peer = session.way().peer();
        InetSocketAddress local = session.way().local();
        if (route.sockets() == PeerSockets.NONE) {
            return false;
        }
        boolean client = asked().askNow(route, aboutClient(nowNanos, loop));
        boolean upstream = peer != null
                && local != null
                && asked().askNow(route, about(Leg.UPSTREAM, peer, local, nowNanos, loop));
        return client || upstream;
    }

    private PeerQuestions.Question aboutClient(long nowNanos, Consumer<LongConsumer> loop) {
        SessionIdentity identity = session.identity();
        return about(Leg.CLIENT, identity.client(), identity.dialled(), nowNanos, loop);
    }

    private PeerQuestions.Question about(
            Leg leg, InetSocketAddress peer, InetSocketAddress local, long nowNanos, Consumer<LongConsumer> loop) {
        PeerQuestions asked = asked();
        return new PeerQuestions.Question(
                leg,
                PeerQuestions.lastMove(session.leg(leg)),
                peer,
                local,
                nowNanos,
                rhythm.pauseNanos(nowNanos),
                socket -> loop.accept(then -> answered(asked, leg, socket, then, loop)));
    }

    private boolean wants(Leg leg, List<Finding> found, long nowNanos) {
        return PeerQuestions.wanted(session.leg(leg), session.connectedAtNanos(), found, route, nowNanos);
    }

    /** On the session's event loop again: looks at once where the answer is new, so that nothing waits for the next sweep. */
    private void answered(PeerQuestions asked, Leg leg, PeerSocket socket, long nowNanos, Consumer<LongConsumer> loop) {
        if (session.ended() || questions != asked) {
            return;
        }
        if (asked.answered(leg, socket)) {
            rhythm.isNew(nowNanos);
        }
        boolean last = awaited == 1;
        awaited = Math.max(0, awaited - 1);
        if (last || (awaited == 0 && rhythm.isDueAfterAnswer(picture(), nowNanos))) {
            look(nowNanos, loop);
        }
    }

    // Connection tracking.

    private void askTracking(Leg leg, List<Finding> found, long nowNanos, Consumer<LongConsumer> loop) {
        SessionIdentity identity = session.identity();
        InetSocketAddress peer =
                leg == Leg.CLIENT ? identity.client() : session.way().peer();
        InetSocketAddress local =
                leg == Leg.CLIENT ? identity.accepted() : session.way().local();
        LegTracker asked = session.leg(leg);
        if (peer == null || local == null || !TrackingQuestions.wanted(asked, found, route, nowNanos)) {
            return;
        }
        TrackingQuestions asking = tracking == null ? new TrackingQuestions() : tracking;
        tracking = asking;
        asking.ask(
                asked,
                route,
                peer,
                local,
                nowNanos,
                seen -> loop.accept(then -> {
                    if (!session.ended()) {
                        asking.answered(leg, seen);
                        look(then, loop);
                    }
                }));
    }

    /** The leg with what the rules may know of its tracking. */
    private LegRecord tracked(LegRecord leg, long momentNanos) {
        return tracking == null
                ? leg
                : leg.tracked(tracking.known(session.leg(leg.leg()), session.identity(), momentNanos));
    }

    private SessionRecord withTracking(SessionRecord record) {
        return tracking == null ? record : record.tracked(tracking.latest(Leg.CLIENT), tracking.latest(Leg.UPSTREAM));
    }

    // Findings for a record.

    /** The record with what is found of the session at this moment; of a living one with what is known of the peers' programs. */
    SessionRecord examined(SessionRecord record, long momentNanos) {
        SessionRecord found = withTracking(record).with(diagnosed(record, momentNanos));
        if (session.ended()) {
            return found;
        }
        Snapshot snapshot = snapshot(record.client(), record.upstream(), momentNanos);
        return found.with(snapshot.client().peerProgram(), snapshot.upstream().peerProgram());
    }

    /** The record of a living session with what was found last, the worst first, and what has cleared before it. */
    SessionRecord withStanding(SessionRecord record, long momentNanos) {
        Snapshot seen = snapshot(record.client(), record.upstream(), momentNanos);
        return withTracking(record)
                .with(findings.latest())
                .with(seen.client().peerProgram(), seen.upstream().peerProgram());
    }

    /** What is found of the session for a record of this moment, together with what was found before. */
    private Diagnosed diagnosed(SessionRecord record, long momentNanos) {
        if (!session.ended()) {
            boolean asLooked = rhythm.hasLookedLately(momentNanos) && hasOldAnswers(momentNanos);
            return findings.living(asLooked ? findings.lastFound() : found(record, momentNanos));
        }
        List<SessionFinding> atEnd = isWorthALook(record) ? foundAtEnd(record, momentNanos) : List.of();
        return findings.ended(atEnd, session.identity().epochNanos(momentNanos));
    }

    /** Whether what is known of the peers' sockets is too old for the rules, since nothing has moved for long. */
    private boolean hasOldAnswers(long nowNanos) {
        PeerQuestions asked = questions;
        return asked != null && (isOld(asked, Leg.CLIENT, nowNanos) || isOld(asked, Leg.UPSTREAM, nowNanos));
    }

    private boolean isOld(PeerQuestions asked, Leg leg, long nowNanos) {
        return asked.isOld(leg, PeerQuestions.lastMove(session.leg(leg)), session.identity(), nowNanos);
    }

    private List<SessionFinding> foundAtEnd(SessionRecord record, long momentNanos) {
        return found(record, momentNanos).stream()
                .map(each -> new SessionFinding(each, null, true))
                .toList();
    }

    private List<Finding> found(SessionRecord record, long momentNanos) {
        return Diagnosis.of(snapshot(record.client(), record.upstream(), momentNanos));
    }

    /** Whether a session that has ended is worth the rules' time: most end well, and thousands may in a second. */
    private boolean isWorthALook(SessionRecord record) {
        return record.outcome() != Outcome.CLEAN
                || session.way().isTroubled()
                || findings.anyEver()
                || record.client().wire() != null
                || record.upstream().wire() != null
                || record.upstream().bytesReceived() == 0
                || (record.client().tls() != null && record.client().tls().isOther())
                || (record.upstream().tls() != null && record.upstream().tls().isOther())
                || record.upstream().data().turns().unansweredSince().isKnown()
                || record.client().data().loss().retransmitsSent().or(0L) > 0
                || record.upstream().data().loss().retransmitsSent().or(0L) > 0;
    }

    /** Whether the rules found something while it lived. */
    boolean everFound() {
        return findings.anyEver();
    }

    /** Memory that the findings take, by estimate. */
    long estimateBytes() {
        return findings.size() * (long) FINDING_BYTES;
    }
}
