package dev.finspect.admin;

import dev.finspect.admin.feed.FeedSources;
import dev.finspect.admin.upload.CaptureReading;
import dev.finspect.session.Exposition;
import dev.finspect.session.RecordEncoder;
import dev.finspect.session.SessionDirectory;
import dev.finspect.session.SessionHistory;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.explain.ExplanationEncoder;
import dev.finspect.session.explain.KernelCount;
import dev.finspect.session.kept.KeptCapture;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The parts of finspect that the admin server serves.
 *
 * @param metrics for {@code /metrics}
 * @param readiness for {@code /readyz}
 * @param living the living sessions; a supplier, because the admin server opens before the relay
 * @param history closed sessions, as far as they are kept
 * @param encoder encodes records as JSON
 * @param captures the captured headers of a record's session as a pcapng file; empty if none are kept. Called on the worker
 *     thread
 * @param explanations encodes explanations as JSON
 * @param kept the captured headers of the session with this id; empty if none are kept. Called on the worker thread
 * @param counts what the kernel of this host counted
 * @param routes for {@code /api/v1/routes}
 * @param reloading for {@code /api/v1/reload}
 * @param callers who connects
 * @param feed for {@code /api/v1/events}
 * @param operation what can be done to the process
 * @param files reads capture files for {@code /api/v1/captures}
 */
public record AdminSources(
        Exposition metrics,
        Readiness readiness,
        Supplier<SessionDirectory> living,
        SessionHistory history,
        RecordEncoder encoder,
        Function<SessionRecord, Optional<byte[]>> captures,
        ExplanationEncoder explanations,
        Function<String, List<KeptCapture>> kept,
        KernelCount.Counts counts,
        RouteTable routes,
        Reloading reloading,
        Callers callers,
        FeedSources feed,
        Operation operation,
        CaptureReading files) {}
