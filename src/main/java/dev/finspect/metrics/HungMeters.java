package dev.finspect.metrics;

import dev.finspect.diagnose.Finding;
import io.micrometer.core.instrument.Counter;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The meters of a route for sessions that hang, by finding, blame and how sure the hang is. A series is registered at its first finding, because
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
        meters(finding).total.increment();
    }

    /** Another finding stands for a living session, or none does: each session counts once. */
    void changed(@Nullable Finding before, @Nullable Finding now) {
        if (before != null) {
            meters(before).now.decrementAndGet();
        }
        if (now != null) {
            meters(now).now.incrementAndGet();
        }
    }

    /** The finding was made at the end of a session. */
    void atEnd(Finding finding) {
        meters(finding).total.increment();
    }

    private FindingMeters meters(Finding finding) {
        return meters.computeIfAbsent(
                new Labels(
                        finding.id().label(),
                        finding.blame().label(),
                        finding.hang().label()),
                labels -> {
                    AtomicLong now = new AtomicLong();
                    String[] values = {route, labels.finding(), labels.blame(), labels.confidence()};
                    registry.gauge(Meters.SESSIONS_HUNG, now::get, values);
                    return new FindingMeters(now, registry.counter(Meters.FINDINGS, values));
                });
    }

    private record Labels(String finding, String blame, String confidence) {}

    private record FindingMeters(AtomicLong now, Counter total) {}
}
