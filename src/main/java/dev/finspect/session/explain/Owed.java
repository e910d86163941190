package dev.finspect.session.explain;

import dev.finspect.diagnose.Thresholds;
import dev.finspect.diagnose.question.Turn;
import dev.finspect.record.Attempt;
import dev.finspect.record.CloseMark;
import dev.finspect.record.LegRecord;
import dev.finspect.record.PeerSocket;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.HumanUnits;
import dev.finspect.tcp.IpText;
import dev.finspect.tcp.Leg;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is owed in a living session and is not reported, since its threshold is not reached yet. Pure. */
final class Owed {
    /** What is younger is everyday work: a round trip, an answer that is being made. */
    private static final long LEAST_NANOS = 500_000_000;

    private static final long NEVER = Long.MIN_VALUE;

    private final SessionRecord record;
    private final Thresholds thresholds;
    private final long nowEpochNanos;
    private final List<String> sentences = new ArrayList<>(2);

    private Owed(SessionRecord record, Thresholds thresholds) {
        this.record = record;
        this.thresholds = thresholds;
        this.nowEpochNanos = record.identity().startEpochNanos() + record.durationNanos();
    }

    /** One sentence for each thing owed; empty where nothing is, and for a session that is over. */
    static List<String> of(SessionRecord record, Thresholds thresholds) {
        if (record.closed() || record.single()) {
            return List.of();
        }
        Owed owed = new Owed(record, thresholds);
        owed.attempt();
        for (Leg leg : Leg.values()) {
            owed.leg(record.leg(leg));
        }
        owed.answer();
        return List.copyOf(owed.sentences);
    }

    /** The attempt that goes on. */
    private void attempt() {
        List<Attempt> attempts = record.upstream().attempts();
        Attempt last = attempts.isEmpty() ? null : attempts.get(attempts.size() - 1);
        InetSocketAddress tried = last == null ? null : last.address();
        if (last != null && last.end() == null && tried != null) {
            String syns =
                    last.answers().syns().or(1L) > 1 ? last.answers().syns().or(1L) + " SYNs" : "the SYN";
            add(
                    "The upstream " + IpText.endpoint(tried) + " has not answered " + syns,
                    last.begunAt().value(),
                    thresholds.connect());
        }
    }

    private void leg(LegRecord leg) {
        if (!leg.established()) {
            return;
        }
        String peer = peer(leg);
        PeerSocket socket = leg.peerSocket();
        if (socket != null && socket.seen() && !socket.accepted()) {
            add(
                    peer + " is connected, and its program has not called accept()",
                    leg.handshake().establishedAt().or(nowEpochNanos),
                    thresholds.accept());
        } else if (socket != null && socket.seen() && socket.unreadBytes() > 0) {
            add(
                    peer + "'s program has not read " + HumanUnits.spokenBytes(socket.unreadBytes()),
                    leg.peerProgram().unreadSince().or(leg.lastSentAt().or(nowEpochNanos)),
                    thresholds.unread());
        }
        Long closed = leg.data().windows().zeroWindowSince().orNull();
        Long unacked = leg.data().flight().unackedSince().orNull();
        CloseMark fin = leg.close().localFin().orNull();
        if (closed != null) {
            add(peer + " keeps its receive window closed", closed, thresholds.zeroWindow());
        } else if (unacked != null) {
            boolean ofFin = fin != null && fin.atEpochNanos() >= unacked;
            add(
                    peer + " has not acknowledged " + (ofFin ? "the FIN" : "what was sent to it"),
                    unacked,
                    ofFin ? thresholds.finUnacknowledged() : thresholds.unacknowledged());
        } else if (fin != null && !leg.close().peerFin().isKnown()) {
            add(
                    peer + " has not closed after the " + leg.leg().other().label() + "'s FIN",
                    Math.max(fin.atEpochNanos(), leg.lastReceivedAt().or(NEVER)),
                    thresholds.notClosing());
        }
    }

    private void answer() {
        LegRecord client = record.client();
        LegRecord upstream = record.upstream();
        boolean open = upstream.established()
                && !upstream.closing()
                && !client.closing()
                && !upstream.data().relay().pausedSince().isKnown();
        if (!open) {
            return;
        }
        if (Turn.isUnanswered(upstream)) {
            if (!Turn.waitsForNothing(client, upstream)) {
                add(
                        peer(upstream) + " has owed an answer",
                        Turn.owedSince(upstream),
                        Duration.ofNanos(Turn.patienceNanos(thresholds, upstream)));
            }
        } else if (!upstream.lastSentAt().isKnown()
                && !upstream.lastReceivedAt().isKnown()) {
            add(
                    "Neither peer has sent a byte",
                    upstream.handshake().establishedAt().or(nowEpochNanos),
                    thresholds.nobodySpeaks());
        }
    }

    private static String peer(LegRecord leg) {
        return "The " + leg.leg().label();
    }

    private void add(String words, @Nullable Long since, Duration threshold) {
        long age = since == null ? 0 : nowEpochNanos - since;
        if (age >= LEAST_NANOS && age < threshold.toNanos()) {
            sentences.add(words + " for " + HumanUnits.spokenDuration(age) + "; reported as a hang from "
                    + HumanUnits.spokenDuration(threshold.toNanos()) + ".");
        }
    }
}
