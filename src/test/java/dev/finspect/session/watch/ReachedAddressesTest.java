package dev.finspect.session.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.Lookups;
import dev.finspect.fixture.SessionPlay;
import dev.finspect.record.Lookup;
import dev.finspect.session.live.SessionTracker;
import dev.finspect.tcp.Fact;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** Which addresses of names other sessions reached. */
final class ReachedAddressesTest {
    private final ReachedAddresses reached = new ReachedAddresses();

    @Test
    void lastTimeOfEachIsKnown() {
        assertThat(reached.reachedAt(address(1)).isNotObserved()).isTrue();
        reached.reached(address(1), 10);
        reached.reached(address(2), 20);
        reached.reached(address(1), 30);
        assertThat(reached.reachedAt(address(1))).isEqualTo(Fact.socket(30L));
        assertThat(reached.reachedAt(address(2))).isEqualTo(Fact.socket(20L));
    }

    @Test
    void thoseThatWereReachedLongestAgoAreForgottenFirst() {
        for (int i = 0; i < 65; i++) {
            reached.reached(address(i), i);
        }
        assertThat(reached.reachedAt(address(0)).isNotObserved()).isTrue();
        assertThat(reached.reachedAt(address(64)).isKnown()).isTrue();
    }

    @Test
    void triedAddressIsTheOneThatIsAsked() {
        SessionPlay play = new SessionPlay().accepted(null, null);
        SessionTracker tracker = play.watched.tracker();
        assertThat(tracker.way().lastTried()).isNull();
        play.tell(Lookups.event(play.nowNanos, "db", Lookups.failed(1, Lookup.Result.NO_ADDRESS, "NXDOMAIN")));
        play.connected(null);
        assertThat(tracker.way().lastTried()).isEqualTo(SessionPlay.UPSTREAM);
    }

    private static InetSocketAddress address(int number) {
        return new InetSocketAddress("10.0.0." + number, 5432);
    }
}
