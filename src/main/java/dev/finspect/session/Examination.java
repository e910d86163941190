package dev.finspect.session;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.catalogue.Diagnosis;
import dev.finspect.record.Outcome;
import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.Leg;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Lets the rules look at a session of the relay, and makes events of what changed since they looked last. */
final class Examination {
    private Examination() {}

    /** A look at a living session, on its event loop. */
    static void run(SessionTracker session, RouteDiagnosis by, long nowNanos, Consumer<LongConsumer> loop) {
        List<Finding> found = Diagnosis.of(Snapshots.relayed(
                session, session.legRecord(Leg.CLIENT, nowNanos), session.legRecord(Leg.UPSTREAM, nowNanos), nowNanos));
        tell(session, found, nowNanos);
        for (Leg leg : Leg.values()) {
            ask(session, leg, by, found, nowNanos, loop);
        }
    }

    private static void tell(SessionTracker session, List<Finding> found, long nowNanos) {
        SessionFindings known = session.findings();
        if (known != null) {
            for (Finding before : List.copyOf(known.standing())) {
                Finding now = SessionFindings.same(found, before);
                if (now != null) {
                    known.stands(now);
                    session.tellBelatedly(now, nowNanos);
                } else {
                    session.tellRecovered(before, nowNanos);
                }
            }
        }
        for (Finding now : found) {
            if (now.blame() != Blame.NOBODY && (known == null || known.same(now) == null)) {
                session.tellHung(now, nowNanos);
            }
        }
    }

    private static void ask(
            SessionTracker session,
            Leg leg,
            RouteDiagnosis by,
            List<Finding> found,
            long nowNanos,
            Consumer<LongConsumer> loop) {
        boolean ofClient = leg == Leg.CLIENT;
        InetSocketAddress peer =
                ofClient ? session.identity().client() : session.way().peer();
        InetSocketAddress local =
                ofClient ? session.identity().dialled() : session.way().local();
        LegTracker tracked = ofClient ? session.client() : session.upstream();
        if (!ofClient && peer == null) {
            askListener(session, by, nowNanos, loop);
            return;
        }
        if (by.sockets() == PeerSockets.NONE
                || peer == null
                || local == null
                || !PeerQuestions.wanted(tracked, session.connectedAtNanos(), found, by, nowNanos)) {
            return;
        }
        PeerQuestions questions = session.ask();
        questions.ask(
                by,
                tracked,
                peer,
                local,
                nowNanos,
                socket -> loop.accept(then -> answered(session, questions, leg, by, socket, then, loop)));
    }

    /** While nobody answers an attempt: whether the listener there, where it is on this host, has room. */
    private static void askListener(
            SessionTracker session, RouteDiagnosis by, long nowNanos, Consumer<LongConsumer> loop) {
        InetSocketAddress address = session.way().triedAddress();
        if (by.sockets() == PeerSockets.NONE
                || address == null
                || !by.lasts(session.way().tryingSinceNanos(), nowNanos)) {
            return;
        }
        PeerQuestions questions = session.ask();
        questions.ask(
                by,
                session.upstream(),
                address,
                // No socket is connected to port 0, so that the listener is found.
                new InetSocketAddress(address.getAddress(), 0),
                nowNanos,
                socket -> loop.accept(then -> answered(session, questions, Leg.UPSTREAM, by, socket, then, loop)));
    }

    /** On the session's event loop again: looks at once, so that nothing waits for the next sweep. */
    private static void answered(
            SessionTracker session,
            PeerQuestions questions,
            Leg leg,
            RouteDiagnosis by,
            PeerSocket socket,
            long nowNanos,
            Consumer<LongConsumer> loop) {
        if (!session.ended() && session.questions() == questions) {
            questions.answered(leg, socket);
            run(session, by, nowNanos, loop);
        }
    }

    /** What is found of a session for a record of this moment, together with what was found before. */
    static Diagnosed of(SessionTracker session, SessionRecord record, long momentNanos) {
        SessionFindings known = session.findings();
        List<SessionFinding> all = new ArrayList<>(known == null ? List.of() : known.past());
        boolean over = session.ended();
        if (!over || mayTell(session, record)) {
            for (Finding now :
                    Diagnosis.of(Snapshots.relayed(session, record.client(), record.upstream(), momentNanos))) {
                if (!over || !stoodAtTheEnd(known, now, session.endedAtEpochNanos())) {
                    all.add(new SessionFinding(now, null, over));
                }
            }
        }
        return new Diagnosed(
                null, List.copyOf(all), known == null ? 0 : known.omitted(), known == null ? 0 : known.untold());
    }

    /** It was found while the session lived, and was so until it ended: no need to say so twice. */
    private static boolean stoodAtTheEnd(@Nullable SessionFindings known, Finding finding, long endedAtEpochNanos) {
        if (known == null) {
            return false;
        }
        for (SessionFinding one : known.past()) {
            Long until = one.untilEpochNanos();
            if (one.finding().sameAs(finding) && until != null && until == endedAtEpochNanos) {
                return true;
            }
        }
        return false;
    }

    /** Whether a session that has ended is worth the rules' time: most end well, and thousands may in a second. */
    private static boolean mayTell(SessionTracker session, SessionRecord record) {
        return record.outcome() != Outcome.CLEAN
                || session.way().isTroubled()
                || session.findings() != null
                || record.client().wire() != null
                || record.upstream().wire() != null
                || record.upstream().data().traffic().bytesReceived().value() == 0
                || record.client().data().loss().retransmitsSent().or(0L) > 0
                || record.upstream().data().loss().retransmitsSent().or(0L) > 0;
    }
}
