package dev.finspect.session.passive;

import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.Connections;
import dev.finspect.session.EndedSession;
import dev.finspect.session.SegmentBatch;
import dev.finspect.session.file.CapturedRecords;
import dev.finspect.session.kept.ClosedCaptures;
import dev.finspect.session.kept.HeaderRing;
import dev.finspect.session.kept.HeaderRings;
import dev.finspect.session.kept.KeptCapture;
import dev.finspect.session.kept.LastHeaders;
import dev.finspect.tcp.Leg;
import dev.finspect.wire.IcmpError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The headers that are kept of connections of others: of each its first and its last segments, within one bound of memory. Used
 * under the lock of {@link PassiveConnections}.
 */
final class PassiveHeaders {
    private final CapturedRecords records;
    private final HeaderRings all;
    private final ClosedCaptures closed;
    /** Of the connections without a last record, by their numbers. */
    private final Map<Long, HeaderRing> rings = new HashMap<>();

    /**
     * None yet.
     *
     * @param keptBytes memory for all of them; a quarter of it at most is of sessions that are over
     */
    PassiveHeaders(CapturedRecords records, long keptBytes) {
        this.records = records;
        this.all = new HeaderRings(keptBytes);
        this.closed = new ClosedCaptures(keptBytes / 4, all);
    }

    /** A segment of the connection with this number. */
    void add(long number, SegmentBatch batch, int index) {
        ring(number).add(batch, index);
    }

    /** An ICMP error that quotes a segment of the connection with this number. */
    void add(long number, IcmpError error, byte[] packet) {
        if (number != Connections.NONE) {
            ring(number).add(error, packet);
        }
    }

    private HeaderRing ring(long number) {
        return rings.computeIfAbsent(number, unused -> all.take());
    }

    /** What is kept so far of a session that lives. */
    List<KeptCapture> of(PassiveLegs legs) {
        List<KeptCapture> kept = new ArrayList<>(2);
        for (Leg leg : Leg.values()) {
            ConnectionFacts facts = legs.connection(leg);
            HeaderRing headers = facts == null ? null : rings.get(facts.number());
            KeptCapture soFar =
                    facts == null || headers == null ? null : KeptCapture.of(leg, headers, records.lostDuring(facts));
            if (soFar != null) {
                kept.add(soFar);
            }
        }
        return kept;
    }

    /**
     * A session is over: what it left stays as long as there is room.
     *
     * @param upstream null for a session of one connection
     */
    void over(EndedSession session, ConnectionFacts client, @Nullable ConnectionFacts upstream) {
        List<LastHeaders> left = new ArrayList<>(2);
        leave(Leg.CLIENT, client, left);
        if (upstream != null) {
            leave(Leg.UPSTREAM, upstream, left);
        }
        closed.add(session.identity().id(), List.copyOf(left), session.endedInOrder());
    }

    private void leave(Leg leg, ConnectionFacts facts, List<LastHeaders> left) {
        HeaderRing headers = rings.remove(facts.number());
        if (headers != null) {
            left.add(new LastHeaders(leg, headers, records.lostDuring(facts)));
        }
    }

    /** What is kept of a session that is over, by its id; empty when there is nothing. */
    List<KeptCapture> over(String id) {
        return closed.of(id);
    }

    /** Of how many connections without a last record headers are kept. */
    int living() {
        return rings.size();
    }
}
