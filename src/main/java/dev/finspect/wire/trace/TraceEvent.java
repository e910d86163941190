package dev.finspect.wire.trace;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.ResetReason;

/** What the kernel did with a TCP connection of this host, of any network namespace. Times are of the trace buffer's clock. */
public sealed interface TraceEvent {
    /** When it did. */
    long atNanos();

    /** The kernel's address of the socket, which tells two sockets apart; 0 where there was none. */
    long socket();

    /** From the socket's end to the other one, as the socket's own network namespace has the addresses. */
    FourTuple tuple();

    /** It sent an RST. */
    record ResetSent(long atNanos, long socket, FourTuple tuple, ResetReason reason) implements TraceEvent {}

    /** The other end's FIN was received: the socket entered CLOSE-WAIT. */
    record CloseWaitEntered(long atNanos, long socket, FourTuple tuple) implements TraceEvent {}
}
