package dev.finspect.session.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.LegFixture;
import dev.finspect.fixture.SampleSession;
import dev.finspect.record.CloseAct;
import dev.finspect.record.Outcome;
import dev.finspect.record.ProxyReason;
import dev.finspect.record.Relayed;
import dev.finspect.record.SessionClose;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is said of an end that no finding tells. */
final class EndingTest {
    private static final long SECOND = 1_000_000_000;
    private static final SessionRecord CLEAN = SampleSession.closed("01A", "db");
    private static final long START = CLEAN.identity().startEpochNanos();

    private final LegFixture upstream = new LegFixture(Leg.UPSTREAM);

    @Test
    void nothingWasWrongOnlyWhereTheEndWasCleanAndAllArrived() {
        assertThat(Ending.of(CLEAN, true)).isEqualTo("It ended, and nothing was wrong.");
        assertThat(Ending.of(CLEAN, false))
                .as("something was found for a time")
                .isEqualTo("It ended in order, by the client's FIN, then the upstream's FIN.");
    }

    @Test
    void lostBytesAreNamedAlsoWhereTheOutcomeIsClean() {
        assertThat(Ending.of(ended(Outcome.CLEAN, null, 77_824, Relayed.FAITHFUL, CloseAct.CLIENT_FIN), true))
                .isEqualTo(
                        "It ended by the client's FIN; no rule explains it. 77.8 kB were read from one peer and never"
                                + " reached the other.");
        assertThat(Ending.of(ended(Outcome.CLEAN, null, 0, Relayed.DATA_LOST, CloseAct.CLIENT_FIN), true))
                .contains("no rule explains it");
        assertThat(Ending.of(ended(Outcome.CLEAN, null, 0, Relayed.DATA_LOST, CloseAct.CLIENT_FIN), false))
                .as("a finding says it")
                .isEqualTo("It ended by the client's FIN.");
    }

    @Test
    void resetIsToldByTheOrderOfTheActs() {
        upstream.bytesReceived = Fact.socket(9L);
        upstream.lastReceivedAt = Fact.socket(START);
        upstream.lastSentAt = Fact.socket(START + SECOND);
        upstream.turnBytesSent = Fact.socket(18L);
        assertThat(Ending.of(
                        ended(Outcome.RESET, null, 0, Relayed.FAITHFUL, CloseAct.UPSTREAM_FIN, CloseAct.UPSTREAM_RST),
                        true))
                .isEqualTo(
                        "It ended by the upstream's FIN, then the upstream's RST; no rule explains it. The last 18 bytes"
                                + " to the upstream had no answer.");
    }

    @Test
    void unansweredWordAtACleanEndIsNamedUnlessItMayBeAGoodbye() {
        upstream.lastSentAt = Fact.socket(START + SECOND);
        upstream.bytesSent = Fact.socket(400L);
        SessionRecord silent = ended(Outcome.CLEAN, null, 0, Relayed.FAITHFUL, CloseAct.CLIENT_FIN);
        assertThat(Ending.of(silent, true))
                .isEqualTo(
                        "It ended in order, by the client's FIN. The last 400 bytes to the upstream had no answer: wrong"
                                + " if they asked for one.");
        upstream.bytesReceived = Fact.socket(9L);
        upstream.lastReceivedAt = Fact.socket(START);
        upstream.turnBytesSent = Fact.socket(31L);
        assertThat(Ending.of(ended(Outcome.CLEAN, null, 0, Relayed.FAITHFUL, CloseAct.CLIENT_FIN), true))
                .as("a goodbye")
                .isEqualTo("It ended, and nothing was wrong.");
    }

    @Test
    void endsOfFinspectsOwnAndOfACaptureAreNoMystery() {
        assertThat(Ending.of(ended(Outcome.TIMED_OUT, ProxyReason.IDLE_TIMEOUT, 0, null, CloseAct.PROXY_TIMEOUT), true))
                .isEqualTo("finspect ended it by itself: idle timeout.");
        assertThat(Ending.of(ended(null, null, 0, null), true)).isEqualTo("It was open when the capture ended.");
        assertThat(Ending.of(ended(Outcome.TIMED_OUT, null, 0, null), true))
                .isEqualTo("It ended by no FIN and no RST of a peer; no rule explains it.");
    }

    @Test
    void everyActHasWords() {
        for (CloseAct act : CloseAct.values()) {
            assertThat(Ending.of(ended(Outcome.RESET, null, 0, null, act), true))
                    .startsWith("It ended by ")
                    .doesNotContain("_");
        }
    }

    private SessionRecord ended(
            @Nullable Outcome outcome,
            @Nullable ProxyReason reason,
            long lost,
            @Nullable Relayed relayed,
            CloseAct... acts) {
        SessionClose like = CLEAN.close();
        return new SessionRecord(
                CLEAN.event(),
                CLEAN.identity(),
                CLEAN.durationNanos(),
                new SessionRecord.Result(outcome, reason, null, null),
                CLEAN.client(),
                upstream.build(),
                new SessionClose(
                        List.of(acts),
                        like.clientFinRelay(),
                        like.upstreamFinRelay(),
                        like.halfClose(),
                        new SessionClose.Relaying(relayed, null, Fact.socket(lost))),
                null,
                CLEAN.proxyHeaders());
    }
}
