package dev.finspect.session.live;

import static dev.finspect.tcp.Leg.CLIENT;
import static dev.finspect.tcp.Leg.UPSTREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.Info;
import dev.finspect.fixture.SessionPlay;
import dev.finspect.record.CloseAct;
import dev.finspect.record.CloseMark;
import dev.finspect.record.LegClose;
import dev.finspect.record.ProxyReason;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpState;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the record says of the closing of one leg. */
final class LegCloseFactsTest {
    /** Client FIN at 10 ms, passed at 12; upstream FIN at 40, passed at 45. */
    private static SessionPlay closedByTheClientFirst() {
        SessionPlay play = SessionPlay.connected().after(8).fin(CLIENT).after(2).shut(UPSTREAM);
        return play.after(28).fin(UPSTREAM).after(5).shut(CLIENT);
    }

    @Test
    void clientClosesFirstAndHoldsTimeWait() {
        SessionRecord record = closedByTheClientFirst().ended();
        LegClose client = record.client().close();
        assertThat(flagAt(client.peerFin())).isEqualTo(Fact.socket(at(10)));
        assertThat(flagAt(client.localFin())).isEqualTo(Fact.socket(at(45)));
        assertThat(client.peerRst().fact()).isNull();
        assertThat(client.localRst().fact()).isNull();
        assertThat(client.errno().fact()).isNull();
        assertThat(client.waits().localCloseWait()).isEqualTo(Fact.socket(35_000_000L));
        assertThat(client.waits().peerFinWait2()).isEqualTo(Fact.inferred(35_000_000L));
        assertThat(client.waits().peerCloseWait().fact()).isNull();
        assertThat(client.waits().localFinWait2().fact()).isNull();
        assertThat(client.simultaneousClose()).isEqualTo(Fact.inferred(false));
        assertThat(client.timeWaitHolder()).isEqualTo(Fact.inferred(LegClose.TimeWaitHolder.PEER));
    }

    @Test
    void upstreamAnswersFinspectsFinWhichHoldsTimeWait() {
        LegClose upstream = closedByTheClientFirst().ended().upstream().close();
        assertThat(flagAt(upstream.localFin())).isEqualTo(Fact.socket(at(12)));
        assertThat(flagAt(upstream.peerFin())).isEqualTo(Fact.socket(at(40)));
        assertThat(upstream.waits().peerCloseWait()).isEqualTo(Fact.inferred(28_000_000L));
        assertThat(upstream.waits().localCloseWait().fact()).isNull();
        assertThat(upstream.waits().peerFinWait2().fact()).isNull();
        assertThat(upstream.simultaneousClose().fact()).isNull();
        assertThat(upstream.timeWaitHolder()).isEqualTo(Fact.inferred(LegClose.TimeWaitHolder.LOCAL));
    }

    @Test
    void finWait2IsTimedFromTheReadingThatShowsIt() {
        SessionPlay play = SessionPlay.connected().fin(CLIENT).shut(UPSTREAM).after(600);
        play.sampled(UPSTREAM, new Info().state(TcpState.FIN_WAIT_2)).after(1_000);
        play.sampled(UPSTREAM, new Info().state(TcpState.FIN_WAIT_2)).after(400);
        assertThat(play.record().upstream().close().waits().localFinWait2()).isEqualTo(Fact.inferred(1_400_000_000L));
        LegClose upstream =
                play.fin(UPSTREAM).after(9).shut(CLIENT).ended().upstream().close();
        assertThat(upstream.waits().localFinWait2()).isEqualTo(Fact.inferred(1_400_000_000L));
        assertThat(upstream.simultaneousClose()).isEqualTo(Fact.inferred(false));
        assertThat(upstream.timeWaitHolder()).isEqualTo(Fact.inferred(LegClose.TimeWaitHolder.LOCAL));
    }

    @Test
    void finsThatCrossAreKnownByTheStateClosing() {
        SessionPlay play =
                SessionPlay.connected().fin(CLIENT).shut(UPSTREAM).fin(UPSTREAM).shut(CLIENT);
        LegClose upstream = play.ended(null, new Info().state(TcpState.CLOSING).build())
                .upstream()
                .close();
        assertThat(upstream.simultaneousClose()).isEqualTo(Fact.kernel(true));
        assertThat(upstream.timeWaitHolder()).isEqualTo(Fact.inferred(LegClose.TimeWaitHolder.LOCAL));
    }

    @ParameterizedTest
    @CsvSource({"CLOSE_WAIT", "LAST_ACK"})
    void readingCorrectsTheOrderOfTheEvents(TcpState state) {
        SessionPlay play = SessionPlay.connected().fin(CLIENT).sampled(UPSTREAM, new Info().state(state));
        LegClose upstream = play.shut(UPSTREAM)
                .fin(UPSTREAM)
                .shut(CLIENT)
                .ended()
                .upstream()
                .close();
        assertThat(upstream.timeWaitHolder()).isEqualTo(Fact.inferred(LegClose.TimeWaitHolder.PEER));
        assertThat(upstream.simultaneousClose()).isEqualTo(Fact.inferred(false));
    }

    @ParameterizedTest
    @CsvSource({"CLOSE_WAIT", "LAST_ACK", "CLOSING"})
    void finThatNoEventToldIsProvedByTheStateOfTheKernel(TcpState state) {
        SessionPlay play = SessionPlay.connected().after(18).proxyEnded(ProxyReason.SHUTDOWN);
        LegClose client =
                play.ended(new Info().state(state).build(), null).client().close();
        assertThat(flagAt(client.peerFin())).isEqualTo(Fact.kernel(at(20)));
        assertThat(client.timeWaitHolder().fact()).isNull();
        assertThat(client.afterFin().bytesSent().fact()).isNull();
        assertThat(play.closed.get(0).close().order()).containsExactly(CloseAct.PROXY_RESET);
    }

    @Test
    void livingLegCountsItsWaitsToTheMoment() {
        SessionPlay play =
                SessionPlay.connected().fin(CLIENT).after(3).shut(UPSTREAM).after(50);
        assertThat(play.record().client().close().waits().localCloseWait()).isEqualTo(Fact.socket(53_000_000L));
        assertThat(play.record().upstream().close().waits().peerCloseWait()).isEqualTo(Fact.inferred(50_000_000L));
        assertThat(play.record().client().close().timeWaitHolder().fact()).isNull();
        assertThat(play.record().upstream().close().timeWaitHolder().fact()).isNull();
        assertThat(play.record().upstream().close().simultaneousClose().fact()).isNull();
    }

    @Test
    void resetEndsTheWaitsAndLeavesNobodyInTimeWait() {
        SessionPlay play =
                SessionPlay.connected().fin(CLIENT).after(3).shut(UPSTREAM).after(50);
        play.failed(UPSTREAM, 104).after(1).reset(CLIENT).after(1_000);
        SessionRecord record = play.ended();
        LegClose upstream = record.upstream().close();
        assertThat(upstream.waits().peerCloseWait()).isEqualTo(Fact.inferred(50_000_000L));
        assertThat(flagAt(upstream.peerRst())).isEqualTo(Fact.socket(at(55)));
        assertThat(upstream.errno()).isEqualTo(Fact.socket(Errno.ECONNRESET));
        assertThat(upstream.timeWaitHolder()).isEqualTo(Fact.inferred(LegClose.TimeWaitHolder.NONE));
        LegClose client = record.client().close();
        assertThat(client.waits().localCloseWait()).isEqualTo(Fact.socket(54_000_000L));
        assertThat(flagAt(client.localRst())).isEqualTo(Fact.socket(at(56)));
        assertThat(client.timeWaitHolder()).isEqualTo(Fact.inferred(LegClose.TimeWaitHolder.NONE));
    }

    @Test
    void errorThatNobodyCouldNameIsTakenForAnRst() {
        LegClose client =
                SessionPlay.connected().failed(CLIENT, 0).record().client().close();
        assertThat(flagAt(client.peerRst())).isEqualTo(Fact.inferred(at(2)));
        assertThat(client.errno().fact()).isNull();
    }

    @Test
    void timeOutIsNoRst() {
        LegClose client =
                SessionPlay.connected().failed(CLIENT, 110).record().client().close();
        assertThat(client.peerRst().fact()).isNull();
        assertThat(client.errno()).isEqualTo(Fact.socket(Errno.ETIMEDOUT));
        assertThat(client.timeWaitHolder()).isEqualTo(Fact.inferred(LegClose.TimeWaitHolder.NONE));
    }

    @Test
    void whatHappensTwiceIsToldAsItWasFirst() {
        SessionPlay play = SessionPlay.connected()
                .fin(CLIENT)
                .shut(UPSTREAM)
                .failed(CLIENT, 32)
                .reset(UPSTREAM);
        play.after(10).relayed(UPSTREAM, 5);
        play.fin(CLIENT).shut(UPSTREAM).failed(CLIENT, 110).reset(UPSTREAM);
        SessionRecord record = play.record();
        assertThat(flagAt(record.client().close().peerFin())).isEqualTo(Fact.socket(at(2)));
        assertThat(flagAt(record.client().close().peerRst())).isEqualTo(Fact.socket(at(2)));
        assertThat(record.client().close().errno()).isEqualTo(Fact.socket(Errno.EPIPE));
        assertThat(flagAt(record.upstream().close().localFin())).isEqualTo(Fact.socket(at(2)));
        assertThat(flagAt(record.upstream().close().localRst())).isEqualTo(Fact.socket(at(2)));
        assertThat(record.client().close().afterFin().bytesSent()).isEqualTo(Fact.socket(5L));
        assertThat(record.close().order()).containsExactly(CloseAct.CLIENT_FIN, CloseAct.CLIENT_RST);
    }

    @Test
    void bytesAfterEitherFinAreCounted() {
        SessionPlay play = SessionPlay.connected()
                .relayed(CLIENT, 10)
                .relayed(UPSTREAM, 20)
                .fin(CLIENT)
                .shut(UPSTREAM);
        play.relayed(UPSTREAM, 20_000_000).fin(UPSTREAM).shut(CLIENT);
        SessionRecord record = play.ended();
        assertThat(record.client().close().afterFin().bytesSent()).isEqualTo(Fact.socket(20_000_000L));
        assertThat(record.upstream().close().afterFin().bytesReceived()).isEqualTo(Fact.socket(20_000_000L));
        assertThat(record.client().close().afterFin().bytesReceived()).isEqualTo(Fact.socket(0L));
        assertThat(record.upstream().close().afterFin().bytesSent()).isEqualTo(Fact.socket(0L));
    }

    @Test
    void legThatIsOpenHasNothingToSayOfItsClosing() {
        LegClose client = SessionPlay.connected().record().client().close();
        assertThat(client).isEqualTo(LegClose.OPEN);
        assertThat(client.peerRst()).as("the socket would report one").isEqualTo(Observation.none(Source.SOCKET));
    }

    @Test
    void withoutReadingsAPausedSocketShowsNoFinAndNoRst() {
        SessionPlay play = new SessionPlay().accepted(SessionPlay.SYN, null).connected(null);
        play.tell(new SessionEvent.Paused(play.nowNanos, CLIENT));
        LegClose client = play.record().client().close();
        assertThat(client.peerFin().isNotObserved()).isTrue();
        assertThat(client.peerRst().isNotObserved()).isTrue();
        play.tell(new SessionEvent.Resumed(play.nowNanos, CLIENT));
        assertThat(play.record().client().close().peerRst().isNone()).isTrue();
    }

    private static @Nullable Fact<Long> flagAt(Observation<CloseMark> observed) {
        CloseMark mark = observed.orNull();
        return mark == null ? null : mark.at();
    }

    private static long at(long millis) {
        return SessionPlay.START_EPOCH_NANOS + millis * 1_000_000;
    }
}
