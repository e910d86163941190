package dev.finspect.admin;

import dev.finspect.session.EndedSession;
import dev.finspect.session.SessionHistory;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Completes ids of sessions that were shortened to a beginning which no other session has. */
final class FullIds {
    /** Length of the ids that finspect makes: what is as long is complete. */
    private static final int LENGTH = 20;
    /** How many are looked for: one more than would be clear, and some to be named. */
    private static final int MOST = 6;

    private final AdminSources sources;
    private final Executor worker;

    FullIds(AdminSources sources, Executor worker) {
        this.sources = sources;
        this.worker = worker;
    }

    /** Answers with the session of this id, or of the only one that begins like this. */
    CompletableFuture<AdminResponse> with(String written, Function<String, CompletableFuture<AdminResponse>> answer) {
        if (written.length() >= LENGTH) {
            return answer.apply(written);
        }
        return sources.living()
                .get()
                .ids(written, MOST)
                .thenApplyAsync(living -> withEnded(written, living), worker)
                .thenCompose(ids -> ids.size() > 1 && !ids.contains(written)
                        ? CompletableFuture.completedFuture(ambiguous(written, ids))
                        : answer.apply(ids.size() == 1 ? ids.iterator().next() : written));
    }

    private Set<String> withEnded(String written, List<String> living) {
        String beginning = written.toUpperCase(Locale.ROOT);
        Set<String> ids = new LinkedHashSet<>(living);
        SessionHistory.Older some = sources.history().older(SessionHistory.FROM_LATEST);
        while (!some.sessions().isEmpty() && ids.size() < MOST) {
            for (EndedSession each : some.sessions()) {
                String id = each.identity().id();
                if (id.startsWith(beginning) || id.equals(written)) {
                    ids.add(id);
                }
            }
            some = sources.history().older(some.before());
        }
        return ids;
    }

    private static AdminResponse ambiguous(String written, Set<String> ids) {
        return AdminResponse.error(
                HttpResponseStatus.CONFLICT,
                "ambiguous_id",
                "several sessions begin with \"" + written + "\": "
                        + String.join(", ", ids.stream().limit(MOST - 1L).toList())
                        + (ids.size() >= MOST ? " and more" : "") + "; write more of the id");
    }
}
