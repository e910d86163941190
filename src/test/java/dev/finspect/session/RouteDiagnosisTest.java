package dev.finspect.session;

import static dev.finspect.tcp.Leg.CLIENT;
import static dev.finspect.tcp.Leg.UPSTREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.session.watch.DiagnosisSettings;
import dev.finspect.session.watch.PeerSockets;
import dev.finspect.session.watch.RouteDiagnosis;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What other sessions tell of a service: that it speaks, that its protocol has no answers, or nothing yet. */
final class RouteDiagnosisTest {
    private final RouteDiagnosis diagnosis =
            Objects.requireNonNull(RouteDiagnosis.of(DiagnosisSettings.STANDARD, PeerSockets.NONE));

    /** Any number of clients that wait for a first answer do not make it a service that has none. */
    @Test
    void serviceThatAnswersNobodyYetMayHang() {
        Play first = asked();
        Play second = asked();
        Play third = asked();
        for (Play each : new Play[] {first, second, third}) {
            assertThat(diagnosis.speaksElsewhere(each.tracker)).isNull();
        }
    }

    @Test
    void serviceThatClientsLeaveContentWithoutAWordHasNoAnswers() {
        Play shipped = asked().fin(CLIENT).shut(UPSTREAM).after(1).fin(UPSTREAM).shut(CLIENT);
        assertThat(diagnosis.speaksElsewhere(shipped.tracker)).as("of itself").isNull();
        shipped.ended();
        assertThat(diagnosis.speaksElsewhere(asked().tracker)).isFalse();
    }

    @Test
    void serviceThatClosesUponARequestIsNotOneWithoutAnswers() {
        asked().fin(UPSTREAM).shut(CLIENT).after(1).fin(CLIENT).shut(UPSTREAM).ended();
        assertThat(diagnosis.speaksElsewhere(asked().tracker)).isNull();
    }

    @Test
    void clientThatGivesUpByResetWasNotContent() {
        asked().failed(CLIENT, 104).reset(UPSTREAM).ended();
        assertThat(diagnosis.speaksElsewhere(asked().tracker)).isNull();
    }

    @Test
    void serviceThatHasAnsweredOnceSpeaks() {
        Play answered = asked().relayed(UPSTREAM, 9);
        answered.tell(new SessionEvent.FirstByte(answered.nowNanos, UPSTREAM));
        assertThat(diagnosis.speaksElsewhere(answered.tracker)).as("of itself").isNull();
        assertThat(diagnosis.speaksElsewhere(asked().tracker)).isTrue();
    }

    private Play asked() {
        return new Play(diagnosis).accepted(null, null).after(2).connected(null).relayed(CLIENT, 500);
    }
}
