package dev.finspect.admin;

import dev.finspect.session.Exposition;
import dev.finspect.session.RecordEncoder;
import dev.finspect.session.SessionDirectory;
import dev.finspect.session.SessionHistory;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.explain.ExplanationEncoder;
import dev.finspect.session.join.KeptCapture;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Whom the admin server asks.
 *
 * @param metrics for {@code /metrics}
 * @param readiness for {@code /readyz}
 * @param living the sessions that live now; a supplier, since the admin server opens before the relay
 * @param history the last sessions that closed
 * @param encoder turns records into JSON
 * @param captures the kept headers of the session of a record as a pcapng file; empty when nothing is kept. Asked on the
 *     worker thread
 * @param explanations turns explanations into JSON
 * @param kept the kept headers of the session of an id; empty when nothing is kept. Asked on the worker thread
 * @param routes for {@code /api/v1/routes}
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
        RouteTable routes) {}
