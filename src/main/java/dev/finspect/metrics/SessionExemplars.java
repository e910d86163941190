package dev.finspect.metrics;

import io.prometheus.client.exemplars.Exemplar;
import io.prometheus.client.exemplars.ExemplarSampler;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts the id of the session that is being recorded on counters and buckets, so that a graph leads to a record.
 *
 * <p>Each counter and each bucket keeps an exemplar for some seconds before it takes another: making one costs more than
 * the recording itself. Any thread; the id is that of the calling thread.
 */
final class SessionExemplars implements ExemplarSampler {
    /** The exemplar's label. */
    static final String LABEL = "session_id";

    /** A prime number of milliseconds, so that changes do not fall in step with a scrape interval. */
    private static final long KEPT_MILLIS = 7_109;

    private final LongSupplier epochMillis;
    private final ThreadLocal<Current> current = ThreadLocal.withInitial(Current::new);

    /** Takes the wall clock's milliseconds since the Unix epoch. */
    SessionExemplars(LongSupplier epochMillis) {
        this.epochMillis = epochMillis;
    }

    /** What this thread records until {@link Current#end} belongs to this session. */
    Current begin(String sessionId) {
        Current mine = current.get();
        mine.sessionId = sessionId;
        mine.epochMillis = epochMillis.getAsLong();
        return mine;
    }

    @Override
    public @Nullable Exemplar sample(double increment, @Nullable Exemplar previous) {
        return next(increment, previous);
    }

    @Override
    public @Nullable Exemplar sample(double value, double from, double to, @Nullable Exemplar previous) {
        return next(value, previous);
    }

    private @Nullable Exemplar next(double value, @Nullable Exemplar previous) {
        Current mine = current.get();
        String sessionId = mine.sessionId;
        if (sessionId == null || (previous != null && mine.epochMillis - previous.getTimestampMs() < KEPT_MILLIS)) {
            return null;
        }
        return new Exemplar(value, mine.epochMillis, LABEL, sessionId);
    }

    /** The session that a thread records now. */
    static final class Current {
        private @Nullable String sessionId;
        private long epochMillis;

        /** What this thread records from now on belongs to no session. */
        void end() {
            sessionId = null;
        }
    }
}
