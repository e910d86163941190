package dev.finspect.metrics;

import io.micrometer.core.instrument.Clock;
import io.prometheus.client.exemplars.Exemplar;
import io.prometheus.client.exemplars.ExemplarSampler;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Attaches the id of the current session to counters and buckets as an exemplar, so that a graph leads to a record.
 *
 * <p>Each counter and each bucket keeps an exemplar for some seconds before it is replaced: creating one costs more than the
 * update itself. Any thread; each thread has its own current session.
 *
 * <p>It is the meters' clock as well: they read it several times for each update, which would take more time than all else of it.
 * While a thread has a current session it is the moment when that began.
 */
final class SessionExemplars implements ExemplarSampler, Clock {
    /** The exemplar's label. */
    static final String LABEL = "session_id";

    /** A prime number of milliseconds, so that replacements do not synchronize with a scrape interval. */
    private static final long KEPT_MILLIS = 7_109;

    private final LongSupplier epochMillis;
    private final ThreadLocal<Current> current = ThreadLocal.withInitial(Current::new);

    /** Uses a wall clock in milliseconds since the Unix epoch. */
    SessionExemplars(LongSupplier epochMillis) {
        this.epochMillis = epochMillis;
    }

    /** Sets the current session of this thread until {@link Current#end}. */
    Current begin(String sessionId) {
        Current mine = current.get();
        mine.sessionId = sessionId;
        mine.epochMillis = epochMillis.getAsLong();
        return mine;
    }

    @Override
    public long wallTime() {
        Current mine = current.get();
        return mine.sessionId == null ? epochMillis.getAsLong() : mine.epochMillis;
    }

    @Override
    public long monotonicTime() {
        return System.nanoTime();
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

    /** The current session of a thread. */
    static final class Current {
        private @Nullable String sessionId;
        private long epochMillis;

        /** Clears the current session. */
        void end() {
            sessionId = null;
        }
    }
}
