package dev.finspect.session.live;

import static dev.finspect.tcp.Leg.CLIENT;
import static dev.finspect.tcp.Leg.UPSTREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.Info;
import dev.finspect.fixture.SessionPlay;
import dev.finspect.record.CloseAct;
import dev.finspect.record.Outcome;
import dev.finspect.record.ProxyReason;
import dev.finspect.record.RelayFault;
import dev.finspect.record.Relayed;
import dev.finspect.record.SessionClose;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import org.junit.jupiter.api.Test;

/** What the record says of the closing across both legs. */
final class SessionCloseTest {
    @Test
    void serverHalfClosesWhileClientKeepsSending() {
        SessionPlay play = SessionPlay.connected().relayed(CLIENT, 100).relayed(UPSTREAM, 50);
        play.fin(UPSTREAM).after(2).shut(CLIENT);
        assertThat(play.watched.tracker().halfClosedBy()).isEqualTo(UPSTREAM);
        play.after(10).relayed(CLIENT, 900);
        SessionClose living = play.record().close();
        assertThat(living.halfClose().time()).isEqualTo(Fact.socket(12_000_000L));
        assertThat(living.halfClose().bytesAfter()).isEqualTo(Fact.socket(900L));
        assertThat(living.relaying().relayed()).isNull();
        assertThat(living.relaying().lostBytes().fact()).isNull();
        play.after(8).fin(CLIENT);
        assertThat(play.watched.tracker().halfClosedBy()).isNull();
        play.after(3).shut(UPSTREAM).after(500);
        SessionClose close = play.ended().close();
        assertThat(close.order()).containsExactly(CloseAct.UPSTREAM_FIN, CloseAct.CLIENT_FIN);
        assertThat(close.first()).extracting(CloseAct::by).isEqualTo(CloseAct.Actor.UPSTREAM);
        assertThat(close.first()).extracting(CloseAct::how).isEqualTo(CloseAct.How.FIN);
        assertThat(close.halfClose().by()).isEqualTo(UPSTREAM);
        assertThat(close.halfClose().time()).isEqualTo(Fact.socket(20_000_000L));
        assertThat(close.halfClose().bytesAfter()).isEqualTo(Fact.socket(900L));
        assertThat(close.upstreamFinRelay()).isEqualTo(Fact.socket(2_000_000L));
        assertThat(close.clientFinRelay()).isEqualTo(Fact.socket(3_000_000L));
        assertThat(close.relaying().relayed()).isEqualTo(Relayed.FAITHFUL);
        assertThat(close.relaying().reason()).isNull();
        assertThat(close.relaying().lostBytes()).isEqualTo(Fact.socket(0L));
    }

    @Test
    void clientHalfClosesAndTheAnswerFollows() {
        SessionPlay play =
                SessionPlay.connected().fin(CLIENT).shut(UPSTREAM).after(1).relayed(UPSTREAM, 77);
        SessionClose close = play.fin(UPSTREAM).shut(CLIENT).ended().close();
        assertThat(close.halfClose().by()).isEqualTo(CLIENT);
        assertThat(close.halfClose().bytesAfter()).isEqualTo(Fact.socket(77L));
    }

    @Test
    void openSessionHasClosedNothing() {
        SessionClose close = SessionPlay.connected().record().close();
        assertThat(close.order()).isEmpty();
        assertThat(close.first()).isNull();
        assertThat(close.first()).isNull();
        assertThat(close.halfClose().by()).isNull();
        assertThat(close.halfClose().time().fact()).isNull();
        assertThat(close.halfClose().bytesAfter().fact()).isNull();
        assertThat(close.clientFinRelay().fact()).isNull();
        assertThat(close.upstreamFinRelay().fact()).isNull();
    }

    @Test
    void finNotYetPassedOnHasNoLatency() {
        assertThat(SessionPlay.connected()
                        .fin(CLIENT)
                        .record()
                        .close()
                        .clientFinRelay()
                        .fact())
                .isNull();
        SessionPlay resetInstead = SessionPlay.connected().fin(CLIENT).reset(UPSTREAM);
        assertThat(resetInstead.record().close().clientFinRelay().fact()).isNull();
        SessionPlay withoutFin = SessionPlay.connected().failed(CLIENT, 104).shut(UPSTREAM);
        assertThat(withoutFin.record().close().clientFinRelay().fact()).isNull();
    }

    @Test
    void resetEndsTheHalfClose() {
        SessionPlay play = SessionPlay.connected().fin(CLIENT).shut(UPSTREAM).after(30);
        play.failed(UPSTREAM, 104);
        assertThat(play.watched.tracker().halfClosedBy()).isNull();
        SessionClose close = play.after(70).reset(CLIENT).ended().close();
        assertThat(close.order()).containsExactly(CloseAct.CLIENT_FIN, CloseAct.UPSTREAM_RST);
        assertThat(close.halfClose().by()).isEqualTo(CLIENT);
        assertThat(close.halfClose().time()).isEqualTo(Fact.socket(30_000_000L));
    }

    @Test
    void finspectsResetEndsTheHalfClose() {
        SessionPlay play =
                SessionPlay.connected().fin(CLIENT).shut(UPSTREAM).after(30).reset(CLIENT);
        assertThat(play.watched.tracker().halfClosedBy()).isNull();
        assertThat(play.after(5).record().close().halfClose().time()).isEqualTo(Fact.socket(30_000_000L));
    }

    @Test
    void endWithoutTheSecondFinEndsTheHalfClose() {
        SessionPlay play = SessionPlay.connected().fin(CLIENT).after(30);
        assertThat(play.ended().close().halfClose().time()).isEqualTo(Fact.socket(30_000_000L));
    }

    @Test
    void finAfterTheOtherPeersResetHalfClosesNothing() {
        SessionClose close = SessionPlay.connected()
                .failed(CLIENT, 104)
                .fin(UPSTREAM)
                .record()
                .close();
        assertThat(close.order()).containsExactly(CloseAct.CLIENT_RST, CloseAct.UPSTREAM_FIN);
        assertThat(close.halfClose().by()).isNull();
    }

    @Test
    void secondFinOfTheSamePeerEndsNoHalfClose() {
        SessionPlay play =
                SessionPlay.connected().fin(CLIENT).after(5).fin(CLIENT).after(5);
        assertThat(play.watched.tracker().halfClosedBy()).isEqualTo(CLIENT);
        assertThat(play.record().close().halfClose().time()).isEqualTo(Fact.socket(10_000_000L));
    }

    @Test
    void bothPeersResetAtOnce() {
        SessionClose close = SessionPlay.connected()
                .failed(UPSTREAM, 104)
                .failed(CLIENT, 104)
                .ended()
                .close();
        assertThat(close.order()).containsExactly(CloseAct.UPSTREAM_RST, CloseAct.CLIENT_RST);
        assertThat(close.first()).extracting(CloseAct::by).isEqualTo(CloseAct.Actor.UPSTREAM);
        assertThat(close.first()).extracting(CloseAct::how).isEqualTo(CloseAct.How.RST);
        assertThat(close.relaying().relayed()).isEqualTo(Relayed.FAITHFUL);
    }

    @Test
    void resetIsPassedOn() {
        SessionClose close = SessionPlay.connected()
                .relayed(CLIENT, 5)
                .failed(CLIENT, 104)
                .reset(UPSTREAM)
                .ended()
                .close();
        assertThat(close.relaying().relayed()).isEqualTo(Relayed.FAITHFUL);
        assertThat(close.relaying().lostBytes()).isEqualTo(Fact.socket(0L));
    }

    @Test
    void resetIsPassedOnAndNobodyCanTellWhetherTheBytesBeforeItWentOut() {
        for (Leg by : Leg.values()) {
            SessionClose close = SessionPlay.connected()
                    .relayed(by, 5)
                    .failed(by, 104)
                    .reset(by.other())
                    .ended(null, null)
                    .close();
            assertThat(close.relaying().relayed()).isEqualTo(Relayed.UNKNOWN);
            assertThat(close.relaying().reason()).isEqualTo(RelayFault.DELIVERY_UNKNOWN);
            assertThat(close.relaying().lostBytes().fact()).isNull();
        }
    }

    @Test
    void resetThatWasNotPassedOnIsATranslation() {
        SessionClose open = SessionPlay.connected().failed(CLIENT, 104).ended().close();
        assertThat(open.relaying().relayed()).isEqualTo(Relayed.TRANSLATED);
        assertThat(open.relaying().reason()).isEqualTo(RelayFault.RESET_NOT_PASSED);
        SessionClose shut = SessionPlay.connected()
                .failed(UPSTREAM, 104)
                .shut(CLIENT)
                .ended()
                .close();
        assertThat(shut.relaying().reason()).isEqualTo(RelayFault.RESET_NOT_PASSED);
        SessionClose halfShut = SessionPlay.connected()
                .fin(CLIENT)
                .failed(UPSTREAM, 104)
                .ended()
                .close();
        assertThat(halfShut.relaying().reason()).isEqualTo(RelayFault.RESET_NOT_PASSED);
    }

    @Test
    void resetAfterTheOtherLegIsOverHasNobodyToGoTo() {
        SessionPlay play =
                SessionPlay.connected().fin(CLIENT).shut(UPSTREAM).fin(UPSTREAM).shut(CLIENT);
        SessionClose close = play.failed(CLIENT, 104).ended().close();
        assertThat(close.order()).containsExactly(CloseAct.CLIENT_FIN, CloseAct.UPSTREAM_FIN, CloseAct.CLIENT_RST);
        assertThat(close.relaying().relayed()).isEqualTo(Relayed.FAITHFUL);
    }

    @Test
    void clientThatResetsBeforeAnUpstreamIsReachedHasNobodyToTell() {
        SessionPlay play = new SessionPlay().accepted(SessionPlay.SYN, null).failed(CLIENT, 104);
        play.attemptFailed(ConnectResult.ABANDONED).givenUp(ConnectResult.ABANDONED);
        SessionRecord record = play.ended();
        assertThat(record.close().relaying().relayed()).isEqualTo(Relayed.FAITHFUL);
        assertThat(record.close().order()).containsExactly(CloseAct.CLIENT_RST);
        assertThat(record.outcome()).isEqualTo(Outcome.RESET);
        assertThat(record.termination()).isEqualTo("CC");
        assertThat(record.proxyReason()).isNull();
    }

    @Test
    void timeOutOfAPeerBecomesARstForTheOther() {
        SessionClose close = SessionPlay.connected()
                .failed(UPSTREAM, 110)
                .reset(CLIENT)
                .ended()
                .close();
        assertThat(close.order()).containsExactly(CloseAct.UPSTREAM_TIMEOUT);
        assertThat(close.first()).extracting(CloseAct::how).isEqualTo(CloseAct.How.TIMEOUT);
        assertThat(close.relaying().relayed()).isEqualTo(Relayed.TRANSLATED);
        assertThat(close.relaying().reason()).isEqualTo(RelayFault.TIMEOUT_AS_RESET);
    }

    @Test
    void refusedUpstreamBecomesARstOfAnAcceptedConnection() {
        SessionPlay play = new SessionPlay().accepted(SessionPlay.SYN, null).attemptFailed(ConnectResult.REFUSED);
        play.givenUp(ConnectResult.REFUSED)
                .proxyEnded(ProxyReason.CONNECT_FAILED)
                .reset(CLIENT);
        SessionClose close = play.ended().close();
        assertThat(close.order()).containsExactly(CloseAct.PROXY_RESET);
        assertThat(close.first()).extracting(CloseAct::by).isEqualTo(CloseAct.Actor.PROXY);
        assertThat(close.first()).extracting(CloseAct::how).isEqualTo(CloseAct.How.PROXY);
        assertThat(close.relaying().relayed()).isEqualTo(Relayed.TRANSLATED);
        assertThat(close.relaying().reason()).isEqualTo(ProxyReason.CONNECT_FAILED);
    }

    @Test
    void finspectsOwnTimeOutIsATimeOutOfTheProxy() {
        SessionClose close = SessionPlay.connected()
                .proxyEnded(ProxyReason.IDLE_TIMEOUT)
                .reset(CLIENT)
                .reset(UPSTREAM)
                .ended()
                .close();
        assertThat(close.order()).containsExactly(CloseAct.PROXY_TIMEOUT);
        assertThat(close.first()).extracting(CloseAct::by).isEqualTo(CloseAct.Actor.PROXY);
        assertThat(close.first()).extracting(CloseAct::how).isEqualTo(CloseAct.How.TIMEOUT);
        assertThat(close.relaying().reason()).isEqualTo(ProxyReason.IDLE_TIMEOUT);
    }

    @Test
    void bytesCutOffByFinspectsResetAreLost() {
        SessionPlay play = SessionPlay.connected().relayed(CLIENT, 5_000).stuck(CLIENT, 300);
        play.proxyEnded(ProxyReason.SHUTDOWN).reset(CLIENT).reset(UPSTREAM);
        SessionClose close = play.ended(
                        new Info().build(), new Info().notSent(1_200).build())
                .close();
        assertThat(close.relaying().relayed()).isEqualTo(Relayed.DATA_LOST);
        assertThat(close.relaying().reason()).isEqualTo(CloseAct.PROXY_RESET);
        assertThat(close.relaying().lostBytes()).isEqualTo(Fact.inferred(1_500L));
    }

    @Test
    void bytesThatTheKernelStillOwesAfterAPlainCloseAreNotLost() {
        SessionPlay play =
                SessionPlay.connected().relayed(UPSTREAM, 5_000).fin(UPSTREAM).shut(CLIENT);
        play.fin(CLIENT).shut(UPSTREAM);
        SessionRecord record = play.ended(new Info().notSent(1_200).build(), new Info().build());
        assertThat(record.outcome()).isEqualTo(Outcome.CLEAN);
        assertThat(record.close().relaying().lostBytes()).isEqualTo(Fact.socket(0L));
    }

    @Test
    void bytesForAPeerThatResetItselfAreLostButFaithfully() {
        SessionPlay play =
                SessionPlay.connected().stuck(UPSTREAM, 300).failed(CLIENT, 104).reset(UPSTREAM);
        SessionClose close = play.ended().close();
        assertThat(close.relaying().relayed()).isEqualTo(Relayed.FAITHFUL);
        assertThat(close.relaying().lostBytes()).isEqualTo(Fact.socket(300L));
    }

    @Test
    void whatTheKernelDroppedIsUnknownWithoutALastReading() {
        SessionPlay play = SessionPlay.connected().relayed(CLIENT, 10).relayed(UPSTREAM, 10);
        play.failed(CLIENT, 104).reset(UPSTREAM);
        assertThat(play.ended(null, null).close().relaying().lostBytes().fact()).isNull();
        SessionPlay old =
                SessionPlay.connected().relayed(CLIENT, 10).failed(CLIENT, 104).reset(UPSTREAM);
        assertThat(old.ended(Info.empty(), Info.empty())
                        .close()
                        .relaying()
                        .lostBytes()
                        .fact())
                .isNull();
        SessionPlay some = SessionPlay.connected().relayed(CLIENT, 10).stuck(CLIENT, 4);
        some.failed(CLIENT, 104).reset(UPSTREAM);
        assertThat(some.ended(null, null).close().relaying().lostBytes()).isEqualTo(Fact.inferred(4L));
    }

    @Test
    void bytesLostWithoutAnyReasonAreADefectAndSaySo() {
        SessionPlay play = SessionPlay.connected().stuck(CLIENT, 4).fin(CLIENT).shut(UPSTREAM);
        SessionRecord record = play.fin(UPSTREAM).shut(CLIENT).ended();
        assertThat(record.close().relaying().relayed()).isEqualTo(Relayed.DATA_LOST);
        assertThat(record.close().relaying().reason()).isEqualTo(RelayFault.UNEXPLAINED);
        assertThat(record.outcome()).isEqualTo(Outcome.PROXY);
        assertThat(record.errorType()).isEqualTo("unexplained");
        assertThat(record.termination()).isEqualTo("ID");
    }

    @Test
    void clientBytesThatNoUpstreamWasThereToTakeAreNoLossOfTheRelay() {
        SessionPlay play = new SessionPlay().accepted(SessionPlay.SYN, null).stuck(CLIENT, 12);
        play.givenUp(ConnectResult.REFUSED).reset(CLIENT);
        SessionClose close = play.ended().close();
        assertThat(close.relaying().relayed()).isEqualTo(Relayed.TRANSLATED);
        assertThat(close.relaying().lostBytes()).isEqualTo(Fact.socket(12L));
    }

    @Test
    void finThatWasNotPassedOnIsATranslation() {
        SessionPlay client = SessionPlay.connected().fin(CLIENT).fin(UPSTREAM).shut(CLIENT);
        assertThat(client.ended().close().relaying().reason()).isEqualTo(RelayFault.FIN_NOT_PASSED);
        SessionPlay upstream =
                SessionPlay.connected().fin(CLIENT).shut(UPSTREAM).fin(UPSTREAM);
        assertThat(upstream.ended().close().relaying().reason()).isEqualTo(RelayFault.FIN_NOT_PASSED);
    }

    @Test
    void urgentDataLosesItsMark() {
        SessionPlay play = SessionPlay.connected();
        play.tell(new SessionEvent.UrgentSeen(play.nowNanos, UPSTREAM));
        play.fin(CLIENT).shut(UPSTREAM).fin(UPSTREAM).shut(CLIENT);
        SessionClose close = play.ended().close();
        assertThat(close.relaying().relayed()).isEqualTo(Relayed.TRANSLATED);
        assertThat(close.relaying().reason()).isEqualTo(RelayFault.URGENT_MARK_LOST);
        SessionPlay ofClient = SessionPlay.connected();
        ofClient.tell(new SessionEvent.UrgentSeen(ofClient.nowNanos, CLIENT));
        assertThat(ofClient.failed(CLIENT, 104)
                        .reset(UPSTREAM)
                        .ended()
                        .close()
                        .relaying()
                        .reason())
                .isEqualTo(RelayFault.URGENT_MARK_LOST);
    }
}
