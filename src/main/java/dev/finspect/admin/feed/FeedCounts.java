package dev.finspect.admin.feed;

import dev.finspect.session.RouteCounters;
import java.util.Collection;
import java.util.function.Supplier;

/** The totals of this finspect, for the live stream. Any thread. */
final class FeedCounts {
    private final FeedSink sink;
    private final Supplier<? extends Collection<RouteCounters>> routes;
    private final Supplier<String> state;

    FeedCounts(FeedSink sink, Supplier<? extends Collection<RouteCounters>> routes, Supplier<String> state) {
        this.sink = sink;
        this.routes = routes;
        this.state = state;
    }

    /** The members of the object, each after a comma. */
    String members() {
        long active = 0;
        long byClient = 0;
        long byUpstream = 0;
        for (RouteCounters route : routes.get()) {
            active += route.activeSessions.sum();
            byClient += route.halfClosedByClient.sum();
            byUpstream += route.halfClosedByUpstream.sum();
        }
        return ",\"state\":\"" + state.get() + "\",\"active\":" + active + ",\"hung\":" + sink.hungCount()
                + ",\"half_closed\":{\"client\":" + byClient + ",\"upstream\":" + byUpstream + "},\"opened\":"
                + sink.openedCount() + ",\"closed\":" + sink.closedCount() + ",\"failed\":" + sink.failedCount();
    }
}
