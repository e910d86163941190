package dev.finspect.session.watch;

import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.catalogue.Catalogue;
import dev.finspect.record.PeerProgram;
import dev.finspect.record.PeerSocket;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.live.LegTracker;
import dev.finspect.session.live.LegTraffic;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the sockets of a session's peers, and when to look them up: only where a rule can use the answer, and
 * less and less often while nothing moves. Created at the first question. Confined to the session's event loop.
 */
public final class PeerQuestions {
    private static final long FIRST_NANOS = 1_500_000_000L;
    /** An answer counts for the rules while it is younger than a threshold of five seconds; the sweep may come late. */
    private static final long SELDOM_NANOS = 3_000_000_000L;
    /** After a peer was found to be elsewhere, or the question was not taken. */
    private static final long REFUSED_NANOS = 30_000_000_000L;
    /** How late a question can be put: the sweep comes once a second. */
    private static final long SWEEP_NANOS = 1_000_000_000L;
    /** Between two glances at a client that rests, whatever it does meanwhile. */
    private static final long GLANCE_NANOS = 10_000_000_000L;
    /** Between two glances in one and the same rest. */
    private static final long GLANCE_AGAIN_NANOS = 600_000_000_000L;

    /**
     * A question about the socket of a leg's peer.
     *
     * @param movedAtNanos when anything moved on the leg last, monotonic; {@link LegTraffic#NEVER} where nothing did
     * @param peer its address
     * @param local the address of finspect's end; port 0 where the peer's listener is meant
     * @param nowNanos when it is put, monotonic
     * @param pauseNanos how long the rules may leave the session alone after it, since nothing of it moves
     * @param answer receives the answer, on any thread
     */
    public record Question(
            Leg leg,
            long movedAtNanos,
            InetSocketAddress peer,
            InetSocketAddress local,
            long nowNanos,
            long pauseNanos,
            Consumer<PeerSocket> answer) {}

    private final OfLeg client = new OfLeg();
    private final OfLeg upstream = new OfLeg();

    /**
     * The socket of this leg's peer, as long as it is to be believed: while nothing moves on its leg, and until two more answers
     * should have come. Null without an answer.
     */
    @Nullable
    PeerSocket known(Leg leg, long movedAtNanos, SessionIdentity clock, long nowNanos) {
        OfLeg question = of(leg);
        PeerSocket socket = question.answer;
        if (socket == null || clock.epochNanos(nowNanos) - socket.atEpochNanos() > question.staleNanos()) {
            return null;
        }
        return movedAtNanos == LegTraffic.NEVER || socket.atEpochNanos() - clock.epochNanos(movedAtNanos) >= 0
                ? socket
                : null;
    }

    /** Asks for the socket of this leg's peer, unless it was asked for a moment ago. */
    public void ask(RouteDiagnosis diagnosis, Question asked) {
        OfLeg question = of(asked.leg);
        long nowNanos = asked.nowNanos;
        long moved = asked.movedAtNanos;
        boolean still = question.asked && moved == question.askedAfterNanos;
        if (question.asked && (still || question.refused) && nowNanos - question.nextAtNanos < 0) {
            return;
        }
        long seldom = Math.min(
                SELDOM_NANOS,
                Math.max(FIRST_NANOS, diagnosis.thresholds().unread().toNanos() / 5 * 3));
        question.pauseNanos =
                Math.max(asked.pauseNanos, still ? Math.min(seldom, question.pauseNanos * 2) : FIRST_NANOS);
        question.askedAfterNanos = moved;
        question.asked = true;
        question.refused = !diagnosis.sockets().ask(asked.peer, asked.local, asked.answer);
        question.nextAtNanos = nowNanos + (question.refused ? REFUSED_NANOS : question.pauseNanos);
    }

    /** Asks now, for somebody who waits for the answer; false where the question is not taken. */
    public boolean askNow(RouteDiagnosis diagnosis, Question asked) {
        OfLeg question = of(asked.leg);
        if (!question.refused) {
            question.nextAtNanos = asked.nowNanos;
        }
        ask(diagnosis, asked);
        return !question.refused;
    }

    /**
     * Glances at the socket of a client that rests after an answer, which may have stopped before it read it: once, and again
     * after long times only, since most sessions of a route rest.
     */
    void glance(RouteDiagnosis diagnosis, Question asked) {
        OfLeg question = of(asked.leg);
        long nowNanos = asked.nowNanos;
        long moved = asked.movedAtNanos;
        boolean sameRest = question.glanced && question.askedAfterNanos == moved;
        long pauseNanos = question.refused ? REFUSED_NANOS : sameRest ? GLANCE_AGAIN_NANOS : GLANCE_NANOS;
        if (question.glanced && nowNanos - question.glancedAtNanos < pauseNanos) {
            return;
        }
        question.glanced = true;
        question.asked = false;
        question.glancedAtNanos = nowNanos;
        question.askedAfterNanos = moved;
        question.refused = !diagnosis.sockets().glance(asked.peer, asked.local, asked.answer);
    }

    /** Takes an answer; returns whether it says more than the one before. */
    public boolean answered(Leg leg, PeerSocket found) {
        OfLeg question = of(leg);
        PeerSocket before = question.answer;
        PeerSocket socket = question.withEarlier(found);
        boolean unread = socket.seen() && socket.unreadBytes() > 0;
        boolean shorter = question.unreadLookUps > 0 && socket.unreadBytes() < question.unreadBytes;
        if (socket.seen() && (!unread || shorter)) {
            question.readAtEpochNanos = socket.atEpochNanos();
        }
        if (!unread) {
            question.unreadLookUps = 0;
        } else if (question.unreadLookUps == 0 || socket.unreadBytes() < question.unreadBytes) {
            question.unreadLookUps = 1;
            question.unreadSinceEpochNanos = socket.atEpochNanos();
        } else {
            question.unreadLookUps++;
        }
        question.unreadBytes = socket.unreadBytes();
        question.answer = socket;
        return question.unreadLookUps == 2 || !socket.looksLike(before);
    }

    /**
     * Whether this leg's peer is asked about again and again, so seldom by now that the rules should not look before the next
     * answer.
     *
     * @param movedAtNanos as for {@link #known}
     */
    boolean isOld(Leg leg, long movedAtNanos, SessionIdentity clock, long nowNanos) {
        OfLeg question = of(leg);
        PeerSocket socket = question.answer;
        return socket != null
                && question.asked
                && !question.refused
                && question.askedAfterNanos == movedAtNanos
                && question.pauseNanos > SELDOM_NANOS
                && clock.epochNanos(nowNanos) - socket.atEpochNanos() > SELDOM_NANOS + SWEEP_NANOS;
    }

    /** What is known of the program of this leg's peer by its socket. */
    public PeerProgram program(Leg leg, long movedAtNanos, SessionIdentity clock, long nowNanos) {
        PeerSocket socket = known(leg, movedAtNanos, clock, nowNanos);
        return new PeerProgram(
                socket == null ? Observation.notObserved() : Fact.kernel(socket),
                socket == null ? Observation.notObserved() : unreadSince(leg),
                readAt(leg),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved());
    }

    /** Since when look-ups have found unread bytes that never grew fewer; none after less than two that did. */
    Observation<Long> unreadSince(Leg leg) {
        OfLeg question = of(leg);
        return question.unreadLookUps < 2
                ? Observation.none(Source.KERNEL)
                : Fact.kernel(question.unreadSinceEpochNanos);
    }

    /** When a look-up last found everything read, or less unread than before. */
    Observation<Long> readAt(Leg leg) {
        OfLeg question = of(leg);
        return question.readAtEpochNanos == LegTraffic.NEVER
                ? Observation.notObserved()
                : Fact.kernel(question.readAtEpochNanos);
    }

    /** Whether this peer's program was found not to have read everything. */
    boolean unreadSeen(Leg leg) {
        return of(leg).unreadLookUps > 0;
    }

    /** Whether a peer's program was found not to have read everything. */
    public boolean unreadSeen() {
        return client.unreadLookUps > 0 || upstream.unreadLookUps > 0;
    }

    /** Whether the socket of this leg's peer would show something that no other source shows. */
    static boolean wanted(
            LegTracker leg, long establishedNanos, List<Finding> found, RouteDiagnosis diagnosis, long nowNanos) {
        for (Finding finding : found) {
            if (Catalogue.kindOf(finding).asksForPeerSocket(leg.leg())) {
                return true;
            }
        }
        LegTraffic traffic = leg.traffic;
        if (establishedNanos == LegTraffic.NEVER || leg.closing() != null) {
            return false;
        }
        if (diagnosis.lasts(leg.unackedSinceNanos(), nowNanos)
                || diagnosis.lasts(leg.zeroWindowSinceNanos(), nowNanos)) {
            return true;
        }
        if (leg.leg() == Leg.CLIENT) {
            return false;
        }
        boolean neverSpoke = traffic.firstReceivedAtNanos == LegTraffic.NEVER;
        return diagnosis.lasts(traffic.unansweredSinceNanos, nowNanos)
                || (neverSpoke && diagnosis.lasts(establishedNanos, nowNanos));
    }

    /** Whether the client has had the last word for so long that it may have stopped before it read it. */
    static boolean mayNotHaveRead(LegTracker client, RouteDiagnosis diagnosis, long nowNanos) {
        return client.closing() == null && diagnosis.lasts(client.traffic.unansweredSinceNanos, nowNanos);
    }

    /** When anything moved on the leg last. */
    static long lastMove(LegTracker leg) {
        LegTraffic traffic = leg.traffic;
        return Math.max(traffic.lastReceivedAtNanos, traffic.lastSentAtNanos);
    }

    private OfLeg of(Leg leg) {
        return leg == Leg.CLIENT ? client : upstream;
    }

    /** The question about one peer. */
    private static final class OfLeg {
        private @Nullable PeerSocket answer;
        private int unreadLookUps;
        private long unreadBytes;
        private long unreadSinceEpochNanos;
        private long readAtEpochNanos = LegTraffic.NEVER;
        private boolean asked;
        private boolean refused;
        private long askedAfterNanos = LegTraffic.NEVER;
        private long nextAtNanos;
        private long pauseNanos = FIRST_NANOS;
        private boolean glanced;
        private long glancedAtNanos;
        private PeerSocket.@Nullable Before listenersFirst;
        private int listeners;

        /** Two answers later than this one should have come. */
        long staleNanos() {
            return 2 * (pauseNanos + SWEEP_NANOS);
        }

        /** The answer with what the first look at its listeners found, as long as they are the same. */
        PeerSocket withEarlier(PeerSocket found) {
            PeerSocket.Listening now = found.listening();
            if (now == null || now.drops() < 0) {
                return found;
            }
            PeerSocket.Before first = listenersFirst;
            if (first == null || now.listeners() != listeners || now.drops() < first.drops()) {
                listenersFirst = new PeerSocket.Before(found.atEpochNanos(), now.drops());
                listeners = now.listeners();
                return found;
            }
            return first.atEpochNanos() < found.atEpochNanos() ? found.with(now.after(first)) : found;
        }
    }
}
