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
final class PeerQuestions {
    private static final long FIRST_NANOS = 1_500_000_000L;
    /** An answer must be fresh while it counts, see the rules. */
    private static final long SELDOM_NANOS = 4_000_000_000L;
    /** After a peer was found to be elsewhere, or the question was not taken. */
    private static final long REFUSED_NANOS = 30_000_000_000L;
    /** An answer holds while nothing moves on its leg, and until two more should have come. */
    private static final long STALE_NANOS = 20_000_000_000L;

    private final OfLeg client = new OfLeg();
    private final OfLeg upstream = new OfLeg();

    /** The socket of this leg's peer, as long as it is to be believed; null without an answer. */
    @Nullable
    PeerSocket known(LegTracker leg, SessionIdentity clock, long nowNanos) {
        PeerSocket socket = of(leg.leg()).answer;
        if (socket == null || clock.epochNanos(nowNanos) - socket.atEpochNanos() > STALE_NANOS) {
            return null;
        }
        long moved = lastMove(leg);
        return moved == LegTraffic.NEVER || socket.atEpochNanos() - clock.epochNanos(moved) >= 0 ? socket : null;
    }

    /** Asks for the socket of this leg's peer, unless it was asked for a moment ago. */
    void ask(
            RouteDiagnosis diagnosis,
            LegTracker leg,
            InetSocketAddress peer,
            InetSocketAddress local,
            long nowNanos,
            Consumer<PeerSocket> answer) {
        OfLeg question = of(leg.leg());
        long moved = lastMove(leg);
        boolean still = question.asked && moved == question.askedAfterNanos;
        if (question.asked && (still || question.refused) && nowNanos - question.nextAtNanos < 0) {
            return;
        }
        long seldom = Math.min(
                SELDOM_NANOS,
                Math.max(FIRST_NANOS, diagnosis.thresholds().unread().toNanos() / 5 * 4));
        question.pauseNanos = still ? Math.min(seldom, question.pauseNanos * 2) : FIRST_NANOS;
        question.askedAfterNanos = moved;
        question.asked = true;
        question.refused = !diagnosis.sockets().ask(peer, local, answer);
        question.nextAtNanos = nowNanos + (question.refused ? REFUSED_NANOS : question.pauseNanos);
    }

    void answered(Leg leg, PeerSocket socket) {
        OfLeg question = of(leg);
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
    }

    /** What is known of the program of this leg's peer by its socket. */
    PeerProgram program(LegTracker leg, SessionIdentity clock, long nowNanos) {
        PeerSocket socket = known(leg, clock, nowNanos);
        return new PeerProgram(
                socket == null ? Observation.notObserved() : Fact.kernel(socket),
                socket == null ? Observation.notObserved() : unreadSince(leg.leg()),
                readAt(leg.leg()),
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

    /** Whether a peer's program was found not to have read everything. */
    boolean unreadSeen() {
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
        if (leg.leg() != Leg.UPSTREAM || establishedNanos == LegTraffic.NEVER || leg.closing() != null) {
            return false;
        }
        boolean owes = traffic.lastSentAtNanos != LegTraffic.NEVER
                && (traffic.lastReceivedAtNanos == LegTraffic.NEVER
                        || traffic.lastReceivedAtNanos - traffic.lastSentAtNanos < 0);
        boolean neverSpoke = traffic.firstReceivedAtNanos == LegTraffic.NEVER;
        return (owes && diagnosis.lasts(traffic.lastSentAtNanos, nowNanos))
                || (neverSpoke && diagnosis.lasts(establishedNanos, nowNanos));
    }

    private static long lastMove(LegTracker leg) {
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
    }
}
