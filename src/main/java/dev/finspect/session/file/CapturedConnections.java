package dev.finspect.session.file;

import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.ConnectionListener;
import dev.finspect.lifecycle.connection.Connections;
import dev.finspect.lifecycle.connection.LivingConnection;
import dev.finspect.lifecycle.connection.TrackingSettings;
import dev.finspect.tcp.FourTuple;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.TcpSegment;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Follows the connections of one capture, read from files or live: each ends once, alone, or as a session of two whose legs a
 * proxy joined. One thread at a time; memory is bounded.
 */
public final class CapturedConnections {
    /** Receives the connections that have ended. */
    public interface Outlet {
        /** The last of its segments has come; it follows as one of the others, now or when its partner has ended. */
        default void ended(ConnectionFacts facts) {}

        /** One that has no partner; {@code ambiguous} when more than one could be it. */
        default void settled(boolean ambiguous) {}

        /** One alone; {@code continued} when a later one goes on from it, which then has the findings of both. */
        void alone(ConnectionFacts facts, boolean continued);

        /** The two legs of a session. */
        void joined(ConnectionFacts client, ConnectionFacts upstream);
    }

    private final Outlet outlet;
    private final CapturedRecords records;
    private final Connections connections;
    private final ContinuationWait continuations;
    private final LegJoiner joiner;
    private long lastAtNanos;

    /**
     * No connection yet.
     *
     * @param startNanos when the capture began, nanoseconds since the Unix epoch
     * @param records is notified of the capture's segments
     */
    public CapturedConnections(TrackingSettings settings, long startNanos, CapturedRecords records, Outlet outlet) {
        this.outlet = outlet;
        this.records = records;
        this.lastAtNanos = startNanos;
        this.continuations = new ContinuationWait(outlet::alone);
        this.joiner = new LegJoiner(new Settled());
        this.connections = new Connections(settings, new Ended());
    }

    /**
     * Takes the next segment of the capture.
     *
     * @return the number of its connection
     */
    public long segment(TcpSegment segment) {
        records.segment(segment);
        long number = connections.segment(segment);
        joiner.segment(segment);
        lastAtNanos = Math.max(lastAtNanos, segment.atNanos());
        continuations.advanceTo(lastAtNanos);
        return number;
    }

    /**
     * Takes the next ICMP error.
     *
     * @return the number of the connection that it quotes; {@link Connections#NONE} for no current one
     */
    public long icmpError(IcmpError error) {
        return connections.icmpError(error);
    }

    /** The time is this, though no segment may have come: what has timed out ends. An earlier time is ignored. */
    public void advanceTo(long atNanos) {
        lastAtNanos = Math.max(lastAtNanos, atNanos);
        connections.advanceTo(lastAtNanos);
        continuations.advanceTo(lastAtNanos);
        joiner.advanceTo(lastAtNanos);
    }

    /** The capture is over: all that is left ends. */
    public void finish() {
        connections.finish();
        joiner.finish();
        continuations.finish();
    }

    /** Passes each current connection that has not closed. */
    public void forEachOpen(Consumer<LivingConnection> consumer) {
        connections.forEachOpen(consumer);
    }

    /**
     * The two legs of a session that lives, of which this is one; null where that is not sure.
     *
     * @param tuple from its originator
     * @param living what a connection that lives shows; null where that is not known
     */
    public @Nullable JoinedLegs legs(FourTuple tuple, Function<FourTuple, @Nullable ConnectionFacts> living) {
        return joiner.living(tuple, living, lastAtNanos);
    }

    /** The latest time of the capture. */
    public long lastAtNanos() {
        return lastAtNanos;
    }

    /** Connections so far, including those that continue others. */
    public long opened() {
        return connections.opened();
    }

    /** Connections that were let go because there were too many. */
    public long evicted() {
        return connections.evicted();
    }

    /** What the tracker of connections reports. */
    private final class Ended implements ConnectionListener {
        @Override
        public void finished(ConnectionFacts facts) {
            outlet.ended(facts);
            joiner.finished(facts);
        }

        @Override
        public void continued(long number) {
            continuations.continued(number);
        }
    }

    /** What the joiner decides. */
    private final class Settled implements LegJoiner.Outlet {
        @Override
        public void alone(ConnectionFacts facts, boolean ambiguous) {
            outlet.settled(ambiguous);
            continuations.finished(facts);
        }

        @Override
        public void joined(ConnectionFacts client, ConnectionFacts upstream) {
            outlet.joined(client, upstream);
        }
    }
}
