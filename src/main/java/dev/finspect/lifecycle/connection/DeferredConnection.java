package dev.finspect.lifecycle.connection;

import dev.finspect.lifecycle.zeek.ZeekConnection;
import dev.finspect.tcp.FourTuple;
import dev.finspect.wire.TcpSegment;
import org.jspecify.annotations.Nullable;

/**
 * A connection of one segment: all that is kept of it until a second one comes, so that a flood of SYNs stays cheap.
 *
 * @param before the facts that it goes on from
 */
record DeferredConnection(
        TrackingSettings settings,
        long number,
        long scope,
        TcpSegment first,
        @Nullable FinishedConnection before) {
    /** The connection, with its first segment taken. */
    Connection open() {
        FourTuple tuple = first.tuple();
        Connection connection = new Connection(
                new Connection.Origin(number, scope, tuple, before == null ? null : before.continuedBy(first)),
                new ZeekConnection(tuple, OrientationEvidence.turned(first, settings.servicePorts()), settings.limits()),
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
