package dev.finspect.lifecycle.connection;

import static dev.finspect.lifecycle.connection.HandshakeTest.states;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lifecycle.connection.CloseFacts.TimeWaitHolder;
import dev.finspect.lifecycle.connection.CloseSegment.Kind;
import dev.finspect.tcp.TcpState;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class CloseTest {
    private static final String OPEN = """
            0 client SYN
            1 server SYN ACK
            2 client ACK
            """;

    @Test
    void theClientClosesFirstAndEntersTimeWait() {
        ConnectionFacts facts = SegmentScript.alone(OPEN + """
                10 client ACK 100b
                20 client FIN ACK
                25 server ACK
                30 server ACK 40b
                35 client ACK
                50 server FIN ACK
                55 client ACK
                """);
        assertThat(states(facts, Endpoint.ORIGINATOR))
                .containsExactly("SYN-SENT 0", "ESTABLISHED 1", "FIN-WAIT-1 20", "FIN-WAIT-2 25", "TIME-WAIT 50");
        assertThat(states(facts, Endpoint.RESPONDER))
                .containsExactly("SYN-RECEIVED 1", "ESTABLISHED 2", "CLOSE-WAIT 20", "LAST-ACK 50", "CLOSED 55");
        CloseFacts close = facts.close();
        assertThat(close.timeWait()).isEqualTo(TimeWaitHolder.ORIGINATOR);
        assertThat(close.simultaneous()).isFalse();
        assertThat(close.first())
                .isEqualTo(new CloseSegment(
                        Endpoint.ORIGINATOR,
                        Kind.FIN,
                        20 * SegmentScript.MILLI,
                        new CloseSegment.Numbers(1101, 1101, 5001L, 0L),
                        new CloseSegment.Reception(5 * SegmentScript.MILLI, true, false),
                        0,
                        0,
                        64));
        assertThat(Objects.requireNonNull(close.first(Endpoint.RESPONDER, Kind.FIN))
                        .ackNanos())
                .isEqualTo(5 * SegmentScript.MILLI);
        assertThat(close.first(Endpoint.RESPONDER, Kind.RST)).isNull();
        assertThat(facts.responder().bytesAfterPeerFin()).isEqualTo(40);
        assertThat(facts.originator().bytesAfterPeerFin()).isZero();
        assertThat(facts.responder().closeWaitNanos()).isEqualTo(30 * SegmentScript.MILLI);
        assertThat(facts.originator().finWait2Nanos()).isEqualTo(25 * SegmentScript.MILLI);
        assertThat(facts.originator().closeWaitNanos()).isNull();
        assertThat(facts.zeek().connState()).isEqualTo("SF");
        assertThat(facts.originator().stream().acknowledgedBytes()).isEqualTo(100);
    }

    @Test
    void theServerClosesFirst() {
        ConnectionFacts facts = SegmentScript.alone(OPEN + """
                20 server FIN ACK
                30 client FIN ACK
                40 server ACK
                """);
        assertThat(facts.close().timeWait()).isEqualTo(TimeWaitHolder.RESPONDER);
        assertThat(states(facts, Endpoint.ORIGINATOR))
                .containsExactly("SYN-SENT 0", "ESTABLISHED 1", "CLOSE-WAIT 20", "LAST-ACK 30", "CLOSED 40");
        assertThat(states(facts, Endpoint.RESPONDER))
                .containsExactly("SYN-RECEIVED 1", "ESTABLISHED 2", "FIN-WAIT-1 20", "FIN-WAIT-2 30", "TIME-WAIT 30");
    }

    @Test
    void bothCloseAtOnce() {
        ConnectionFacts facts = SegmentScript.alone(OPEN + """
                20 client FIN ACK
                21 server FIN ACK ack=1
                30 client ACK
                31 server ACK
                """);
        assertThat(facts.close().simultaneous()).isTrue();
        assertThat(facts.close().timeWait()).isEqualTo(TimeWaitHolder.BOTH);
        assertThat(states(facts, Endpoint.ORIGINATOR))
                .containsExactly("SYN-SENT 0", "ESTABLISHED 1", "FIN-WAIT-1 20", "CLOSING 21", "TIME-WAIT 31");
        assertThat(states(facts, Endpoint.RESPONDER))
                .containsExactly("SYN-RECEIVED 1", "ESTABLISHED 2", "FIN-WAIT-1 21", "FIN-WAIT-2 30", "TIME-WAIT 31");
    }

    @Test
    void finsAreRetransmittedUntilAcknowledged() {
        ConnectionFacts facts = SegmentScript.alone(OPEN + """
                20 client FIN ACK 10b
                40 client FIN ACK 10b seq=1
                60 client FIN ACK seq=11
                80 server ACK
                """);
        assertThat(facts.close().order()).singleElement().satisfies(fin -> {
            assertThat(fin.retransmits()).isEqualTo(2);
            assertThat(fin.dataBytes()).isEqualTo(10);
            assertThat(fin.sequenceNumber()).isEqualTo(1001);
            assertThat(fin.closeNumber()).isEqualTo(1011);
            assertThat(fin.ackNanos()).isEqualTo(60 * SegmentScript.MILLI);
        });
        assertThat(facts.originator().stream().uniqueBytes()).isEqualTo(10);
        assertThat(facts.originator().stream().retransmittedBytes()).isEqualTo(10);
        assertThat(facts.zeek().connState()).isEqualTo("S2");
        assertThat(facts.zeek().history()).isEqualTo("ShAFTa");
    }

    @Test
    void aFinAfterAGapCountsWhenTheGapIsFilled() {
        ConnectionFacts facts = SegmentScript.alone(OPEN + """
                20 client ACK 10b lost
                21 client FIN ACK
                30 server ACK ack=1
                40 client ACK 10b seq=1
                41 server ACK ack=12
                """);
        assertThat(states(facts, Endpoint.RESPONDER)).contains("CLOSE-WAIT 40");
        assertThat(facts.originator().stream().outOfOrderSegments()).isEqualTo(1);
    }

    @Test
    void theFinIsAcknowledgedThoughTheCaptureMissedBytes() {
        ConnectionFacts facts = SegmentScript.alone(OPEN + """
                20 client ACK 10b lost
                21 client FIN ACK
                30 server ACK
                """);
        assertThat(states(facts, Endpoint.RESPONDER)).contains("CLOSE-WAIT 30");
        assertThat(facts.originator().stream().missedBytes()).isEqualTo(10);
        assertThat(facts.captureMissed()).isTrue();
    }

    @Test
    void theAckIsCapturedBeforeItsFin() {
        ConnectionFacts facts = SegmentScript.alone(OPEN + """
                21 server ACK ack=2
                20 client FIN ACK
                """);
        assertThat(facts.originator().state()).isEqualTo(TcpState.FIN_WAIT_2);
        assertThat(facts.originator().states()).extracting(StateEntry::atNanos).isSorted();
    }

    @Test
    void anRstEndsBothSides() {
        ConnectionFacts facts = SegmentScript.alone(OPEN + """
                20 client ACK 10b
                30 server RST ACK
                31 server RST seq=1 ttl=63
                40 client ACK 5b
                """);
        assertThat(facts.originator().state()).isEqualTo(TcpState.CLOSED);
        assertThat(facts.responder().state()).isEqualTo(TcpState.CLOSED);
        assertThat(facts.close().order()).singleElement().satisfies(rst -> {
            assertThat(rst.kind()).isEqualTo(Kind.RST);
            assertThat(rst.sender()).isEqualTo(Endpoint.RESPONDER);
            assertThat(rst.retransmits()).isEqualTo(1);
            assertThat(rst.ackNanos()).isNull();
        });
        assertThat(facts.close().segmentsAfterReset()).isEqualTo(1);
        assertThat(facts.zeek().connState()).isEqualTo("RSTR");
    }

    @Test
    void anRstOutsideTheWindowChangesNothing() {
        ConnectionFacts facts = SegmentScript.alone(OPEN + """
                20 server ACK 10b
                25 client ACK
                30 server RST seq=900000 ttl=250
                31 server RST seq=5
                40 client ACK 5b
                """);
        assertThat(facts.originator().state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(facts.close().order()).extracting(CloseSegment::inWindow).containsExactly(false, false);
        assertThat(facts.close().segmentsAfterReset()).isZero();
    }

    /** As in a capture of headers without payload segments: the answer acknowledged the request. */
    @Test
    void anRstAfterBytesThatWereNotCapturedIsAccepted() {
        assertThat(taken(OPEN + """
                20 client ACK seq=301 ack=301
                30 client RST seq=301
                """)).isTrue();
        assertThat(taken(OPEN + """
                20 client ACK seq=200001 ack=301
                30 client RST seq=200301
                """)).isTrue();
        assertThat(taken(OPEN + """
                20 client ACK seq=301 ack=301
                21 server ACK seq=301 ack=301
                30 client RST seq=5
                """)).isFalse();
    }

    @Test
    void theWindowOfTheSynCountsUntilAnotherIsCaptured() {
        assertThat(taken(OPEN + "20 client RST seq=301")).isTrue();
        assertThat(taken(OPEN + "20 client RST seq=900000")).isFalse();
    }

    @Test
    void aFinAndAnRstSayWhatTheyAcknowledge() {
        ConnectionFacts facts = SegmentScript.alone(OPEN + """
                20 client ACK 100b
                21 client ACK 50b
                22 server FIN ACK ack=101
                30 server RST ACK
                """);
        assertThat(facts.close().order())
                .extracting(segment -> segment.numbers().acknowledgedBytes())
                .containsExactly(100L, 150L);
        assertThat(facts.close().order())
                .extracting(segment -> segment.numbers().acknowledgmentNumber())
                .containsExactly(1101L, 1151L);
        assertThat(facts.close().order()).extracting(CloseSegment::answersAck).containsExactly(false, false);
    }

    @Test
    void theOtherFinIsNoByte() {
        ConnectionFacts facts = SegmentScript.alone(OPEN + """
                20 client FIN ACK 7b
                21 server FIN ACK
                22 client RST ACK ack=0
                """);
        assertThat(facts.close().order())
                .extracting(segment -> segment.numbers().acknowledgedBytes())
                .containsExactly(0L, 7L, 0L);
    }

    @Test
    void anRstWithoutAckAnswersTheAckWhoseNumberItHas() {
        ConnectionFacts facts = SegmentScript.alone(OPEN + """
                20 server ACK 10b
                21 client ACK 5b ack=1
                22 client ACK
                30 server RST seq=1
                31 server RST seq=11
                32 server RST seq=4
                """);
        assertThat(facts.close().order())
                .extracting(CloseSegment::acknowledgment)
                .containsOnly(false);
        assertThat(facts.close().order()).extracting(CloseSegment::answersAck).containsExactly(true, true, false);
        assertThat(facts.close().order())
                .extracting(segment -> segment.numbers().acknowledgedBytes())
                .containsOnlyNulls();
    }

    @Test
    void ofBytesNeverCapturedNobodyCanSayHowManyAreAcknowledged() {
        ConnectionFacts facts = SegmentScript.alone("0 client RST ACK ack=20");
        assertThat(facts.close().order()).singleElement().satisfies(rst -> {
            assertThat(rst.acknowledgment()).isTrue();
            assertThat(rst.numbers().acknowledgedBytes()).isNull();
        });
    }

    @Test
    void anRstWithTheNumberOfTheReceivedFinIsAcceptedUntilThatEndIsThroughToo() {
        String half = OPEN + """
                20 server FIN ACK
                21 client ACK
                """;
        assertThat(taken(half + "30 server RST seq=1")).as("CLOSE-WAIT").isTrue();
        assertThat(taken(half + "25 client FIN ACK\n30 server RST seq=1"))
                .as("LAST-ACK")
                .isTrue();
        assertThat(taken(OPEN + """
                20 client FIN ACK
                21 server FIN ACK ack=1
                22 client ACK
                30 server RST seq=1
                """)).as("CLOSING").isTrue();
        assertThat(taken(OPEN + """
                20 client FIN ACK
                21 server ACK
                22 server FIN ACK
                23 client ACK
                30 server RST seq=1
                """)).as("TIME-WAIT").isFalse();
        assertThat(taken(half + "30 server RST seq=0")).as("one before it").isFalse();
        assertThat(taken(OPEN + """
                20 server ACK 10b
                21 client ACK
                30 server RST seq=10
                """)).as("the last byte is no FIN").isFalse();
    }

    private static boolean taken(String script) {
        List<CloseSegment> order = SegmentScript.alone(script).close().order();
        return order.get(order.size() - 1).inWindow();
    }

    @Test
    void anRstBeforeAnyAcknowledgmentIsAccepted() {
        ConnectionFacts facts = SegmentScript.alone("""
                0 client ACK 10b
                1 client RST seq=900000
                """);
        assertThat(facts.close().order()).extracting(CloseSegment::inWindow).containsExactly(true);
        assertThat(facts.originator().state()).isEqualTo(TcpState.CLOSED);
        assertThat(facts.responder().state()).isNull();
    }

    @Test
    void manyRstsAreCountedNotKept() {
        StringBuilder story = new StringBuilder(OPEN);
        for (int i = 0; i < 40; i++) {
            story.append(20 + i).append(" client RST seq=").append(i).append('\n');
        }
        CloseFacts close = SegmentScript.alone(story.toString()).close();
        assertThat(close.order()).hasSize(CloseFacts.MOST);
        assertThat(close.omitted()).isEqualTo(40 - CloseFacts.MOST);
    }

    @Test
    void aConnectionThatClosedOnlyBecomesOver() {
        Connection connection = new Connection(SegmentScript.TUPLE);
        SegmentScript.segments(OPEN)
                .forEach(segment -> connection.segment(end(segment.tuple().equals(SegmentScript.TUPLE)), segment));
        assertThat(connection.over()).isFalse();
        SegmentScript.segments(OPEN + "20 client FIN ACK\n21 server FIN ACK\n22 client ACK")
                .forEach(segment -> connection.segment(end(segment.tuple().equals(SegmentScript.TUPLE)), segment));
        assertThat(connection.over()).isTrue();
        Connection reset = new Connection(SegmentScript.TUPLE);
        SegmentScript.segments(OPEN + "20 client RST ACK")
                .forEach(segment -> reset.segment(end(segment.tuple().equals(SegmentScript.TUPLE)), segment));
        assertThat(reset.over()).isTrue();
    }

    private static Endpoint end(boolean originator) {
        return originator ? Endpoint.ORIGINATOR : Endpoint.RESPONDER;
    }

    @Test
    void anEndpointWithAFinAsFirstSegmentWasEstablished() {
        ConnectionFacts facts = SegmentScript.alone("""
                0 client FIN ACK ack=10
                1 server FIN ACK seq=10
                2 client ACK
                """);
        assertThat(states(facts, Endpoint.ORIGINATOR)).containsExactly("FIN-WAIT-1 0", "FIN-WAIT-2 1", "TIME-WAIT 1");
        assertThat(facts.responder().state()).isEqualTo(TcpState.CLOSED);
    }
}
