package dev.finspect.lifecycle.connection;

import dev.finspect.lifecycle.FlowEndReason;

/**
 * That these facts go on where earlier ones between the same ports ended, because a time limit or a reuse cut them.
 *
 * @param earlier {@link ConnectionFacts#number()} of the earlier facts
 * @param cause why those ended: {@link FlowEndReason#UNANSWERED}, {@link FlowEndReason#IDLE}, {@link FlowEndReason#CLOSED}, {@link FlowEndReason#REUSED}
 *     or {@link FlowEndReason#EVICTED}
 * @param sameConnection whether it is one connection on the wire: the same initial sequence number sent again, or segments
 *     without a SYN that follow; false when a SYN with another number opened a new one (port reuse)
 */
public record Continuation(long earlier, FlowEndReason cause, boolean sameConnection) {}
