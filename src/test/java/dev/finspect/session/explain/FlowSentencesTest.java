package dev.finspect.session.explain;

import static dev.finspect.tcp.Leg.CLIENT;
import static dev.finspect.tcp.Leg.UPSTREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.Info;
import dev.finspect.fixture.SessionPlay;
import dev.finspect.session.live.IoRound;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said of a session's turns and transfers. */
final class FlowSentencesTest {
    private final SessionPlay play = SessionPlay.connected();
    private long busyMicros;
    private long byPeerMicros;

    @Test
    void nothingIsSaidWhereNobodyAnswered() {
        assertThat(flow()).isEmpty();
        play.relayed(CLIENT, 10);
        assertThat(flow()).isEmpty();
    }

    @Test
    void oneTurnIsOneSentence() {
        play.relayed(CLIENT, 10).after(30).relayed(UPSTREAM, 10);
        assertThat(flow()).containsExactly("The upstream answered once: first byte after 30 ms.");
    }

    @Test
    void fewTurnsHaveAMedianAndManyAPercentile() {
        for (int i = 0; i < 2; i++) {
            play.relayed(CLIENT, 10)
                    .after(30)
                    .relayed(UPSTREAM, 10)
                    .after(12)
                    .relayed(UPSTREAM, 10)
                    .after(500);
        }
        assertThat(flow())
                .containsExactly(
                        "The upstream answered 2 times: first byte after 30 ms at the median, 30 ms at most;"
                                + " last byte after 42 ms. 60 ms in all.",
                        "The client spoke again once: after 500 ms.");
        for (int i = 0; i < 98; i++) {
            play.relayed(CLIENT, 10).after(30).relayed(UPSTREAM, 10).after(500);
        }
        assertThat(flow().get(0)).contains("The upstream answered 100 times", " at the 99th percentile, ");
    }

    @Test
    void peersThatSpeakAtOnceTakeNoTurns() {
        IoRound round = new IoRound();
        play.watched.tracker().on(round);
        for (int i = 0; i < 4; i++) {
            round.begin();
            play.after(1).relayed(CLIENT, 10).relayed(UPSTREAM, 10);
        }
        assertThat(flow())
                .containsExactly("Both peers speak at once: 4 of 7 runs of bytes crossed what the other had sent. They"
                        + " take no turns, so there is no answer time.");
    }

    @Test
    void whoLimitsATransferIsNamedWithTheirShareTheGreatestFirst() {
        play.sampled(CLIENT, reading());
        for (int second = 0; second < 40; second++) {
            play.relayed(UPSTREAM, 10)
                    .after(500)
                    .relayed(UPSTREAM, 10)
                    .after(500)
                    .relayed(UPSTREAM, 10);
            busyMicros += 1_000_000;
            byPeerMicros += 830_000;
            play.sampled(CLIENT, reading().notSent(1));
        }
        assertThat(flow())
                .containsExactly("From upstream to client: limited by the client (its receive window) 83 %, by the"
                        + " network (congestion window, loss) 17 % of 40 s.");
    }

    @Test
    void slowSourceAndRestsAreSaidOfTheOtherDirection() {
        play.sampled(UPSTREAM, reading());
        for (int second = 0; second < 3; second++) {
            play.relayed(CLIENT, 10).after(500).relayed(CLIENT, 10).after(500).relayed(CLIENT, 10);
            play.sampled(UPSTREAM, reading());
        }
        play.after(3_000).relayed(CLIENT, 10);
        assertThat(flow())
                .containsExactly(
                        "From client to upstream: limited by the client (it sent no faster) 50 %, by nobody 50 % of 6.0 s.");
    }

    @Test
    void explanationHasThemInItsTextBeforeTheLadder() {
        play.relayed(CLIENT, 10).after(30).relayed(UPSTREAM, 10);
        String text = ExplanationText.of(Explanation.of(play.record(), List.of()), false);
        assertThat(text).contains("\nturns and transfers\n  - The upstream answered once: first byte after 30 ms.\n\n");
    }

    private Info reading() {
        return new Info().busy(busyMicros, byPeerMicros, 0);
    }

    private List<String> flow() {
        return FlowSentences.of(play.record());
    }
}
