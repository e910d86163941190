package dev.finspect.session.watch;

import static dev.finspect.tcp.Leg.CLIENT;
import static dev.finspect.tcp.Leg.UPSTREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Expectation;
import dev.finspect.diagnose.Thresholds;
import dev.finspect.fixture.SessionPlay;
import dev.finspect.session.IdleTimes;
import dev.finspect.session.SessionEvent;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What other sessions tell of a service: that it speaks, that its protocol has no answers, or nothing yet. */
final class RouteDiagnosisTest {
    private final RouteDiagnosis diagnosis =
            Objects.requireNonNull(RouteDiagnosis.of(DiagnosisSettings.STANDARD, PeerSockets.NONE));

    /** Any number of clients that wait for a first answer do not make it a service that has none. */
    @Test
    void serviceThatAnswersNobodyYetMayHang() {
        SessionPlay first = asked();
        SessionPlay second = asked();
        SessionPlay third = asked();
        for (SessionPlay each : new SessionPlay[] {first, second, third}) {
            assertThat(diagnosis.speaksElsewhere(each.watched.tracker())).isNull();
        }
    }

    @Test
    void serviceThatClientsLeaveContentWithoutAWordHasNoAnswers() {
        SessionPlay shipped =
                asked().fin(CLIENT).shut(UPSTREAM).after(1).fin(UPSTREAM).shut(CLIENT);
        assertThat(diagnosis.speaksElsewhere(shipped.watched.tracker()))
                .as("of itself")
                .isNull();
        shipped.ended();
        assertThat(diagnosis.speaksElsewhere(asked().watched.tracker())).isFalse();
    }

    @Test
    void serviceThatClosesUponARequestIsNotOneWithoutAnswers() {
        asked().fin(UPSTREAM).shut(CLIENT).after(1).fin(CLIENT).shut(UPSTREAM).ended();
        assertThat(diagnosis.speaksElsewhere(asked().watched.tracker())).isNull();
    }

    @Test
    void clientThatGivesUpByResetWasNotContent() {
        asked().failed(CLIENT, 104).reset(UPSTREAM).ended();
        assertThat(diagnosis.speaksElsewhere(asked().watched.tracker())).isNull();
    }

    @Test
    void serviceThatHasAnsweredOnceSpeaks() {
        SessionPlay answered = asked().relayed(UPSTREAM, 9);
        answered.tell(new SessionEvent.FirstByte(answered.nowNanos, UPSTREAM));
        assertThat(diagnosis.speaksElsewhere(answered.watched.tracker()))
                .as("of itself")
                .isNull();
        assertThat(diagnosis.speaksElsewhere(asked().watched.tracker())).isTrue();
    }

    @Test
    void routeWithOtherThresholdsHasLearntWhatTheOneBeforeHad() {
        SessionPlay answered = asked().relayed(UPSTREAM, 9);
        answered.tell(new SessionEvent.FirstByte(answered.nowNanos, UPSTREAM));
        DiagnosisSettings other =
                new DiagnosisSettings(true, Thresholds.STANDARD.after(Duration.ofSeconds(7)), Expectation.NOT_EXPECTED);

        RouteDiagnosis changed =
                Objects.requireNonNull(RouteDiagnosis.of(other, PeerSockets.NONE, new IdleTimes(), diagnosis));

        assertThat(changed.speaksElsewhere(asked().watched.tracker())).isTrue();
        assertThat(changed.thresholds()).isEqualTo(other.thresholds());
        assertThat(changed.answers()).isEqualTo(Expectation.NOT_EXPECTED);
        assertThat(changed.lines()).isSameAs(diagnosis.lines());
        assertThat(diagnosis.thresholds()).isEqualTo(Thresholds.STANDARD);
        assertThat(RouteDiagnosis.of(DiagnosisSettings.OFF, PeerSockets.NONE, new IdleTimes(), diagnosis))
                .isNull();
    }

    private SessionPlay asked() {
        return new SessionPlay(diagnosis)
                .accepted(null, null)
                .after(2)
                .connected(null)
                .relayed(CLIENT, 500);
    }
}
