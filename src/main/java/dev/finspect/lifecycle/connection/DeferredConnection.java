package dev.finspect.lifecycle.connection;

import dev.finspect.lifecycle.zeek.ZeekConnection;
import dev.finspect.tcp.FourTuple;
import dev.finspect.wire.TcpSegment;
import org.jspecify.annotations.Nullable;

/**
 * A connection with one segment so far. Its full state is created when a second segment arrives, so that SYN floods stay cheap.
 *
 * @param before the connection that it continues
 */
record DeferredConnection(
        TrackingSettings settings,
        long number,
        long scope,
        TcpSegment first,
        @Nullable FinishedConnection before) {
    /** Creates the connection and processes its first segment. */
    Connection create() {
        FourTuple tuple = first.tuple();
        Connection connection = new Connection(
                new Connection.Origin(number, scope, tuple, before == null ? null : before.continuedBy(first)),
                new ZeekConnection(
                        tuple, OrientationEvidence.swapped(first, settings.servicePorts()), settings.limits()),
                OrientationEvidence.byFirst(first, settings.servicePorts()),
                settings.skipWrongChecksums());
        if (before != null) {
            connection.endpoint(true).syn.remember(before.sender(tuple));
            connection.endpoint(false).syn.remember(before.receiver(tuple));
        }
        connection.segment(true, first);
        return connection;
    }
}
