package dev.finspect.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** finspect's own connections are known again as clients, also when they come in before connect(2) has returned. */
final class OwnDialsTest {
    private static final InetSocketAddress LOCAL = new InetSocketAddress("192.0.2.1", 40_000);

    private final OwnDials dials = new OwnDials();
    private final OwnDials.Turn first = dials.ofOneLoop();
    private final OwnDials.Turn second = dials.ofOneLoop();

    @Test
    void whileNobodyDialsAllIsKnownAtOnce() {
        assertThat(dials.underWay().over()).isTrue();
        first.begins();
        dials.add(LOCAL);
        first.ends();
        assertThat(dials.underWay().over()).isTrue();
        assertThat(dials.contains(LOCAL)).isTrue();
        dials.remove(LOCAL);
        assertThat(dials.contains(LOCAL)).isFalse();
    }

    @Test
    void whatWasAcceptedDuringADialIsKnownWhenThatIsOver() {
        first.begins();
        OwnDials.UnderWay accepted = dials.underWay();
        assertThat(accepted.over()).isFalse();
        assertThat(dials.contains(LOCAL)).isFalse();
        dials.add(LOCAL);
        assertThat(accepted.over()).isFalse();
        first.ends();
        assertThat(accepted.over()).isTrue();
        assertThat(dials.contains(LOCAL)).isTrue();
    }

    @Test
    void allThatWereUnderWayAreWaitedForAndNoneThatBeginLater() {
        first.begins();
        second.begins();
        OwnDials.UnderWay accepted = dials.underWay();
        first.ends();
        assertThat(accepted.over()).isFalse();
        first.begins();
        second.ends();
        assertThat(accepted.over()).isTrue();
    }
}
