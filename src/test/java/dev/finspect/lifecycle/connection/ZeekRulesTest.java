package dev.finspect.lifecycle.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lifecycle.zeek.ZeekFacts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Zeek's rules, one script each; {@link ZeekOracleTest} compares with Zeek's own results. */
final class ZeekRulesTest {
    private static final String OPEN = "0 client SYN\n1 server SYN ACK\n2 client ACK\n";

    /** Lines are separated by {@code ;}. */
    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            S0     | S        | 0 client SYN; 1 client SYN
            S1     | Sh       | 0 client SYN; 1 server SYN ACK
            SF     | ShAFaf   | 0 client SYN; 1 server SYN ACK; 2 client ACK; 3 client FIN ACK; 4 server ACK; 5 server FIN ACK
            S2     | ShAF     | 0 client SYN; 1 server SYN ACK; 2 client ACK; 3 client FIN ACK
            S3     | ShAf     | 0 client SYN; 1 server SYN ACK; 2 client ACK; 3 server FIN ACK
            REJ    | Sr       | 0 client SYN; 1 server RST ACK ack=1
            RSTO   | ShADR    | 0 client SYN; 1 server SYN ACK; 2 client ACK; 3 client ACK 5b; 4 client RST ACK
            RSTR   | ShADr    | 0 client SYN; 1 server SYN ACK; 2 client ACK; 3 client ACK 5b; 4 server RST ACK
            RSTR   | ShADrR   | 0 client SYN; 1 server SYN ACK; 2 client ACK; 3 client ACK 5b; 4 server RST ACK; 5 client RST
            RSTOS0 | SR       | 0 client SYN; 1 client RST
            OTH    | R        | 0 client RST
            OTH    | DR       | 0 client ACK 5b; 1 client RST
            RSTRH  | r        | 0 client SYN lost; 1 server RST ACK ack=1
            RSTRH  | Adr      | 0 client ACK; 1 server ACK 5b; 2 server RST
            SH     | SF       | 0 client SYN; 1 client FIN ACK ack=1
            SHR    | f        | 0 server FIN ACK
            SF     | ShAFRf   | 0 client SYN; 1 server SYN ACK; 2 client ACK; 3 client FIN ACK; 4 client RST; 5 server FIN ACK
            SF     | ShAFfR   | 0 client SYN; 1 server SYN ACK; 2 client ACK; 3 client FIN ACK; 4 server FIN ACK; 5 client RST
            SF     | ShAFfF   | 0 client SYN; 1 server SYN ACK; 2 client ACK; 3 client FIN ACK; 4 server FIN ACK; 5 client FIN ACK seq=9
            RSTR   | ShAFr    | 0 client SYN; 1 server SYN ACK; 2 client ACK; 3 client FIN ACK; 4 server RST ACK
            REJ    | Rr       | 0 client RST; 1 server RST
            OTH    | I        | 0 client FIN RST
            SH     | Q        | 0 client SYN FIN
            S2     | ShAQ     | 0 client SYN; 1 server SYN ACK; 2 client ACK; 3 client SYN FIN lost; 4 client SYN FIN
            OTH    | Dd       | 0 client ACK 5b; 1 server ACK 5b
            S0     | Sa       | 0 client SYN; 1 server ACK ack=0
            OTH    | H        | 0 client SYN ACK
            S0     | AS       | 0 client ACK; 1 client SYN seq=0
            RSTR   | ShAraf   | 0 client SYN; 1 server SYN ACK; 2 client ACK; 3 server RST ACK; 4 server ACK; 5 server FIN ACK
            RSTO   | ShAFR    | 0 client SYN; 1 server SYN ACK; 2 client ACK; 3 client FIN ACK; 4 client RST; 5 client RST
            S1     | Ss       | 0 client SYN; 1 server SYN
            """)
    void connStateAndHistory(String state, String history, String story) {
        ZeekFacts zeek = SegmentScript.alone(story.replace(';', '\n')).zeek();
        assertThat(zeek.connState() + " " + zeek.history()).isEqualTo(state + " " + history);
    }

    @Test
    void retransmissionsAreNotedAtOneTenAndAHundred() {
        StringBuilder story = new StringBuilder(OPEN + "5 client ACK 10b\n");
        for (int i = 0; i < 120; i++) {
            story.append(10 + i).append(" client ACK 10b seq=1\n");
        }
        assertThat(SegmentScript.alone(story.toString()).zeek().history()).isEqualTo("ShADTTT");
    }

    @Test
    void zeroWindowsCountWhileThePeerMaySend() {
        assertThat(SegmentScript.alone(OPEN + "5 client ACK win=0").zeek().history())
                .isEqualTo("ShAW");
        assertThat(SegmentScript.alone(OPEN + "5 server FIN ACK\n6 client ACK win=0")
                        .zeek()
                        .history())
                .isEqualTo("ShAf");
        assertThat(SegmentScript.alone(OPEN + "5 client RST win=0\n6 client ACK win=0")
                        .zeek()
                        .history())
                .isEqualTo("ShAR");
    }

    @Test
    void aGapIsMissedWhenItIsAcknowledged() {
        ZeekFacts zeek = SegmentScript.alone(OPEN + """
                5 client ACK 10b
                6 client ACK 20b lost
                7 client ACK 10b
                8 client ACK 5b lost
                9 client ACK 10b
                10 server ACK
                """).zeek();
        assertThat(zeek.missedBytes()).isEqualTo(25);
        assertThat(zeek.history()).isEqualTo("ShADaG");
        assertThat(zeek.originatorBytes()).isEqualTo(55);
    }

    @Test
    void aGapAtTheEndIsMissedToo() {
        ZeekFacts zeek = SegmentScript.alone(OPEN + "5 client ACK 10b\n6 client ACK 20b lost\n10 server ACK")
                .zeek();
        assertThat(zeek.missedBytes()).isEqualTo(20);
    }

    @Test
    void aPartlyAcknowledgedRangeIsKept() {
        ZeekFacts zeek = SegmentScript.alone(OPEN + """
                5 client ACK 10b lost
                6 client ACK 20b
                7 server ACK ack=16
                8 client ACK 40b seq=5
                9 server ACK
                """).zeek();
        assertThat(zeek.missedBytes()).isEqualTo(10);
        assertThat(zeek.originatorBytes()).isEqualTo(44);
    }

    @Test
    void gapsOfConnectionsWithoutAHandshakeAreNotReported() {
        ZeekFacts zeek = SegmentScript.alone("""
                5 client ACK 10b
                6 client ACK 20b lost
                7 client ACK 10b
                8 server ACK
                """).zeek();
        assertThat(zeek.missedBytes()).isZero();
    }

    @Test
    void theFirstAcknowledgmentWithoutAHandshakeReportsNoGap() {
        assertThat(SegmentScript.alone("0 client ACK ack=10\n1 server ACK seq=10 ack=1\n2 server ACK 5b\n3 client ACK")
                        .zeek()
                        .missedBytes())
                .isZero();
    }

    @Test
    void muchDataAboveAGapWithoutAcknowledgmentsIsDropped() {
        ZeekFacts zeek = SegmentScript.alone(OPEN + """
                5 client ACK 10b lost
                6 client ACK 17000b
                7 client ACK 17000b
                8 server ACK
                """).zeek();
        assertThat(zeek.missedBytes()).isZero();
        assertThat(zeek.history()).isEqualTo("ShADa");
    }

    @Test
    void muchDataWithoutAnyAcknowledgmentIsNotKept() {
        ZeekFacts zeek = SegmentScript.alone(OPEN + """
                5 client ACK 17000b
                6 client ACK 17000b
                7 client ACK 100b lost
                8 client ACK 100b
                9 server ACK
                """).zeek();
        assertThat(zeek.missedBytes()).isEqualTo(100);
    }

    @Test
    void tenMegabytesWithoutFurtherAcknowledgmentsAreDropped() {
        StringBuilder story = new StringBuilder(OPEN + "3 client ACK 10b\n4 server ACK\n5 client ACK 10b lost\n");
        for (int i = 0; i < 170; i++) {
            story.append(10 + i).append(" client ACK 64000b\n");
        }
        story.append("500 server ACK\n");
        assertThat(SegmentScript.alone(story.toString()).zeek().missedBytes()).isZero();
    }

    @Test
    void aCloseWaitsForBytesThatAreMissing() {
        ZeekFacts zeek = SegmentScript.alone(OPEN + """
                5 client ACK 10b lost
                6 client FIN ACK 5b
                7 server FIN ACK ack=1
                9 client ACK
                1000 server ACK
                """).zeek();
        assertThat(zeek.connState()).isEqualTo("SF");
        assertThat(zeek.durationNanos()).isEqualTo(1000 * SegmentScript.MILLI);
    }

    @Test
    void durationStopsOnceBothSidesHaveClosed() {
        ZeekFacts zeek = SegmentScript.alone(OPEN + """
                5 client FIN ACK
                6 server FIN ACK
                7 client ACK
                1000 server ACK
                """).zeek();
        assertThat(zeek.durationNanos()).isEqualTo(6 * SegmentScript.MILLI);
        assertThat(zeek.responderPackets()).isEqualTo(3);
    }

    @Test
    void aConnectionOfOneSegmentHasNoDuration() {
        ZeekFacts zeek = SegmentScript.alone("5 client ACK 10b").zeek();
        assertThat(zeek.durationNanos()).isNull();
        assertThat(zeek.originatorBytes()).isNull();
    }

    @Test
    void anAbortedHalfOpenConnectionSentNothing() {
        ZeekFacts zeek = SegmentScript.alone("0 client SYN\n1 server ACK ack=500\n2 client RST seq=500")
                .zeek();
        assertThat(zeek.originatorBytes()).isZero();
    }

    @Test
    void moreThanFourGigabytesAreCounted() {
        StringBuilder story = new StringBuilder(OPEN);
        for (long i = 1; i <= 6; i++) {
            story.append(10 * i)
                    .append(" client ACK 100b seq=")
                    .append(1 + i * 900_000_000L)
                    .append('\n');
            story.append(10 * i + 1)
                    .append(" server ACK ack=")
                    .append(101 + i * 900_000_000L)
                    .append('\n');
        }
        ConnectionFacts facts = SegmentScript.alone(story.toString());
        assertThat(facts.zeek().originatorBytes()).isEqualTo(5_400_000_100L);
        assertThat(facts.originator().stream().acknowledgedBytes()).isEqualTo(5_400_000_100L);
        assertThat(facts.originator().stream().missedBytes()).isEqualTo(5_400_000_100L - 600);
    }
}
