package dev.finspect.diagnose.catalogue;

import dev.finspect.fixture.LegFixture;
import dev.finspect.fixture.Lookups;
import dev.finspect.record.Attempt;
import dev.finspect.record.Lookup;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;
import java.net.InetSocketAddress;
import java.util.Random;

/** Look-ups of names for {@link RandomSheets}; the same seed gives the same ones. */
final class RandomLookUps {
    private static final long SECOND = 1_000_000_000L;

    private final Random random;

    RandomLookUps(long seed) {
        random = new Random(seed);
    }

    /** Perhaps the addresses that were tried came by look-ups; and perhaps a newer answer, or none, followed. */
    void addTo(LegFixture upstream) {
        for (Attempt attempt : upstream.attempts) {
            InetSocketAddress tried = attempt.address();
            if (tried != null && random.nextInt(3) > 0) {
                long took = random.nextInt(40) * SECOND / 10;
                upstream.lookups.add(Lookups.of(
                        "db.example",
                        Lookup.Purpose.CONNECT,
                        attempt.begunAt().value() - took,
                        Lookups.found(
                                took,
                                took + random.nextInt(2) * 60 * SECOND,
                                30,
                                tried.getAddress().getHostAddress())));
            }
        }
        switch (random.nextInt(5)) {
            case 0 ->
                upstream.lookups.add(Lookups.of(
                        "db.example",
                        Lookup.Purpose.RECHECK,
                        RandomSheets.BEGIN_NANOS,
                        Lookups.found(SECOND, SECOND, 30, "10.0.1.1")));
            case 1 ->
                upstream.lookups.add(Lookups.of(
                        "db.example",
                        Lookup.Purpose.CONNECT,
                        RandomSheets.BEGIN_NANOS,
                        Lookups.failed(5 * SECOND, Lookup.Result.NO_ANSWER, "no answer")));
            case 2 ->
                upstream.lookups.add(new Lookup(
                        "db.example",
                        Lookup.Purpose.CONNECT,
                        Fact.socket(RandomSheets.BEGIN_NANOS),
                        Observation.notObserved(),
                        null));
            default -> {
                // Nothing else was asked.
            }
        }
    }
}
