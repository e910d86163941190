package dev.finspect.cli.run;

import dev.finspect.cli.config.Config;
import dev.finspect.cli.config.KernelTraceChoice;
import dev.finspect.kernel.Reading;
import dev.finspect.kernel.trace.KernelTrace;
import dev.finspect.session.SessionSink;
import dev.finspect.session.TraceSink;
import dev.finspect.session.trace.TraceJoin;
import dev.finspect.wire.trace.TraceEvent;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernel's own reasons of a run. Opens on a thread of its own, since that takes about 100 ms, and sessions that are accepted
 * before have none. Any thread.
 */
final class SessionKernelTrace {
    private static final Logger LOG = LoggerFactory.getLogger(SessionKernelTrace.class);
    private static final int MOST_WAITING = 20_000;

    private volatile @Nullable TraceJoin join;
    private volatile @Nullable CompletableFuture<Reading<KernelTrace>> opened;

    /** A sink that adds to each session what the kernel shows of it, and passes it on to {@code next}; else that itself. */
    SessionSink before(Config config, SessionSink next) {
        if (config.capture().kernelTrace() == KernelTraceChoice.OFF) {
            return next;
        }
        TraceJoin joining = new TraceJoin(next, MOST_WAITING);
        join = joining;
        return joining;
    }

    /** Begins to trace, if that is configured. */
    void begin() {
        TraceJoin joining = join;
        if (joining == null) {
            return;
        }
        CompletableFuture<Reading<KernelTrace>> opening = new CompletableFuture<>();
        opened = opening;
        Thread opener = new Thread(
                () -> {
                    try {
                        Reading<KernelTrace> reading = KernelTrace.open(new Losses(joining));
                        if (reading instanceof Reading.Value<KernelTrace> open) {
                            joining.begin(open.value()::wake);
                        }
                        opening.complete(reading);
                    } catch (RuntimeException | Error e) {
                        opening.complete(new Reading.Unavailable<>("cannot open it: " + e + "."));
                    }
                },
                "finspect-trace-opener");
        opener.setDaemon(true);
        opener.start();
    }

    /** The open trace, or why there is none; waits until that is known. Empty if none is configured. */
    Optional<Reading<KernelTrace>> opened() {
        return Optional.ofNullable(opened).map(CompletableFuture::join);
    }

    /** Ends that wait for the trace. */
    int heldEnds() {
        TraceJoin joining = join;
        return joining == null ? 0 : joining.waiting();
    }

    /** Looks a last time, reports the ends that wait, and removes the tracing instance. */
    void close() {
        if (opened().orElse(null) instanceof Reading.Value<KernelTrace> open) {
            open.value().close();
        }
    }

    /** Passes everything on, and says what was lost, and what ended the trace. */
    private record Losses(TraceSink next) implements TraceSink {
        @Override
        public void lookBegins() {
            next.lookBegins();
        }

        @Override
        public void event(TraceEvent event) {
            next.event(event);
        }

        @Override
        public void lost(long events) {
            LOG.warn(
                    "The kernel's tracing lost {} events or more: some records lack the kernel's reason for a reset.",
                    events);
            next.lost(events);
        }

        @Override
        public long lookEnds(long nowNanos) {
            return next.lookEnds(nowNanos);
        }

        @Override
        public void ended(@Nullable String reason) {
            if (reason != null) {
                LOG.warn("The kernel's tracing ended, and records lack the kernel's reasons from now on: {}", reason);
            }
            next.ended(reason);
        }
    }
}
