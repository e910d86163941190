package dev.finspect.diagnose.rule;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.LegSnapshot;
import dev.finspect.diagnose.Rule;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.tcp.Fact;
import java.util.Optional;

/**
 * Both windows are closed at once: each side writes and neither reads, so that neither ever gets on. Whoever closed first is
 * to blame, likely; where that cannot be told, the client, possibly, since it is the one that need not write on.
 */
public final class BothNotReading implements Rule {
    @Override
    public Optional<Finding> examine(Snapshot snapshot) {
        LegSnapshot client = snapshot.client();
        LegSnapshot upstream = snapshot.upstream();
        Fact<Long> clientSince = NotReading.since(snapshot, client);
        Fact<Long> upstreamSince = NotReading.since(snapshot, upstream);
        if (clientSince == null || upstreamSince == null) {
            return Optional.empty();
        }
        long lead = upstreamSince.value() - clientSince.value();
        return Optional.of(new Finding(
                FindingId.BOTH_NOT_READING,
                lead < 0 ? Blame.UPSTREAM : Blame.CLIENT,
                lead == 0 ? Confidence.POSSIBLE : Confidence.LIKELY,
                null,
                Math.max(clientSince.value(), upstreamSince.value()),
                NotReading.window(client)
                        .at(Clue.READING_PAUSED, client.pausedSince)
                        .peer(client)
                        .and(NotReading.window(upstream)
                                .at(Clue.READING_PAUSED, upstream.pausedSince)
                                .peer(upstream))
                        .pieces()));
    }
}
