package dev.finspect.admin;

import dev.finspect.session.Exposition;
import dev.finspect.session.RecordEncoder;
import dev.finspect.session.SessionDirectory;
import dev.finspect.session.SessionHistory;
import java.util.function.Supplier;

/**
 * Whom the admin server asks.
 *
 * @param metrics for {@code /metrics}
 * @param readiness for {@code /readyz}
 * @param living the sessions that live now; a supplier, since the admin server opens before the relay
 * @param history the last sessions that closed
 * @param encoder turns records into JSON
 */
public record AdminSources(
        Exposition metrics,
        Readiness readiness,
        Supplier<SessionDirectory> living,
        SessionHistory history,
        RecordEncoder encoder) {}
