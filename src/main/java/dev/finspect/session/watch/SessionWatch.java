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
import dev.finspect.session.live.SessionTracker;
import dev.finspect.tcp.IpText;
import dev.finspect.tcp.Leg;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Watches one session for hangs: when the rules run, which peers' sockets to look up, and which findings appeared or
 * cleared since the last check. Confined to the session's event loop until it has ended.
 */
final class SessionWatch {
    /** A finding with its evidence. */
    private static final int FINDING_BYTES = 1_000;

    private final SessionTracker session;
    private final RouteDiagnosis route;
    private final SessionSink sink;
    private @Nullable SessionFindings findings;
    private @Nullable PeerQuestions questions;
    private long examinedAtNanos;

    SessionWatch(SessionTracker session, RouteDiagnosis route, SessionSink sink) {
        this.session = session;
        this.route = route;
        this.sink = sink;
        this.examinedAtNanos = session.identity().startNanos();
        route.begun(session);
    }

    /** An event was folded. */
    void happened(SessionEvent event) {
        if (event instanceof SessionEvent.AttemptBegun || event instanceof SessionEvent.Connected) {
            questions = null; // The answers so far are about another address.
        }
        route.happened(session, event);
    }

    /** Whether something hangs and a party is to blame. */
    boolean hangs() {
        return findings != null && findings.blame();
    }

    /** What holds and blames a party, as the rules found it last. */
    List<SessionFinding> standing() {
        return findings == null
                ? List.of()
                : findings.standing().stream()
                        .map(each -> new SessionFinding(each, null, false))
                        .toList();
    }

    /** Lets the rules look where it is worth a look; {@code loop} as for {@link WatchedSession#examine}. */
    void examine(long nowNanos, Consumer<LongConsumer> loop) {
        long before = examinedAtNanos;
        examinedAtNanos = nowNanos;
        route.rested(session);
        boolean hangs = findings != null && !findings.standing().isEmpty();
        if (hangs || Suspicion.of(session, questions, route, before, nowNanos)) {
            look(nowNanos, loop);
        }
    }

    private void look(long nowNanos, Consumer<LongConsumer> loop) {
        route.looked(session, nowNanos);
        List<Finding> found = Diagnosis.of(
                snapshot(session.legRecord(Leg.CLIENT, nowNanos), session.legRecord(Leg.UPSTREAM, nowNanos), nowNanos));
        report(found, nowNanos);
        if (route.sockets() != PeerSockets.NONE) {
            askAboutClient(found, nowNanos, loop);
            askAboutUpstream(found, nowNanos, loop);
        }
    }

    private Snapshot snapshot(LegRecord client, LegRecord upstream, long momentNanos) {
        return Snapshots.relayed(session, route, questions, client, upstream, momentNanos);
    }

    // Findings that appeared or cleared.

    private void report(List<Finding> found, long nowNanos) {
        SessionFindings known = findings;
        if (known != null) {
            for (Finding before : List.copyOf(known.standing())) {
                Finding now = SessionFindings.same(found, before);
                if (now != null) {
                    stillStands(now, nowNanos);
                } else {
                    recovered(before, nowNanos);
                }
            }
        }
        for (Finding now : found) {
            if (now.accuses() && (known == null || known.same(now) == null)) {
                hung(now, nowNanos);
            }
        }
        stands(found.isEmpty() || !found.get(0).accuses() ? null : found.get(0), nowNanos);
    }

    /** The finding that stands for the session, its worst; null where none blames a party. */
    private void stands(@Nullable Finding now, long nowNanos) {
        Finding before = findings == null ? null : findings.worst();
        if (before == null && now == null) {
            return;
        }
        known().worst(now);
        boolean same = before != null
                && now != null
                && before.sameAs(now)
                && before.blame() == now.blame()
                && before.hang() == now.hang();
        if (!same) {
            sink.happened(session.identity(), new SessionEvent.WorstFindingChanged(nowNanos, before, now));
        }
    }

    /** A finding came. */
    void hung(Finding finding, long nowNanos) {
        known().stands(finding);
        Evidence rested = finding.first(Clue.RESTED);
        if (rested != null && rested.leg() != null) {
            route.forgotten(session, rested.leg(), rested.amount());
        }
        sink.happened(session.identity(), new SessionEvent.FindingRaised(nowNanos, finding));
        line(RecordEvent.HUNG, finding, nowNanos, known().mayReportHang(finding, nowNanos));
    }

    /** It stands: writes the line that it could not have when it came, when there is room for it now. */
    void stillStands(Finding finding, long nowNanos) {
        known().stands(finding);
        line(RecordEvent.HUNG, finding, nowNanos, known().mayReportHangLate(finding, nowNanos));
    }

    /** It went away. */
    void recovered(Finding finding, long nowNanos) {
        clear(known(), finding, nowNanos);
        line(RecordEvent.RECOVERED, finding, nowNanos, known().mayReportRecovery(finding, nowNanos));
    }

    /** What was found so far. */
    SessionFindings known() {
        SessionFindings known = findings;
        if (known == null) {
            known = new SessionFindings();
            findings = known;
        }
        return known;
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

    private void clear(SessionFindings known, Finding finding, long atNanos) {
        known.cleared(finding, session.identity().epochNanos(atNanos));
        sink.happened(session.identity(), new SessionEvent.FindingCleared(atNanos, finding));
    }

    /** A line of its own about a finding, where there are not too many of the session, or of many sessions. */
    private void line(RecordEvent event, Finding finding, long nowNanos, boolean allowed) {
        if (allowed && admits(event, finding, nowNanos)) {
            SessionRecord record = session.record(nowNanos);
            sink.progressed(record.with(diagnosed(record, nowNanos)).about(event, finding));
        }
    }

    /** Whether the session, which hangs or not, may have a line of its own that it lives on. */
    boolean admitsProgress(long nowNanos) {
        Finding standing = findings == null ? null : findings.worst();
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
        SessionFindings known = findings;
        if (known != null) {
            for (Finding finding : List.copyOf(known.standing())) {
                clear(known, finding, atNanos);
            }
            stands(null, atNanos);
        }
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
                socket -> loop.accept(then -> answered(asked, leg, socket, then, loop)));
    }

    private boolean wants(Leg leg, List<Finding> found, long nowNanos) {
        return PeerQuestions.wanted(session.leg(leg), session.connectedAtNanos(), found, route, nowNanos);
    }

    /** On the session's event loop again: looks at once, so that nothing waits for the next sweep. */
    private void answered(PeerQuestions asked, Leg leg, PeerSocket socket, long nowNanos, Consumer<LongConsumer> loop) {
        if (!session.ended() && questions == asked) {
            asked.answered(leg, socket);
            look(nowNanos, loop);
        }
    }

    // Findings for a record.

    /** The record with what is found of the session at this moment; of a living one with what is known of the peers' programs. */
    SessionRecord examined(SessionRecord record, long momentNanos) {
        SessionRecord found = record.with(diagnosed(record, momentNanos));
        if (session.ended()) {
            return found;
        }
        Snapshot snapshot = snapshot(record.client(), record.upstream(), momentNanos);
        return found.with(snapshot.client().peerProgram(), snapshot.upstream().peerProgram());
    }

    /** The record of a living session with what was found last, the worst first, and what has cleared before it. */
    SessionRecord withStanding(SessionRecord record, long momentNanos) {
        SessionFindings known = findings;
        List<SessionFinding> all = new ArrayList<>();
        if (known != null) {
            all.addAll(known.past());
            Finding worst = known.worst();
            known.standing().stream()
                    .sorted(Comparator.comparing(each -> worst == null || !each.sameAs(worst)))
                    .forEach(each -> all.add(new SessionFinding(each, null, false)));
        }
        Snapshot seen = snapshot(record.client(), record.upstream(), momentNanos);
        return record.with(new Diagnosed(
                        null,
                        List.copyOf(all),
                        known == null ? 0 : known.omitted(),
                        known == null ? 0 : known.unreported()))
                .with(seen.client().peerProgram(), seen.upstream().peerProgram());
    }

    /** What is found of the session for a record of this moment, together with what was found before. */
    private Diagnosed diagnosed(SessionRecord record, long momentNanos) {
        SessionFindings known = findings;
        List<SessionFinding> all = new ArrayList<>(known == null ? List.of() : known.past());
        boolean over = session.ended();
        if (!over || isWorthALook(record)) {
            for (Finding now : Diagnosis.of(snapshot(record.client(), record.upstream(), momentNanos))) {
                if (!over
                        || known == null
                        || !known.stoodUntil(now, session.identity().epochNanos(momentNanos))) {
                    all.add(new SessionFinding(now, null, over));
                }
            }
        }
        return new Diagnosed(
                null, List.copyOf(all), known == null ? 0 : known.omitted(), known == null ? 0 : known.unreported());
    }

    /** Whether a session that has ended is worth the rules' time: most end well, and thousands may in a second. */
    private boolean isWorthALook(SessionRecord record) {
        return record.outcome() != Outcome.CLEAN
                || session.way().isTroubled()
                || findings != null
                || record.client().wire() != null
                || record.upstream().wire() != null
                || record.upstream().bytesReceived() == 0
                || (record.client().tls() != null && record.client().tls().isOther())
                || (record.upstream().tls() != null && record.upstream().tls().isOther())
                || record.upstream().data().turns().unansweredSince().isKnown()
                || record.client().data().loss().retransmitsSent().or(0L) > 0
                || record.upstream().data().loss().retransmitsSent().or(0L) > 0;
    }

    /** Memory that the findings take, by estimate. */
    long estimateBytes() {
        SessionFindings known = findings;
        return known == null ? 0 : (known.standing().size() + known.past().size()) * (long) FINDING_BYTES;
    }
}
