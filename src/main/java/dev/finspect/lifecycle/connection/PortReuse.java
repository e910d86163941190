package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpSegment;

/** Whether a SYN opens another connection between the ports of one that is known (RFC 9293 section 3.10.7.4, and Zeek). */
final class PortReuse {
    private PortReuse() {}

    /**
     * Whether this segment is none of the connection's. A SYN is one's own when it comes again, when it is the one that the
     * other end acknowledged already (captured out of order), and when it crosses the other end's (simultaneous open).
     */
    static boolean opensAnother(Connection connection, boolean byFirst, TcpSegment segment) {
        if (!segment.has(TcpFlags.SYN)) {
            return false;
        }
        EndpointTracker sender = connection.endpoint(byFirst);
        boolean askedBefore = connection.endpoint(!byFirst).sent.counts().segments() > 0;
        if (segment.has(TcpFlags.ACK) && askedBefore) {
            return false;
        }
        return connection.zeek().anyClosed()
                || (sender.sent.started() && !sender.sent.beginsAfter(segment.sequenceNumber()));
    }
}
