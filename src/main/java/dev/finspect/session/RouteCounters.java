package dev.finspect.session;

import java.util.concurrent.atomic.LongAdder;

/**
 * What a route has carried so far, moving while its sessions live. Written by the event loops, read by any thread.
 *
 * <p>The relay adds what passed since the last time at every sweep (once a second a session) and at the session's end.
 */
public final class RouteCounters {
    private final String route;
    /** Bytes read from clients. */
    public final LongAdder clientBytesReceived = new LongAdder();
    /** Bytes handed to the kernel towards clients. */
    public final LongAdder clientBytesSent = new LongAdder();
    /** Bytes read from upstreams. */
    public final LongAdder upstreamBytesReceived = new LongAdder();
    /** Bytes handed to the kernel towards upstreams. */
    public final LongAdder upstreamBytesSent = new LongAdder();
    /** Sessions that live now. */
    public final LongAdder activeSessions = new LongAdder();
    /** Sessions that live now and whose client has sent its FIN while the upstream has not. */
    public final LongAdder halfClosedByClient = new LongAdder();
    /** Sessions that live now and whose upstream has sent its FIN while the client has not. */
    public final LongAdder halfClosedByUpstream = new LongAdder();
    /** Legs that live now, by the states of their ends. */
    public final StateCounts states = new StateCounts();
    /** Accepted connections. */
    public final LongAdder acceptedSessions = new LongAdder();
    /** Calls of accept() that failed for want of descriptors or memory. */
    public final LongAdder acceptErrors = new LongAdder();

    /** How long its connections may be idle. */
    public final IdleTimes idleTimes = new IdleTimes();

    /** Counters of the route of this name, all zero. */
    public RouteCounters(String route) {
        this.route = route;
    }

    /** The route's name. */
    public String route() {
        return route;
    }
}
