package dev.finspect.session;

/**
 * The time within which one packet passes a host: what is seen again within it on another interface, such as a bridge and its
 * port, is an echo; what comes later was sent again.
 */
public final class EchoTime {
    /** Far more than a packet takes through a host, far less than any retransmission time-out. */
    private static final long MOST_NANOS = 50_000_000;

    private EchoTime() {}

    /** Whether both moments lie within it. */
    public static boolean joins(long oneNanos, long otherNanos) {
        return Math.abs(otherNanos - oneNanos) < MOST_NANOS;
    }
}
