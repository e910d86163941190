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
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A client's SYN was answered, and no ACK came back. A client that repeats its SYN meanwhile lives and does not hear the
 * SYN-ACK, or is not heard: the network. One that says nothing more is gone, drops what it gets, or never was (a forged
 * source): the client, likely. One that answers with RST has refused, and owes nothing.
 */
public final class HandshakeUnfinished implements Rule {
    @Override
    public Optional<Finding> examine(Snapshot snapshot) {
        LegSnapshot leg = snapshot.client();
        Fact<Long> since = leg.synAckAt == null ? leg.synAt : leg.synAckAt;
        if (since == null || !halfOpen(leg)) {
            return Optional.empty();
        }
        if (snapshot.nanosSince(since.value()) < snapshot.thresholds().connect().toNanos()) {
            return Optional.empty();
        }
        boolean answered = positive(leg.synAckRetransmits);
        boolean asked = positive(leg.synRetransmits);
        return Optional.of(new Finding(
                FindingId.HANDSHAKE_UNFINISHED,
                asked ? Blame.NETWORK_TO_CLIENT : Blame.CLIENT,
                confidence(answered, asked),
                Leg.CLIENT,
                since.value(),
                new Proof(Leg.CLIENT)
                        .at(Clue.SYN_RECEIVED, leg.synAt)
                        .at(Clue.SYN_ACK_SENT, leg.synAckAt)
                        .amount(Clue.SYN_ACKS_AGAIN, leg.synAckRetransmits)
                        .amount(Clue.SYNS_AGAIN, leg.synRetransmits)
                        .pieces()));
    }

    /** Answered by the wire, or by the state of finspect's end where no wire was seen. */
    private static boolean halfOpen(LegSnapshot leg) {
        boolean answered = leg.synAckAt != null || (leg.state != null && leg.state.value() == TcpState.SYN_RECEIVED);
        return answered
                && !leg.established()
                && leg.ackAt == null
                && leg.peerRst == null
                && leg.bytesReceived.value() == 0;
    }

    private static Confidence confidence(boolean answered, boolean asked) {
        if (!answered) {
            return Confidence.POSSIBLE;
        }
        return asked ? Confidence.PROVED : Confidence.LIKELY;
    }

    private static boolean positive(@Nullable Fact<Long> number) {
        return number != null && number.value() > 0;
    }
}
