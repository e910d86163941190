package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpSegment;

/**
 * What one segment says of who opened its connection.
 *
 * @param senderIsOriginator whether it was the segment's sender
 */
record OrientationEvidence(Orientation orientation, boolean senderIsOriginator) {
    /** Of the first segment of a connection. */
    static OrientationEvidence byFirst(TcpSegment segment, ServicePorts ports) {
        if (segment.has(TcpFlags.SYN)) {
            return bySyn(segment, false);
        }
        boolean fromService = ports.likely(segment.tuple().sourcePort());
        boolean toService = ports.likely(segment.tuple().destinationPort());
        if (!fromService && !toService) {
            return new OrientationEvidence(Orientation.FIRST_SEGMENT, true);
        }
        return new OrientationEvidence(Orientation.SERVICE_PORT, !turned(segment, ports));
    }

    /** Of a SYN or SYN-ACK; after the other end's SYN its own does not make it the originator. */
    static OrientationEvidence bySyn(TcpSegment segment, boolean otherAsked) {
        return segment.has(TcpFlags.ACK)
                ? new OrientationEvidence(Orientation.SYN_ACK, false)
                : new OrientationEvidence(Orientation.SYN, !otherAsked);
    }

    /**
     * Whether Zeek turns a connection round at its first segment: the sender speaks from a service's port. Where both do, the
     * lower number is the service's, and a SYN-ACK is left alone, since it may be a scan.
     */
    static boolean turned(TcpSegment segment, ServicePorts ports) {
        boolean syn = segment.has(TcpFlags.SYN);
        if (syn && !segment.has(TcpFlags.ACK)) {
            return false;
        }
        int from = segment.tuple().sourcePort();
        int to = segment.tuple().destinationPort();
        return ports.likely(from) && (!ports.likely(to) || (!syn && from < to));
    }
}
