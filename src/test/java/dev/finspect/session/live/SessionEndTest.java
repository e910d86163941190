package dev.finspect.session.live;

import static dev.finspect.tcp.Leg.CLIENT;
import static dev.finspect.tcp.Leg.UPSTREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.SessionPlay;
import dev.finspect.record.CloseAct;
import dev.finspect.record.Outcome;
import dev.finspect.record.ProxyReason;
import dev.finspect.record.RelayFault;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Outcome, error type and HAProxy's two characters. */
final class SessionEndTest {
    @Test
    void bothPeersCloseCleanly() {
        SessionRecord record = SessionPlay.connected()
                .fin(CLIENT)
                .shut(UPSTREAM)
                .fin(UPSTREAM)
                .shut(CLIENT)
                .ended();
        assertEnding(record, Outcome.CLEAN, null, "--");
        assertThat(record.proxyReason()).isNull();
    }

    @Test
    void livingSessionHasNoOutcome() {
        SessionPlay play = SessionPlay.connected();
        assertEnding(play.record(), null, null, null);
        play.failed(CLIENT, 104);
        assertEnding(play.record(), null, "reset", null);
    }

    @ParameterizedTest
    @CsvSource({
        "CLIENT, 104, RESET, reset, CD",
        "UPSTREAM, 104, RESET, reset, SD",
        "CLIENT, 32, RESET, reset, CD",
        "CLIENT, 0, RESET, reset, CD",
        "CLIENT, 110, TIMED_OUT, timed_out, cD",
        "UPSTREAM, 110, TIMED_OUT, timed_out, sD",
        "UPSTREAM, 113, TIMED_OUT, timed_out, sD",
        "UPSTREAM, 101, TIMED_OUT, timed_out, sD",
        "CLIENT, 103, PROXY, ECONNABORTED, KD",
        "CLIENT, 12, PROXY, ENOMEM, ID"
    })
    void connectionFailsInTheDataPhase(Leg leg, int errno, Outcome outcome, String errorType, String termination) {
        SessionRecord record =
                SessionPlay.connected().failed(leg, errno).reset(leg.other()).ended();
        assertEnding(record, outcome, errorType, termination);
    }

    @Test
    void socketDestroyedByAnotherProgramIsNeitherPeersDoing() {
        SessionRecord record =
                SessionPlay.connected().failed(CLIENT, 103).reset(UPSTREAM).ended();
        assertThat(record.close().order()).containsExactly(CloseAct.PROXY_RESET);
        assertThat(record.close().relaying().reason()).isEqualTo(RelayFault.LOCAL_ERROR);
        assertThat(record.client().close().errno()).isEqualTo(Fact.socket(Errno.ECONNABORTED));
    }

    @Test
    void finspectsOwnResetStandsOnceInTheOrder() {
        SessionPlay play =
                SessionPlay.connected().proxyEnded(ProxyReason.IDLE_TIMEOUT).failed(CLIENT, 103);
        assertThat(play.ended().close().order()).containsExactly(CloseAct.PROXY_TIMEOUT);
    }

    @Test
    void clientResetsWhileTheLastDataAreOnTheirWay() {
        SessionRecord record = SessionPlay.connected()
                .fin(UPSTREAM)
                .shut(CLIENT)
                .failed(CLIENT, 104)
                .reset(UPSTREAM)
                .ended();
        assertEnding(record, Outcome.RESET, "reset", "CL");
    }

    @ParameterizedTest
    @CsvSource({
        "REFUSED, SC",
        "HOST_UNREACHABLE, SC",
        "NETWORK_UNREACHABLE, SC",
        "RESET, SC",
        "UNRESOLVABLE, SC",
        "DENIED, SC",
        "FAILED, SC",
        "CONNECTED, SC",
        "TIMED_OUT, sC",
        "NO_DESCRIPTOR, RC",
        "NO_PORT, RC",
        "LOOP, PC"
    })
    void noUpstreamIsReached(ConnectResult result, String termination) {
        SessionPlay play = new SessionPlay().accepted(SessionPlay.SYN, null).attemptFailed(result);
        SessionRecord record = play.givenUp(result).reset(CLIENT).ended();
        assertEnding(record, Outcome.CONNECT_FAILED, result.label(), termination);
        assertThat(record.proxyReason()).isEqualTo(ProxyReason.CONNECT_FAILED);
    }

    @Test
    void failedConnectIsKnownByItsLastAttemptWhereOnlyTheProxysEndIsTold() {
        SessionPlay play = new SessionPlay()
                .accepted(SessionPlay.SYN, null)
                .attemptFailed(ConnectResult.REFUSED)
                .attemptFailed(ConnectResult.TIMED_OUT);
        assertEnding(
                play.proxyEnded(ProxyReason.CONNECT_FAILED).reset(CLIENT).ended(),
                Outcome.CONNECT_FAILED,
                "timed_out",
                "sC");
        SessionPlay without = new SessionPlay().accepted(SessionPlay.SYN, null);
        assertEnding(without.proxyEnded(ProxyReason.CONNECT_FAILED).ended(), Outcome.CONNECT_FAILED, "failed", "SC");
    }

    @Test
    void attemptAbandonedByAShutdownIsTheShutdowns() {
        SessionPlay play = new SessionPlay().accepted(SessionPlay.SYN, null).proxyEnded(ProxyReason.SHUTDOWN);
        play.attemptFailed(ConnectResult.ABANDONED)
                .givenUp(ConnectResult.ABANDONED)
                .reset(CLIENT);
        SessionRecord record = play.ended();
        assertEnding(record, Outcome.PROXY, "shutdown", "KC");
        assertThat(record.proxyReason()).isEqualTo(ProxyReason.SHUTDOWN);
    }

    @Test
    void clientThatResetsBeforeTheConnectFailsEndedItItself() {
        SessionPlay play = new SessionPlay().accepted(SessionPlay.SYN, null).failed(CLIENT, 104);
        SessionRecord record = play.attemptFailed(ConnectResult.REFUSED)
                .givenUp(ConnectResult.REFUSED)
                .ended();
        assertEnding(record, Outcome.RESET, "reset", "CC");
        assertThat(record.close().order()).containsExactly(CloseAct.CLIENT_RST);
    }

    @Test
    void peersResetBeforeFinspectGaveUpIsWhatEndedIt() {
        SessionPlay play =
                SessionPlay.connected().failed(UPSTREAM, 104).after(5).proxyEnded(ProxyReason.SHUTDOWN);
        SessionRecord record = play.reset(CLIENT).ended();
        assertEnding(record, Outcome.RESET, "reset", "SD");
        assertThat(record.proxyReason()).isEqualTo(ProxyReason.SHUTDOWN);
        assertThat(record.close().order()).containsExactly(CloseAct.UPSTREAM_RST, CloseAct.PROXY_RESET);
    }

    @Test
    void finspectEndsItOnlyOnce() {
        SessionPlay play =
                SessionPlay.connected().proxyEnded(ProxyReason.IDLE_TIMEOUT).proxyEnded(ProxyReason.SHUTDOWN);
        assertThat(play.ended().proxyReason()).isEqualTo(ProxyReason.IDLE_TIMEOUT);
    }

    @ParameterizedTest
    @EnumSource(ProxyReason.class)
    void everyReasonOfFinspectHasItsWords(ProxyReason reason) {
        SessionRecord record = SessionPlay.connected().proxyEnded(reason).ended();
        assertThat(record.proxyReason()).isEqualTo(reason);
        Outcome outcome = record.outcome();
        String termination = record.termination();
        switch (reason) {
            case CONNECT_FAILED -> assertThat(outcome).isEqualTo(Outcome.CONNECT_FAILED);
            case IDLE_TIMEOUT, HALF_CLOSE_TIMEOUT -> {
                assertThat(outcome).isEqualTo(Outcome.TIMED_OUT);
                assertThat(termination).isEqualTo("cD");
            }
            case FIRST_BYTE_TIMEOUT -> {
                assertThat(outcome).isEqualTo(Outcome.TIMED_OUT);
                assertThat(termination).isEqualTo("sD");
            }
            case SHUTDOWN -> {
                assertThat(outcome).isEqualTo(Outcome.PROXY);
                assertThat(termination).isEqualTo("KD");
            }
            case CLIENT_REFUSED,
                    DESTINATION_REFUSED,
                    DESTINATION_UNKNOWN,
                    INTERCEPTION_LOOP,
                    PROXY_HEADER_INVALID,
                    PROXY_HEADER_MISSING,
                    PROXY_HEADER_TIMEOUT,
                    SESSION_LIMIT,
                    CLIENT_LIMIT,
                    UNSPOKEN_LIMIT -> {
                assertThat(outcome).isEqualTo(Outcome.REFUSED_BY_POLICY);
                assertThat(termination).isEqualTo("PR");
            }
            case CLOSE_POLICY_FULL_CLOSE, CLOSE_POLICY_LINGER, CLOSE_POLICY_RESET, OPERATOR_CLOSE, OPERATOR_RESET -> {
                assertThat(outcome).isEqualTo(Outcome.PROXY);
                assertThat(termination).isEqualTo("KD");
            }
            case INTERNAL_ERROR -> {
                assertThat(outcome).isEqualTo(Outcome.PROXY);
                assertThat(termination).isEqualTo("ID");
            }
        }
    }

    @Test
    void idleTimeOutFallsOnThePeerWhoDidNotSpeakLast() {
        assertThat(idle(SessionPlay.connected().relayed(CLIENT, 1))).isEqualTo("sD");
        assertThat(idle(SessionPlay.connected().relayed(UPSTREAM, 1))).isEqualTo("cD");
        assertThat(idle(SessionPlay.connected().relayed(CLIENT, 1).after(1).relayed(UPSTREAM, 1)))
                .isEqualTo("cD");
        assertThat(idle(SessionPlay.connected().relayed(UPSTREAM, 1).after(1).relayed(CLIENT, 1)))
                .isEqualTo("sD");
        assertThat(idle(new SessionPlay().accepted(SessionPlay.SYN, null))).isEqualTo("sC");
    }

    @Test
    void timeOutAfterAFirstFinFallsOnThePeerWhoHasSentNone() {
        assertThat(idle(SessionPlay.connected().relayed(UPSTREAM, 1).fin(CLIENT)))
                .isEqualTo("sD");
        assertThat(idle(SessionPlay.connected().relayed(CLIENT, 1).fin(UPSTREAM)))
                .isEqualTo("cL");
        assertThat(idle(SessionPlay.connected().relayed(CLIENT, 1).fin(UPSTREAM).fin(CLIENT)))
                .isEqualTo("sL");
    }

    @Test
    void endWithOneFinOnlyAndNoReasonIsADefectAndSaysSo() {
        assertEnding(SessionPlay.connected().fin(CLIENT).ended(), Outcome.PROXY, "unexplained", "ID");
        assertEnding(SessionPlay.connected().ended(), Outcome.PROXY, "unexplained", "ID");
    }

    private static @Nullable String idle(SessionPlay play) {
        return play.proxyEnded(ProxyReason.IDLE_TIMEOUT).ended().termination();
    }

    private static void assertEnding(
            SessionRecord record, @Nullable Outcome outcome, @Nullable String errorType, @Nullable String termination) {
        assertThat(record.outcome()).isEqualTo(outcome);
        assertThat(record.errorType()).isEqualTo(errorType);
        assertThat(record.termination()).isEqualTo(termination);
    }
}
