package dev.finspect.session.live;

import dev.finspect.session.SessionIdentity;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.TcpInfo;

/**
 * Whether bytes of a peer wait in finspect's kernel behind bytes that are missing, by readings of one socket whose segments have
 * come out of order at least once.
 *
 * <p>The receive queue is empty although received segments take memory: they lie in the out-of-order queue. A reading of the one
 * and of the other are not taken at the same moment, so two readings in a row must say so, without a byte in order between them.
 * Where the memory is not known, more segments out of order since the last byte in order say the same.
 */
final class HoleReadings {
    private static final long NEVER = LegTraffic.NEVER;

    private long bytesInOrder = TcpInfo.ABSENT;
    private long outOfOrderBefore;
    private long firstSeenAtNanos = NEVER;
    private boolean known;

    /**
     * Takes a reading.
     *
     * @param memoryBytes what the received segments take; negative where it was not asked for
     * @param unreadBytes how many bytes lie in the receive queue
     */
    void read(TcpInfo info, long memoryBytes, long unreadBytes, long atNanos) {
        if (info.bytesReceived() != bytesInOrder) {
            bytesInOrder = info.bytesReceived();
            outOfOrderBefore = info.outOfOrderSegments();
            unknown();
        }
        if (peerHasFinished(info.state()) || memoryBytes == 0) {
            firstSeenAtNanos = NEVER;
            known = true;
        } else if (unreadBytes != 0) {
            unknown();
        } else if (memoryBytes > 0 || info.outOfOrderSegments() > outOfOrderBefore) {
            known = firstSeenAtNanos != NEVER;
            firstSeenAtNanos = known ? firstSeenAtNanos : atNanos;
        }
    }

    private void unknown() {
        firstSeenAtNanos = NEVER;
        known = false;
    }

    /** Its FIN is taken in order, so that everything before it has come. */
    private static boolean peerHasFinished(TcpState state) {
        return switch (state) {
            case CLOSE_WAIT, LAST_ACK, CLOSING, TIME_WAIT -> true;
            case CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2 -> false;
        };
    }

    /** Since when the same bytes have been missing, as far as the readings show; none while nothing is missing. */
    Observation<Long> since(SessionIdentity clock) {
        if (!known) {
            return Observation.notObserved();
        }
        return firstSeenAtNanos == NEVER
                ? Observation.none(Source.KERNEL)
                : Fact.kernel(clock.epochNanos(firstSeenAtNanos));
    }
}
