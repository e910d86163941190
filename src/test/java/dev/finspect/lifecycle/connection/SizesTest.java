package dev.finspect.lifecycle.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.LegFixture;
import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.record.CaptureMode;
import dev.finspect.record.LegData;
import dev.finspect.record.LegWire;
import dev.finspect.record.SegmentSizes;
import dev.finspect.record.WireFacts;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.TcpSegment;
import dev.finspect.wire.TcpSegment.Direction;
import org.junit.jupiter.api.Test;

/** How large the segments are that arrive, and those that do not, in what was captured and in a leg's record. */
final class SizesTest {
    private static final String OPENED = """
            0 client SYN mss=1460 sack ts
            1 server SYN ACK mss=1460 sack ts
            2 client ACK
            10 client ACK 300b
            11 server ACK
            """;

    /** Two full segments are lost, and the small one behind them passes. */
    private static final String LOST = OPENED + """
            20 client ACK 1448b
            20 client ACK 1448b
            20 client ACK 104b
            21 server ACK ack=301 sacked=3197-3301
            220 client ACK 1448b seq=301
            620 client ACK 1448b seq=301
            """;

    @Test
    void whatIsAcknowledgedHasPassed() {
        SizeFacts sizes = client(OPENED);
        assertThat(sizes.acknowledged()).isEqualTo(300);
        assertThat(sizes.largest()).isEqualTo(300);
        assertThat(sizes.sentAgain()).isZero();
        assertThat(sizes.sacked()).isZero();
    }

    @Test
    void whatIsSentAgainAndWhatPassesBehindItHaveSizes() {
        SizeFacts sizes = client(LOST);
        assertThat(sizes.acknowledged()).isEqualTo(300);
        assertThat(sizes.sentAgain()).isEqualTo(1448);
        assertThat(sizes.sacked()).isEqualTo(104);
        assertThat(sizes.largest()).isEqualTo(1448);
    }

    @Test
    void progressBeginsAnewAndSmallerPartsAreNoLargeSegment() {
        SizeFacts sizes = client(LOST + """
                1420 client ACK 512b seq=301
                1421 server ACK ack=813 sacked=3197-3301
                """);
        assertThat(sizes.acknowledged()).isEqualTo(300);
        assertThat(sizes.sentAgain()).isZero();
        assertThat(sizes.sacked()).as("of the segment that makes progress").isEqualTo(104);
        sizes = client(LOST + """
                1420 client ACK 512b seq=301
                1421 server ACK ack=3301
                """);
        assertThat(sizes.acknowledged()).as("its first part was sent alone").isEqualTo(300);
        assertThat(sizes.sacked()).isZero();
    }

    @Test
    void theLargestOfSeveralIsAcknowledgedOnceAllOfItIs() {
        assertThat(client(OPENED + """
                20 client ACK 1448b
                20 client ACK 104b
                21 server ACK ack=301
                """).acknowledged()).isEqualTo(300);
        assertThat(client(OPENED + """
                20 client ACK 1448b
                20 client ACK 104b
                21 server ACK ack=1749
                """).acknowledged()).isEqualTo(1448);
    }

    @Test
    void aDuplicateThatIsReportedHasNotPassedBehindAnything() {
        assertThat(client(OPENED + """
                20 client ACK 300b seq=1
                21 server ACK ack=301 sacked=1-301
                """).sacked()).isZero();
    }

    @Test
    void retransmissionsOfOtherSegmentsAndProbesSayNothing() {
        assertThat(client(OPENED + """
                20 client ACK 1448b
                20 client ACK 104b
                40 client ACK 104b seq=1749
                """).sentAgain()).isZero();
        assertThat(client(OPENED + "20 client ACK 1b seq=300\n").sentAgain()).isZero();
    }

    @Test
    void whatIsMissingBeforeSmallSegmentsHasALength() {
        SizeFacts sizes = client(OPENED + """
                20 client ACK 1448b lost
                20 client ACK 1448b lost
                20 client ACK 104b
                21 client ACK 80b
                """);
        assertThat(sizes.behindGap()).isEqualTo(104);
        assertThat(sizes.gapBytes()).isEqualTo(2896);
        sizes = client(OPENED + """
                20 client ACK 1448b lost
                20 client ACK 104b
                220 client ACK 1448b seq=301
                """);
        assertThat(sizes.behindGap()).isZero();
        assertThat(sizes.gapBytes()).isZero();
    }

    @Test
    void aLegHasThemByTheSideThatSends() {
        SegmentSizes upstream =
                data(Leg.UPSTREAM, LOST, CaptureMode.HEADERS).loss().sizes();
        assertThat(upstream.full()).isEqualTo(Fact.wire(1448L));
        assertThat(upstream.acknowledged()).isEqualTo(Fact.wire(300L));
        assertThat(upstream.sentAgain()).isEqualTo(Fact.wire(1448L));
        assertThat(upstream.sacked()).isEqualTo(Fact.wire(104L));
        assertThat(upstream.gap().isNone()).isTrue();
        SegmentSizes client = data(Leg.CLIENT, LOST, CaptureMode.HEADERS).loss().sizes();
        assertThat(client.received()).isEqualTo(Fact.wire(1448L));
        assertThat(client.sentAgain().isNone()).isTrue();
    }

    @Test
    void severalCapturedAsOneCountAsFull() {
        SegmentSizes sizes =
                data(Leg.UPSTREAM, OPENED + """
                20 client ACK 14480b
                21 server ACK
                """, CaptureMode.HEADERS).loss().sizes();
        assertThat(sizes.acknowledged()).isEqualTo(Fact.wire(1448L));
    }

    @Test
    void withoutSegmentsTheKernelsStay() {
        SegmentSizes sizes =
                data(Leg.UPSTREAM, LOST, CaptureMode.LIFECYCLE).loss().sizes();
        assertThat(sizes.full()).isEqualTo(Fact.wire(1448L));
        assertThat(sizes.sentAgain()).isEqualTo(Fact.kernel(1400L));
        assertThat(sizes.acknowledged().isNotObserved()).isTrue();
    }

    @Test
    void withoutBothSynsTheKernelSaysWhatIsFull() {
        String middle = """
                20 client ACK 1448b
                21 server ACK ack=1
                220 client ACK 1448b seq=0
                """;
        SegmentSizes sizes =
                data(Leg.UPSTREAM, middle, CaptureMode.HEADERS).loss().sizes();
        assertThat(sizes.full()).isEqualTo(Fact.kernel(1400L));
        String bare = """
                0 client SYN
                1 server SYN ACK
                2 client ACK
                """;
        assertThat(data(Leg.UPSTREAM, bare, CaptureMode.HEADERS).loss().sizes().full())
                .isEqualTo(Fact.wire(536L));
        String impossible = """
                0 client SYN mss=8 ts
                1 server SYN ACK mss=1460 ts
                """;
        assertThat(data(Leg.UPSTREAM, impossible, CaptureMode.HEADERS)
                        .loss()
                        .sizes()
                        .full())
                .isEqualTo(Fact.kernel(1400L));
    }

    @Test
    void theMtuOfAnErrorAboutTheOtherEndIsNotOurs() {
        assertThat(mtu(Endpoint.ORIGINATOR, 700)).isEqualTo(Fact.wire(700L));
        assertThat(mtu(Endpoint.RESPONDER, 700).isKnown()).isFalse();
        assertThat(mtu(Endpoint.ORIGINATOR, IcmpError.ABSENT).isKnown()).isFalse();
    }

    private static Observation<Long> mtu(Endpoint against, int bytes) {
        Connection connection = played(LOST);
        connection.icmpError(
                against,
                new IcmpError(
                        700 * SegmentScript.MILLI,
                        0,
                        Direction.INCOMING,
                        SegmentScript.TUPLE.destination(),
                        IcmpError.Kind.FRAGMENTATION_NEEDED,
                        3,
                        4,
                        bytes,
                        SegmentScript.TUPLE,
                        null));
        return data(Leg.UPSTREAM, connection, CaptureMode.HEADERS).path().icmpMtuBytes();
    }

    private static SizeFacts client(String script) {
        return SegmentScript.alone(script).originator().flight().sizes();
    }

    private static Connection played(String script) {
        Connection connection = new Connection(SegmentScript.TUPLE);
        for (TcpSegment segment : SegmentScript.segments(script)) {
            connection.segment(
                    segment.tuple().equals(SegmentScript.TUPLE) ? Endpoint.ORIGINATOR : Endpoint.RESPONDER, segment);
        }
        return connection;
    }

    private static LegData data(Leg leg, String script, CaptureMode mode) {
        return data(leg, played(script), mode);
    }

    private static LegData data(Leg leg, Connection connection, CaptureMode mode) {
        LegFixture known = new LegFixture(leg);
        known.fullSize = Fact.kernel(1400L);
        known.sentAgainSize = mode.seesData() ? known.sentAgainSize : Fact.kernel(1400L);
        LegWire wire = new LegWire(
                mode,
                false,
                0L,
                leg == Leg.UPSTREAM ? Endpoint.RESPONDER : Endpoint.ORIGINATOR,
                connection.facts(FlowEndReason.LIVING),
                null);
        return WireFacts.into(known.build(), wire).data();
    }
}
