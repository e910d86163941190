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
