package dev.finspect.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.record.ProxyReason;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** No more sessions than the limits allow, and each place is given back once. */
final class ClientGateTest {
    private static final InetAddress ONE = InetAddress.getLoopbackAddress();

    @Test
    void clientIsRefusedAtItsLimitAndAdmittedWhenOneOfItsSessionsIsOver() throws Exception {
        ClientGate gate = gate(OptionalInt.of(2), OptionalInt.empty());
        ClientGate.Place first = gate.place();
        assertThat(first.enter(ONE)).isNull();
        assertThat(gate.place().enter(ONE)).isNull();
        ClientGate.Place third = gate.place();
        assertThat(third.enter(ONE)).isEqualTo(ProxyReason.CLIENT_LIMIT);
        third.leave();
        assertThat(gate.place().enter(InetAddress.getByName("192.0.2.1"))).isNull();
        first.leave();
        first.leave();
        assertThat(gate.place().enter(ONE)).isNull();
        assertThat(gate.place().enter(ONE)).isEqualTo(ProxyReason.CLIENT_LIMIT);
    }

    @Test
    void sessionThatHasSpokenOrIsOverLeavesRoomForOneThatHasNot() {
        ClientGate gate = gate(OptionalInt.empty(), OptionalInt.of(1));
        ClientGate.Place first = gate.place();
        assertThat(first.awaitWord()).isNull();
        assertThat(gate.place().awaitWord()).isEqualTo(ProxyReason.UNSPOKEN_LIMIT);
        first.spoken();
        first.spoken();
        ClientGate.Place second = gate.place();
        assertThat(second.awaitWord()).isNull();
        first.leave();
        assertThat(gate.place().awaitWord()).as("it was given back before").isEqualTo(ProxyReason.UNSPOKEN_LIMIT);
        second.leave();
        assertThat(gate.unspoken()).isZero();
    }

    @Test
    void nothingIsCountedWithoutLimits() {
        ClientGate gate = gate(OptionalInt.empty(), OptionalInt.empty());
        for (int i = 0; i < 100; i++) {
            ClientGate.Place place = gate.place();
            assertThat(place.enter(ONE)).isNull();
            assertThat(place.awaitWord()).isNull();
        }
        assertThat(gate.clients()).isZero();
        assertThat(gate.unspoken()).isZero();
    }

    @Test
    void loopsTogetherNeverExceedALimitAndLeaveNothingBehind() throws Exception {
        ClientGate gate = gate(OptionalInt.of(3), OptionalInt.of(5));
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Thread> loops = new ArrayList<>();
        for (int l = 0; l < 4; l++) {
            loops.add(new Thread(() -> {
                for (int i = 0; i < 20_000; i++) {
                    ClientGate.Place place = gate.place();
                    if (place.enter(ONE) == null) {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        place.awaitWord();
                        inside.decrementAndGet();
                    }
                    place.leave();
                }
            }));
        }
        loops.forEach(Thread::start);
        for (Thread loop : loops) {
            loop.join();
        }
        assertThat(most.get()).isBetween(1, 3);
        assertThat(gate.clients()).isZero();
        assertThat(gate.unspoken()).isZero();
    }

    private static ClientGate gate(OptionalInt perClient, OptionalInt unspoken) {
        return new ClientGate(new AdmissionLimits(perClient, unspoken));
    }
}
