package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.TcpState;

/**
 * A state that an endpoint entered, inferred from what it sent and received.
 *
 * @param atNanos time of the segment from which it is inferred, wall clock, nanoseconds since the Unix epoch
 */
public record StateEntry(TcpState state, long atNanos) {}
