package dev.finspect.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ByteRangesTest {
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void rangesEqualASetOfBytes(int seed) {
        Random random = new Random(seed);
        ByteRanges ranges = new ByteRanges();
        BitSet bytes = new BitSet();
        for (int i = 0; i < 80; i++) {
            int from = random.nextInt(600);
            int to = from + 1 + random.nextInt(1 + random.nextInt(40));
            int before = bytes.cardinality();
            bytes.set(from, to);
            assertThat(ranges.add(from, to)).isEqualTo(bytes.cardinality() - before);
            assertThat(ranges.bytes()).isEqualTo(bytes.cardinality());
            assertThat(ranges.highest()).isEqualTo(bytes.length());
            for (int piece = 0, at = 0; piece < ranges.count(); piece++) {
                assertThat(ranges.start(piece)).isEqualTo(bytes.nextSetBit(at));
                at = bytes.nextClearBit(bytes.nextSetBit(at));
                assertThat(ranges.end(piece)).isEqualTo(at);
            }
        }
        assertThat(ranges.forgotten()).isZero();
        long end = ranges.end(0);
        int count = ranges.count();
        assertThat(ranges.removeFirst()).isEqualTo(end);
        assertThat(ranges.count()).isEqualTo(count - 1);
        ranges.clear();
        assertThat(ranges.isEmpty()).isTrue();
    }

    static IntStream seeds() {
        return IntStream.range(0, 100);
    }
}
