package dev.finspect.lifecycle.connection;

import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.TcpSegment;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All connections of a capture: finds the one that a segment belongs to, opens and ends them, and hands out what became of
 * them. Memory is bounded by {@link TrackingSettings#mostConnections()}. One thread at a time.
 */
public final class Connections {
    private final TrackingSettings settings;
    private final ConnectionListener listener;
    private final FlowTable table = new FlowTable();
    private final ExpiryQueues waiting;
    private final PastConnections past;
    /** Not the same twice; nothing that is handed out depends on it. */
    private final long salt = new SplittableRandom().nextLong();

    private long nowNanos = Long.MIN_VALUE;
    private long opened;
    private long evicted;
    private long strayIcmpErrors;

    /** None yet. */
    public Connections(TrackingSettings settings, ConnectionListener listener) {
        this.settings = settings;
        this.listener = listener;
        this.waiting = new ExpiryQueues(settings.limits());
        this.past = new PastConnections(settings.mostConnections());
    }

    /** Takes the next segment, in capture order, and ends what its time stamp lets end. */
    public void segment(TcpSegment segment) {
        segment(segment, 0);
    }

    /**
     * The same, where equal ports and addresses may mean different connections.
     *
     * @param scope what tells them apart, a VLAN or a leg
     */
    public void segment(TcpSegment segment, long scope) {
        long atNanos = segment.atNanos();
        advanceTo(atNanos);
        FourTuple tuple = segment.tuple();
        int hash = FlowKey.hash(salt, scope, tuple);
        Flow flow = table.find(hash, scope, tuple);
        if (flow == null) {
            open(hash, scope, segment);
            return;
        }
        FlowEndReason ending = ending(flow, segment);
        if (ending == null) {
            flow.connection().segment(flow.isForward(tuple), segment);
            waiting.heard(flow, atNanos);
        } else {
            goOn(flow, ending, segment);
        }
    }

    private @Nullable FlowEndReason ending(Flow flow, TcpSegment segment) {
        FlowEndReason ending = flow.ending(segment.atNanos());
        if (ending == null && PortReuse.opensAnother(flow.connection(), flow.isForward(segment.tuple()), segment)) {
            return FlowEndReason.REUSED;
        }
        return ending;
    }

    private void open(int hash, long scope, TcpSegment segment) {
        FinishedConnection before = past.take(scope, segment.tuple());
        if (table.size() >= settings.mostConnections()) {
            Flow silent = waiting.silent();
            if (silent != null) {
                evicted++;
                end(silent, FlowEndReason.EVICTED);
            }
        }
        Flow flow = new Flow(hash, new DeferredConnection(settings, ++opened, scope, segment, before));
        table.add(flow);
        begin(flow, segment);
    }

    /** The facts so far are handed out, others take their place. */
    private void goOn(Flow flow, FlowEndReason ending, TcpSegment segment) {
        Connection over = flow.made();
        FinishedConnection before = FinishedConnection.of(over, ending);
        listener.finished(over.facts(ending));
        flow.replace(new DeferredConnection(settings, ++opened, flow.scope, segment, before));
        begin(flow, segment);
    }

    /** A connection of one segment is only opened where that segment closes it. */
    private void begin(Flow flow, TcpSegment segment) {
        waiting.begin(flow, segment.atNanos());
        if ((segment.flags() & (TcpFlags.FIN | TcpFlags.RST)) != 0) {
            waiting.heard(flow, segment.atNanos());
        }
    }

    private void end(Flow flow, FlowEndReason ending) {
        table.remove(flow);
        FlowQueue.leave(flow);
        Connection over = flow.made();
        past.put(FlowKey.of(flow.scope, flow.tuple()), FinishedConnection.of(over, ending));
        listener.finished(over.facts(ending));
    }

    /** Takes an ICMP error; one that quotes no living connection is counted only. */
    public void icmpError(IcmpError error) {
        icmpError(error, 0);
    }

    /** The same, in a scope. */
    public void icmpError(IcmpError error, long scope) {
        advanceTo(error.atNanos());
        FourTuple quoted = error.quoted();
        Flow flow = table.find(FlowKey.hash(salt, scope, quoted), scope, quoted);
        if (flow == null) {
            strayIcmpErrors++;
        } else {
            Connection connection = flow.connection();
            connection.icmpError(connection.end(flow.isForward(quoted)), error);
        }
    }

    /** Lets capture time pass without a segment; time that goes backwards is ignored. */
    public void advanceTo(long atNanos) {
        if (atNanos <= nowNanos) {
            return;
        }
        nowNanos = atNanos;
        if (waiting.isTime(atNanos)) {
            waiting.over(atNanos, this::end);
        }
    }

    /** The capture is over: hands out every connection that lives, oldest first. */
    public void finish() {
        for (Flow flow : oldestFirst()) {
            end(flow, FlowEndReason.CAPTURE_ENDED);
        }
    }

    /** Shows what is known of each living connection, oldest first. */
    public void forEachLiving(Consumer<ConnectionFacts> consumer) {
        for (Flow flow : oldestFirst()) {
            consumer.accept(flow.facts(FlowEndReason.LIVING));
        }
    }

    private List<Flow> oldestFirst() {
        List<Flow> flows = table.all();
        flows.sort(Comparator.comparingLong(Flow::number));
        return flows;
    }

    /** How many live now. */
    public int living() {
        return table.size();
    }

    /** How many were opened, those that continue others included. */
    public long opened() {
        return opened;
    }

    /** How many had to make room before their time. */
    public long evicted() {
        return evicted;
    }

    /** How many ICMP errors quoted no living connection. */
    public long strayIcmpErrors() {
        return strayIcmpErrors;
    }

    /** The last facts of pairs of ends that do not live, oldest forgotten first. */
    private static final class PastConnections extends LinkedHashMap<FlowKey, FinishedConnection> {
        private static final long serialVersionUID = 1;
        private static final int MOST = 65_536;

        private final int most;

        PastConnections(int mostConnections) {
            most = Math.min(mostConnections, MOST);
        }

        @Nullable
        FinishedConnection take(long scope, FourTuple tuple) {
            return isEmpty() ? null : remove(FlowKey.of(scope, tuple));
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<FlowKey, FinishedConnection> eldest) {
            return size() > most;
        }
    }
}
