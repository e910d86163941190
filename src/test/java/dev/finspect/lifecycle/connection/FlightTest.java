package dev.finspect.lifecycle.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is in flight, since when, and how often the oldest part was retransmitted. */
final class FlightTest {
    private static final String OPENED = """
            0 client SYN
            1 server SYN ACK
            2 client ACK
            """;

    @Test
    void nothingIsInFlightOnceAllIsAcknowledged() {
        FlightFacts flight = client("""
            10 client ACK 100b
            20 server ACK
            """);
        assertThat(flight.unacknowledged()).isZero();
        assertThat(flight.sinceNanos()).isNull();
        assertThat(flight.retransmits()).isZero();
        assertThat(flight.lastSegmentAtNanos()).isEqualTo(10 * SegmentScript.MILLI);
    }

    @Test
    void retransmissionsOfTheOldestByteAreCounted() {
        FlightFacts flight = client("""
            10 client ACK 100b
            11 client ACK 100b
            210 client ACK 100b seq=1
            610 client ACK 100b seq=1
            """);
        assertThat(flight.unacknowledged()).isEqualTo(200);
        assertThat(flight.sinceNanos()).isEqualTo(10 * SegmentScript.MILLI);
        assertThat(flight.retransmits()).isEqualTo(2);
        assertThat(flight.probes()).isZero();
    }

    @Test
    void retransmissionsBeyondTheOldestByteAreNotCounted() {
        FlightFacts flight = client("""
            10 client ACK 100b
            11 client ACK 100b
            12 client ACK 100b seq=101
            """);
        assertThat(flight.retransmits()).isZero();
    }

    @Test
    void progressRestartsTheCount() {
        FlightFacts flight = client("""
            10 client ACK 100b
            11 client ACK 100b
            210 client ACK 100b seq=1
            220 server ACK ack=101
            """);
        assertThat(flight.unacknowledged()).isEqualTo(100);
        assertThat(flight.sinceNanos()).isEqualTo(220 * SegmentScript.MILLI);
        assertThat(flight.retransmits()).isZero();
    }

    @Test
    void ackWithoutProgressChangesNothing() {
        FlightFacts flight = client("""
            10 client ACK 100b
            20 server ACK ack=1
            """);
        assertThat(flight.unacknowledged()).isEqualTo(100);
        assertThat(flight.sinceNanos()).isEqualTo(10 * SegmentScript.MILLI);
    }

    @Test
    void finIsInFlightAsOne() {
        FlightFacts flight = client("""
            10 client ACK FIN
            210 client ACK FIN seq=1
            """);
        assertThat(flight.unacknowledged()).isEqualTo(1);
        assertThat(flight.sinceNanos()).isEqualTo(10 * SegmentScript.MILLI);
        assertThat(flight.retransmits()).isEqualTo(1);
    }

    @Test
    void consecutiveKeepAlivesAreProbesUntilASegmentOfTheOtherEnd() {
        String idle = """
            10 client ACK 100b
            20 server ACK
            """;
        assertThat(client(idle + "1000 client ACK seq=100\n2000 client ACK seq=100\n")
                        .probes())
                .isEqualTo(2);
        assertThat(client(idle + "1000 client ACK seq=100\n1001 server ACK\n").probes())
                .isZero();
    }

    @Test
    void aProbedWindowShowsThatThereIsMoreToSendUntilItOpens() {
        String closed = """
            10 client ACK 100b
            20 server ACK win=0
            """;
        assertThat(client(closed).peerWindow().probed()).isFalse();
        FlightFacts answered = client(closed + "1000 client ACK seq=100\n1001 server ACK win=0\n");
        assertThat(answered.peerWindow().probed()).isTrue();
        assertThat(answered.probes()).isZero();
        assertThat(client(closed + "1000 client ACK seq=100\n2000 client ACK seq=100\n")
                        .probes())
                .isEqualTo(2);
        assertThat(client(closed + "1000 client ACK seq=100\n1001 server ACK\n")
                        .peerWindow()
                        .probed())
                .isFalse();
    }

    @Test
    void aByteThatProbesAClosedWindowIsNoRetransmission() {
        FlightFacts flight = client("""
            10 client ACK 100b
            20 server ACK win=0
            300 client ACK 1b
            301 server ACK win=0 ack=101
            900 client ACK 1b seq=101
            2100 client ACK 1b seq=101
            """);
        assertThat(flight.probes()).isEqualTo(2);
        assertThat(flight.retransmits()).isZero();
        assertThat(flight.unacknowledged()).isEqualTo(1);
    }

    @Test
    void keepAlivesDoNotShowThatThereIsMoreToSend() {
        FlightFacts flight = client("""
            10 client ACK 100b
            20 server ACK
            1000 client ACK seq=100
            1500 server ACK win=0
            """);
        assertThat(flight.peerWindow().probed()).isFalse();
    }

    @Test
    void flightFillsTheLastWindowUntilThereIsRoom() {
        String filled = """
            10 client ACK 1000b
            20 server ACK win=500
            30 client ACK 300b
            40 client ACK 200b
            90 client ACK 300b seq=1001
            """;
        FlightFacts.PeerWindow full = client(filled).peerWindow();
        assertThat(full.full()).isTrue();
        assertThat(full.fullSinceNanos()).isEqualTo(40 * SegmentScript.MILLI);
        FlightFacts.PeerWindow room =
                client(filled + "95 server ACK ack=1301 win=500\n").peerWindow();
        assertThat(room.full()).isFalse();
        assertThat(room.fullSinceNanos()).isNull();
        FlightFacts.PeerWindow smaller =
                client(filled + "95 server ACK ack=1301 win=200\n").peerWindow();
        assertThat(smaller.fullSinceNanos()).as("it stayed full").isEqualTo(40 * SegmentScript.MILLI);
        assertThat(client(filled + "95 server ACK\n").peerWindow().full()).isFalse();
    }

    @Test
    void windowIsComparedByItsScale() {
        String scaled = """
            0 client SYN ws=2
            1 server SYN ACK ws=2
            2 client ACK
            3 server ACK win=100
            """;
        assertThat(flight(scaled + "10 client ACK 399b\n").full()).isFalse();
        assertThat(flight(scaled + "10 client ACK 400b\n").full()).isTrue();
    }

    @Test
    void withoutTheScaleOnlyAFlightOfExactlyTheWindowFillsIt() {
        String without = "3 server ACK win=100\n4 client ACK\n";
        assertThat(flight(without + "10 client ACK 99b\n").full()).isFalse();
        assertThat(flight(without + "10 client ACK 100b\n").full()).isTrue();
        assertThat(flight(without + "10 client ACK 101b\n").full()).isNull();
        assertThat(flight("4 client ACK\n10 client ACK 101b\n").full())
                .as("no window captured")
                .isNull();
    }

    private static FlightFacts.PeerWindow flight(String story) {
        ConnectionFacts facts = SegmentScript.alone(story);
        boolean clientOpened = facts.tuple().equals(SegmentScript.TUPLE);
        return (clientOpened ? facts.originator() : facts.responder()).flight().peerWindow();
    }

    @Test
    void timesToLiveAreARangeWithoutRsts() {
        FlightFacts flight = client("""
            10 client ACK 100b ttl=60
            20 client ACK 100b seq=1 ttl=63
            30 client RST ACK ttl=7
            """);
        assertThat(flight.leastTtl()).isEqualTo(60);
        assertThat(flight.greatestTtl()).isEqualTo(64);
        assertThat(flight.lastSegmentAtNanos()).isEqualTo(20 * SegmentScript.MILLI);
    }

    @Test
    void endpointWithoutSegmentsHasNoLastSegment() {
        FlightFacts flight = SegmentScript.alone("0 client SYN\n").responder().flight();
        assertThat(flight.lastSegmentAtNanos()).isNull();
        assertThat(flight.leastTtl()).isZero();
        assertThat(flight.greatestTtl()).isZero();
    }

    private static FlightFacts client(String story) {
        return SegmentScript.alone(OPENED + story).originator().flight();
    }
}
