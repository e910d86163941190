package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpSegment;

/**
 * What one segment indicates about which endpoint opened the connection.
 *
 * @param senderIsOriginator whether it was the sender of the segment
 */
record OrientationEvidence(Orientation orientation, boolean senderIsOriginator) {
    /** The evidence of the first segment of a connection. */
    static OrientationEvidence byFirst(TcpSegment segment, ServicePorts ports) {
        if (segment.has(TcpFlags.SYN)) {
            return bySyn(segment, false);
        }
        boolean fromService = ports.likely(segment.tuple().sourcePort());
        boolean toService = ports.likely(segment.tuple().destinationPort());
        if (!fromService && !toService) {
            return new OrientationEvidence(Orientation.FIRST_SEGMENT, true);
        }
        return new OrientationEvidence(Orientation.SERVICE_PORT, !swapped(segment, ports));
    }

    /** The evidence of a SYN or SYN-ACK. After a SYN of the other endpoint, a SYN does not make its sender the originator. */
    static OrientationEvidence bySyn(TcpSegment segment, boolean otherSentSyn) {
        return segment.has(TcpFlags.ACK)
                ? new OrientationEvidence(Orientation.SYN_ACK, false)
                : new OrientationEvidence(Orientation.SYN, !otherSentSyn);
    }

    /**
     * Whether Zeek swaps the roles at the first segment because it comes from a service port. If both ports are service ports,
     * the lower one counts; a SYN-ACK is then not swapped, since it may be a scan.
     */
    static boolean swapped(TcpSegment segment, ServicePorts ports) {
        boolean syn = segment.has(TcpFlags.SYN);
        if (syn && !segment.has(TcpFlags.ACK)) {
            return false;
        }
        int from = segment.tuple().sourcePort();
        int to = segment.tuple().destinationPort();
        return ports.likely(from) && (!ports.likely(to) || (!syn && from < to));
    }
}
