package dev.finspect.lifecycle.connection;

import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.wire.VirtualNetwork;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The entry of a connection in the flow table and in one of the queues. */
final class Flow implements LivingConnection {
    final int hash;
    final long scope;
    private FourTuple tuple;
    private long sourceLow;
    private long destinationLow;
    private int ports;

    /** Set until the connection is created. */
    private @Nullable DeferredConnection deferred;

    private @Nullable Connection connection;
    long queuedAtNanos;

    @Nullable
    FlowQueue queue;

    @Nullable
    Flow previous;

    @Nullable
    Flow next;

    /** Another one with equal addresses and ports, in other virtual networks. */
    @Nullable
    Flow beside;

    Flow(int hash, DeferredConnection deferred) {
        this.hash = hash;
        this.scope = deferred.scope();
        this.tuple = deferred.first().tuple();
        this.deferred = deferred;
        keep(tuple);
    }

    private void keep(FourTuple kept) {
        tuple = kept;
        sourceLow = kept.source().low();
        destinationLow = kept.destination().low();
        ports = ports(kept.sourcePort(), kept.destinationPort());
    }

    /** Replaces the connection by another one between the same endpoints; the sender of its first segment becomes the first side. */
    void replace(DeferredConnection another) {
        keep(another.first().tuple());
        deferred = another;
        connection = null;
    }

    /** The connection; created and kept if it was deferred. */
    Connection connection() {
        Connection open = connection;
        if (open == null) {
            open = made();
            connection = open;
            deferred = null;
        }
        return open;
    }

    /** The connection; if it was deferred, it is created but not kept. */
    Connection made() {
        Connection open = connection;
        return open != null ? open : Objects.requireNonNull(deferred).create();
    }

    /** Whether it was seen in this virtual network. */
    boolean wasIn(VirtualNetwork network) {
        DeferredConnection first = deferred;
        return first == null
                ? connection().networks().contains(network)
                : first.first().network().equals(network);
    }

    ConnectionFacts facts(FlowEndReason reason) {
        return made().facts(reason);
    }

    /** Why it ends if no segment arrives before {@code nowNanos}; null if it does not end. */
    @Nullable
    FlowEndReason endReason(long nowNanos) {
        Connection open = made();
        FlowEndReason reason = open.zeek().endReason(nowNanos);
        return reason == FlowEndReason.CLOSED && open.outlivedReset() ? null : reason;
    }

    @Override
    public ConnectionFacts facts() {
        return facts(FlowEndReason.LIVING);
    }

    @Override
    public long number() {
        DeferredConnection first = deferred;
        return first == null ? connection().origin().number() : first.number();
    }

    @Override
    public long lastAtNanos() {
        DeferredConnection first = deferred;
        return first == null ? connection().lastAtNanos() : first.first().atNanos();
    }

    FourTuple tuple() {
        return tuple;
    }

    /** Whether a segment with this tuple goes from the first side to the second. */
    boolean isForward(FourTuple other) {
        return sourceLow == other.source().low()
                && destinationLow == other.destination().low()
                && ports == ports(other.sourcePort(), other.destinationPort())
                && same(tuple.source(), other.source())
                && same(tuple.destination(), other.destination());
    }

    /** Whether it goes from the second side to the first. */
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
