package dev.finspect.admin;

import dev.finspect.session.Exposition;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Renders the metrics page. Scrapes that wait share one page, which is rendered after the last of them came: many at once cost
 * as much as two. Any thread.
 */
final class MetricsPages {
    /** Pages that wait, in different formats, to be shared. */
    private static final int MOST_SHARED = 4;

    private final Exposition metrics;
    private final Executor worker;
    private final Map<String, CompletableFuture<AdminResponse>> waiting = new HashMap<>();

    MetricsPages(Exposition metrics, Executor worker) {
        this.metrics = metrics;
        this.worker = worker;
    }

    /** The page for this Accept header. */
    CompletableFuture<AdminResponse> page(String accept) {
        synchronized (waiting) {
            CompletableFuture<AdminResponse> same = waiting.get(accept);
            if (same == null) {
                same = CompletableFuture.supplyAsync(() -> rendered(accept), worker);
                if (waiting.size() < MOST_SHARED) {
                    waiting.put(accept, same);
                }
            }
            return same.copy();
        }
    }

    private AdminResponse rendered(String accept) {
        synchronized (waiting) {
            waiting.remove(accept);
        }
        Exposition.Page page = metrics.render(accept);
        return AdminResponse.page(page.contentType(), page.body());
    }
}
