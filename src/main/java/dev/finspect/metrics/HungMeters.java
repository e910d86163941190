package dev.finspect.metrics;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.catalogue.Catalogue;
import dev.finspect.diagnose.catalogue.FindingKind;
import dev.finspect.diagnose.catalogue.Verdict;
import io.micrometer.core.instrument.Counter;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The meters of a route for sessions that hang, by finding, blame and how sure the hang is. A counter is registered at 0 for each
 * verdict that a kind of finding can have, so that the first finding is a step that {@code increase()} sees; a gauge when a
 * session first has the finding. Any thread.
 */
final class HungMeters {
    private final Registry registry;
    private final String route;
    private final ConcurrentMap<Labels, Counter> totals = new ConcurrentHashMap<>();
    private final ConcurrentMap<Labels, AtomicLong> living = new ConcurrentHashMap<>();

    HungMeters(Registry registry, String route) {
        this.registry = registry;
        this.route = route;
        for (FindingKind kind : Catalogue.standard().kinds()) {
            for (Verdict verdict : kind.verdicts()) {
                total(new Labels(kind.id().label(), verdict.blame(), verdict.hang()));
            }
        }
    }

    /** The finding was raised in a living session. */
    void raised(Finding finding) {
        total(Labels.of(finding)).increment();
    }

    /** Another finding stands for a living session, or none does: each session counts once. */
    void changed(@Nullable Finding before, @Nullable Finding now) {
        if (before != null) {
            living(Labels.of(before)).decrementAndGet();
        }
        if (now != null) {
            living(Labels.of(now)).incrementAndGet();
        }
    }

    /** The finding was made at the end of a session. */
    void atEnd(Finding finding) {
        total(Labels.of(finding)).increment();
    }

    private Counter total(Labels labels) {
        return totals.computeIfAbsent(labels, each -> registry.counter(Meters.FINDINGS, each.values(route)));
    }

    private AtomicLong living(Labels labels) {
        return living.computeIfAbsent(labels, each -> {
            AtomicLong now = new AtomicLong();
            registry.gauge(Meters.SESSIONS_HUNG, now::get, each.values(route));
            return now;
        });
    }

    private record Labels(String finding, Blame blame, Confidence hang) {
        static Labels of(Finding finding) {
            return new Labels(finding.id().label(), finding.blame(), finding.hang());
        }

        String[] values(String route) {
            return new String[] {route, finding, blame.label(), hang.label()};
        }
    }
}
