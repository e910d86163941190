package dev.finspect.lifecycle.connection;

import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.TcpSegment;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tracks all connections of a capture: assigns segments to connections, opens and ends connections, and reports those that
 * ended. Memory is bounded by {@link TrackingSettings#mostConnections()}. Not thread-safe.
 */
public final class Connections {
    /** The number of no connection; the first one's is 1. */
    public static final long NONE = 0;

    private final TrackingSettings settings;
    private final ConnectionListener listener;
    private final FlowTable table = new FlowTable();
    private final ExpiryQueues expiry;
    private final FinishedConnections finished;
    /** Random for each instance; no result depends on it. */
    private final long salt = new SplittableRandom().nextLong();

    private long nowNanos = Long.MIN_VALUE;
    private long opened;
    private long evicted;
    private long strayIcmpErrors;

    /** Creates a tracker without connections. */
    public Connections(TrackingSettings settings, ConnectionListener listener) {
        this.settings = settings;
        this.listener = listener;
        this.expiry = new ExpiryQueues(settings.limits());
        this.finished = new FinishedConnections(settings.mostConnections());
    }

    /**
     * Processes the next segment, in capture order, after ending the connections that have timed out by its time stamp.
     *
     * @return the number of its connection
     */
    public long segment(TcpSegment segment) {
        return segment(segment, 0);
    }

    /**
     * The same, if equal ports and addresses can belong to different connections.
     *
     * @param scope distinguishes them, for example a leg; virtual networks need none, see {@link FlowChoice}
     */
    public long segment(TcpSegment segment, long scope) {
        long atNanos = segment.atNanos();
        advanceTo(atNanos);
        FourTuple tuple = segment.tuple();
        int hash = FlowKey.hash(salt, scope, tuple);
        Flow first = table.find(hash, scope, tuple);
        if (first == null) {
            return open(hash, scope, segment, false);
        }
        boolean only = first.beside == null && first.wasIn(segment.network());
        Flow flow = only ? first : choose(first, segment);
        if (flow == null) {
            return open(hash, scope, segment, true);
        }
        FlowEndReason reason = endReason(flow, segment);
        if (reason == null) {
            flow.connection().segment(flow.isForward(tuple), segment);
            expiry.segmentSeen(flow, atNanos);
        } else {
            replace(flow, reason, segment);
        }
        return flow.number();
    }

    private @Nullable Flow choose(Flow first, TcpSegment segment) {
        return FlowChoice.of(first, segment, finished.has(first.scope, segment));
    }

    private @Nullable FlowEndReason endReason(Flow flow, TcpSegment segment) {
        FlowEndReason reason = flow.endReason(segment.atNanos());
        if (reason == null && PortReuse.opensAnother(flow.connection(), flow.isForward(segment.tuple()), segment)) {
            return FlowEndReason.REUSED;
        }
        return reason;
    }

    /** Opens a connection; {@code beside} others with equal addresses and ports. */
    private long open(int hash, long scope, TcpSegment segment, boolean beside) {
        FinishedConnection before = finished.take(scope, segment);
        if (table.size() >= settings.mostConnections()) {
            Flow silent = expiry.evictionCandidate();
            if (silent != null) {
                evicted++;
                end(silent, FlowEndReason.EVICTED);
            }
        }
        DeferredConnection another = new DeferredConnection(settings, ++opened, scope, segment, before);
        Flow flow = new Flow(hash, another);
        if (beside) {
            table.addBeside(flow);
        } else {
            table.add(flow);
        }
        goOn(flow, another);
        begin(flow, segment);
        return flow.number();
    }

    private void goOn(Flow flow, DeferredConnection another) {
        FinishedConnection before = another.before();
        if (before != null && another.continued() != null) {
            flow.connection();
            listener.continued(before.number());
        }
    }

    /** Reports the connection and starts another in its place. */
    private void replace(Flow flow, FlowEndReason reason, TcpSegment segment) {
        Connection over = flow.made();
        FinishedConnection before = FinishedConnection.of(over, reason);
        listener.finished(over.facts(reason));
        DeferredConnection another = new DeferredConnection(settings, ++opened, flow.scope, segment, before);
        flow.replace(another);
        goOn(flow, another);
        begin(flow, segment);
    }

    /** Queues a new connection. A FIN or RST as first segment may close it at once. */
    private void begin(Flow flow, TcpSegment segment) {
        expiry.begin(flow, segment.atNanos());
        if ((segment.flags() & (TcpFlags.FIN | TcpFlags.RST)) != 0) {
            expiry.segmentSeen(flow, segment.atNanos());
        }
    }

    private void end(Flow flow, FlowEndReason reason) {
        table.remove(flow);
        FlowQueue.leave(flow);
        Connection over = flow.made();
        finished.keep(flow.scope, FinishedConnection.of(over, reason));
        listener.finished(over.facts(reason));
    }

    /**
     * Processes an ICMP error; one that quotes no current connection is only counted.
     *
     * @return the number of the connection that it quotes; {@link #NONE} for no current one
     */
    public long icmpError(IcmpError error) {
        return icmpError(error, 0);
    }

    /** The same with a scope. */
    public long icmpError(IcmpError error, long scope) {
        advanceTo(error.atNanos());
        FourTuple quoted = error.quoted();
        Flow first = table.find(FlowKey.hash(salt, scope, quoted), scope, quoted);
        if (first == null) {
            strayIcmpErrors++;
            return NONE;
        }
        Flow flow = FlowChoice.of(first, error);
        Connection connection = flow.connection();
        connection.icmpError(connection.end(flow.isForward(quoted)), error);
        return flow.number();
    }

    /** Advances capture time without a segment; an earlier time is ignored. */
    public void advanceTo(long atNanos) {
        if (atNanos <= nowNanos) {
            return;
        }
        nowNanos = atNanos;
        if (expiry.isDue(atNanos)) {
            expiry.expire(atNanos, this::end);
        }
    }

    /** Ends the capture: reports every remaining connection, oldest first. */
    public void finish() {
        for (Flow flow : oldestFirst()) {
            end(flow, FlowEndReason.CAPTURE_ENDED);
        }
    }

    /** Passes a snapshot of each current connection, oldest first. */
    public void forEachLiving(Consumer<ConnectionFacts> consumer) {
        for (Flow flow : oldestFirst()) {
            consumer.accept(flow.facts(FlowEndReason.LIVING));
        }
    }

    /** Passes each current connection that has not closed, in no particular order. No segment may come meanwhile. */
    public void forEachOpen(Consumer<LivingConnection> consumer) {
        expiry.forEachOpen(consumer);
    }

    private List<Flow> oldestFirst() {
        List<Flow> flows = table.all();
        flows.sort(Comparator.comparingLong(Flow::number));
        return flows;
    }

    /** Number of current connections. */
    public int living() {
        return table.size();
    }

    /** Number of connections opened, including those that continue others. */
    public long opened() {
        return opened;
    }

    /** Number of connections evicted because there were too many. */
    public long evicted() {
        return evicted;
    }

    /** Number of ICMP errors that quoted no current connection. */
    public long strayIcmpErrors() {
        return strayIcmpErrors;
    }
}
