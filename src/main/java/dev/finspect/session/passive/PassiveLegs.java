package dev.finspect.session.passive;

import dev.finspect.diagnose.Snapshot;
import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.record.JoinedBy;
import dev.finspect.record.PeerProgram;
import dev.finspect.record.PeerSocket;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.file.CapturedRecords;
import dev.finspect.session.file.JoinedLegs;
import dev.finspect.tcp.Leg;
import java.net.InetSocketAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a session of others: one, or the two that a process of this host joins. Times are wall clock, nanoseconds
 * since the Unix epoch. Used under the lock of {@link PassiveConnections}.
 */
final class PassiveLegs {
    private final CapturedRecords records;
    private final PassiveLeg client;
    private @Nullable PassiveLeg upstream;
    private JoinedBy joinedBy = JoinedBy.SEGMENTS;

    /** Of one connection. */
    PassiveLegs(CapturedRecords records, PassiveLeg client) {
        this.records = records;
        this.client = client;
    }

    /** The one connection; of two, the client's. */
    PassiveLeg client() {
        return client;
    }

    /** This process joins it with another. */
    void join(PassiveLeg other, PeerSocket.Holder process) {
        upstream = other;
        joinedBy = new JoinedBy(process.program(), process.processId());
    }

    /** It is one connection again. */
    void split() {
        upstream = null;
    }

    /** Whether it has two. */
    boolean areTwo() {
        return upstream != null;
    }

    /** What both show so far; null of one connection. */
    @Nullable
    JoinedLegs both() {
        PassiveLeg second = upstream;
        return second == null ? null : new JoinedLegs(client.facts(), second.facts());
    }

    /** Whether further segments of a connection are followed. */
    boolean anyOpen() {
        PassiveLeg second = upstream;
        return client.isOpen() || (second != null && second.isOpen());
    }

    /** Whether a connection is one of these. */
    boolean anyOf(Set<Long> numbers) {
        PassiveLeg second = upstream;
        return numbers.contains(client.number()) || (second != null && numbers.contains(second.number()));
    }

    /** The last segment. */
    long lastAtNanos() {
        PassiveLeg second = upstream;
        return second == null ? client.lastAtNanos() : Math.max(client.lastAtNanos(), second.lastAtNanos());
    }

    /** How they stand. */
    PassiveState state() {
        PassiveLeg second = upstream;
        PassiveState first = PassiveState.of(client.facts());
        return second == null ? first : first.and(PassiveState.of(second.facts()));
    }

    /** Whether they are over: only stray segments can follow. */
    boolean over() {
        JoinedLegs both = both();
        return both == null ? CapturedRecords.over(client.facts()) : both.over();
    }

    /** What the rules see of them. */
    Snapshot snapshot(long nowNanos, PeerProgram originator, PeerProgram responder) {
        JoinedLegs both = both();
        return both == null
                ? records.living(client.facts(), nowNanos, originator, responder)
                : records.living(both, nowNanos, originator, responder);
    }

    /** Their record so far, without findings. */
    SessionRecord record() {
        JoinedLegs both = both();
        return both == null ? records.alone(client.facts()) : records.joined(both, joinedBy);
    }

    /** The record of both when both are over, with what the rules find in it. */
    SessionRecord ended(JoinedLegs both, long nowNanos) {
        return records.joined(both, joinedBy, nowNanos);
    }

    /** What the connection of this leg shows so far; null where there is none. */
    @Nullable
    ConnectionFacts connection(Leg leg) {
        PassiveLeg its = leg == Leg.CLIENT ? client : upstream;
        return its == null ? null : its.facts();
    }

    /** The connection whose peer is that of this leg: the first of a single one. */
    private ConnectionFacts of(Leg leg) {
        PassiveLeg second = upstream;
        return leg == Leg.CLIENT || second == null ? client.facts() : second.facts();
    }

    /** Where the peer of this leg is. */
    InetSocketAddress peer(Leg leg) {
        return leg == Leg.CLIENT
                ? of(leg).tuple().sourceSocket()
                : of(leg).tuple().destinationSocket();
    }

    /** The other end of its connection. */
    InetSocketAddress local(Leg leg) {
        return leg == Leg.CLIENT
                ? of(leg).tuple().destinationSocket()
                : of(leg).tuple().sourceSocket();
    }
}
