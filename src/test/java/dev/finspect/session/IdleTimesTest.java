package dev.finspect.session;

import static dev.finspect.tcp.Leg.CLIENT;
import static dev.finspect.tcp.Leg.UPSTREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.record.IdleLimit;
import dev.finspect.tcp.Leg;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What rests show of the time after which a connection is forgotten. */
final class IdleTimesTest {
    private static final long SECOND = 1_000_000_000L;
    private static final InetSocketAddress DB = new InetSocketAddress("198.51.100.9", 5_432);
    private static final InetSocketAddress OTHER = new InetSocketAddress("198.51.100.10", 5_432);

    private final IdleTimes times = new IdleTimes();

    @Test
    void survivedAndDeadlyRestsEncloseTheTimeOut() {
        survived(340);
        assertThat(limit(DB)).isNull();
        died(350, false);
        assertThat(limit(DB)).isEqualTo(IdleLimit.learnt(340 * SECOND, 350 * SECOND, 1, false));
        assertThat(limit(OTHER)).isNull();
        assertThat(limit(null)).isNull();
    }

    /** One death after a rest much longer than any survived can have another reason. */
    @Test
    void withoutASurvivedRestNearItTwoDeathsMustAgree() {
        survived(3);
        died(350, false);
        assertThat(limit(DB)).isNull();
        died(900, false);
        assertThat(limit(DB)).as("after another time").isNull();
        died(384, false);
        assertThat(limit(DB)).isEqualTo(IdleLimit.learnt(3 * SECOND, 350 * SECOND, 2, false));
    }

    /** Programs close idle connections when they like. */
    @Test
    void threeClosesMustAgree() {
        survived(59);
        died(60, true);
        died(61, true);
        assertThat(limit(DB)).isNull();
        died(60, true);
        assertThat(limit(DB)).isEqualTo(IdleLimit.learnt(59 * SECOND, 60 * SECOND, 3, true));
    }

    @Test
    void longerSurvivedRestRefutesADeath() {
        survived(340);
        died(350, false);
        died(400, false);
        survived(360);
        assertThat(limit(DB)).isEqualTo(IdleLimit.learnt(360 * SECOND, 400 * SECOND, 1, false));
        died(355, false);
        assertThat(limit(DB))
                .as("it had another reason")
                .isEqualTo(IdleLimit.learnt(360 * SECOND, 400 * SECOND, 1, false));
        survived(900);
        assertThat(limit(DB)).isNull();
    }

    @Test
    void aClientIsItsAddressAndAnUpstreamItsPortAsWell() {
        times.survived(CLIENT, new InetSocketAddress("192.0.2.7", 1), 40 * SECOND);
        times.died(CLIENT, new InetSocketAddress("192.0.2.7", 2), 50 * SECOND, false);
        assertThat(times.of(CLIENT, new InetSocketAddress("192.0.2.7", 3)).orNull())
                .isEqualTo(IdleLimit.learnt(40 * SECOND, 50 * SECOND, 1, false));
        survived(30);
        times.died(UPSTREAM, new InetSocketAddress("198.51.100.9", 1), 50 * SECOND, false);
        assertThat(limit(DB)).isNull();
        assertThat(times.least(UPSTREAM)).isEmpty();
        assertThat(times.least(CLIENT)).isPresent();
    }

    @Test
    void theLeastLimitOfALegStandsForItsPeers() {
        survived(340);
        died(350, false);
        times.survived(UPSTREAM, OTHER, 50 * SECOND);
        times.died(UPSTREAM, OTHER, 60 * SECOND, false);
        assertThat(times.least(UPSTREAM)).contains(IdleLimit.learnt(50 * SECOND, 60 * SECOND, 1, false));
        assertThat(times.least(CLIENT)).isEmpty();
    }

    @Test
    void ofManyPeersThoseHeardOfLatestAreKept() {
        survived(340);
        died(350, false);
        for (int i = 0; i < 300; i++) {
            times.survived(UPSTREAM, new InetSocketAddress("198.51.100.20", 1_000 + i), SECOND);
        }
        assertThat(limit(DB)).isNull();
    }

    private void survived(long seconds) {
        times.survived(UPSTREAM, DB, seconds * SECOND);
    }

    private void died(long seconds, boolean closed) {
        times.died(UPSTREAM, DB, seconds * SECOND, closed);
    }

    private @Nullable IdleLimit limit(@Nullable InetSocketAddress peer) {
        return times.of(Leg.UPSTREAM, peer).orNull();
    }
}
