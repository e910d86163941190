package dev.finspect.lifecycle.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lifecycle.turn.Answers;
import dev.finspect.lifecycle.turn.DurationSummary;
import java.util.Objects;
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
        assertThat(facts.originator().turns()).isEqualTo(new TurnFacts(0, 0, null, null, null, null, 1, null));
        assertThat(facts.responder().turns())
                .isEqualTo(new TurnFacts(
                        300, 0, 10 * SegmentScript.MILLI, null, null, 20 * SegmentScript.MILLI, 0, once(10)));
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
        ConnectionFacts facts = SegmentScript.alone("""
                0 client SYN
                1 server SYN ACK
                2 client ACK
                500 client ACK 50b
                900 client ACK 50b
                940 server ACK
                1900 client ACK 50b
                1940 server ACK
                3900 client ACK 50b
                """);
        assertThat(facts.originator().turns())
                .isEqualTo(new TurnFacts(
                        200,
                        2,
                        null,
                        2_000 * SegmentScript.MILLI,
                        3_900 * SegmentScript.MILLI,
                        500 * SegmentScript.MILLI,
                        0,
                        null));
        assertThat(facts.responder().turns().turnBytes()).isZero();
    }

    /** It may share the connection among several callers; a service that pushes does so after an answer as well. */
    @Test
    void clientThatWasAnsweredOnceIsNotOneThatSendsUnasked() {
        String twice = """
                1000 %s ACK 50b
                3000 %s ACK 50b
                5000 %s ACK 50b
                """;
        TurnFacts client = SegmentScript.alone(ASKED_AND_ANSWERED + twice.replace("%s", "client"))
                .originator()
                .turns();
        assertThat(client.unansweredTurns()).isZero();
        assertThat(client.turnSinceNanos()).isEqualTo(1_000 * SegmentScript.MILLI);
        assertThat(SegmentScript.alone(ASKED_AND_ANSWERED + twice.replace("%s", "server"))
                        .responder()
                        .turns()
                        .unansweredTurns())
                .isEqualTo(2);
    }

    @Test
    void bytesBehindMissingOnesEndTheTurnOnceTheyCanBeRead() {
        String asked = """
                0 client SYN
                1 server SYN ACK
                2 client ACK
                10 client ACK 100b
                20 server ACK 50b lost
                30 server ACK 300b
                """;
        TurnFacts waiting = SegmentScript.alone(asked).originator().turns();
        assertThat(waiting.turnBytes()).isEqualTo(100);
        assertThat(waiting.turnSinceNanos()).isEqualTo(10 * SegmentScript.MILLI);
        for (String then : new String[] {"40 server ACK 50b seq=1", "40 client ACK"}) {
            ConnectionFacts read = SegmentScript.alone(asked + then);
            assertThat(read.originator().turns().turnBytes()).as(then).isZero();
            assertThat(read.originator().turns().answeredTurns()).isEqualTo(1);
            assertThat(read.responder().turns().turnBytes()).isGreaterThanOrEqualTo(300);
        }
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
        assertThat(facts.originator().turns())
                .isEqualTo(new TurnFacts(
                        50, 0, 10 * SegmentScript.MILLI, null, null, 30 * SegmentScript.MILLI, 1, once(10)));
    }

    @Test
    void greetingAnswersNothing() {
        ConnectionFacts facts = SegmentScript.alone("""
                0 client SYN
                1 server SYN ACK
                2 client ACK
                3000 server ACK 40b
                """);
        assertThat(facts.responder().turns())
                .isEqualTo(new TurnFacts(40, 0, null, null, null, 3_000 * SegmentScript.MILLI, 0, null));
    }

    @Test
    void timesToTheFirstByteAndToTheLastAreCountedTurnByTurn() {
        ConnectionFacts facts = SegmentScript.alone(ASKED_AND_ANSWERED + """
                25 client ACK
                50 server ACK 300b
                60 client ACK 100b
                90 server ACK 10b
                95 client ACK
                """);
        Answers served = answers(facts.responder());
        assertThat(served.firsts())
                .extracting(DurationSummary::count, DurationSummary::leastNanos, DurationSummary::mostNanos)
                .containsExactly(2L, 10 * SegmentScript.MILLI, 30 * SegmentScript.MILLI);
        assertThat(served.wholes())
                .as("of the one that is over")
                .extracting(DurationSummary::count, DurationSummary::mostNanos)
                .containsExactly(1L, 40 * SegmentScript.MILLI);
        assertThat(answers(facts.originator())).isEqualTo(once(10));
        assertThat(served.crossed()).isZero();
    }

    @Test
    void whatIsSentBeforeTheOtherWordHasComeAnswersNothing() {
        ConnectionFacts facts = SegmentScript.alone("""
                0 client SYN
                1 server SYN ACK
                2 client ACK
                10 client ACK 100b
                12 server ACK 200b seq=1 ack=1
                13 client ACK 100b seq=101 ack=1
                14 server ACK 200b seq=201 ack=101
                20 client ACK
                21 server ACK
                30 client ACK 100b
                40 server ACK 10b
                """);
        assertThat(answers(facts.responder()).crossed()).isEqualTo(2);
        assertThat(answers(facts.originator()).crossed()).isEqualTo(1);
        assertThat(answers(facts.responder())).extracting(Answers::answered).isEqualTo(1L);
    }

    private static Answers answers(EndpointFacts end) {
        return Objects.requireNonNull(end.turns().answers());
    }

    private static Answers once(long millis) {
        long nanos = millis * SegmentScript.MILLI;
        return new Answers(new DurationSummary(1, nanos, nanos, nanos, nanos, nanos, nanos), null, 0);
    }
}
