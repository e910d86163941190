package dev.finspect.admin;

import dev.finspect.session.EndedSession;
import dev.finspect.session.LivingSession;
import dev.finspect.session.RecordEncoder;
import dev.finspect.session.SessionDirectory.Selection;
import dev.finspect.session.SessionHistory;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionRow;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
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
    private final LivingSessions living;
    private final Queue<EndedSession> closed = new ArrayDeque<>();
    private final ByteArrayOutputStream chunk = new ByteArrayOutputStream(2 * CHUNK_BYTES);
    private long historyBefore = SessionHistory.FROM_LATEST;
    private Part part;
    private int left;
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
        Selection selection = new Selection(query.route(), query.hung());
        this.living = LivingSessions.of(sources.living().get(), selection, query.limit());
        this.part = query.state().living() ? Part.LIVING : Part.CLOSED;
        write(part == Part.LIVING ? "{\"living\":[" : "{\"closed\":[");
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
        int most = Math.min(left, query.full() ? RECORDS_AT_ONCE : ROWS_AT_ONCE);
        if (most == 0) {
            return CompletableFuture.runAsync(this::livingEnds, worker);
        }
        return living.next(most).thenCompose(some -> {
            left -= some.size();
            return some.isEmpty()
                    ? CompletableFuture.runAsync(this::livingEnds, worker)
                    : query.full() ? records(some) : rows(some);
        });
    }

    private CompletableFuture<Void> rows(List<LivingSession> some) {
        return CompletableFuture.runAsync(() -> some.forEach(each -> item(encoder.encode(each.row()))), worker);
    }

    private CompletableFuture<Void> records(List<LivingSession> some) {
        List<CompletableFuture<Optional<SessionRecord>>> records =
                some.stream().map(LivingSession::record).toList();
        return CompletableFuture.allOf(records.toArray(CompletableFuture<?>[]::new))
                .thenRunAsync(
                        () -> records.forEach(each -> each.join().ifPresent(record -> item(encoder.encode(record)))),
                        worker);
    }

    private void livingEnds() {
        write("],\"living_total\":" + sources.living().get().livingCount());
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
            item(query.full() ? encoder.encode(record) : encoder.encode(SessionRow.of(record)));
            left--;
        }
        if (left == 0) {
            write("]}\n");
            part = Part.END;
        }
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
