package dev.finspect.record;

import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.Continuation;
import dev.finspect.lifecycle.connection.Endpoint;
import dev.finspect.lifecycle.connection.EndpointFacts;
import org.jspecify.annotations.Nullable;

/**
 * What captured segments show of a leg, and how well they were captured.
 *
 * @param mode what was captured
 * @param startMissed whether it began before the capture looked at it
 * @param droppedPackets packets of any connection that the capture lost while the leg lived; null when not counted
 * @param peer which end of the connection the leg's peer is
 * @param facts what the segments show
 * @param earlierId id of the record that this one goes on from; null when it stands alone or the record was never written
 * @param acksCaptured whether the capture holds any segment but SYN, FIN and RST; otherwise a missing ACK shows nothing
 * @param joinedBy of the upstream leg of another proxy's session, what shows that it belongs to the client's; null otherwise
 */
public record LegWire(
        CaptureMode mode,
        boolean startMissed,
        @Nullable Long droppedPackets,
        Endpoint peer,
        ConnectionFacts facts,
        @Nullable String earlierId,
        boolean acksCaptured,
        @Nullable JoinedBy joinedBy) {
    /** Of a capture that holds segments of all kinds. */
    public LegWire(
            CaptureMode mode,
            boolean startMissed,
            @Nullable Long droppedPackets,
            Endpoint peer,
            ConnectionFacts facts,
            @Nullable String earlierId) {
        this(mode, startMissed, droppedPackets, peer, facts, earlierId, true, null);
    }

    /** The peer's end. */
    public EndpointFacts peerEnd() {
        return facts.of(peer);
    }

    /** finspect's end; in a capture of a connection without finspect, the responder's. */
    public EndpointFacts localEnd() {
        return facts.of(peer.other());
    }

    /**
     * Whether segments are proved to have passed that the capture does not have; null where nothing can be proved, since those
     * with payload were left out on purpose, or the capture ended before the leg.
     */
    public @Nullable Boolean segmentsMissed() {
        boolean missed = facts.captureMissed();
        boolean known = mode.seesData() && (missed || !cut());
        return known ? (Boolean) missed : null;
    }

    /**
     * Whether a live capture ended while the leg went on: what it showed stays true, and it shows neither what is now nor how
     * much there was in all.
     */
    public boolean cut() {
        return !mode.passive() && facts.ending() == FlowEndReason.CAPTURE_ENDED;
    }

    /**
     * Whether every segment of the kinds that were captured is in it, from the first to the last: then what is not in it did
     * not pass.
     */
    public boolean isComplete() {
        return !startMissed && !facts.midStream() && !lossy() && !lacksSegments() && !continuesEarlier();
    }

    /** Whether segments of the kinds that were captured are known to be missing in it, or left out, after the first. */
    public boolean lacksSegments() {
        return facts.captureMissed() || !acksCaptured || dataWithWrongChecksum() > 0;
    }

    /**
     * How many segments with data of either end were left out because their checksum was wrong: bytes of which nothing else shows
     * may have passed. Those of a host that leaves the checksums to its network card are not left out.
     */
    public long dataWithWrongChecksum() {
        return facts.dataLeftOut();
    }

    /** Whether it is the later part of a connection, whose earlier part is in another record. */
    public boolean continuesEarlier() {
        Continuation before = facts.continues();
        return before != null && before.sameConnection();
    }

    /** Zeek's letters; without those for gaps where segments with payload were left out on purpose. */
    public String history() {
        String letters = facts.zeek().history();
        return mode.seesData() ? letters : letters.replaceAll("[Gg]", "");
    }

    /** Whether counts of segments can be too low because packets were lost, or the capture ended before the leg. */
    public boolean lossy() {
        return cut() || (droppedPackets != null && droppedPackets > 0);
    }
}
