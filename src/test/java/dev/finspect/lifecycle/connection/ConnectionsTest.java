package dev.finspect.lifecycle.connection;

import static dev.finspect.lifecycle.connection.HandshakeTest.syn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.WirePlay;
import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.lifecycle.TimeLimits;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.TcpOptions;
import dev.finspect.wire.TcpSegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class ConnectionsTest {
    private static final String OPEN = """
            0 client SYN
            1 server SYN ACK
            2 client ACK
            """;

    private final List<ConnectionFacts> finished = new ArrayList<>();

    private Connections connections(TimeLimits limits, int most) {
        return new Connections(new TrackingSettings(limits, most, ServicePorts.WELL_KNOWN, true), finished::add);
    }

    @Test
    void aSynWithAnotherNumberReusesThePorts() {
        List<ConnectionFacts> found = SegmentScript.found(TimeLimits.OFF, OPEN + """
                10 client FIN ACK
                11 server FIN ACK
                12 client ACK
                20 client SYN isn=9000
                21 server SYN ACK isn=8000
                """);
        assertThat(found).hasSize(2);
        assertThat(found.get(0).ending()).isEqualTo(FlowEndReason.REUSED);
        assertThat(found.get(0).continues()).isNull();
        assertThat(found.get(1).continues()).isEqualTo(new Continuation(1, FlowEndReason.REUSED, false));
        assertThat(syn(found.get(1), Endpoint.ORIGINATOR).retransmits()).isZero();
        assertThat(found.get(1).ending()).isEqualTo(FlowEndReason.CAPTURE_ENDED);
    }

    @Test
    void segmentAndIcmpErrorReturnTheNumberOfTheirConnection() {
        Connections connections = connections(TimeLimits.OFF, 10);
        WirePlay one = WirePlay.of(1, 5_000, 2, 80).opened(0);
        WirePlay other = WirePlay.of(1, 5_001, 2, 80).opened(10);
        WirePlay reused = WirePlay.of(1, 5_000, 2, 80).synOf(20, 77).rst(21, false);

        assertThat(WirePlay.merged(List.of(one, other, reused)).stream().map(connections::segment))
                .containsExactly(1L, 1L, 1L, 2L, 2L, 2L, 3L, 3L);
        assertThat(connections.icmpError(other.unreachable(100))).isEqualTo(2);
        assertThat(connections.icmpError(WirePlay.of(1, 5_002, 2, 80).unreachable(100)))
                .isEqualTo(Connections.NONE);
    }

    @Test
    void portsAreReusedBeforeTheConnectionClosed() {
        List<ConnectionFacts> found = SegmentScript.found(TimeLimits.ZEEK, OPEN + "20 client SYN isn=9000");
        assertThat(found).extracting(facts -> facts.zeek().connState()).containsExactly("S1", "S0");
    }

    @Test
    void aSynOfTheServerOpensANewConnection() {
        List<ConnectionFacts> found = SegmentScript.found(TimeLimits.ZEEK, OPEN + """
                10 client FIN ACK
                11 server FIN ACK
                12 client ACK
                20 server SYN isn=9000
                """);
        assertThat(found).hasSize(2);
        assertThat(found.get(1).tuple()).isEqualTo(SegmentScript.TUPLE.reversed());
    }

    /** Zeek reports two rows; it is one TCP connection, so finspect reports one. */
    @Test
    void aSimultaneousOpenIsOneConnection() {
        List<ConnectionFacts> found = SegmentScript.found(TimeLimits.ZEEK, """
                0  client SYN
                1  server SYN
                11 client SYN ACK ack=1 seq=0
                12 server SYN ACK ack=1 seq=0
                20 client ACK 10b
                """);
        assertThat(found).singleElement().satisfies(facts -> {
            assertThat(facts.handshake().simultaneousOpen()).isTrue();
            assertThat(facts.tuple()).isEqualTo(SegmentScript.TUPLE);
            assertThat(facts.zeek().connState()).isEqualTo("S1");
        });
    }

    @Test
    void aSynRetransmittedAfterTheLimitContinuesTheConnection() {
        List<ConnectionFacts> found = SegmentScript.found(TimeLimits.ZEEK, """
                0    client SYN
                1000 client SYN
                9000 client SYN
                9001 server SYN ACK
                """);
        assertThat(found).hasSize(2);
        assertThat(found.get(0).ending()).isEqualTo(FlowEndReason.UNANSWERED);
        assertThat(found.get(0).zeek().connState()).isEqualTo("S0");
        ConnectionFacts second = found.get(1);
        assertThat(second.continues()).isEqualTo(new Continuation(1, FlowEndReason.UNANSWERED, true));
        assertThat(syn(second, Endpoint.ORIGINATOR).retransmits()).isEqualTo(2);
        assertThat(syn(second, Endpoint.ORIGINATOR).firstSentAtNanos()).isZero();
        assertThat(syn(second, Endpoint.ORIGINATOR).atNanos()).isEqualTo(9000 * SegmentScript.MILLI);
    }

    @Test
    void aSynIsRememberedThroughSeveralSplits() {
        List<ConnectionFacts> found = SegmentScript.found(TimeLimits.ZEEK, """
                0     client SYN
                7000  client SYN
                22000 client SYN
                """);
        assertThat(found).hasSize(3);
        assertThat(syn(found.get(2), Endpoint.ORIGINATOR).retransmits()).isEqualTo(2);
        assertThat(syn(found.get(2), Endpoint.ORIGINATOR).firstSentAtNanos()).isZero();
        assertThat(Objects.requireNonNull(found.get(2).continues()).earlier()).isEqualTo(2);
    }

    @Test
    void withoutLimitsEverySynStaysInOne() {
        assertThat(SegmentScript.found(TimeLimits.OFF, "0 client SYN\n9000 client SYN\n900000 client SYN"))
                .singleElement()
                .satisfies(facts -> assertThat(syn(facts, Endpoint.ORIGINATOR).retransmits())
                        .isEqualTo(2));
    }

    @Test
    void silenceSplitsAConnectionAndThePartsAreLinked() {
        List<ConnectionFacts> found = SegmentScript.found(TimeLimits.ZEEK, OPEN + "310000 client ACK 10b");
        assertThat(found).hasSize(2);
        assertThat(found.get(0).ending()).isEqualTo(FlowEndReason.IDLE);
        assertThat(found.get(1).continues()).isEqualTo(new Continuation(1, FlowEndReason.IDLE, true));
        assertThat(found.get(1).midStream()).isTrue();
        assertThat(found.get(1).orientation()).isEqualTo(Orientation.SERVICE_PORT);
        assertThat(found.get(1).zeek().connState()).isEqualTo("OTH");
    }

    @Test
    void interactivePortsHaveALongerIdleLimit() {
        FourTuple ssh = new FourTuple(SegmentScript.TUPLE.source(), 40_000, SegmentScript.TUPLE.destination(), 22);
        Connections connections = connections(TimeLimits.ZEEK, 10);
        SegmentScript.segments(ssh, OPEN + "1800000 client ACK 10b").forEach(connections::segment);
        assertThat(finished).isEmpty();
        connections.advanceTo(Duration.ofHours(3).toNanos());
        connections.advanceTo(Duration.ofHours(6).toNanos());
        assertThat(finished)
                .singleElement()
                .satisfies(facts -> assertThat(facts.ending()).isEqualTo(FlowEndReason.IDLE));
    }

    @Test
    void connectionsEndAsTimeAdvances() {
        Connections connections = connections(TimeLimits.ZEEK, 10);
        SegmentScript.segments("0 client SYN").forEach(connections::segment);
        assertThat(connections.living()).isEqualTo(1);
        connections.advanceTo(Duration.ofSeconds(4).toNanos());
        assertThat(finished).isEmpty();
        connections.advanceTo(Duration.ofSeconds(6).toNanos());
        connections.advanceTo(Duration.ofSeconds(1).toNanos());
        assertThat(finished)
                .singleElement()
                .satisfies(facts -> assertThat(facts.ending()).isEqualTo(FlowEndReason.UNANSWERED));
        assertThat(connections.living()).isZero();
        assertThat(connections.opened()).isEqualTo(1);
    }

    @Test
    void lateSegmentsOfAClosedConnectionStartANewOne() {
        List<ConnectionFacts> found = SegmentScript.found(TimeLimits.ZEEK, OPEN + """
                10 client FIN ACK
                11 server FIN ACK
                12 client ACK
                4000 server FIN ACK seq=1
                6000 server RST
                """);
        assertThat(found).hasSize(2);
        assertThat(found.get(0).ending()).isEqualTo(FlowEndReason.CLOSED);
        assertThat(found.get(1).continues()).isEqualTo(new Continuation(1, FlowEndReason.CLOSED, true));
        assertThat(found.get(1).zeek().history()).isEqualTo("^r");
    }

    @Test
    void aHalfClosedConnectionWithoutSegmentsOfTheOtherEndExpires() {
        Connections connections = connections(TimeLimits.ZEEK, 10);
        SegmentScript.segments("0 client FIN ACK").forEach(connections::segment);
        connections.advanceTo(Duration.ofSeconds(20).toNanos());
        assertThat(finished)
                .singleElement()
                .satisfies(facts -> assertThat(facts.ending()).isEqualTo(FlowEndReason.CLOSED));
    }

    @Test
    void openConnectionsAreCheckedAgainLater() {
        Connections connections = connections(TimeLimits.ZEEK, 10);
        SegmentScript.segments(OPEN).forEach(connections::segment);
        connections.advanceTo(Duration.ofSeconds(30).toNanos());
        assertThat(finished).isEmpty();
        connections.advanceTo(Duration.ofMinutes(20).toNanos());
        assertThat(finished).hasSize(1);
    }

    @Test
    void unansweredConnectionsAreEvictedFirst() {
        Connections connections = connections(TimeLimits.ZEEK, 3);
        SegmentScript.segments(tuple(1), OPEN).forEach(connections::segment);
        connections.advanceTo(Duration.ofSeconds(6).toNanos());
        for (int i = 2; i <= 20; i++) {
            SegmentScript.segments(tuple(i), 6000 + i + " client SYN").forEach(connections::segment);
        }
        assertThat(connections.living()).isEqualTo(3);
        assertThat(connections.evicted()).isEqualTo(17);
        assertThat(finished).hasSize(17).allSatisfy(facts -> {
            assertThat(facts.ending()).isEqualTo(FlowEndReason.EVICTED);
            assertThat(facts.zeek().connState()).isEqualTo("S0");
        });
    }

    @Test
    void theLongestSilentOpenConnectionIsEvicted() {
        Connections connections = connections(TimeLimits.OFF, 2);
        SegmentScript.segments(tuple(1), OPEN).forEach(connections::segment);
        SegmentScript.segments(tuple(2), OPEN).forEach(connections::segment);
        SegmentScript.segments(tuple(1), "50 client ACK 1b").forEach(connections::segment);
        SegmentScript.segments(tuple(3), "60 client SYN").forEach(connections::segment);
        assertThat(finished)
                .singleElement()
                .satisfies(facts -> assertThat(facts.tuple()).isEqualTo(tuple(2)));
    }

    @Test
    void anEvictedConnectionIsContinuedByItsNextSegment() {
        Connections connections = connections(TimeLimits.OFF, 1);
        SegmentScript.segments(tuple(1), OPEN).forEach(connections::segment);
        SegmentScript.segments(tuple(2), "50 client SYN").forEach(connections::segment);
        SegmentScript.segments(tuple(1), "60 server ACK 1b").forEach(connections::segment);
        connections.finish();
        assertThat(finished.get(2).continues()).isEqualTo(new Continuation(1, FlowEndReason.EVICTED, true));
        assertThat(finished.get(2).orientation()).isEqualTo(Orientation.SERVICE_PORT);
        assertThat(finished.get(2).tuple()).isEqualTo(tuple(1));
    }

    @Test
    void closedConnectionsAreEvictedFirst() {
        Connections connections = connections(TimeLimits.ZEEK, 2);
        SegmentScript.segments(tuple(1), OPEN).forEach(connections::segment);
        SegmentScript.segments(tuple(2), OPEN + "3 client RST").forEach(connections::segment);
        SegmentScript.segments(tuple(3), "60 client SYN").forEach(connections::segment);
        assertThat(finished)
                .singleElement()
                .satisfies(facts -> assertThat(facts.tuple()).isEqualTo(tuple(2)));
    }

    @Test
    void aLimitOfZeroStillTracksTheCurrentConnection() {
        Connections connections = connections(TimeLimits.ZEEK, 0);
        SegmentScript.segments(tuple(1), OPEN).forEach(connections::segment);
        assertThat(connections.living()).isEqualTo(1);
        assertThat(connections.evicted()).isZero();
    }

    @Test
    void equalPortsInDifferentScopesAreDifferentConnections() {
        Connections connections = connections(TimeLimits.ZEEK, 10);
        TcpSegment syn = SegmentScript.segments("0 client SYN").get(0);
        connections.segment(syn, 7);
        connections.segment(syn, 8);
        assertThat(connections.living()).isEqualTo(2);
        List<Long> scopes = new ArrayList<>();
        connections.forEachLiving(facts -> {
            scopes.add(facts.scope());
            assertThat(facts.ending()).isEqualTo(FlowEndReason.LIVING);
        });
        assertThat(scopes).containsExactly(7L, 8L);
    }

    @Test
    void icmpErrorsBelongToTheConnectionThatTheyQuote() {
        Connections connections = connections(TimeLimits.ZEEK, 10);
        SegmentScript.segments("0 client SYN").forEach(connections::segment);
        connections.icmpError(icmp(10, SegmentScript.TUPLE));
        connections.icmpError(icmp(20, SegmentScript.TUPLE.reversed()));
        connections.icmpError(icmp(30, tuple(9)));
        connections.finish();
        IcmpFacts icmp = finished.get(0).icmp();
        assertThat(icmp.count()).isEqualTo(2);
        assertThat(Objects.requireNonNull(icmp.first()).atNanos()).isEqualTo(10);
        assertThat(Objects.requireNonNull(icmp.last()).atNanos()).isEqualTo(20);
        assertThat(icmp.against()).isEqualTo(Endpoint.RESPONDER);
        assertThat(connections.strayIcmpErrors()).isEqualTo(1);
    }

    private static IcmpError icmp(long atNanos, FourTuple quoted) {
        return new IcmpError(
                atNanos,
                0,
                TcpSegment.Direction.UNKNOWN,
                IpAddress.v4(1),
                IcmpError.Kind.HOST_UNREACHABLE,
                3,
                1,
                IcmpError.ABSENT,
                quoted,
                1000);
    }

    @Test
    void aSegmentWithAWrongChecksumIsOnlyCounted() {
        ConnectionFacts facts = checked(OPEN + "5 client ACK 20b\n6 client ACK 10b bad\n7 client ACK bad");
        assertThat(facts.originator().stream().wrongChecksums()).isEqualTo(2);
        assertThat(facts.originator().stream().uniqueBytes()).isEqualTo(20);
        assertThat(facts.dataLeftOut()).isEqualTo(1);
        assertThat(facts.zeek().history()).isEqualTo("ShADC");
    }

    @Test
    void aHostWhoseDataAloneHasWrongChecksumsOffloadsThem() {
        ConnectionFacts facts = checked(OPEN + """
                5 client ACK 10b bad
                6 server ACK
                7 client ACK 20b bad
                8 client ACK bad
                """);
        assertThat(facts.originator().stream().uniqueBytes()).isEqualTo(30);
        assertThat(facts.originator().stream().missedBytes()).isZero();
        assertThat(facts.originator().stream().wrongChecksums()).isEqualTo(3);
        assertThat(facts.originator().stream().pureAcks())
                .as("its bare ACKs have right ones")
                .isEqualTo(1);
        assertThat(facts.dataLeftOut()).isZero();
    }

    @Test
    void aHostAllOfWhoseSegmentsHaveWrongChecksumsOffloadsThem() {
        ConnectionFacts facts = checked("""
                0 client SYN bad
                1 server SYN ACK
                2 client ACK bad
                5 client ACK 10b bad
                6 server ACK 7b
                7 client FIN ACK bad
                """);
        assertThat(facts.orientation()).isEqualTo(Orientation.SYN);
        assertThat(facts.handshake().synAtNanos()).isZero();
        assertThat(facts.handshake().ackAtNanos()).isEqualTo(2 * SegmentScript.MILLI);
        assertThat(facts.originator().stream().uniqueBytes()).isEqualTo(10);
        assertThat(facts.originator().state()).isEqualTo(TcpState.FIN_WAIT_1);
        assertThat(facts.zeek().history()).isEqualTo("Chd");
    }

    @Test
    void dataCountsOnceSomethingIsRight() {
        String story = "0 client ACK 10b bad\n1 client ACK 10b bad\n";
        assertThat(checked(story).originator().stream().uniqueBytes()).isZero();
        assertThat(checked(story).dataLeftOut()).isEqualTo(2);
        ConnectionFacts facts = checked(story + "2 server ACK");
        assertThat(facts.originator().stream().uniqueBytes()).isEqualTo(20);
        assertThat(facts.originator().stream().firstByteAtNanos()).isZero();
        assertThat(facts.dataLeftOut()).isZero();
        ConnectionFacts spoiled = checked(story + "2 client ACK 10b seq=1");
        assertThat(spoiled.originator().stream().uniqueBytes())
                .as("its data has right ones too")
                .isEqualTo(10);
        assertThat(spoiled.dataLeftOut()).isEqualTo(2);
    }

    private static ConnectionFacts checked(String story) {
        return SegmentScript.found(TimeLimits.ZEEK, story).get(0);
    }

    @Test
    void aConnectionWithWrongChecksumsOnlyExpires() {
        Connections connections = connections(TimeLimits.ZEEK, 10);
        SegmentScript.segments("0 client SYN bad").forEach(connections::segment);
        connections.advanceTo(Duration.ofSeconds(20).toNanos());
        assertThat(finished).singleElement().satisfies(facts -> {
            assertThat(facts.zeek().history()).isEqualTo("C");
            assertThat(facts.zeek().connState()).isEqualTo("OTH");
            assertThat(facts.originator().syn()).isNull();
        });
    }

    @Test
    void connectionsWithoutAHandshakeAreOrientedByTheirPorts() {
        IpAddress one = IpAddress.v4(1);
        IpAddress other = IpAddress.v4(2);
        assertThat(oriented(new FourTuple(one, 443, other, 50_001))).isEqualTo("50001 SERVICE_PORT");
        assertThat(oriented(new FourTuple(one, 50_001, other, 443))).isEqualTo("50001 SERVICE_PORT");
        assertThat(oriented(new FourTuple(one, 443, other, 8080))).isEqualTo("8080 SERVICE_PORT");
        assertThat(oriented(new FourTuple(one, 8080, other, 443))).isEqualTo("8080 SERVICE_PORT");
        assertThat(oriented(new FourTuple(one, 50_002, other, 50_001))).isEqualTo("50002 FIRST_SEGMENT");
    }

    private static String oriented(FourTuple tuple) {
        ConnectionFacts facts = new TraceFile(List.copyOf(SegmentScript.segments(tuple, "0 client ACK 10b")))
                .connections(TimeLimits.ZEEK, ServicePorts.WELL_KNOWN, true)
                .get(0);
        return facts.tuple().sourcePort() + " " + facts.orientation();
    }

    @Test
    void aLateSynBelongsToTheCurrentConnection() {
        List<ConnectionFacts> found = SegmentScript.found(TimeLimits.ZEEK, """
                5 client ACK 10b seq=1 ack=1
                6 client SYN seq=0
                7 server SYN ACK seq=0 ack=1
                """);
        assertThat(found).hasSize(1);
        assertThat(found.get(0).orientation()).isEqualTo(Orientation.SYN);
        assertThat(found.get(0).originator().syn()).isNotNull();
    }

    @Test
    void aSynAckWithAnotherNumberOpensANewConnection() {
        assertThat(SegmentScript.found(TimeLimits.ZEEK, "0 server SYN ACK ack=1\n1 server SYN ACK isn=7000 ack=1"))
                .hasSize(2);
        assertThat(SegmentScript.found(TimeLimits.ZEEK, "0 server SYN ACK ack=1\n1 server SYN ACK seq=0 ack=1"))
                .hasSize(1);
    }

    @Test
    void anEndpointMayConnectToItself() {
        IpAddress here = IpAddress.v4(0x7f000001);
        TcpSegment syn = new TcpSegment(
                0,
                0,
                TcpSegment.Direction.UNKNOWN,
                new FourTuple(here, 5000, here, 5000),
                64,
                40,
                1,
                0,
                TcpFlags.SYN,
                100,
                0,
                0,
                TcpOptions.NONE,
                TcpSegment.Checksum.RIGHT);
        Connections connections = connections(TimeLimits.ZEEK, 10);
        connections.segment(syn);
        connections.segment(syn);
        assertThat(connections.living()).isEqualTo(1);
    }

    private static FourTuple tuple(int port) {
        return new FourTuple(IpAddress.v6(1, port % 3), port, IpAddress.v6(2, 2), 80);
    }
}
