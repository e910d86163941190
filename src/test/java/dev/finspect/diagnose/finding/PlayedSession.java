package dev.finspect.diagnose.finding;

import dev.finspect.diagnose.Expectation;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.Thresholds;
import dev.finspect.diagnose.question.Turn;
import dev.finspect.fixture.LegFixture;
import dev.finspect.fixture.SocketFixture;
import dev.finspect.record.CloseMark;
import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpState;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** A session played in seconds from its beginning: who said what, when; and the snapshot that an observer would take of it. */
final class PlayedSession {
    static final long BEGIN_NANOS = 1_700_000_000_000_000_000L;
    private static final double REST_SECONDS = 1;
    private static final long NEVER = Long.MIN_VALUE;

    final LegFixture client = new LegFixture(Leg.CLIENT);
    final LegFixture upstream = new LegFixture(Leg.UPSTREAM);
    private Snapshot.Proxy proxy = Snapshot.Proxy.RELAYS;
    private Expectation answers = Expectation.LEARN;
    private Thresholds thresholds = Thresholds.STANDARD;

    /** Both legs are established at 0, and all is acknowledged, as the kernel says. */
    PlayedSession() {
        for (LegFixture leg : List.of(client, upstream)) {
            leg.peer = new InetSocketAddress(InetAddress.getLoopbackAddress(), leg == client ? 40_000 : 5432);
            leg.establishedAt = at(0);
            leg.unansweredTurns = Fact.socket(0L);
            leg.unackedSegments = Fact.kernel(0L);
            leg.notSentBytes = Fact.kernel(0L);
            leg.backoffs = Fact.kernel(0L);
            leg.probes = Fact.kernel(0L);
            leg.fullSince = Observation.none(Source.KERNEL);
            leg.longestZeroWindow = Fact.inferred(0L);
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

    static Fact<CloseMark> mark(double second) {
        return Fact.socket(CloseMark.at(at(second)));
    }

    static Fact<CloseMark> acknowledged(double second, boolean is) {
        return mark(
                second,
                new Fact<>(is, Source.WIRE),
                Fact.kernel(0L),
                Observation.notObserved(),
                Observation.notObserved());
    }

    static Fact<CloseMark> sentAgain(double second, long times) {
        return mark(
                second,
                new Fact<>(false, Source.WIRE),
                new Fact<>(times, Source.WIRE),
                Observation.notObserved(),
                Observation.notObserved());
    }

    static Fact<CloseMark> rst(double second, boolean inWindow, long ttl) {
        return mark(
                second,
                Observation.notObserved(),
                Observation.notObserved(),
                new Fact<>(inWindow, Source.WIRE),
                new Fact<>(ttl, Source.WIRE));
    }

    private static Fact<CloseMark> mark(
            double second,
            Observation<Boolean> acknowledged,
            Observation<Long> retransmits,
            Observation<Boolean> inWindow,
            Observation<Long> ttl) {
        return Fact.socket(new CloseMark(
                seen(second),
                CloseMark.Numbers.NOT_OBSERVED,
                new CloseMark.Delivery(acknowledged, Observation.notObserved(), retransmits, inWindow),
                ttl));
    }

    static Fact<PeerSocket> socket(double second, TcpState state, long unread) {
        return Fact.kernel(
                SocketFixture.seen(at(second).value(), state, unread, 0, true, 1000, 4711, "sleeper", null, null));
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

    /** What the route's configuration says of answers. */
    PlayedSession expects(Expectation expectation) {
        answers = expectation;
        return this;
    }

    /** All thresholds are so many seconds. */
    PlayedSession within(int seconds) {
        thresholds = Thresholds.STANDARD.after(Duration.ofSeconds(seconds));
        return this;
    }

    Snapshot live(double second) {
        return snapshot(second, false);
    }

    Snapshot over(double second) {
        return snapshot(second, true);
    }

    private Snapshot snapshot(double second, boolean over) {
        return new Snapshot(at(second).value(), over, thresholds, client.build(), upstream.build(), proxy, answers);
    }

    private static void speaks(LegFixture from, LegFixture to, double second, long bytes) {
        Fact<Long> now = at(second);
        rests(from, now);
        rests(to, now);
        long received = from.lastReceivedAt.or(NEVER);
        long sent = from.lastSentAt.or(NEVER);
        // A client that was answered before waits for its answers.
        boolean waits = from.leg == Leg.CLIENT && from.bytesSent.value() > 0;
        if (!waits && received != NEVER && sent < received && now.value() - received > REST_SECONDS * 1e9) {
            from.unansweredTurns = Fact.socket(from.unansweredTurns.or(0L) + 1);
        }
        if (sent > received) {
            from.longestAnswerNanos = Fact.socket(Math.max(now.value() - sent, from.longestAnswerNanos.or(0L)));
        }
        from.bytesReceived = Fact.socket(from.bytesReceived.value() + bytes);
        from.lastReceivedAt = now;
        from.turnBytesSent = Fact.socket(0L);
        from.unansweredSince = Observation.none(Source.SOCKET);
        from.lastHeardAt = now;
        to.bytesSent = Fact.socket(to.bytesSent.value() + bytes);
        to.lastSentAt = now;
        to.unansweredSince = to.unansweredSince.isKnown() ? to.unansweredSince : now;
        to.turnBytesSent = Fact.socket(to.turnBytesSent.or(0L) + bytes);
        to.bytesAcknowledged = to.bytesSent;
        to.lastHeardAt = now;
        if (from.localFin.isKnown()) {
            from.bytesReceivedAfterLocalFin = Fact.socket(from.bytesReceivedAfterLocalFin.or(0L) + bytes);
        }
    }

    private static void rests(LegFixture leg, Fact<Long> now) {
        long quiet = now.value() - Turn.lastBytesAt(leg.build());
        if (quiet >= REST_SECONDS * 1e9) {
            leg.lastRestNanos = Fact.socket(quiet);
            leg.lastRestEndedAt = now;
        }
    }
}
