package dev.finspect.admin;

import dev.finspect.session.LivingSession;
import dev.finspect.session.SessionDirectory;
import dev.finspect.session.SessionDirectory.Selection;
import dev.finspect.session.SessionWalk;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;

/** The living sessions of a list in the order of the list. Not for several threads at once. */
abstract class LivingSessions implements AutoCloseable {
    private final SessionWalk walk;

    private LivingSessions(SessionWalk walk) {
        this.walk = walk;
    }

    /** Those that hang are ordered, the longest first: of these only the first {@code limit} are kept. */
    static LivingSessions of(SessionDirectory directory, Selection selection, int limit) {
        SessionWalk walk = directory.walk(selection);
        return selection.hung() ? new LongestHungFirst(walk, limit) : new AsMet(walk);
    }

    /** At most {@code most} sessions; none at the end. Completes on an event loop. */
    abstract CompletableFuture<List<LivingSession>> next(int most);

    @Override
    public void close() {
        walk.close();
    }

    private static final class AsMet extends LivingSessions {
        private final SessionWalk walk;

        AsMet(SessionWalk walk) {
            super(walk);
            this.walk = walk;
        }

        @Override
        CompletableFuture<List<LivingSession>> next(int most) {
            return walk.next(most);
        }
    }

    private static final class LongestHungFirst extends LivingSessions {
        private static final int AT_ONCE = 64;
        private static final Comparator<LivingSession> LONGEST_FIRST = Comparator.comparingLong(
                        (LivingSession each) -> each.row().hungSinceEpochNanos())
                .thenComparing(each -> each.row().identity().id());

        private final SessionWalk walk;
        private final int limit;
        private final PriorityQueue<LivingSession> longest = new PriorityQueue<>(LONGEST_FIRST.reversed());
        private final List<LivingSession> ordered = new ArrayList<>();
        private boolean walked;
        private int given;

        LongestHungFirst(SessionWalk walk, int limit) {
            super(walk);
            this.walk = walk;
            this.limit = limit;
        }

        @Override
        CompletableFuture<List<LivingSession>> next(int most) {
            if (!walked) {
                return walk.next(AT_ONCE).thenCompose(some -> {
                    some.forEach(this::keep);
                    if (some.isEmpty()) {
                        walked = true;
                        ordered.addAll(longest);
                        ordered.sort(LONGEST_FIRST);
                    }
                    return next(most);
                });
            }
            List<LivingSession> some = List.copyOf(ordered.subList(given, Math.min(ordered.size(), given + most)));
            given += some.size();
            return CompletableFuture.completedFuture(some);
        }

        private void keep(LivingSession session) {
            longest.add(session);
            if (longest.size() > limit) {
                longest.poll();
            }
        }
    }
}
