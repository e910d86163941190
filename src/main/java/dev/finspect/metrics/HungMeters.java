package dev.finspect.metrics;

import dev.finspect.diagnose.Finding;
import io.micrometer.core.instrument.Counter;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The meters of a route for sessions that hang, by finding and blame. A series is registered at its first finding, because
 * most combinations never occur. Any thread.
 */
final class HungMeters {
    private final Registry registry;
    private final String route;
    private final ConcurrentMap<Labels, FindingMeters> meters = new ConcurrentHashMap<>();

    HungMeters(Registry registry, String route) {
        this.registry = registry;
        this.route = route;
    }

    /** The finding was raised in a living session. */
    void raised(Finding finding) {
        FindingMeters found = meters(finding);
        found.now.incrementAndGet();
        found.total.increment();
    }

    /** The finding was cleared, or its session ended. */
    void cleared(Finding finding) {
        meters(finding).now.decrementAndGet();
    }

    /** The finding was made at the end of a session. */
    void atEnd(Finding finding) {
        meters(finding).total.increment();
    }

    private FindingMeters meters(Finding finding) {
        return meters.computeIfAbsent(
                new Labels(finding.id().label(), finding.blame().label()), labels -> {
                    AtomicLong now = new AtomicLong();
                    registry.gauge(Meters.SESSIONS_HUNG, now::get, route, labels.finding(), labels.blame());
                    return new FindingMeters(
                            now, registry.counter(Meters.FINDINGS, route, labels.finding(), labels.blame()));
                });
    }

    private record Labels(String finding, String blame) {}

    private record FindingMeters(AtomicLong now, Counter total) {}
}
