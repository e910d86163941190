package dev.finspect.lifecycle.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lifecycle.TimeLimits;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class FlowTableTest {
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void tableEqualsAMap(int seed) {
        Random random = new Random(seed);
        // Every other run has few different hashes, so that chains are long.
        int hashes = seed % 2 == 0 ? -1 : 7;
        FlowTable table = new FlowTable();
        Map<FlowKey, List<Flow>> map = new HashMap<>();
        for (int i = 0; i < 2000; i++) {
            long scope = random.nextInt(2);
            FourTuple tuple = tuple(random);
            int hash = FlowKey.hash(seed, scope, tuple) & hashes;
            assertThat(FlowKey.hash(seed, scope, tuple.reversed()) & hashes).isEqualTo(hash);
            Flow found = table.find(hash, scope, tuple);
            List<Flow> expected = map.computeIfAbsent(FlowKey.of(scope, tuple), key -> new ArrayList<>());
            assertThat(linked(found)).containsExactlyInAnyOrderElementsOf(expected);
            int choice = random.nextInt(4);
            if (found == null || choice == 0) {
                Flow flow = new Flow(hash, unopened(scope, tuple));
                if (found == null && choice > 0) {
                    table.add(flow);
                } else {
                    table.addBeside(flow);
                }
                expected.add(flow);
            } else if (choice > 1) {
                table.remove(expected.remove(random.nextInt(expected.size())));
            }
            assertThat(table.size())
                    .isEqualTo(map.values().stream().mapToInt(List::size).sum());
        }
        assertThat(table.all())
                .containsExactlyInAnyOrderElementsOf(
                        map.values().stream().flatMap(List::stream).toList());
    }

    private static List<Flow> linked(@Nullable Flow first) {
        List<Flow> all = new ArrayList<>();
        for (Flow flow = first; flow != null; flow = flow.beside) {
            all.add(flow);
        }
        return all;
    }

    private static DeferredConnection unopened(long scope, FourTuple tuple) {
        TrackingSettings settings = new TrackingSettings(TimeLimits.OFF, 1, ServicePorts.NONE, false);
        return new DeferredConnection(
                settings,
                1,
                scope,
                SegmentScript.segments(tuple, "0 client SYN").get(0),
                null);
    }

    private static FourTuple tuple(Random random) {
        int family = random.nextInt(3);
        return new FourTuple(address(family, random), random.nextInt(3), address(family, random), random.nextInt(3));
    }

    private static IpAddress address(int family, Random random) {
        int bits = random.nextInt(3);
        return switch (family) {
            case 0 -> IpAddress.v4(bits);
            case 1 -> IpAddress.v6(0, bits);
            default -> IpAddress.v6(bits, 1);
        };
    }

    static IntStream seeds() {
        return IntStream.range(0, 20);
    }
}
