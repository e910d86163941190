package dev.finspect.session.watch;

import static dev.finspect.tcp.Leg.CLIENT;
import static dev.finspect.tcp.Leg.UPSTREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.Info;
import dev.finspect.fixture.SessionPlay;
import dev.finspect.fixture.SocketFixture;
import dev.finspect.record.PeerSocket;
import dev.finspect.session.SessionEvent;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** In which seconds of its life a session is looked at by the rules, with the standard thresholds: 1, 3, 5, 10, 15 and 60 s. */
final class SuspicionTest {
    /** Each threshold, then twice and four times the greatest; and once more a second later. */
    private static final List<Integer> MARKS = List.of(1, 2, 3, 4, 5, 6, 10, 11, 15, 16, 60, 61, 120, 121, 240, 241);

    private final RouteDiagnosis diagnosis =
            Objects.requireNonNull(RouteDiagnosis.of(DiagnosisSettings.STANDARD, PeerSockets.NONE));

    @Test
    void idleSessionIsLookedAtWhenItsSilenceComesPastAThresholdAndEachTimeItDoublesThen() {
        SessionPlay play = connected().relayed(CLIENT, 100).relayed(UPSTREAM, 100);
        assertThat(looks(play, 300)).isEqualTo(MARKS);
    }

    @Test
    void sessionInWhichNobodySpokeIsLookedAtByTheAgeOfItsConnection() {
        assertThat(looks(connected(), 300)).isEqualTo(MARKS);
    }

    @Test
    void sessionInWhichTheServiceSpokeAloneIsNotLookedAtForItsAge() {
        SessionPlay play = connected().after(500);
        play.watched.traffic(UPSTREAM).received(10, play.nowNanos);
        play.watched.traffic(CLIENT).sent(10, play.nowNanos);
        assertThat(looks(play, 300)).isEqualTo(MARKS);
    }

    @Test
    void busySessionIsNeverLookedAt() {
        SessionPlay play = connected();
        List<Integer> looks = new ArrayList<>();
        for (int second = 1; second <= 100; second++) {
            play.after(500).relayed(CLIENT, 10).relayed(UPSTREAM, 1_000).after(500);
            if (suspicious(play)) {
                looks.add(second);
            }
        }
        assertThat(looks).isEmpty();
    }

    @Test
    void slowServiceIsLookedAtAgainAfterTwiceItsLongestAnswer() {
        SessionPlay play = connected().relayed(CLIENT, 10).after(40_000).relayed(UPSTREAM, 10);
        play.relayed(CLIENT, 10);
        List<Integer> expected = new ArrayList<>(MARKS);
        expected.addAll(MARKS.indexOf(120), List.of(80, 81));
        assertThat(looks(play, 300)).isEqualTo(expected);
    }

    @Test
    void heartbeatsDoNotPutOffTheLookAtTheFirstUnansweredByte() {
        SessionPlay play = connected().relayed(CLIENT, 1).relayed(UPSTREAM, 1).relayed(CLIENT, 100);
        List<Integer> looks = new ArrayList<>();
        for (int second = 1; second <= 250; second++) {
            play.after(500).relayed(CLIENT, 9).after(500);
            if (suspicious(play)) {
                looks.add(second);
            }
        }
        assertThat(looks).containsAll(MARKS);
    }

    @ParameterizedTest
    @EnumSource
    void bytesInFlightAreLookedAtEachSecond(Leg leg) {
        SessionPlay play = answered().sampled(leg, new Info().unacked(2, 100));
        assertThat(looks(play, 100)).isEqualTo(seconds(100));
        play.sampled(leg, new Info().unacked(0, 200));
        assertThat(looks(play, 100)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void closedWindowIsLookedAtEachSecond(Leg leg) {
        SessionPlay play =
                answered().sampled(leg, new Info().unacked(0, 100).peerWindow(0).notSent(50));
        assertThat(looks(play, 100)).isEqualTo(seconds(100));
        play.sampled(leg, new Info().unacked(0, 200));
        assertThat(looks(play, 100)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void pauseIsLookedAtEachSecond(Leg leg) {
        SessionPlay play = answered();
        play.tell(new SessionEvent.Paused(play.nowNanos, leg));
        assertThat(looks(play, 100)).isEqualTo(seconds(100));
        play.tell(new SessionEvent.Resumed(play.nowNanos, leg));
        assertThat(looks(play, 100)).isEmpty();
    }

    @Test
    void sessionThatConnectsIsLookedAtEachSecond() {
        SessionPlay play = new SessionPlay(diagnosis).accepted(null, null);
        assertThat(looks(play, 30)).isEqualTo(seconds(30));
        play.attemptFailed(ConnectResult.REFUSED);
        assertThat(looks(play, 30)).isEqualTo(seconds(30));
    }

    @ParameterizedTest
    @EnumSource
    void finOfAPeerIsLookedAtByItsAgeAndOneThatWaitsForThePeersEachSecond(Leg leg) {
        assertThat(looks(answered().fin(leg), 300)).isEqualTo(MARKS);
        assertThat(looks(answered().shut(leg), 300)).isEqualTo(seconds(300));
    }

    @ParameterizedTest
    @EnumSource
    void peerThatDoesNotReadIsLookedAtEachSecond(Leg leg) {
        SessionPlay play = answered();
        Objects.requireNonNull(play.watched.watch()).asked().answered(leg, socket(play, 10));
        assertThat(looks(play, 100)).isEqualTo(seconds(100));
        Objects.requireNonNull(play.watched.watch()).asked().answered(leg, socket(play, 0));
        assertThat(looks(play, 100)).isEmpty();
    }

    private static PeerSocket socket(SessionPlay play, long unread) {
        long now = play.watched.identity().epochNanos(play.nowNanos);
        return SocketFixture.seen(now, TcpState.ESTABLISHED, unread, 0, true, 0, 1, "cat", null, null);
    }

    private SessionPlay connected() {
        return new SessionPlay(diagnosis).accepted(null, null).connected(null);
    }

    /** One whose silence has just been looked at for its age, and is not again for some minutes. */
    private SessionPlay answered() {
        return connected().relayed(CLIENT, 100).relayed(UPSTREAM, 100).after(500_000);
    }

    /** In which of the seconds from now on it is looked at. */
    private List<Integer> looks(SessionPlay play, int seconds) {
        List<Integer> looks = new ArrayList<>();
        for (int second = 1; second <= seconds; second++) {
            if (suspicious(play.after(1_000))) {
                looks.add(second);
            }
        }
        return looks;
    }

    private boolean suspicious(SessionPlay play) {
        return Suspicion.lasts(
                        play.watched.tracker(),
                        Objects.requireNonNull(play.watched.watch()).asked(),
                        diagnosis,
                        play.nowNanos)
                || Suspicion.passes(play.watched.tracker(), diagnosis, play.nowNanos - 1_000_000_000L, play.nowNanos);
    }

    private static List<Integer> seconds(int to) {
        return IntStream.rangeClosed(1, to).boxed().toList();
    }
}
