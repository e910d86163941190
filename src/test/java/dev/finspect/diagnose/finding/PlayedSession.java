package dev.finspect.diagnose.finding;

import dev.finspect.diagnose.LegSnapshot;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.Thresholds;
import dev.finspect.diagnose.question.Turn;
import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpState;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A session played in seconds from its beginning: who said what, when; and the snapshot that an observer would take of it. */
final class PlayedSession {
    static final long BEGIN_NANOS = 1_700_000_000_000_000_000L;
    private static final double REST_SECONDS = 1;

    final LegSnapshot client = new LegSnapshot(Leg.CLIENT);
    final LegSnapshot upstream = new LegSnapshot(Leg.UPSTREAM);
    private Snapshot.Proxy proxy = Snapshot.Proxy.RELAYS;

    /** Both legs are established at 0, and all is acknowledged, as the kernel says. */
    PlayedSession() {
        for (LegSnapshot leg : List.of(client, upstream)) {
            leg.peer = new InetSocketAddress(InetAddress.getLoopbackAddress(), leg == client ? 40_000 : 5432);
            leg.establishedAt = at(0);
            leg.unansweredTurns = Fact.socket(0L);
            leg.unackedSegments = Fact.kernel(0L);
            leg.notSentBytes = Fact.kernel(0L);
            leg.backoffs = Fact.kernel(0L);
            leg.probes = Fact.kernel(0L);
            leg.smoothedRttNanos = Fact.kernel(1_000_000L);
            leg.turnBytesSent = Fact.socket(0L);
            leg.state = Fact.kernel(TcpState.ESTABLISHED);
        }
    }

    static Fact<Long> at(double second) {
        return Fact.socket(BEGIN_NANOS + (long) (second * 1e9));
    }

    static Fact<Long> seen(double second) {
        return new Fact<>(at(second).value(), Source.WIRE);
    }

    static LegSnapshot.Mark mark(double second) {
        return LegSnapshot.Mark.at(at(second));
    }

    static LegSnapshot.Mark acknowledged(double second, boolean is) {
        return new LegSnapshot.Mark(seen(second), null, new Fact<>(is, Source.WIRE), Fact.kernel(0L), null, null);
    }

    static LegSnapshot.Mark sentAgain(double second, long times) {
        return new LegSnapshot.Mark(
                seen(second), null, new Fact<>(false, Source.WIRE), new Fact<>(times, Source.WIRE), null, null);
    }

    static LegSnapshot.Mark rst(double second, boolean inWindow, long ttl) {
        return new LegSnapshot.Mark(
                seen(second), null, null, null, new Fact<>(inWindow, Source.WIRE), new Fact<>(ttl, Source.WIRE));
    }

    static PeerSocket socket(double second, TcpState state, long unread) {
        return new PeerSocket(
                at(second).value(), state, unread, 0, true, "none", -1, 1000, 4711, "sleeper", null, null);
    }

    /** The client speaks. */
    PlayedSession asks(double second, long bytes) {
        speaks(client, upstream, second, bytes);
        return this;
    }

    /** The upstream speaks. */
    PlayedSession answers(double second, long bytes) {
        speaks(upstream, client, second, bytes);
        return this;
    }

    /** Anything else that is so. */
    PlayedSession but(Consumer<PlayedSession> change) {
        change.accept(this);
        return this;
    }

    PlayedSession proxy(Snapshot.Proxy doing) {
        proxy = doing;
        return this;
    }

    Snapshot live(double second) {
        return snapshot(second, false);
    }

    Snapshot over(double second) {
        return snapshot(second, true);
    }

    private Snapshot snapshot(double second, boolean over) {
        return new Snapshot(at(second).value(), over, Thresholds.STANDARD, client, upstream, List.of(), proxy);
    }

    private static void speaks(LegSnapshot from, LegSnapshot to, double second, long bytes) {
        Fact<Long> now = at(second);
        rests(from, now);
        rests(to, now);
        Fact<Long> before = from.lastReceivedAt;
        if (before != null && !isAfter(from.lastSentAt, before) && now.value() - before.value() > REST_SECONDS * 1e9) {
            from.unansweredTurns = Fact.socket(value(from.unansweredTurns) + 1);
        }
        if (Turn.isUnanswered(from) && from.lastSentAt != null) {
            long took = now.value() - from.lastSentAt.value();
            from.longestAnswerNanos = Fact.socket(Math.max(took, value(from.longestAnswerNanos)));
        }
        from.bytesReceived = Fact.socket(from.bytesReceived.value() + bytes);
        from.lastReceivedAt = now;
        from.turnBytesSent = Fact.socket(0L);
        from.lastHeardAt = now;
        to.bytesSent = Fact.socket(to.bytesSent.value() + bytes);
        to.lastSentAt = now;
        to.turnBytesSent = Fact.socket(value(to.turnBytesSent) + bytes);
        to.bytesAcknowledged = to.bytesSent;
        to.lastHeardAt = now;
        if (from.localFin != null) {
            from.bytesReceivedAfterLocalFin = Fact.socket(value(from.bytesReceivedAfterLocalFin) + bytes);
        }
    }

    private static void rests(LegSnapshot leg, Fact<Long> now) {
        long quiet = now.value() - Turn.lastBytesAt(leg);
        if (quiet >= REST_SECONDS * 1e9) {
            leg.lastRestNanos = Fact.socket(quiet);
            leg.lastRestEndedAt = now;
        }
    }

    private static boolean isAfter(@Nullable Fact<Long> first, Fact<Long> second) {
        return first != null && first.value() >= second.value();
    }

    private static long value(@Nullable Fact<Long> number) {
        return number == null ? 0 : number.value();
    }
}
