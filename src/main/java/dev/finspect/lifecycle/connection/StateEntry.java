package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.TcpState;

/**
 * That an endpoint entered a state, as inferred from what it sent and what reached it.
 *
 * @param atNanos time of the segment that shows it, wall clock, nanoseconds since the Unix epoch
 */
public record StateEntry(TcpState state, long atNanos) {}
