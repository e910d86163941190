package dev.finspect.diagnose.question;

import dev.finspect.diagnose.Snapshot;
import dev.finspect.record.CloseMark;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Fact;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the client sent to an upstream that was closing, and that was never answered.
 *
 * @param fin the upstream's
 * @param sentAt when the last bytes were sent to it
 * @param rest how long the connection had been idle before those bytes; null where it was not idle, or that is not known
 * @param afterFin whether finspect had the upstream's FIN, and had acknowledged it, before the bytes were sent
 */
public record LostRequest(
        CloseMark fin, Fact<Long> sentAt, @Nullable Rest rest, boolean afterFin) {
    /** A shorter one is a pause. */
    private static final long REST_NANOS = Duration.ofSeconds(1).toNanos();

    /** Of a session that has ended; null where every word was answered or acknowledged, or the client had closed first. */
    public static @Nullable LostRequest of(Snapshot snapshot) {
        LegRecord it = snapshot.upstream();
        CloseMark fin = it.close().peerFin().orNull();
        Fact<Long> sent = it.lastSentAt().fact();
        if (fin == null || sent == null || !SessionPhase.endedByPeers(snapshot) || !Turn.isUnanswered(it)) {
            return null;
        }
        CloseMark passedOn = it.close().localFin().orNull();
        boolean clientFirst = passedOn != null && passedOn.atEpochNanos() < fin.atEpochNanos();
        if (clientFirst || SendProgress.tookEverything(it)) {
            return null;
        }
        Long acknowledged = passedOnAck(snapshot, fin);
        long knownAt = acknowledged == null ? fin.atEpochNanos() + SessionPhase.reactionNanos(it) : acknowledged;
        return new LostRequest(fin, sent, Rest.before(it, sent.value()), sent.value() >= knownAt);
    }

    /** When the upstream's FIN was acknowledged, by whom it was meant for where there is no proxy; null where that is not known. */
    private static @Nullable Long passedOnAck(Snapshot snapshot, CloseMark fin) {
        CloseMark passedOn = snapshot.client().close().localFin().orNull();
        Long time = fin.timeToAck().orNull();
        if (time != null) {
            return fin.atEpochNanos() + time;
        }
        if (passedOn == null || passedOn.atEpochNanos() != fin.atEpochNanos()) {
            return null;
        }
        Long later = passedOn.timeToAck().orNull();
        return later == null ? null : (Long) (fin.atEpochNanos() + later);
    }

    /** Whether a segment of the upstream acknowledges everything that was sent to it; null where that is not known. */
    public static @Nullable Boolean covers(CloseMark segment, LegRecord leg) {
        Long acked = segment.ackedBytes().orNull();
        return acked == null ? null : (Boolean) (acked >= leg.bytesSent());
    }

    /** Whether the upstream's FIN is known to have been sent before all of it had arrived. */
    public boolean isPassedOver(LegRecord leg) {
        return Boolean.FALSE.equals(covers(fin, leg));
    }

    /** Whether it is as short as a goodbye, and was sent in answer to the FIN. */
    public boolean answersFin(LegRecord leg) {
        return afterFin && isPassedOver(leg) && isTiny(leg);
    }

    /** How many bytes the upstream's FIN does not acknowledge; all of the unanswered word where that is not known. */
    private long bytes(LegRecord leg) {
        Long acked = fin.ackedBytes().orNull();
        if (acked != null) {
            return leg.bytesSent() - acked;
        }
        Long after = leg.close().afterFin().bytesSent().orNull();
        return after != null && after > 0
                ? after
                : leg.data().turns().turnBytesSent().or(0L);
    }

    /** Whether it is no longer than a goodbye. */
    public boolean isTiny(LegRecord leg) {
        return bytes(leg) <= Turn.COURTESY_BYTES;
    }

    /** Whether the connection was idle before. */
    public boolean rested() {
        return rest != null && rest.nanos().value() >= REST_NANOS;
    }

    /**
     * Whether it may be a goodbye, such as a TLS close_notify or QUIT: few bytes, and its client closed right after them, or
     * sent them at once in answer to the FIN. A client that waits for an answer does neither.
     */
    public boolean mayBeGoodbye(Snapshot snapshot) {
        LegRecord client = snapshot.client();
        CloseMark own = client.close().peerFin().isKnown()
                ? client.close().peerFin().orNull()
                : client.close().peerRst().orNull();
        CloseMark rst = PeerReset.of(snapshot.upstream());
        boolean left = own != null
                && own.atEpochNanos() - sentAt.value() <= SessionPhase.reactionNanos(client)
                && (rst == null || own.atEpochNanos() <= rst.atEpochNanos() + SessionPhase.reactionNanos(client));
        boolean atOnce = afterFin && sentAt.value() - fin.atEpochNanos() <= REST_NANOS;
        return isTiny(snapshot.upstream()) && (left || atOnce);
    }
}
