package dev.finspect.session.explain;

import static dev.finspect.session.explain.SampleSegment.segment;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.LegFixture;
import dev.finspect.fixture.SampleSession;
import dev.finspect.fixture.WirePlay;
import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.lifecycle.connection.Endpoint;
import dev.finspect.record.Attempt;
import dev.finspect.record.CaptureMode;
import dev.finspect.record.LegWire;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.kept.KeptCapture;
import dev.finspect.session.kept.KeptSegment;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.TcpFlags;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a drawing says of the time between its steps. */
final class LadderTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000_000_000;
    private static final SessionIdentity IDENTITY = SampleSession.identity("01SAMPLE", "db", 1);
    private static final long START = IDENTITY.startEpochNanos();
    private static final InetSocketAddress SERVICE = new InetSocketAddress("10.0.0.5", 5432);
    private static final InetSocketAddress DEAD = new InetSocketAddress("127.0.0.9", 5432);
    private static final InetSocketAddress OWN = new InetSocketAddress("10.0.0.4", 40000);

    private final LegFixture client = leg(Leg.CLIENT, IDENTITY.client(), IDENTITY.accepted());
    private final LegFixture upstream = leg(Leg.UPSTREAM, SERVICE, OWN);

    @Test
    void socketsAloneTellHowMuchPassedBetweenTheFirstAndTheLastBytes() {
        received(client, 1, 18, 360);
        sent(upstream, 1, 18, 360);
        assertThat(breaks(30))
                .containsExactly(
                        "1.0 s: no new bytes | no new bytes",
                        "17 s: up to 360B | up to 360B",
                        "12 s: no new bytes | no new bytes");
    }

    @Test
    void restInTheMiddleIsToldApart() {
        received(client, 1, 18, 360);
        client.lastRestEndedAt = Fact.socket(START + 17 * SECOND);
        client.lastRestNanos = Fact.socket(10 * SECOND);
        assertThat(breaks(18))
                .containsExactly(
                        "1.0 s: no new bytes | no new bytes",
                        "6.0 s: up to 360B | no new bytes",
                        "10 s: no new bytes | no new bytes",
                        "1.0 s: part of the same | no new bytes");
    }

    @Test
    void bytesThatTheKernelStillHoldsPassAfterTheLastWasHandedOver() {
        sent(upstream, 0, 0, 300_000);
        upstream.notSentBytes = Fact.kernel(100_000L);
        assertThat(breaks(40)).containsExactly("40 s: no new bytes | up to 300.0kB");
        upstream.unackedSince = Fact.kernel(START + 5 * SECOND);
        assertThat(breaks(40))
                .as("since then nothing makes progress")
                .containsExactly("5.0 s: no new bytes | up to 300.0kB", "35 s: no new bytes | no new bytes");
        upstream.unackedSince = Observation.notObserved();
        upstream.notSentBytes = Fact.kernel(0L);
        upstream.unackedSegments = Fact.kernel(0L);
        upstream.busyTime = Fact.kernel(20 * MILLI);
        assertThat(breaks(40)).as("it was sent at once").containsExactly("40 s: no new bytes | no new bytes");
    }

    @Test
    void segmentsThatAreNotKeptAreCountedWhereTheyWere() {
        List<KeptSegment> segments = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            segments.add(segment(i, IDENTITY.client(), IDENTITY.accepted(), TcpFlags.ACK, 100 + i, 1));
        }
        for (int i = 0; i < 4; i++) {
            segments.add(segment(9_000 + i, IDENTITY.client(), IDENTITY.accepted(), TcpFlags.ACK, 500 + i, 1));
        }
        assertThat(breaks(9, new KeptCapture(Leg.CLIENT, segments, 225, 0)))
                .containsExactly("8.9 s: 225 seg. not kept | no new bytes");
        assertThat(breaks(9, new KeptCapture(Leg.CLIENT, segments, 0, 0)))
                .as("nothing tells that all were captured")
                .containsExactly("8.9 s: no new bytes | no new bytes");
    }

    @Test
    void segmentsThatAreNotKeptAreCountedHoweverFastTheyWere() {
        client.wire = captured(CaptureMode.HEADERS, 0);
        client.bytesReceived = Fact.socket(44_000_000L);
        List<KeptSegment> segments = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            segments.add(
                    segment(i + (i < 8 ? 0 : 90), IDENTITY.client(), IDENTITY.accepted(), TcpFlags.ACK, i * 100, 100));
        }
        KeptCapture kept = new KeptCapture(Leg.CLIENT, segments, 30_000, 0);
        assertThat(Ladder.of(record(0), List.of(kept)).rungs().stream().filter(rung -> rung.what() == Rung.What.DATA))
                .as("not one burst over what is missing")
                .extracting(Rung::label)
                .containsExactly("800B in 8 seg.", "400B in 4 seg.");
        assertThat(breaks(0, kept)).containsExactly("91 ms: 30000 seg. not kept, 43.9MB | no new bytes");
    }

    @Test
    void nothingPassedWhereACompleteCaptureHasNoSegment() {
        List<KeptSegment> segments = List.of(
                segment(0, IDENTITY.client(), IDENTITY.accepted(), TcpFlags.ACK, 100, 9),
                segment(9_000, IDENTITY.client(), IDENTITY.accepted(), TcpFlags.ACK, 109, 9));
        KeptCapture kept = new KeptCapture(Leg.CLIENT, segments, 0, 0);
        client.wire = captured(CaptureMode.HEADERS, 0);
        assertThat(breaks(9, kept)).containsExactly("9.0 s: nothing | no new bytes");
        client.wire = captured(CaptureMode.HEADERS, 3);
        assertThat(breaks(9, kept)).as("packets were lost").containsExactly("9.0 s: no new bytes | no new bytes");
        client.wire = captured(CaptureMode.LIFECYCLE, 0);
        assertThat(breaks(9, kept)).as("bytes may be under way").containsExactly("9.0 s: no new bytes | no new bytes");
        client.unackedSegments = Fact.kernel(0L);
        client.notSentBytes = Fact.kernel(0L);
        assertThat(breaks(9, kept)).containsExactly("9.0 s: nothing | no new bytes");
    }

    @Test
    void acknowledgementOfAStepIsNoSegmentOfItsOwn() {
        List<KeptSegment> segments = List.of(
                segment(0, IDENTITY.client(), IDENTITY.accepted(), TcpFlags.ACK, 100, 9),
                segment(40, IDENTITY.accepted(), IDENTITY.client(), TcpFlags.ACK, 200, 0),
                segment(9_000, IDENTITY.accepted(), IDENTITY.client(), TcpFlags.ACK, 199, 0),
                segment(9_001, IDENTITY.client(), IDENTITY.accepted(), TcpFlags.ACK, 109, 0),
                segment(20_000, IDENTITY.accepted(), IDENTITY.client(), TcpFlags.ACK | TcpFlags.FIN, 200, 0));
        assertThat(breaks(20, new KeptCapture(Leg.CLIENT, segments, 0, 0)))
                .containsExactly("19 s: 2 seg. without new bytes | no new bytes");
    }

    @Test
    void stepsLeftOutInTheMiddleAreNoTimeWithoutSteps() {
        List<KeptSegment> segments = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            segments.add(segment(300L * i, IDENTITY.client(), IDENTITY.accepted(), TcpFlags.ACK, 100 + i, 1));
        }
        Ladder ladder = Ladder.of(record(18), List.of(new KeptCapture(Leg.CLIENT, segments, 0, 0)));
        assertThat(ladder.omitted()).isEqualTo(21);
        assertThat(LadderText.lines(ladder))
                .anyMatch(line -> line.contains(" 21 more in 6.0 s "))
                .noneMatch(line -> line.contains("nothing") || line.contains("no new bytes"));
    }

    @Test
    void synOfAFailedAttemptGoesToItsOwnAddress() {
        upstream.attempts.add(attempt(DEAD, ConnectResult.TIMED_OUT, 0, 5));
        upstream.attempts.add(attempt(SERVICE, ConnectResult.CONNECTED, 5, 6));
        List<KeptSegment> dead =
                List.of(segment(0, OWN, DEAD, TcpFlags.SYN, 100, 0), segment(1_000, OWN, DEAD, TcpFlags.SYN, 100, 0));
        List<KeptSegment> reached = List.of(
                segment(5_001, OWN, SERVICE, TcpFlags.SYN, 300, 0),
                segment(5_002, SERVICE, OWN, TcpFlags.SYN | TcpFlags.ACK, 400, 0));
        assertThat(upstreamSteps(
                        new KeptCapture(Leg.UPSTREAM, dead, 0, 0), new KeptCapture(Leg.UPSTREAM, reached, 0, 0)))
                .containsExactly(
                        "> SYN to 127.0.0.9:5432",
                        "> SYN isn 100 again",
                        "< timed out after 5.0 s",
                        "> SYN isn 300",
                        "< SYN-ACK isn 400");
    }

    @Test
    void failedAttemptIsDrawnWithoutACaptureToo() {
        upstream.peer = null;
        upstream.attempts.add(attempt(DEAD, ConnectResult.REFUSED, 0, 1));
        assertThat(upstreamSteps()).containsExactly("> connect 127.0.0.9:5432", "< refused after 1.0 s");
    }

    private List<String> upstreamSteps(KeptCapture... kept) {
        return Ladder.of(record(9), List.of(kept)).rungs().stream()
                .filter(rung -> rung.leg() == Leg.UPSTREAM)
                .map(rung -> (rung.towardsPeer() ? "> " : "< ") + rung.label())
                .toList();
    }

    private List<String> breaks(long seconds, KeptCapture... kept) {
        return Ladder.of(record(seconds), List.of(kept)).lines().stream()
                .filter(Ladder.Break.class::isInstance)
                .map(line -> (Ladder.Break) line)
                .map(gap -> dev.finspect.tcp.HumanUnits.spokenDuration(gap.nanos()) + ": "
                        + gap.client().words()
                        + (gap.upstream() == null ? "" : " | " + gap.upstream().words()))
                .toList();
    }

    private SessionRecord record(long seconds) {
        return SampleSession.living(seconds * SECOND, client.build(), upstream.build());
    }

    private static LegWire captured(CaptureMode mode, long dropped) {
        return new LegWire(
                mode,
                false,
                dropped,
                Endpoint.ORIGINATOR,
                WirePlay.of(1, 1025, 2, 15432).opened(0).live(FlowEndReason.LIVING),
                null);
    }

    private static LegFixture leg(Leg leg, InetSocketAddress peer, InetSocketAddress local) {
        LegFixture it = new LegFixture(leg);
        it.peer = peer;
        it.local = local;
        return it;
    }

    private static void received(LegFixture leg, long first, long last, long bytes) {
        leg.firstReceivedAt = Fact.socket(START + first * SECOND);
        leg.lastReceivedAt = Fact.socket(START + last * SECOND);
        leg.bytesReceived = Fact.socket(bytes);
    }

    private static void sent(LegFixture leg, long first, long last, long bytes) {
        leg.firstSentAt = Fact.socket(START + first * SECOND);
        leg.lastSentAt = Fact.socket(START + last * SECOND);
        leg.bytesSent = Fact.socket(bytes);
    }

    private static Attempt attempt(InetSocketAddress to, ConnectResult result, long from, long until) {
        return new Attempt(
                "db:5432",
                to,
                OWN,
                Fact.socket(START + from * SECOND),
                new Attempt.End(
                        result,
                        Fact.socket(START + until * SECOND),
                        (until - from) * SECOND,
                        null,
                        Observation.notObserved()),
                Attempt.Answers.NOT_OBSERVED,
                null);
    }
}
