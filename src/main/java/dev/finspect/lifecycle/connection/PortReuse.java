package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpSegment;

/** Whether a SYN opens a new connection between the ports of a current one (RFC 9293 section 3.10.7.4, and Zeek). */
final class PortReuse {
    private PortReuse() {}

    /**
     * Whether this segment belongs to a new connection. A SYN belongs to the current one if it is a retransmission, if the other
     * endpoint has already acknowledged it (captured out of order), or in a simultaneous open.
     */
    static boolean opensAnother(Connection connection, boolean byFirst, TcpSegment segment) {
        if (!segment.has(TcpFlags.SYN)) {
            return false;
        }
        EndpointTracker sender = connection.endpoint(byFirst);
        boolean otherHasSent = connection.endpoint(!byFirst).sent.counts().segments() > 0;
        if (segment.has(TcpFlags.ACK) && otherHasSent) {
            return false;
        }
        return connection.zeek().anyClosed()
                || (sender.sent.started() && !sender.sent.beginsAfter(segment.sequenceNumber()));
    }
}
