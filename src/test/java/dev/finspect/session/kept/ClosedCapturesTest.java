package dev.finspect.session.kept;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.tcp.Leg;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The headers of closed sessions, and which of them make room. */
final class ClosedCapturesTest {
    /** Of a session of one leg with one packet: the ring's first memory and the objects around it. */
    private static final long EACH_BYTES = HeaderRing.SHORT_LIFE_BYTES + 256;

    private final HeaderRings rings = new HeaderRings(1 << 20);
    private final ClosedCaptures closed = new ClosedCaptures(20 * EACH_BYTES, rings);

    @Test
    void whatEndedInOrderHasAQuarterAndLeavesTheRest() {
        IntStream.range(0, 10).forEach(i -> add("wrong" + i, false));
        IntStream.range(0, 1_000).forEach(i -> add("good" + i, true));
        assertThat(kept("wrong", 10)).hasSize(10);
        assertThat(kept("good", 1_000)).containsExactly(995, 996, 997, 998, 999);
        IntStream.range(10, 100).forEach(i -> add("wrong" + i, false));
        assertThat(kept("wrong", 100))
                .containsExactlyElementsOf(IntStream.range(85, 100).boxed().toList());
        assertThat(kept("good", 1_000)).hasSize(5);
    }

    @Test
    void withoutOthersWhatWentWrongHasAll() {
        IntStream.range(0, 100).forEach(i -> add("wrong" + i, false));
        assertThat(kept("wrong", 100))
                .containsExactlyElementsOf(IntStream.range(80, 100).boxed().toList());
        assertThat(closed.of("nobody")).isEmpty();
    }

    private void add(String id, boolean endedInOrder) {
        HeaderRing ring = rings.take();
        ring.add(HeaderRingTest.batch(0, 40), 0);
        closed.add(id, List.of(new LastHeaders(Leg.CLIENT, ring, 0)), endedInOrder);
    }

    private List<Integer> kept(String name, int most) {
        return IntStream.range(0, most)
                .filter(i -> !closed.of(name + i).isEmpty())
                .boxed()
                .toList();
    }
}
