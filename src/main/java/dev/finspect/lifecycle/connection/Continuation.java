package dev.finspect.lifecycle.connection;

import dev.finspect.lifecycle.FlowEndReason;

/**
 * The link to an earlier connection between the same ports, which a time limit or a port reuse ended.
 *
 * @param earlier {@link ConnectionFacts#number()} of the earlier connection
 * @param cause why that ended: {@link FlowEndReason#UNANSWERED}, {@link FlowEndReason#IDLE}, {@link FlowEndReason#CLOSED}, {@link FlowEndReason#REUSED}
 *     or {@link FlowEndReason#EVICTED}
 * @param sameConnection whether both are one TCP connection: the SYN was repeated with the same sequence number, or segments
 *     without a SYN followed; false if a SYN with another number opened a new connection (port reuse)
 */
public record Continuation(long earlier, FlowEndReason cause, boolean sameConnection) {}
