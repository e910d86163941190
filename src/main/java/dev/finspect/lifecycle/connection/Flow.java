package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import org.jspecify.annotations.Nullable;

/** The place of a living connection in the table and in one of the queues. */
final class Flow {
    final int hash;
    final long scope;
    private FourTuple tuple;
    private long sourceLow;
    private long destinationLow;
    private int ports;

    Connection connection;
    long queuedAtNanos;

    @Nullable
    FlowQueue queue;

    @Nullable
    Flow previous;

    @Nullable
    Flow next;

    Flow(int hash, long scope, FourTuple tuple, Connection connection) {
        this.hash = hash;
        this.scope = scope;
        this.tuple = tuple;
        this.connection = connection;
        keep(tuple);
    }

    private void keep(FourTuple kept) {
        tuple = kept;
        sourceLow = kept.source().low();
        destinationLow = kept.destination().low();
        ports = ports(kept.sourcePort(), kept.destinationPort());
    }

    /** Another connection between the same ends takes its place; {@code sender} goes from the side that is now first. */
    void replace(FourTuple sender, Connection another) {
        keep(sender);
        connection = another;
    }

    FourTuple tuple() {
        return tuple;
    }

    /** Whether a segment with these ends goes from the first side to the second. */
    boolean isForward(FourTuple other) {
        return sourceLow == other.source().low()
                && destinationLow == other.destination().low()
                && ports == ports(other.sourcePort(), other.destinationPort())
                && same(tuple.source(), other.source())
                && same(tuple.destination(), other.destination());
    }

    /** Whether it goes from the second to the first. */
    boolean isBackward(FourTuple other) {
        return sourceLow == other.destination().low()
                && destinationLow == other.source().low()
                && ports == ports(other.destinationPort(), other.sourcePort())
                && same(tuple.source(), other.destination())
                && same(tuple.destination(), other.source());
    }

    private static boolean same(IpAddress one, IpAddress other) {
        return one.high() == other.high() && one.v6() == other.v6();
    }

    private static int ports(int source, int destination) {
        return (source << 16) | destination;
    }
}
