package dev.finspect.lifecycle.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lifecycle.ByteRanges;
import org.junit.jupiter.api.Test;

final class StreamTest {
    private static final String OPEN = """
            0 client SYN
            1 server SYN ACK
            2 client ACK
            """;

    @Test
    void bytesAreCountedOnce() {
        StreamFacts sent = SegmentScript.alone(OPEN + """
                10 client ACK 100b
                11 client ACK 100b
                12 client ACK 100b seq=101
                13 client ACK 150b seq=151
                """).originator().stream();
        assertThat(sent.payloadBytes()).isEqualTo(450);
        assertThat(sent.uniqueBytes()).isEqualTo(300);
        assertThat(sent.retransmittedSegments()).isEqualTo(2);
        assertThat(sent.retransmittedBytes()).isEqualTo(150);
        assertThat(sent.dataSegments()).isEqualTo(4);
        assertThat(sent.segments()).isEqualTo(6);
        assertThat(sent.firstByteAtNanos()).isEqualTo(10 * SegmentScript.MILLI);
        assertThat(sent.lastByteAtNanos()).isEqualTo(13 * SegmentScript.MILLI);
        assertThat(sent.ipBytes()).isEqualTo(6 * 40 + 450);
    }

    @Test
    void aFinIsSentAgainOnceBareOrWithItsData() {
        String closing = OPEN + """
                10 client ACK 53b
                11 client FIN ACK
                """;
        StreamFacts withData = SegmentScript.alone(closing + "20 client FIN ACK 53b seq=1").originator().stream();
        assertThat(withData.retransmittedSegments()).isEqualTo(1);
        assertThat(withData.retransmittedBareFins()).isZero();
        StreamFacts bare = SegmentScript.alone(closing + "20 client FIN ACK seq=54").originator().stream();
        assertThat(bare.retransmittedSegments()).isZero();
        assertThat(bare.retransmittedBareFins()).isEqualTo(1);
    }

    @Test
    void aGapIsUnseenUntilItIsFilledOrAcknowledged() {
        String story = OPEN + """
                10 client ACK 100b lost
                11 client ACK 100b
                """;
        StreamFacts waiting = SegmentScript.alone(story).originator().stream();
        assertThat(waiting.unseenBytes()).isEqualTo(100);
        assertThat(waiting.missedBytes()).isZero();
        StreamFacts filled = SegmentScript.alone(story + "12 client ACK 100b seq=1").originator().stream();
        assertThat(filled.unseenBytes()).isZero();
        assertThat(filled.outOfOrderSegments()).isEqualTo(1);
        assertThat(filled.uniqueBytes()).isEqualTo(200);
        StreamFacts missed = SegmentScript.alone(story + "12 server ACK").originator().stream();
        assertThat(missed.unseenBytes()).isZero();
        assertThat(missed.missedBytes()).isEqualTo(100);
        assertThat(missed.missedGaps()).isEqualTo(1);
        assertThat(missed.acknowledgedBytes()).isEqualTo(200);
        StreamFacts late = SegmentScript.alone(story + "12 server ACK\n13 client ACK 100b seq=1").originator().stream();
        assertThat(late.missedBytes()).isZero();
    }

    @Test
    void bytesBehindAHoleAreNotTheLastThatTheReceiverCouldRead() {
        String story = OPEN + """
                10 client ACK 100b
                20 client ACK 100b lost
                30 client ACK 100b
                40 client ACK 100b
                """;
        StreamFacts waiting = SegmentScript.alone(story).originator().stream();
        assertThat(waiting.lastByteAtNanos()).isEqualTo(40 * SegmentScript.MILLI);
        assertThat(waiting.lastInOrderAtNanos()).isEqualTo(10 * SegmentScript.MILLI);
        assertThat(waiting.holeSinceNanos()).isEqualTo(30 * SegmentScript.MILLI);
        StreamFacts filled = SegmentScript.alone(story + "50 client ACK 100b seq=101").originator().stream();
        assertThat(filled.lastInOrderAtNanos()).isEqualTo(50 * SegmentScript.MILLI);
        assertThat(filled.holeSinceNanos()).isNull();
        StreamFacts missed = SegmentScript.alone(story + "50 server ACK").originator().stream();
        assertThat(missed.lastInOrderAtNanos()).isEqualTo(40 * SegmentScript.MILLI);
        assertThat(missed.holeSinceNanos()).isNull();
    }

    @Test
    void aHoleFurtherOnIsAsOldAsTheLastByteThatCouldBeRead() {
        StreamFacts sent = SegmentScript.alone(OPEN + """
                10 client ACK 100b seq=101
                20 client ACK 100b seq=301
                30 client ACK 100b seq=1
                """).originator().stream();
        assertThat(sent.holeSinceNanos()).isEqualTo(30 * SegmentScript.MILLI);
        assertThat(sent.lastInOrderAtNanos()).isEqualTo(30 * SegmentScript.MILLI);
    }

    @Test
    void severalGapsCloseInAnyOrder() {
        StreamFacts sent = SegmentScript.alone(OPEN + """
                10 client ACK 10b seq=41
                11 client ACK 10b seq=21
                12 client ACK 10b seq=31
                13 client ACK 10b seq=61
                14 client ACK 45b seq=6
                15 client ACK 5b seq=1
                16 server ACK ack=56
                """).originator().stream();
        assertThat(sent.uniqueBytes()).isEqualTo(60);
        assertThat(sent.missedBytes()).isEqualTo(5);
        assertThat(sent.unseenBytes()).isEqualTo(5);
        assertThat(sent.retransmittedBytes()).isEqualTo(30);
    }

    @Test
    void sequenceNumbersWrapRound() {
        ConnectionFacts facts = SegmentScript.alone("""
                0 client SYN isn=4294967290
                1 server SYN ACK isn=4294967295
                2 client ACK
                3 client ACK 100b
                4 server ACK 100b
                5 client ACK
                6 client FIN ACK
                7 server FIN ACK
                8 client ACK
                """);
        assertThat(facts.originator().stream().uniqueBytes()).isEqualTo(100);
        assertThat(facts.responder().stream().acknowledgedBytes()).isEqualTo(100);
        assertThat(facts.zeek().originatorBytes()).isEqualTo(100);
        assertThat(facts.zeek().responderBytes()).isEqualTo(100);
        assertThat(facts.zeek().connState()).isEqualTo("SF");
        assertThat(facts.captureMissed()).isFalse();
    }

    @Test
    void keepAlivesAreNoData() {
        ConnectionFacts facts = SegmentScript.alone(OPEN + """
                10 client ACK 100b
                11 server ACK
                60010 client ACK seq=100
                60011 server ACK
                90010 client ACK 1b seq=100
                90011 server ACK
                """);
        StreamFacts sent = facts.originator().stream();
        assertThat(sent.keepAlives()).isEqualTo(2);
        assertThat(sent.retransmittedSegments()).isZero();
        assertThat(sent.uniqueBytes()).isEqualTo(100);
        assertThat(facts.responder().stream().duplicateAcks()).isZero();
    }

    @Test
    void aKeepAliveBeforeTheFirstByteHasTheNumberOfTheSyn() {
        StreamFacts sent = SegmentScript.alone(OPEN + """
                60000 client ACK seq=0
                60001 server ACK
                """).originator().stream();
        assertThat(sent.keepAlives()).isEqualTo(1);
        assertThat(sent.zeroWindowProbes()).isZero();
        assertThat(sent.uniqueBytes()).isZero();
        assertThat(sent.missedBytes()).isZero();
    }

    @Test
    void aSegmentWithoutBytesAgainstAClosedWindowIsAProbeAndNoKeepAlive() {
        String closed = OPEN + """
                10 client ACK 100b
                11 server ACK win=0
                300 client ACK seq=100
                301 server ACK win=0
                900 client ACK seq=100
                """;
        StreamFacts probing = SegmentScript.alone(closed).originator().stream();
        assertThat(probing.zeroWindowProbes()).isEqualTo(2);
        assertThat(probing.keepAlives()).isZero();
        StreamFacts idle =
                SegmentScript.alone(closed + "901 server ACK\n99000 client ACK seq=100").originator().stream();
        assertThat(idle.zeroWindowProbes()).isEqualTo(2);
        assertThat(idle.keepAlives()).isEqualTo(1);
    }

    @Test
    void duplicateAcksAreThoseThatRepeatWhileBytesAreInFlight() {
        ConnectionFacts facts = SegmentScript.alone(OPEN + """
                10 client ACK 100b
                11 server ACK
                12 client ACK 100b
                13 client ACK 100b
                14 server ACK ack=101
                15 server ACK ack=101
                16 server ACK ack=101 win=50000
                """);
        assertThat(facts.responder().stream().duplicateAcks()).isEqualTo(2);
        assertThat(facts.responder().stream().pureAcks()).isEqualTo(4);
    }

    @Test
    void acknowledgmentsShowMissedBytesOfTheOtherSide() {
        ConnectionFacts facts = SegmentScript.alone("""
                0 client ACK ack=1
                1 client ACK ack=5001
                2 client ACK 10b ack=5001
                """);
        assertThat(facts.responder().stream().missedBytes()).isEqualTo(5000);
        assertThat(facts.responder().stream().uniqueBytes()).isZero();
        assertThat(facts.captureMissed()).isTrue();
        assertThat(facts.responder().state()).isNull();
        assertThat(facts.responder().stream().firstByteAtNanos()).isNull();
    }

    @Test
    void aStraySequenceNumberIsIgnoredOnce() {
        StreamFacts once = SegmentScript.alone(OPEN + """
                10 client ACK 100b
                11 client ACK 100b seq=2000000000
                12 client ACK 100b seq=101
                """).originator().stream();
        assertThat(once.straySegments()).isEqualTo(1);
        assertThat(once.uniqueBytes()).isEqualTo(200);
        assertThat(once.outOfOrderSegments()).isZero();
        StreamFacts twice = SegmentScript.alone(OPEN + """
                10 client ACK 100b
                11 client ACK 100b seq=2000000000
                12 client ACK 100b seq=2000000100
                13 client ACK 100b seq=2000000200
                """).originator().stream();
        assertThat(twice.straySegments()).isEqualTo(1);
        assertThat(twice.uniqueBytes()).isEqualTo(300);
        assertThat(twice.unseenBytes()).isEqualTo(2_000_000_100L - 101);
    }

    @Test
    void anAcknowledgmentFarAheadIsIgnored() {
        ConnectionFacts facts = SegmentScript.alone(OPEN + "10 client ACK 100b\n11 server ACK ack=1900000000");
        assertThat(facts.originator().stream().missedBytes()).isZero();
    }

    @Test
    void aGapBeyondTheLimitIsClosedAndCounted() {
        StringBuilder story = new StringBuilder(OPEN);
        for (int i = 0; i < ByteRanges.MOST + 10; i++) {
            story.append(10 + i)
                    .append(" client ACK 1b seq=")
                    .append(11 + 10 * i)
                    .append('\n');
        }
        StreamFacts sent = SegmentScript.alone(story.toString()).originator().stream();
        assertThat(sent.uniqueBytes()).isEqualTo(ByteRanges.MOST + 10);
        assertThat(sent.missedBytes()).as("nothing is acknowledged").isZero();
        assertThat(sent.unseenBytes()).isEqualTo(10 + 9 * (ByteRanges.MOST + 9));
        long end = 11 + 10L * (ByteRanges.MOST + 9) + 1;
        StreamFacts all = SegmentScript.alone(story + "900 server ACK ack=" + end).originator().stream();
        assertThat(all.missedBytes()).isEqualTo(10 + 9 * (ByteRanges.MOST + 9));
        assertThat(all.unseenBytes()).isZero();
        StreamFacts first = SegmentScript.alone(story + "900 server ACK ack=11").originator().stream();
        assertThat(first.missedBytes()).isEqualTo(10);
    }

    @Test
    void urgentDataTtlsAndWrongChecksumsAreNoted() {
        ConnectionFacts facts = SegmentScript.alone(OPEN + """
                10 client ACK URG 1b ttl=60
                11 client ACK 1b ttl=70 bad
                """);
        StreamFacts sent = facts.originator().stream();
        assertThat(sent.urgent()).isEqualTo(1);
        assertThat(sent.leastTtl()).isEqualTo(60);
        assertThat(sent.greatestTtl()).isEqualTo(70);
        assertThat(sent.wrongChecksums()).isEqualTo(1);
        assertThat(sent.uniqueBytes()).isEqualTo(2);
    }

    @Test
    void aWindowClosesAndOpens() {
        ConnectionFacts facts = SegmentScript.alone(OPEN + """
                10 client ACK 100b
                20 server ACK win=0
                30 server ACK win=0
                40 client ACK 1b
                50 server ACK win=0 ack=101
                55 client ACK 1b seq=101
                60 server ACK win=500
                70 server ACK win=0
                """);
        WindowFacts window = facts.responder().window();
        assertThat(window.zeroWindows()).isEqualTo(4);
        assertThat(window.zeroWindowPeriods()).isEqualTo(2);
        assertThat(window.zeroWindowNanos()).isEqualTo(40 * SegmentScript.MILLI);
        assertThat(window.closedSinceNanos()).isEqualTo(70 * SegmentScript.MILLI);
        assertThat(window.leastBytes()).isZero();
        assertThat(window.greatestBytes()).isEqualTo(500);
        assertThat(facts.originator().stream().zeroWindowProbes()).isEqualTo(2);
        assertThat(facts.originator().stream().uniqueBytes()).isEqualTo(101);
    }

    @Test
    void aFinWithAZeroWindowDoesNotCloseTheWindow() {
        ConnectionFacts facts = SegmentScript.alone(OPEN + "10 server FIN ACK win=0");
        assertThat(facts.responder().window().zeroWindows()).isZero();
    }
}
