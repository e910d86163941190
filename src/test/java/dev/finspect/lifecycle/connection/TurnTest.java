package dev.finspect.lifecycle.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Turns of the conversation: who sent bytes, who sent more without an answer, and how long both were silent. */
final class TurnTest {
    private static final String ASKED_AND_ANSWERED = """
            0 client SYN
            1 server SYN ACK
            2 client ACK
            10 client ACK 100b
            20 server ACK 300b
            """;

    @Test
    void anAnswerEndsTheTurn() {
        ConnectionFacts facts = SegmentScript.alone(ASKED_AND_ANSWERED);
        assertThat(facts.originator().turns()).isEqualTo(new TurnFacts(0, 0, null, null, null));
        assertThat(facts.responder().turns()).isEqualTo(new TurnFacts(300, 0, 10 * SegmentScript.MILLI, null, null));
    }

    @Test
    void longestAnswerIsKept() {
        ConnectionFacts facts = SegmentScript.alone(ASKED_AND_ANSWERED + """
                30 client ACK 100b
                530 server ACK 10b
                540 client ACK 100b
                545 server ACK 10b
                """);
        assertThat(facts.responder().turns().longestAnswerNanos()).isEqualTo(500 * SegmentScript.MILLI);
        assertThat(facts.originator().turns().longestAnswerNanos()).isEqualTo(10 * SegmentScript.MILLI);
    }

    @Test
    void sendingMoreAfterASecondWithoutAnAnswerIsAnUnansweredTurn() {
        ConnectionFacts facts = SegmentScript.alone(ASKED_AND_ANSWERED + """
                500 client ACK 50b
                900 client ACK 50b
                940 server ACK
                1900 client ACK 50b
                1940 server ACK
                3900 client ACK 50b
                """);
        assertThat(facts.originator().turns())
                .isEqualTo(new TurnFacts(
                        200, 2, 480 * SegmentScript.MILLI, 2_000 * SegmentScript.MILLI, 3_900 * SegmentScript.MILLI));
        assertThat(facts.responder().turns().turnBytes()).isZero();
    }

    @Test
    void restIsASecondWithoutBytesInEitherDirection() {
        ConnectionFacts facts = SegmentScript.alone(ASKED_AND_ANSWERED + """
                1019 client ACK 50b
                """);
        assertThat(facts.originator().turns().lastRestNanos()).isNull();
        facts = SegmentScript.alone(ASKED_AND_ANSWERED + """
                1020 client ACK 50b
                1030 server ACK 50b
                """);
        for (EndpointFacts end : new EndpointFacts[] {facts.originator(), facts.responder()}) {
            assertThat(end.turns().lastRestNanos()).isEqualTo(1_000 * SegmentScript.MILLI);
            assertThat(end.turns().lastRestEndedAtNanos()).isEqualTo(1_020 * SegmentScript.MILLI);
        }
    }

    @Test
    void silenceIsNoRestWhileBytesAreUnacknowledged() {
        ConnectionFacts facts = SegmentScript.alone(ASKED_AND_ANSWERED + """
                30 client ACK 50b
                2030 client ACK 50b
                """);
        assertThat(facts.originator().turns().lastRestNanos()).isNull();
        facts = SegmentScript.alone(ASKED_AND_ANSWERED + """
                30 client ACK 50b
                70 server ACK
                2030 client ACK 50b
                """);
        assertThat(facts.originator().turns().lastRestNanos()).isEqualTo(2_000 * SegmentScript.MILLI);
    }

    @Test
    void silenceIsNoRestWhileAWindowIsClosed() {
        ConnectionFacts facts = SegmentScript.alone(ASKED_AND_ANSWERED + """
                30 client ACK 50b
                70 server ACK win=0
                2020 server ACK win=500
                2030 client ACK 50b
                """);
        assertThat(facts.originator().turns().lastRestNanos()).isNull();
        facts = SegmentScript.alone(ASKED_AND_ANSWERED + """
                30 client ACK 50b
                70 server ACK win=0
                80 server ACK win=500
                90 client ACK 50b
                95 server ACK
                2090 client ACK 50b
                """);
        assertThat(facts.originator().turns().lastRestNanos()).isEqualTo(2_000 * SegmentScript.MILLI);
    }

    @Test
    void aRetransmissionIsNoTurn() {
        ConnectionFacts facts = SegmentScript.alone(ASKED_AND_ANSWERED + """
                30 client ACK 50b
                2030 client ACK 50b seq=101
                """);
        assertThat(facts.originator().turns()).isEqualTo(new TurnFacts(50, 0, 10 * SegmentScript.MILLI, null, null));
    }

    @Test
    void greetingAnswersNothing() {
        ConnectionFacts facts = SegmentScript.alone("""
                0 client SYN
                1 server SYN ACK
                2 client ACK
                3000 server ACK 40b
                """);
        assertThat(facts.responder().turns()).isEqualTo(new TurnFacts(40, 0, null, null, null));
    }
}
