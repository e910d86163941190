package dev.finspect.session;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A walk in an order: it meets all sessions first, and keeps as many of those as may be wanted. Not for several threads at once.
 */
public final class OrderedWalk implements SessionWalk {
    private static final int AT_ONCE = 64;

    private final SessionWalk walk;
    private final SessionOrder order;
    private final int limit;
    private final SessionOrder.@Nullable Place after;
    private final PriorityQueue<LivingSession> kept;
    private final List<LivingSession> ordered = new ArrayList<>();
    private boolean walked;
    private int given;

    /**
     * A walk in this order.
     *
     * @param walk meets the sessions; closed with this one
     * @param limit how many are kept
     * @param after the place behind which it begins; null for the beginning
     */
    public OrderedWalk(SessionWalk walk, SessionOrder order, int limit, SessionOrder.@Nullable Place after) {
        this.walk = walk;
        this.order = order;
        this.limit = limit;
        this.after = after;
        this.kept = new PriorityQueue<>(inOrder().reversed());
    }

    private Comparator<LivingSession> inOrder() {
        return Comparator.comparing(LivingSession::row, order.comparator());
    }

    @Override
    public CompletableFuture<List<LivingSession>> next(int most) {
        if (!walked) {
            return walk.next(AT_ONCE).thenCompose(some -> {
                some.forEach(this::keep);
                if (some.isEmpty()) {
                    walked = true;
                    ordered.addAll(kept);
                    kept.clear();
                    ordered.sort(inOrder());
                }
                return next(most);
            });
        }
        int until = Math.min(ordered.size(), given + most);
        List<LivingSession> some = List.copyOf(ordered.subList(given, until));
        given = until;
        return CompletableFuture.completedFuture(some);
    }

    private void keep(LivingSession session) {
        if (after != null && order.place(session.row()).compareTo(after) <= 0) {
            return;
        }
        kept.add(session);
        if (kept.size() > limit) {
            kept.poll();
        }
    }

    @Override
    public void close() {
        walk.close();
    }
}
