package dev.finspect.diagnose.rule;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.LegSnapshot;
import dev.finspect.diagnose.Rule;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.tcp.Leg;
import java.util.Optional;

/**
 * Both legs are established, and neither side has ever sent a byte: a client that waits for a greeting meets a service that
 * waits for a request. Only possible, since a connection that was opened in advance looks the same; and no finding where the
 * service is known to answer other clients, and never to greet: then it is such a connection.
 */
public final class NobodySpeaks implements Rule {
    @Override
    public Optional<Finding> examine(Snapshot snapshot) {
        LegSnapshot client = snapshot.client();
        LegSnapshot upstream = snapshot.upstream();
        if (Boolean.FALSE.equals(upstream.greetsElsewhere)) {
            return Optional.empty();
        }
        if (!Phase.goesOn(snapshot) || !mute(snapshot, client) || !mute(snapshot, upstream)) {
            return Optional.empty();
        }
        long since = Math.max(
                Phase.or(client.establishedAt, Long.MIN_VALUE), Phase.or(upstream.establishedAt, Long.MIN_VALUE));
        if (snapshot.nanosSince(since) < snapshot.thresholds().nobodySpeaks().toNanos()) {
            return Optional.empty();
        }
        return Optional.of(new Finding(
                FindingId.NOBODY_SPEAKS,
                Blame.CONFIGURATION,
                Confidence.POSSIBLE,
                null,
                since,
                new Proof(Leg.CLIENT)
                        .at(Clue.ESTABLISHED, client.establishedAt)
                        .amount(Clue.BYTES_RECEIVED, client.bytesReceived)
                        .peer(client)
                        .and(new Proof(Leg.UPSTREAM)
                                .at(Clue.ESTABLISHED, upstream.establishedAt)
                                .amount(Clue.BYTES_RECEIVED, upstream.bytesReceived)
                                .peer(upstream))
                        .pieces()));
    }

    private static boolean mute(Snapshot snapshot, LegSnapshot leg) {
        return leg.bytesReceived.value() == 0 && Phase.open(leg) && !Phase.unheard(snapshot, leg);
    }
}
