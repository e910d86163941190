package dev.finspect.admin;

import dev.finspect.session.LivingSession;
import dev.finspect.session.SessionDirectory;
import dev.finspect.session.SessionDirectory.Selection;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionWalk;
import dev.finspect.session.explain.Explanation;
import dev.finspect.session.explain.ExplanationHead;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the sessions that hang, a few records at a time: of each record it keeps only what places it among the others. Where none
 * hangs, it looks for what is owed and not reported yet.
 */
final class HangSearch {
    /** Most sessions that are looked at. */
    private static final int MOST = 1_000;

    private static final int MOST_OWING = 100;
    private static final int RECORDS_AT_ONCE = 4;
    /** Of how many sessions in which something is owed the explanation is kept. */
    private static final int KEPT_OWING = 3;

    private final SessionDirectory directory;
    private final Function<SessionRecord, Explanation> explain;
    private final Executor worker;
    private final List<ExplanationHead> hung = new ArrayList<>();
    private final Map<String, LivingSession> byId = new HashMap<>();
    private final List<Explanation> firstOwing = new ArrayList<>();
    private int owing;

    /** {@code explain} takes the records on {@code worker}. */
    HangSearch(SessionDirectory directory, Function<SessionRecord, Explanation> explain, Executor worker) {
        this.directory = directory;
        this.explain = explain;
        this.worker = worker;
    }

    /** Searches all sessions, not only those in which the rules have found something. */
    CompletableFuture<HangSearch> everywhere() {
        return over(Selection.ALL, MOST);
    }

    /** Searches those in which the rules have found something; the others only where none of them hangs. */
    CompletableFuture<HangSearch> amongFound() {
        return over(new Selection(null, true), MOST)
                .thenCompose(done ->
                        hung.isEmpty() ? over(Selection.ALL, MOST_OWING) : CompletableFuture.completedFuture(done));
    }

    private CompletableFuture<HangSearch> over(Selection selection, int most) {
        SessionWalk walk = directory.walk(selection);
        return walkOn(walk, most).whenComplete((done, failure) -> walk.close());
    }

    private CompletableFuture<HangSearch> walkOn(SessionWalk walk, int left) {
        if (left <= 0) {
            return CompletableFuture.completedFuture(this);
        }
        return walk.next(Math.min(left, RECORDS_AT_ONCE)).thenCompose(some -> {
            if (some.isEmpty()) {
                return CompletableFuture.completedFuture(this);
            }
            List<CompletableFuture<Optional<SessionRecord>>> records =
                    some.stream().map(LivingSession::record).toList();
            return CompletableFuture.allOf(records.toArray(CompletableFuture<?>[]::new))
                    .thenRunAsync(
                            () -> {
                                for (int i = 0; i < some.size(); i++) {
                                    LivingSession session = some.get(i);
                                    records.get(i).join().ifPresent(record -> take(session, explain.apply(record)));
                                }
                            },
                            worker)
                    .thenCompose(done -> walkOn(walk, left - some.size()));
        });
    }

    private void take(LivingSession session, Explanation explanation) {
        if (explanation.hangs()) {
            hung.add(explanation.head());
            byId.put(explanation.id(), session);
        } else if (explanation.owes()) {
            owing++;
            firstOwing.add(explanation);
            firstOwing.sort(Comparator.comparing(Explanation::id));
            if (firstOwing.size() > KEPT_OWING) {
                firstOwing.remove(KEPT_OWING);
            }
        }
    }

    /** Those that hang, worst first. */
    List<ExplanationHead> hung() {
        return hung.stream().sorted(ExplanationHead.WORST_FIRST).toList();
    }

    /** The session of this id, if it hangs. */
    @Nullable
    LivingSession session(String id) {
        return byId.get(id);
    }

    /** In how many of the others something is owed and not reported yet. */
    int owing() {
        return owing;
    }

    /** The first of these, in the order of their ids. */
    List<Explanation> firstOwing() {
        return firstOwing;
    }
}
