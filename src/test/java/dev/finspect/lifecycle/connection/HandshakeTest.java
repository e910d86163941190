package dev.finspect.lifecycle.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lifecycle.TimeLimits;
import dev.finspect.tcp.TcpState;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class HandshakeTest {
    @Test
    void threeSegmentsOpenAConnection() {
        ConnectionFacts facts = SegmentScript.alone("""
                0  client SYN mss=1460 ws=7 sack ts ttl=63
                10 server SYN ACK mss=1400 ws=3
                25 client ACK win=100
                """);
        assertThat(facts.handshake())
                .isEqualTo(new HandshakeFacts(
                        0L,
                        0L,
                        10 * SegmentScript.MILLI,
                        25 * SegmentScript.MILLI,
                        false,
                        null,
                        HandshakeFacts.Detours.NONE));
        assertThat(facts.handshake().synToSynAckNanos()).isEqualTo(10 * SegmentScript.MILLI);
        assertThat(facts.handshake().synAckToAckNanos()).isEqualTo(15 * SegmentScript.MILLI);
        assertThat(facts.handshake().roundTripNanos()).isEqualTo(25 * SegmentScript.MILLI);
        assertThat(facts.originator().syn())
                .isEqualTo(new SynFacts(
                        0,
                        0,
                        1000,
                        false,
                        null,
                        10 * SegmentScript.MILLI,
                        0,
                        List.of(),
                        0,
                        60_000,
                        1460,
                        7,
                        true,
                        true,
                        false,
                        false,
                        false,
                        63,
                        0));
        SynFacts answer = syn(facts, Endpoint.RESPONDER);
        assertThat(answer.initialSequenceNumber()).isEqualTo(5000);
        assertThat(answer.acknowledgesIsn()).isTrue();
        assertThat(answer.acknowledgedAtNanos()).isEqualTo(25 * SegmentScript.MILLI);
        assertThat(facts.originator().window().scale()).isEqualTo(7);
        assertThat(facts.responder().window().scale()).isEqualTo(3);
        assertThat(facts.originator().window().lastBytes()).isEqualTo(100 << 7);
        assertThat(states(facts, Endpoint.ORIGINATOR)).containsExactly("SYN-SENT 0", "ESTABLISHED 10");
        assertThat(states(facts, Endpoint.RESPONDER)).containsExactly("SYN-RECEIVED 10", "ESTABLISHED 25");
        assertThat(facts.originator().state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(facts.zeek().connState()).isEqualTo("S1");
        assertThat(facts.zeek().history()).isEqualTo("ShA");
        assertThat(facts.completeness()).isEqualTo(7);
        assertThat(facts.orientation()).isEqualTo(Orientation.GIVEN);
        assertThat(facts.midStream()).isFalse();
        assertThat(facts.captureMissed()).isFalse();
    }

    @Test
    void windowsAreNotScaledUnlessBothEndsSendTheOption() {
        ConnectionFacts facts = SegmentScript.alone("""
                0  client SYN ws=7
                10 server SYN ACK
                25 client ACK win=100
                """);
        assertThat(facts.originator().window().scale()).isZero();
        assertThat(facts.originator().window().lastBytes()).isEqualTo(100);
        assertThat(facts.responder().window().lastBytes()).isNull();
    }

    @Test
    void synAndSynAckAreRetransmitted() {
        ConnectionFacts facts = SegmentScript.alone("""
                0    client SYN
                1000 client SYN
                1010 server SYN ACK
                2010 server SYN ACK
                2020 client ACK
                """);
        assertThat(syn(facts, Endpoint.ORIGINATOR).retransmits()).isEqualTo(1);
        assertThat(syn(facts, Endpoint.RESPONDER).retransmits()).isEqualTo(1);
        assertThat(facts.handshake().synAtNanos()).isZero();
        assertThat(facts.handshake().answeredSynAtNanos()).isEqualTo(1000 * SegmentScript.MILLI);
        assertThat(facts.handshake().roundTripNanos()).isEqualTo(1020 * SegmentScript.MILLI);
        assertThat(facts.zeek().history()).isEqualTo("ShA");
    }

    @Test
    void aSynWithAnotherNumberIsNoRetransmit() {
        ConnectionFacts facts = SegmentScript.alone("""
                0  client SYN
                10 client SYN isn=7000
                20 server SYN ACK
                30 client ACK
                40 client SYN seq=999
                """);
        assertThat(syn(facts, Endpoint.ORIGINATOR).initialSequenceNumber()).isEqualTo(7000);
        assertThat(syn(facts, Endpoint.ORIGINATOR).retransmits()).isZero();
        assertThat(syn(facts, Endpoint.ORIGINATOR).otherNumbers()).isEqualTo(2);
    }

    @Test
    void aSynAckThatAcknowledgesAnotherNumberIsReported() {
        ConnectionFacts facts = SegmentScript.alone("""
                0  client SYN
                10 server SYN ACK ack=77
                """);
        assertThat(syn(facts, Endpoint.RESPONDER).acknowledgesIsn()).isFalse();
        assertThat(facts.originator().state()).isEqualTo(TcpState.SYN_SENT);
        assertThat(facts.zeek().connState()).isEqualTo("S1");
    }

    @Test
    void bothOpenAtOnce() {
        ConnectionFacts facts = SegmentScript.alone("""
                0  client SYN
                1  server SYN
                11 client SYN ACK ack=1
                12 server SYN ACK ack=1
                """);
        assertThat(facts.handshake().simultaneousOpen()).isTrue();
        assertThat(facts.handshake().synAckAtNanos()).isEqualTo(11 * SegmentScript.MILLI);
        assertThat(facts.handshake().ackAtNanos()).isNull();
        assertThat(states(facts, Endpoint.ORIGINATOR))
                .containsExactly("SYN-SENT 0", "SYN-RECEIVED 1", "ESTABLISHED 12");
        assertThat(states(facts, Endpoint.RESPONDER)).containsExactly("SYN-SENT 1", "ESTABLISHED 11");
        assertThat(syn(facts, Endpoint.ORIGINATOR).retransmits()).isZero();
    }

    @Test
    void aClosedPortRefuses() {
        ConnectionFacts facts = SegmentScript.alone("""
                0  client SYN
                10 server RST ACK seq=0 ack=1
                11 client SYN
                """);
        assertThat(facts.handshake().refusedAtNanos()).isEqualTo(10 * SegmentScript.MILLI);
        assertThat(facts.zeek().connState()).isEqualTo("REJ");
        assertThat(facts.originator().state()).isEqualTo(TcpState.CLOSED);
        assertThat(facts.responder().state()).isEqualTo(TcpState.CLOSED);
        assertThat(facts.completeness()).isEqualTo(1 | 4 | 32);
    }

    @Test
    void anRstThatDoesNotAcknowledgeTheSynRefusesNothing() {
        ConnectionFacts facts = SegmentScript.alone("""
                0  client SYN
                10 server RST ACK seq=0 ack=500
                11 server RST seq=0
                12 server SYN ACK
                """);
        assertThat(facts.handshake().refusedAtNanos()).isNull();
        assertThat(facts.close().order()).extracting(CloseSegment::inWindow).containsExactly(false);
        assertThat(facts.originator().state()).isEqualTo(TcpState.ESTABLISHED);
    }

    @Test
    void aSynWithDataIsAnsweredAtOnce() {
        ConnectionFacts facts = SegmentScript.alone("""
                0  client SYN 100b tfo
                10 server SYN ACK
                11 server ACK 50b
                20 client ACK
                """);
        assertThat(syn(facts, Endpoint.ORIGINATOR).dataBytes()).isEqualTo(100);
        assertThat(syn(facts, Endpoint.ORIGINATOR).fastOpen()).isTrue();
        assertThat(syn(facts, Endpoint.RESPONDER).acknowledgesIsn()).isTrue();
        assertThat(facts.originator().stream().uniqueBytes()).isEqualTo(100);
        assertThat(states(facts, Endpoint.RESPONDER)).containsExactly("SYN-RECEIVED 10", "ESTABLISHED 20");
    }

    @Test
    void ecnIsNegotiated() {
        ConnectionFacts facts = SegmentScript.alone("""
                0  client SYN ECE CWR
                10 server SYN ACK ECE
                """);
        assertThat(syn(facts, Endpoint.ORIGINATOR).ecnSetup()).isTrue();
        assertThat(syn(facts, Endpoint.RESPONDER).ecnSetup()).isTrue();
    }

    @Test
    void theCaptureMissesTheSyn() {
        ConnectionFacts facts = SegmentScript.found(TimeLimits.ZEEK, """
                0  client SYN lost
                10 server SYN ACK
                20 client ACK
                """).get(0);
        assertThat(facts.tuple()).isEqualTo(SegmentScript.TUPLE);
        assertThat(facts.orientation()).isEqualTo(Orientation.SYN_ACK);
        assertThat(facts.midStream()).isTrue();
        assertThat(facts.captureMissed()).isTrue();
        assertThat(facts.handshake().synAtNanos()).isNull();
        assertThat(facts.handshake().ackAtNanos()).isEqualTo(20 * SegmentScript.MILLI);
        assertThat(facts.zeek().history()).isEqualTo("^hA");
    }

    @Test
    void theCaptureMissesTheSynAck() {
        ConnectionFacts facts = SegmentScript.alone("""
                0  client SYN
                10 server SYN ACK lost
                20 client ACK
                30 server ACK 10b
                """);
        assertThat(facts.captureMissed()).isTrue();
        assertThat(facts.handshake().synAckAtNanos()).isNull();
        assertThat(facts.handshake().ackAtNanos()).isEqualTo(20 * SegmentScript.MILLI);
        assertThat(states(facts, Endpoint.ORIGINATOR)).containsExactly("SYN-SENT 0", "ESTABLISHED 20");
        assertThat(states(facts, Endpoint.RESPONDER)).containsExactly("ESTABLISHED 30");
    }

    @Test
    void theCaptureHasDataOfTheServerButNoSynAck() {
        ConnectionFacts facts = SegmentScript.alone("""
                0  client SYN
                10 server SYN ACK lost
                30 server ACK 10b
                """);
        assertThat(facts.captureMissed()).isTrue();
    }

    @Test
    void theSynAckIsCapturedBeforeItsSyn() {
        List<ConnectionFacts> found = SegmentScript.found(TimeLimits.ZEEK, """
                10 server SYN ACK ack=1
                11 client SYN
                20 client ACK
                """);
        assertThat(found).hasSize(1);
        assertThat(found.get(0).tuple()).isEqualTo(SegmentScript.TUPLE);
        assertThat(found.get(0).orientation()).isEqualTo(Orientation.SYN);
        assertThat(found.get(0).zeek().history()).isEqualTo("^hSA");
    }

    @Test
    void theSynCapturedAfterItsSynAckIsAcknowledgedAndGivesNoRoundTrip() {
        ConnectionFacts facts = SegmentScript.alone("""
                1000 server SYN ACK ack=1
                1001 client SYN
                1002 client ACK
                """);
        assertThat(facts.handshake().roundTripNanos()).isNull();
        assertThat(facts.handshake().answeredSynAtNanos()).isEqualTo(1001 * SegmentScript.MILLI);
        assertThat(syn(facts, Endpoint.ORIGINATOR).acknowledgedAtNanos()).isEqualTo(1000 * SegmentScript.MILLI);
        assertThat(syn(facts, Endpoint.RESPONDER).acknowledgesIsn()).isTrue();
        assertThat(facts.originator().state()).isEqualTo(TcpState.ESTABLISHED);
    }

    /** A filter of SYN, FIN and RST: the numbers of the FINs show that the ACK came long before. */
    @Test
    void anAckThatWasNotCapturedHasNoTime() {
        ConnectionFacts facts = SegmentScript.alone("""
                0    client SYN
                78   server SYN ACK
                79   client ACK lost
                80   client ACK 1932b lost
                90   server ACK 83458b lost
                8303 server FIN ACK
                8304 client FIN ACK
                """);
        assertThat(facts.handshake().ackAtNanos()).isNull();
        assertThat(facts.handshake().roundTripNanos()).isNull();
        assertThat(facts.handshake().detours().ackedBeforeNanos()).isEqualTo(8304 * SegmentScript.MILLI);
        assertThat(facts.captureMissed()).isTrue();
        assertThat(syn(facts, Endpoint.RESPONDER).acknowledgedAtNanos()).isNotNull();
    }

    @Test
    void anAckOfBytesThatTheResponderSendsFromThereIsConfirmed() {
        ConnectionFacts facts = SegmentScript.alone("""
                0    client SYN
                78   server SYN ACK
                90   server ACK 5000b lost
                8303 client FIN ACK
                8304 server FIN ACK
                """);
        assertThat(facts.handshake().ackAtNanos()).isNull();
        assertThat(facts.handshake().detours().ackedBeforeNanos()).isEqualTo(8303 * SegmentScript.MILLI);
        assertThat(facts.responder().stream().missedBytes()).isEqualTo(5000);
        assertThat(syn(facts, Endpoint.RESPONDER).acknowledgedAtNanos()).isEqualTo(8303 * SegmentScript.MILLI);
    }

    @Test
    void anAckThatCannotBeAcceptedEstablishesNothing() {
        ConnectionFacts repeated = SegmentScript.alone("""
                0   client SYN
                1   server SYN ACK
                2   client ACK ack=993999
                50  server SYN ACK
                150 server SYN ACK
                """);
        assertThat(repeated.handshake().ackAtNanos()).isNull();
        assertThat(repeated.handshake().detours()).isEqualTo(HandshakeFacts.Detours.NONE);
        assertThat(repeated.responder().state()).isEqualTo(TcpState.SYN_RECEIVED);
        assertThat(repeated.responder().stream().missedBytes()).isZero();
        assertThat(syn(repeated, Endpoint.RESPONDER).acknowledgedAtNanos()).isNull();
        ConnectionFacts reset = SegmentScript.alone("""
                0 client SYN
                1 server SYN ACK
                2 client ACK ack=993999
                3 server RST seq=993999
                """);
        assertThat(reset.handshake().detours()).isEqualTo(HandshakeFacts.Detours.NONE);
        assertThat(reset.responder().stream().missedBytes()).isZero();
    }

    /** Nothing decides: most likely the capture has missed bytes; they are not counted. */
    @Test
    void anAckOfUnseenBytesThatNothingConfirmsIsInferred() {
        ConnectionFacts facts = SegmentScript.alone("""
                0 client SYN
                1 server SYN ACK
                2 client ACK ack=993999
                """);
        assertThat(facts.handshake().ackAtNanos()).isNull();
        assertThat(facts.handshake().detours().ackedBeforeNanos()).isEqualTo(2 * SegmentScript.MILLI);
        assertThat(facts.responder().stream().missedBytes()).isZero();
    }

    @Test
    void anAckThatIsRightAfterADoubtedOneCounts() {
        ConnectionFacts facts = SegmentScript.alone("""
                0 client SYN
                1 server SYN ACK
                2 client ACK ack=993999
                3 client ACK
                4 server ACK 10b
                """);
        assertThat(facts.handshake().ackAtNanos()).isEqualTo(3 * SegmentScript.MILLI);
        assertThat(facts.responder().stream().missedBytes()).isZero();
        assertThat(facts.responder().stream().uniqueBytes()).isEqualTo(10);
    }

    @Test
    void ofTwoSynAcksTheAcknowledgedOneCounts() {
        ConnectionFacts facts = SegmentScript.alone("""
                0  client SYN
                10 server SYN ACK isn=5000
                11 server SYN ACK isn=90000
                15 client ACK ack=-84999
                20 server ACK 206b seq=-84999
                25 client ACK ack=-84793
                """);
        SynFacts answer = syn(facts, Endpoint.RESPONDER);
        assertThat(answer.initialSequenceNumber()).isEqualTo(5000);
        assertThat(answer.otherNumbers()).isEqualTo(1);
        assertThat(facts.handshake().ackAtNanos()).isEqualTo(15 * SegmentScript.MILLI);
        assertThat(facts.responder().stream().uniqueBytes()).isEqualTo(206);
        assertThat(facts.responder().stream().retransmittedBytes()).isZero();
    }

    /** RFC 9293 section 3.10.7.4: an endpoint that still has an earlier connection answers the SYN by what it expects. */
    @Test
    void aChallengeIsNoHandshake() {
        ConnectionFacts facts = SegmentScript.alone("""
                0  client SYN
                18 server ACK seq=70000 ack=-5000000
                19 client RST seq=-5000000
                """);
        assertThat(facts.handshake().detours())
                .isEqualTo(new HandshakeFacts.Detours(null, 18 * SegmentScript.MILLI, null));
        assertThat(facts.responder().state()).isNull();
        assertThat(facts.responder().flight().lastSegmentAtNanos()).isEqualTo(18 * SegmentScript.MILLI);
    }

    @Test
    void aSynIsTakenBackByItsSender() {
        ConnectionFacts facts = SegmentScript.alone("""
                0 client SYN
                3 client RST
                """);
        assertThat(facts.handshake().detours())
                .isEqualTo(new HandshakeFacts.Detours(null, null, 3 * SegmentScript.MILLI));
        assertThat(SegmentScript.alone("""
                0 client SYN
                1 server SYN ACK
                3 client RST
                """).handshake().detours()).isEqualTo(HandshakeFacts.Detours.NONE);
    }

    @Test
    void aSynAckIsRepeatedAfterTheAck() {
        ConnectionFacts facts = SegmentScript.alone("""
                0    client SYN
                10   server SYN ACK
                20   client ACK
                1010 server SYN ACK
                1011 client ACK
                3010 server SYN ACK
                """);
        assertThat(facts.handshake().ackAtNanos()).isEqualTo(20 * SegmentScript.MILLI);
        assertThat(syn(facts, Endpoint.RESPONDER).retransmits()).isEqualTo(2);
        assertThat(syn(facts, Endpoint.RESPONDER).againAtNanos())
                .containsExactly(1010 * SegmentScript.MILLI, 3010 * SegmentScript.MILLI);
    }

    @Test
    void nothingAfterTheResetCompletesAHandshake() {
        ConnectionFacts facts = SegmentScript.alone("""
                0     client SYN
                1     server SYN ACK
                117   client RST
                15708 client ACK 109b
                """);
        assertThat(facts.handshake().ackAtNanos()).isNull();
        assertThat(facts.handshake().detours()).isEqualTo(HandshakeFacts.Detours.NONE);
    }

    static SynFacts syn(ConnectionFacts facts, Endpoint end) {
        return Objects.requireNonNull(facts.of(end).syn());
    }

    /** State and milliseconds. */
    static List<String> states(ConnectionFacts facts, Endpoint end) {
        return facts.of(end).states().stream()
                .map(entry -> entry.state().label() + " " + entry.atNanos() / SegmentScript.MILLI)
                .toList();
    }
}
