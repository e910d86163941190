package dev.finspect.diagnose.rule;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.LegSnapshot;
import dev.finspect.diagnose.Rule;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.util.Optional;

/**
 * The upstream waits for the client. Two cases alone, since a client that has had its answer owes nothing: its program, on
 * this host, has not read what it was sent; or the upstream greeted first and the client never said a byte. An upstream that
 * goes on speaking unanswered does not wait.
 */
public final class ClientSilent implements Rule {
    @Override
    public Optional<Finding> examine(Snapshot snapshot) {
        LegSnapshot client = snapshot.client();
        if (!Phase.goesOn(snapshot)
                || !Phase.open(client)
                || Phase.unheard(snapshot, client)
                || snapshot.upstream().bytesReceived.value() == 0
                || !Turn.unanswered(client)
                || Boolean.FALSE.equals(client.allAcknowledged())) {
            return Optional.empty();
        }
        Fact<Long> unread = PeerView.unreadSince(snapshot, client);
        if (unread != null) {
            long since = Math.max(unread.value(), Phase.or(client.lastReceivedAt, Long.MIN_VALUE));
            return Optional.of(finding(client, Confidence.PROVED, since));
        }
        long sentAt = Turn.lastBytesAt(client);
        if (client.bytesReceived.value() > 0
                || Turn.speaksUnasked(snapshot.upstream())
                || snapshot.nanosSince(sentAt) < snapshot.thresholds().silence().toNanos()) {
            return Optional.empty();
        }
        boolean sure = client.allAcknowledged() != null && snapshot.upstream().unansweredTurns != null;
        return Optional.of(finding(client, sure ? Confidence.LIKELY : Confidence.POSSIBLE, sentAt));
    }

    private static Finding finding(LegSnapshot client, Confidence confidence, long since) {
        return new Finding(
                FindingId.CLIENT_SILENT,
                Blame.CLIENT,
                confidence,
                Leg.CLIENT,
                since,
                new Proof(Leg.CLIENT).turn(client).peer(client).pieces());
    }
}
