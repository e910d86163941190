package dev.finspect.cli.run;

import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionSink;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The upstream addresses that closed sessions were connected to, with their routes; at most {@value #MOST}. */
final class ObservedUpstreams implements SessionSink {
    private static final int MOST = 256;

    private final Map<InetSocketAddress, String> routes = new ConcurrentHashMap<>();

    @Override
    public void closed(SessionRecord record) {
        InetSocketAddress upstream = record.upstream().peer();
        if (upstream != null && !routes.containsKey(upstream) && routes.size() < MOST) {
            routes.put(upstream, record.identity().route());
        }
    }

    /** Routes by address. */
    Map<InetSocketAddress, String> routes() {
        return Map.copyOf(routes);
    }
}
