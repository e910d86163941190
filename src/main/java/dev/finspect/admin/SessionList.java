package dev.finspect.admin;

import dev.finspect.admin.SessionsQuery.Detail;
import dev.finspect.session.EndedSession;
import dev.finspect.session.LivingSession;
import dev.finspect.session.OrderedWalk;
import dev.finspect.session.RecordEncoder;
import dev.finspect.session.SessionHistory;
import dev.finspect.session.SessionOrder;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionRow;
import dev.finspect.session.SessionWalk;
import dev.finspect.session.feed.LiveRow;
import dev.finspect.session.filter.RecordFilter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A list of sessions as JSON: {@code {"living":[...],"living_total":N,"closed":[...]}}, without the parts that the query
 * excludes. It is made as the client takes it. The event loops only walk through the sessions, a few at a time; the worker
 * encodes them.
 */
final class SessionList implements ChunkSource {
    /** A chunk is sent when it has so many bytes. */
    private static final int CHUNK_BYTES = 16 << 10;

    private static final int ROWS_AT_ONCE = 32;
    private static final int RECORDS_AT_ONCE = 4;

    private final SessionsQuery query;
    private final AdminSources sources;
    private final RecordEncoder encoder;
    private final Executor worker;
    private final SessionWalk living;
    private final Queue<EndedSession> closed = new ArrayDeque<>();
    private final ByteArrayOutputStream chunk = new ByteArrayOutputStream(2 * CHUNK_BYTES);
    private long historyBefore = SessionHistory.FROM_LATEST;
    private Part part;
    private int left;
    private SessionOrder.@Nullable Place last;
    private boolean first = true;

    private enum Part {
        LIVING,
        CLOSED,
        END
    }

    SessionList(SessionsQuery query, AdminSources sources, Executor worker) {
        this.query = query;
        this.sources = sources;
        this.encoder = sources.encoder();
        this.worker = worker;
        this.left = query.limit();
        this.living = walk(query, sources.living().get().walk(query.selection()));
        this.part = query.state().living() ? Part.LIVING : Part.CLOSED;
        write(part == Part.LIVING ? "{\"living\":[" : "{\"closed\":[");
    }

    /** One more than wanted is kept in an order, to see whether there are more; with a filter all, for it may take the last. */
    private static SessionWalk walk(SessionsQuery query, SessionWalk asMet) {
        SessionOrder order = query.order() == null && query.hung() ? SessionOrder.STUCK : query.order();
        int kept = query.filter() == null ? query.limit() + 1 : Integer.MAX_VALUE;
        return order == null ? asMet : new OrderedWalk(asMet, order, kept, query.after());
    }

    @Override
    public CompletableFuture<Chunk> next() {
        return step().thenCompose(done -> {
            if (part == Part.END || chunk.size() >= CHUNK_BYTES) {
                Chunk made = new Chunk(chunk.toByteArray(), part == Part.END);
                chunk.reset();
                return CompletableFuture.completedFuture(made);
            }
            return next();
        });
    }

    private CompletableFuture<Void> step() {
        return part == Part.LIVING ? livingStep() : CompletableFuture.runAsync(this::closedStep, worker);
    }

    private CompletableFuture<Void> livingStep() {
        int most = Math.min(left, query.detail() == Detail.ROW ? ROWS_AT_ONCE : RECORDS_AT_ONCE);
        if (most == 0) {
            return more().thenAcceptAsync(this::livingEnds, worker);
        }
        return living.next(most).thenCompose(some -> {
            if (some.isEmpty()) {
                return CompletableFuture.runAsync(() -> livingEnds(false), worker);
            }
            SessionOrder order = query.order();
            last = order == null ? null : order.place(some.get(some.size() - 1).row());
            return matching(some).thenCompose(taken -> {
                left -= taken.size();
                return query.detail() == Detail.ROW && query.shown().all() ? rows(taken) : records(taken);
            });
        });
    }

    /** Those that the filter takes, as the rules looked last. */
    private CompletableFuture<List<LivingSession>> matching(List<LivingSession> some) {
        RecordFilter filter = query.filter();
        if (filter == null) {
            return CompletableFuture.completedFuture(some);
        }
        List<CompletableFuture<Optional<SessionRecord>>> records =
                some.stream().map(LivingSession::latest).toList();
        return CompletableFuture.allOf(records.toArray(CompletableFuture<?>[]::new))
                .thenApplyAsync(
                        done -> IntStream.range(0, some.size())
                                .filter(i ->
                                        records.get(i).join().filter(filter).isPresent())
                                .mapToObj(some::get)
                                .toList(),
                        worker);
    }

    /** Whether there are more living sessions, where somebody can ask for them. */
    private CompletableFuture<Boolean> more() {
        return query.order() == null
                ? CompletableFuture.completedFuture(false)
                : living.next(1).thenApply(some -> !some.isEmpty());
    }

    private CompletableFuture<Void> rows(List<LivingSession> some) {
        return CompletableFuture.runAsync(() -> some.forEach(each -> item(encoder.encode(each.row()))), worker);
    }

    private CompletableFuture<Void> records(List<LivingSession> some) {
        List<CompletableFuture<Optional<SessionRecord>>> records =
                some.stream().map(LivingSession::record).toList();
        return CompletableFuture.allOf(records.toArray(CompletableFuture<?>[]::new))
                .thenRunAsync(() -> records.forEach(each -> each.join().ifPresent(this::item)), worker);
    }

    private void livingEnds(boolean more) {
        write("],\"living_total\":" + sources.living().get().livingCount());
        if (query.order() != null) {
            write(",\"next\":" + (more && last != null ? "\"" + SessionsQuery.cursor(last) + "\"" : "null"));
        }
        if (query.state().closed()) {
            write(",\"closed\":[");
            part = Part.CLOSED;
            left = query.limit();
            first = true;
        } else {
            write("}\n");
            part = Part.END;
        }
    }

    /** Encodes some sessions that have ended. Their records are made here, as no event loop needs them any more. */
    private void closedStep() {
        for (int i = 0; i < RECORDS_AT_ONCE && left > 0; i++) {
            EndedSession session = nextClosed();
            if (session == null) {
                left = 0;
                break;
            }
            SessionRecord record = session.closedRecord();
            if (query.filter() != null && !query.filter().test(record)) {
                continue;
            }
            item(record);
            left--;
        }
        if (left == 0) {
            write("]}\n");
            part = Part.END;
        }
    }

    private byte[] encoded(SessionRecord record) {
        return switch (query.detail()) {
            case ROW -> encoder.encode(SessionRow.of(record));
            case LIVE -> sources.feed().encoder().encode(LiveRow.of(record, Set.of()));
            case FULL -> encoder.encode(record);
        };
    }

    /** The next that is meant; null at the end. What has closed does not hang. */
    private @Nullable EndedSession nextClosed() {
        while (closed.isEmpty() && !query.hung() && historyBefore > 0) {
            SessionHistory.Older older = sources.history().older(historyBefore);
            historyBefore = older.before();
            older.sessions().stream()
                    .filter(each -> query.route() == null
                            || query.route().equals(each.identity().route()))
                    .forEach(closed::add);
        }
        return closed.poll();
    }

    private void item(SessionRecord real) {
        item(query.shown().text(encoded(query.shown().record(real))));
    }

    private void item(byte[] json) {
        if (!first) {
            chunk.write(',');
        }
        first = false;
        chunk.writeBytes(json);
    }

    private void write(String text) {
        chunk.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        living.close();
    }
}
