package dev.finspect.lifecycle.connection;

import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The place of a living connection in the table and in one of the queues. */
final class Flow {
    final int hash;
    final long scope;
    private FourTuple tuple;
    private long sourceLow;
    private long destinationLow;
    private int ports;

    /** Until there is a connection. */
    private @Nullable DeferredConnection unopened;

    private @Nullable Connection connection;
    long queuedAtNanos;

    @Nullable
    FlowQueue queue;

    @Nullable
    Flow previous;

    @Nullable
    Flow next;

    Flow(int hash, DeferredConnection unopened) {
        this.hash = hash;
        this.scope = unopened.scope();
        this.tuple = unopened.first().tuple();
        this.unopened = unopened;
        keep(tuple);
    }

    private void keep(FourTuple kept) {
        tuple = kept;
        sourceLow = kept.source().low();
        destinationLow = kept.destination().low();
        ports = ports(kept.sourcePort(), kept.destinationPort());
    }

    /** Another connection between the same ends takes its place; the sender of its first segment is now the first side. */
    void replace(DeferredConnection another) {
        keep(another.first().tuple());
        unopened = another;
        connection = null;
    }

    /** The connection, opened if it was not. */
    Connection connection() {
        Connection open = connection;
        if (open == null) {
            open = made();
            connection = open;
            unopened = null;
        }
        return open;
    }

    /** The connection, but not kept when it was not open. */
    Connection made() {
        Connection open = connection;
        return open != null ? open : Objects.requireNonNull(unopened).open();
    }

    ConnectionFacts facts(FlowEndReason ending) {
        return made().facts(ending);
    }

    /** Why it is over when this moment comes without a segment; null when it is not. */
    @Nullable
    FlowEndReason ending(long nowNanos) {
        return made().zeek().endReason(nowNanos);
    }

    long number() {
        DeferredConnection first = unopened;
        return first == null ? connection().origin().number() : first.number();
    }

    long lastAtNanos() {
        DeferredConnection first = unopened;
        return first == null ? connection().lastAtNanos() : first.first().atNanos();
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
