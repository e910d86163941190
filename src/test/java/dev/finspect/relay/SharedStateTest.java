package dev.finspect.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.relay.names.NumericResolver;
import dev.finspect.session.SessionIdentity;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What sessions and loops share: ids, the session limit, the budget of held bytes, own addresses. */
final class SharedStateTest {
    @Test
    void idsOfOneLoopSortByStartAndTheFirstLettersOfThoseOfSeveralNeverMeet() {
        for (int loops = 1; loops <= 3; loops++) {
            Set<String> all = new HashSet<>();
            for (int loop = 0; loop < loops; loop++) {
                SessionIds ids = new SessionIds(0x12345, loop, loops);
                List<String> inOrder = new ArrayList<>();
                for (int i = 0; i < 5000; i++) {
                    String id = ids.next(1_700_000_000_000_000L + i / 10);
                    inOrder.add(id);
                    all.add(id.substring(0, SessionIdentity.SHORT_ID_LENGTH));
                }
                assertThat(inOrder).isSorted().allMatch(id -> id.matches("[0-9A-HJKMNP-TV-Z]{20}"));
            }
            assertThat(all).hasSize(loops * 5000);
        }
    }

    @Test
    void idsOfTwoProcessesDifferAndAClockThatIsSetBackRepeatsNone() {
        SessionIds one = new SessionIds(0x12345, 0, 2);
        SessionIds other = new SessionIds(0x54321, 0, 2);
        String before = one.next(1_700_000_000_000_000L);
        assertThat(other.next(1_700_000_000_000_000L)).isNotEqualTo(before);
        assertThat(one.next(1_600_000_000_000_000L)).isGreaterThan(before);
    }

    @Test
    void theGateHoldsItsLimitAndTellsThoseThatWait() {
        SessionGate gate = new SessionGate(OptionalInt.of(2));
        List<String> told = new ArrayList<>();
        assertThat(gate.enter()).isTrue();
        assertThat(gate.enter()).isTrue();
        assertThat(gate.enter()).isFalse();
        gate.whenRoom(() -> told.add("room"));
        assertThat(told).isEmpty();
        gate.leave();
        assertThat(told).containsExactly("room");
        gate.leave();
        assertThat(told).hasSize(1);
        assertThat(gate.taken()).isZero();
    }

    @Test
    void whoAsksTheGateTooLateIsToldAtOnce() {
        SessionGate gate = new SessionGate(OptionalInt.of(1));
        List<String> told = new ArrayList<>();
        gate.whenRoom(() -> told.add("room"));
        assertThat(told).containsExactly("room");
    }

    @Test
    void readsShrinkAsTheBudgetFillsAndNeverStop() {
        HeldBytes held = new HeldBytes(1 << 20);
        int before = held.readLimit(131_072);
        held.take(900_000);
        int nearlyFull = held.readLimit(131_072);
        held.take(10_000_000);
        assertThat(before).isEqualTo(32_768);
        assertThat(nearlyFull).isBetween(HeldBytes.LEAST_READ, 8_000);
        assertThat(held.readLimit(131_072)).isEqualTo(HeldBytes.LEAST_READ);
        held.giveBack(10_900_000);
        assertThat(held.readLimit(131_072)).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 80, 127.0.0.1, 80, true",
        "127.0.0.1, 80, 127.0.0.1, 81, false",
        "127.0.0.1, 80, 127.0.0.2, 80, false",
        "0.0.0.0, 80, 127.0.0.2, 80, true",
        "0.0.0.0, 80, 192.0.2.1, 80, false",
        "127.0.0.1, 80, 0.0.0.0, 80, true",
        "::, 80, ::1, 80, true",
        "::, 80, 127.0.0.1, 80, true"
    })
    void anUpstreamIsOursWhenConnectingWouldComeBack(String own, int ownPort, String target, int port, boolean ours) {
        OwnAddresses listeners = new OwnAddresses(List::of);
        listeners.listeners(List.of(new InetSocketAddress(NumericResolver.parse(own), ownPort)));
        OwnAddresses admin =
                new OwnAddresses(() -> List.of(new InetSocketAddress(NumericResolver.parse(own), ownPort)));
        InetSocketAddress upstream = new InetSocketAddress(NumericResolver.parse(target), port);
        assertThat(listeners.contains(upstream)).isEqualTo(ours);
        assertThat(admin.contains(upstream)).isEqualTo(ours);
    }
}
