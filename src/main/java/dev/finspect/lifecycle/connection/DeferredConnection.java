package dev.finspect.lifecycle.connection;

import dev.finspect.lifecycle.zeek.ZeekConnection;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.TcpFlags;
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
    /**
     * The connection that is the same TCP connection as this one: then this one may be created only once. A SYN after an RST is
     * another attempt, even with the same number.
     */
    @Nullable
    Connection continued() {
        Connection earlier = before == null ? null : before.kept().connection;
        if (earlier == null || before == null || !before.continuedBy(first).sameConnection()) {
            return null;
        }
        return first.has(TcpFlags.SYN) && earlier.wasReset() ? null : earlier;
    }

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
            Connection earlier = continued();
            if (earlier != null) {
                connection.goOnFrom(earlier);
            }
        }
        connection.segment(true, first);
        return connection;
    }
}
