package dev.finspect.metrics;

import dev.finspect.diagnose.Finding;
import io.micrometer.core.instrument.Counter;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many sessions of a route hang, by finding and blame; each appears when it is found first, since all that there may be are
 * many and most never are. Any thread.
 */
final class HungMeters {
    private final Registry registry;
    private final String route;
    private final ConcurrentMap<Key, Pair> pairs = new ConcurrentHashMap<>();

    HungMeters(Registry registry, String route) {
        this.registry = registry;
        this.route = route;
    }

    /** Found in a session that lives on. */
    void raised(Finding finding) {
        Pair pair = pair(finding);
        pair.now.incrementAndGet();
        pair.total.increment();
    }

    /** Gone, or its session ended. */
    void cleared(Finding finding) {
        pair(finding).now.decrementAndGet();
    }

    /** Found at the end of a session. */
    void atEnd(Finding finding) {
        pair(finding).total.increment();
    }

    private Pair pair(Finding finding) {
        return pairs.computeIfAbsent(
                new Key(finding.id().label(), finding.blame().label()), key -> {
                    AtomicLong now = new AtomicLong();
                    registry.gauge(Meters.SESSIONS_HUNG, now::get, route, key.finding(), key.blame());
                    return new Pair(now, registry.counter(Meters.FINDINGS, route, key.finding(), key.blame()));
                });
    }

    private record Key(String finding, String blame) {}

    private record Pair(AtomicLong now, Counter total) {}
}
