package dev.finspect.session.kept;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.wire.TcpSegment.Direction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PackedSegmentsTest {
    private static final int FIRST_BYTES = 150;

    /** Against a queue of objects: whatever is added, dropped, trimmed and cleared, what comes out is what went in. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void whatComesOutIsWhatWentIn(long seed) {
        Random random = new Random(seed);
        PackedSegments packed = new PackedSegments(FIRST_BYTES);
        Deque<KeptSegment> expected = new ArrayDeque<>();
        for (int i = 0; i < 5_000; i++) {
            int choice = random.nextInt(100);
            if (choice < 50) {
                expected.add(add(packed, random));
            } else if (choice < 96) {
                if (!expected.isEmpty()) {
                    packed.dropFirst();
                    expected.removeFirst();
                }
            } else if (choice < 99) {
                packed.trim();
                assertThat(packed.array()).hasSize(bytes(expected));
            } else {
                packed.clear();
                expected.clear();
            }
            assertThat(packed.count()).isEqualTo(expected.size());
            if (i % 50 == 0) {
                check(packed, expected);
            }
        }
        check(packed, expected);
        assertThat(packed.array().length)
                .as("what was dropped makes room")
                .isLessThan(4 * (FIRST_BYTES + bytes(expected) + PackedSegments.MOST_HEADER_BYTES));
    }

    private static void check(PackedSegments packed, Deque<KeptSegment> expected) {
        List<KeptSegment> out = new ArrayList<>();
        packed.unpackInto(out);
        assertThat(out).hasSameSizeAs(expected);
        for (KeptSegment segment : out) {
            KeptSegment same = expected.removeFirst();
            assertThat(segment.headers()).isEqualTo(same.headers());
            assertThat(told(segment)).isEqualTo(told(same));
            expected.addLast(same);
        }
    }

    private static List<Object> told(KeptSegment segment) {
        return List.of(segment.atNanos(), segment.interfaceId(), segment.direction(), segment.ipBytes());
    }

    private static KeptSegment add(PackedSegments packed, Random random) {
        byte[] headers = new byte[random.nextInt(20) == 0 ? PackedSegments.MOST_HEADER_BYTES : random.nextInt(120)];
        random.nextBytes(headers);
        Direction direction = Arrays.asList(Direction.values()).get(random.nextInt(3));
        KeptSegment segment =
                new KeptSegment(random.nextLong(), random.nextInt(), direction, random.nextInt(), headers);
        int at = packed.add(
                segment.atNanos(), segment.interfaceId(), segment.direction(), segment.ipBytes(), headers.length);
        System.arraycopy(headers, 0, packed.array(), at, headers.length);
        return segment;
    }

    private static int bytes(Deque<KeptSegment> segments) {
        return segments.stream()
                .mapToInt(segment -> PackedSegments.EACH_BYTES + segment.headers().length)
                .sum();
    }
}
