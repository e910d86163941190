package dev.finspect.relay;

import dev.finspect.session.RouteCounters;
import dev.finspect.session.live.LegTraffic;

/** Adds a session's traffic to the counters of its route, as far as it is not added yet. Confined to the session's loop. */
final class CountedTraffic {
    private long clientReceived;
    private long clientSent;
    private long upstreamReceived;
    private long upstreamSent;

    /** Adds what passed since the last call. */
    void add(RouteCounters counters, LegTraffic client, LegTraffic upstream) {
        counters.clientBytesReceived.add(client.bytesReceived - clientReceived);
        counters.clientBytesSent.add(client.bytesSent - clientSent);
        counters.upstreamBytesReceived.add(upstream.bytesReceived - upstreamReceived);
        counters.upstreamBytesSent.add(upstream.bytesSent - upstreamSent);
        clientReceived = client.bytesReceived;
        clientSent = client.bytesSent;
        upstreamReceived = upstream.bytesReceived;
        upstreamSent = upstream.bytesSent;
    }
}
