package dev.finspect.session.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.SessionPlay;
import dev.finspect.record.LegWire;
import dev.finspect.session.LegCapture;
import dev.finspect.session.RouteCounters;
import dev.finspect.session.StateCounts.Endpoint;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In which states a route's living legs are counted. */
final class LivingStatesTest {
    private final RouteCounters counters = new RouteCounters("db");
    private final SessionPlay play = SessionPlay.connected();
    private final LivingStates states = new LivingStates();

    private Map<String, Long> counted() {
        Map<String, Long> all = new TreeMap<>();
        for (Leg leg : Leg.values()) {
            for (Endpoint endpoint : Endpoint.values()) {
                for (TcpState state : TcpState.values()) {
                    long count = counters.states.count(leg, endpoint, state);
                    if (count != 0) {
                        all.put(leg.label() + " " + endpoint + " " + state, count);
                    }
                }
            }
        }
        return all;
    }

    private void look(@Nullable TcpState client, @Nullable TcpState upstream) {
        play.watched.tracker().leg(Leg.CLIENT).kernel.state = client;
        play.watched.tracker().leg(Leg.UPSTREAM).kernel.state = upstream;
        states.look(play.watched.tracker(), counters);
    }

    @Test
    void eachEndIsCountedInItsLastStateAlone() {
        look(TcpState.ESTABLISHED, null);
        assertThat(counted()).isEqualTo(Map.of("client LOCAL ESTABLISHED", 1L, "client PEER ESTABLISHED", 1L));
        look(TcpState.CLOSE_WAIT, TcpState.FIN_WAIT_1);
        look(TcpState.CLOSE_WAIT, TcpState.FIN_WAIT_2);
        assertThat(counted())
                .isEqualTo(Map.of(
                        "client LOCAL CLOSE_WAIT", 1L,
                        "client PEER FIN_WAIT_2", 1L,
                        "upstream LOCAL FIN_WAIT_2", 1L,
                        "upstream PEER CLOSE_WAIT", 1L));
        LivingStates other = new LivingStates();
        other.look(play.watched.tracker(), counters);
        assertThat(counted().values()).containsOnly(2L);
        states.forget(counters);
        assertThat(counted().values()).containsOnly(1L);
        other.forget(counters);
        other.forget(counters);
        assertThat(counted()).isEmpty();
    }

    /** Where no capture sees the peer, only what finspect's own state leaves no doubt of. */
    @ParameterizedTest
    @CsvSource({"FIN_WAIT_1, ", "CLOSING, ", "SYN_RECEIVED, ", "LAST_ACK, FIN_WAIT_2"})
    void peersStateIsNotGuessed(TcpState local, @Nullable TcpState peer) {
        look(local, null);
        Map<String, Long> expected = new TreeMap<>(Map.of("client LOCAL " + local, 1L));
        if (peer != null) {
            expected.put("client PEER " + peer, 1L);
        }
        assertThat(counted()).isEqualTo(expected);
    }

    @Test
    void captureKnowsThePeersState() {
        play.watched.captures().ofLeg(Leg.CLIENT, new LegCapture() {
            @Override
            public @Nullable LegWire wire() {
                return null;
            }

            @Override
            public TcpState peerState() {
                return TcpState.LAST_ACK;
            }
        });
        play.watched.captures().ofLeg(Leg.UPSTREAM, () -> null);
        look(TcpState.FIN_WAIT_1, TcpState.ESTABLISHED);
        assertThat(counted())
                .isEqualTo(Map.of(
                        "client LOCAL FIN_WAIT_1", 1L,
                        "client PEER LAST_ACK", 1L,
                        "upstream LOCAL ESTABLISHED", 1L,
                        "upstream PEER ESTABLISHED", 1L));
    }
}
