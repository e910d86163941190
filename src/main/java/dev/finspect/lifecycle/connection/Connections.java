package dev.finspect.lifecycle.connection;

import dev.finspect.wire.TcpSegment;
import java.util.function.Consumer;

/**
 * All connections of a capture: finds the one that a segment belongs to, opens and ends them, and hands out what became of
 * them. Memory is bounded by {@link TrackingSettings#mostConnections()}. One thread at a time.
 */
public final class Connections {
    /** None yet. */
    public Connections(TrackingSettings settings, ConnectionListener listener) {}

    /** Takes the next segment, in capture order, and ends what its time stamp lets end. */
    public void segment(TcpSegment segment) {
        segment(segment, 0);
    }

    /**
     * The same, where equal ports and addresses may mean different connections.
     *
     * @param scope what tells them apart, a VLAN or a leg
     */
    public void segment(TcpSegment segment, long scope) {}

    /** Takes an ICMP error; one that quotes no living connection is counted only. */
    public void icmpError(IcmpError error) {
        icmpError(error, 0);
    }

    /** The same, in a scope. */
    public void icmpError(IcmpError error, long scope) {}

    /** Lets capture time pass without a segment; time that goes backwards is ignored. */
    public void advanceTo(long atNanos) {}

    /** The capture is over: hands out every connection that lives, oldest first. */
    public void finish() {}

    /** Shows what is known of each living connection, oldest first. */
    public void forEachLiving(Consumer<ConnectionFacts> consumer) {}

    /** How many live now. */
    public int living() {
        return 0;
    }

    /** How many were opened, those that continue others included. */
    public long opened() {
        return 0;
    }

    /** How many had to make room before their time. */
    public long evicted() {
        return 0;
    }

    /** How many ICMP errors quoted no living connection. */
    public long strayIcmpErrors() {
        return 0;
    }
}
