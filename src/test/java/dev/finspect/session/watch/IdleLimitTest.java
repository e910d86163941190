package dev.finspect.session.watch;

import static dev.finspect.tcp.Leg.CLIENT;
import static dev.finspect.tcp.Leg.UPSTREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.finding.Idle;
import dev.finspect.diagnose.finding.NetworkLoss;
import dev.finspect.fixture.Info;
import dev.finspect.fixture.SessionPlay;
import dev.finspect.record.IdleLimit;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.RouteCounters;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.Leg;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the rests of a route's sessions teach about the next one. */
final class IdleLimitTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int ECONNRESET = 104;

    private final RouteCounters counters = new RouteCounters("db");
    private final RouteDiagnosis diagnosis = Objects.requireNonNull(
            RouteDiagnosis.of(DiagnosisSettings.STANDARD, PeerSockets.NONE, counters.idleTimes, null));

    @Test
    void restThatAnAnswerFollowsWasSurvived() {
        SessionPlay play = exchanged().after(340_000).relayed(CLIENT, 100);
        died(350);
        assertThat(limit(UPSTREAM)).as("not yet heard").isNull();
        play.after(20).relayed(UPSTREAM, 10).looked();
        assertThat(limit(UPSTREAM)).isEqualTo(IdleLimit.learnt(340 * SECOND, 350 * SECOND, 1, false));
    }

    /** The client of a service that pushes is heard of when it speaks next. */
    @Test
    void restThatThePeersOwnBytesEndWasSurvivedAtOnce() {
        SessionPlay play = exchanged().after(340_000).relayed(UPSTREAM, 100).looked();
        died(350);
        assertThat(limit(UPSTREAM)).isNotNull();
        counters.idleTimes.died(CLIENT, SessionPlay.CLIENT, 350 * SECOND, false);
        assertThat(limit(CLIENT)).isNull();
        play.after(5_000).relayed(CLIENT, 1).ended();
        assertThat(limit(CLIENT)).isEqualTo(IdleLimit.learnt(340 * SECOND, 350 * SECOND, 1, false));
    }

    @Test
    void resetInAnswerToTheBytesAfterARestIsADeath() {
        reset(350_000, 30);
        assertThat(limit(UPSTREAM)).isNull();
        reset(351_000, 30);
        assertThat(limit(UPSTREAM)).isEqualTo(IdleLimit.learnt(0, 350 * SECOND, 2, false));
    }

    @Test
    void resetThatComesLongAfterThoseBytesIsNone() {
        reset(350_000, 20_000);
        reset(350_000, 20_000);
        assertThat(limit(UPSTREAM)).isNull();
    }

    @Test
    void silenceAfterARestIsADeathUntilThePeerIsHeardAgain() {
        reset(350_000, 30);
        SessionPlay play = exchanged().after(350_000).relayed(CLIENT, 100);
        Info unheard = new Info().unacked(2, 401).backoffs(5).lastHeard(370_000, 370_000);
        for (int i = 0; i < 40 && play.lines.isEmpty(); i++) {
            play.after(1_000).sampled(UPSTREAM, unheard).looked();
        }
        Finding silent = finding(play.lines.get(0), 0);
        assertThat(silent.id()).isEqualTo(NetworkLoss.ID);
        assertThat(Objects.requireNonNull(silent.first(Clue.RESTED)).amount()).isEqualTo(350 * SECOND);
        assertThat(limit(UPSTREAM)).isEqualTo(IdleLimit.learnt(0, 350 * SECOND, 2, false));
        play.relayed(UPSTREAM, 10).looked();
        assertThat(limit(UPSTREAM)).as("it was the network, not the rest").isNull();
    }

    @Test
    void threeClosesOfAServiceAfterTheSameRestShowItsTimeOut() {
        for (int i = 0; i < 3; i++) {
            assertThat(limit(UPSTREAM)).isNull();
            exchanged()
                    .after(60_000 + i)
                    .fin(UPSTREAM)
                    .shut(CLIENT)
                    .fin(CLIENT)
                    .shut(UPSTREAM)
                    .ended();
        }
        assertThat(limit(UPSTREAM)).isEqualTo(IdleLimit.learnt(0, 60 * SECOND, 3, true));
        for (int i = 0; i < 3; i++) {
            exchanged().after(10_000).fin(CLIENT).shut(UPSTREAM).fin(UPSTREAM).ended();
        }
        assertThat(limit(UPSTREAM)).as("a client's own closes").isEqualTo(IdleLimit.learnt(0, 60 * SECOND, 3, true));
    }

    @Test
    void livingIdleSessionIsToldWhatAwaitsIt() {
        exchanged()
                .after(340_000)
                .relayed(CLIENT, 100)
                .after(1)
                .relayed(UPSTREAM, 10)
                .looked();
        died(350);
        SessionPlay play = exchanged().after(320_000);
        Finding idle = finding(play.record(), 0);
        assertThat(idle.id()).isEqualTo(Idle.ID);
        assertThat(idle.first(Clue.KEEP_ALIVE_AFTER)).as("nobody said").isNull();
        assertThat(Objects.requireNonNull(idle.first(Clue.IDLE_ENDED)).amount()).isEqualTo(350 * SECOND);
        assertThat(Objects.requireNonNull(idle.first(Clue.IDLE_SURVIVED)).amount())
                .isEqualTo(340 * SECOND);
    }

    /** Keep-alive of the route is part of what awaits it; none helps against a peer that closes by itself. */
    @Test
    void keepAliveOfTheRouteIsComparedWithTheLimit() {
        diagnosis.keepAlive(null, null);
        counters.idleTimes.survived(UPSTREAM, SessionPlay.UPSTREAM, 340 * SECOND);
        died(350);
        assertThat(said(Clue.KEEP_ALIVE)).isNotNull();
        diagnosis.keepAlive(null, Duration.ofSeconds(7_200));
        assertThat(Objects.requireNonNull(said(Clue.KEEP_ALIVE_AFTER)).amount()).isEqualTo(7_200 * SECOND);
        assertThat(said(Clue.KEEP_ALIVE)).isNull();
        for (int i = 0; i < 3; i++) {
            counters.idleTimes.died(UPSTREAM, SessionPlay.UPSTREAM, 345 * SECOND, true);
        }
        assertThat(said(Clue.IDLE_ENDED)).isNotNull();
        assertThat(said(Clue.KEEP_ALIVE_AFTER)).isNull();
    }

    private @Nullable Evidence said(Clue clue) {
        return finding(exchanged().after(320_000).record(), 0).first(clue);
    }

    private void reset(long restMillis, long afterMillis) {
        SessionPlay play = exchanged().after(restMillis).relayed(CLIENT, 100).after(afterMillis);
        play.failed(UPSTREAM, ECONNRESET).reset(CLIENT).ended();
    }

    private void died(long seconds) {
        counters.idleTimes.died(UPSTREAM, SessionPlay.UPSTREAM, seconds * SECOND, false);
    }

    private @Nullable IdleLimit limit(Leg leg) {
        return diagnosis.idleLimit(exchanged().watched.tracker(), leg).orNull();
    }

    private SessionPlay exchanged() {
        Info quiet = new Info().unacked(0, 400);
        SessionPlay play =
                new SessionPlay(diagnosis).accepted(null, quiet.build()).connected(quiet.build());
        play.relayed(CLIENT, 400).after(5).relayed(UPSTREAM, 10);
        return play.sampled(CLIENT, quiet).sampled(UPSTREAM, quiet);
    }

    private static Finding finding(SessionRecord record, int at) {
        Diagnosed diagnosed = Objects.requireNonNull(record.diagnosed());
        SessionFinding about = diagnosed.about();
        return (about == null ? diagnosed.findings().get(at) : about).finding();
    }
}
