package dev.finspect.session.file;

import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.lifecycle.connection.CloseSegment;
import dev.finspect.lifecycle.connection.CloseSegment.Kind;
import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.SynFacts;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Holds back connections that a time limit ended although their next segment is expected: a SYN or FIN that was sent again is
 * sent again after twice the time. So what is found in them is found over the whole connection. All others pass at once.
 *
 * <p>One thread at a time; memory is bounded.
 */
public final class ContinuationWait {
    /** Connections held back at once; beyond that, the one held for longest passes. */
    static final int MOST_HELD = 4_096;
    /** Numbers of continued connections that are kept until those connections arrive. */
    private static final int MOST_NUMBERS = 65_536;

    private static final long SLACK_NANOS = 1_000_000_000L;

    /** Receives the connections. */
    @FunctionalInterface
    public interface Outlet {
        /** A connection; {@code continued} when a later one goes on from it, which then has the findings of both. */
        void take(ConnectionFacts facts, boolean continued);
    }

    private record Held(ConnectionFacts facts, long untilNanos) {}

    private final Outlet outlet;
    private final Deque<Held> held = new ArrayDeque<>();
    private final Set<Long> continued = new LinkedHashSet<>();

    /** Creates one that holds nothing. */
    public ContinuationWait(Outlet outlet) {
        this.outlet = outlet;
    }

    /** Takes a connection that has ended. */
    public void finished(ConnectionFacts facts) {
        if (continued.remove(facts.number())) {
            outlet.take(facts, true);
            return;
        }
        long until = untilNanos(facts);
        if (until <= facts.lastAtNanos()) {
            outlet.take(facts, false);
            return;
        }
        held.addLast(new Held(facts, until));
        if (held.size() > MOST_HELD) {
            outlet.take(held.removeFirst().facts, false);
        }
    }

    /** Takes note that a connection has begun which goes on from the one with this number. */
    public void continued(long number) {
        for (Iterator<Held> each = held.iterator(); each.hasNext(); ) {
            ConnectionFacts facts = each.next().facts;
            if (facts.number() == number) {
                each.remove();
                outlet.take(facts, true);
                return;
            }
        }
        continued.add(number);
        if (continued.size() > MOST_NUMBERS) {
            continued.remove(continued.iterator().next());
        }
    }

    /** Advances the time of the capture: passes those whose next segment has not come. */
    public void advanceTo(long nowNanos) {
        if (held.isEmpty()) {
            return;
        }
        List<Held> over = new ArrayList<>();
        held.removeIf(each -> nowNanos > each.untilNanos && over.add(each));
        over.forEach(each -> outlet.take(each.facts, false));
    }

    /** Passes all that is held: the capture is over. */
    public void finish() {
        while (!held.isEmpty()) {
            outlet.take(held.removeFirst().facts, false);
        }
        continued.clear();
    }

    /** Until when its next segment is expected; its last segment's time if none is. */
    private static long untilNanos(ConnectionFacts facts) {
        long last = facts.lastAtNanos();
        if (facts.ending() != FlowEndReason.UNANSWERED && facts.ending() != FlowEndReason.CLOSED) {
            return last;
        }
        ConnectionFacts whole = facts.whole();
        long until = last;
        SynFacts syn = whole.originator().syn();
        if (syn != null
                && whole.responder().syn() == null
                && !syn.againAtNanos().isEmpty()) {
            int count = syn.againAtNanos().size();
            long before = count > 1 ? syn.againAtNanos().get(count - 2) : syn.atNanos();
            until = Math.max(until, last + 2 * (syn.againAtNanos().get(count - 1) - before) + SLACK_NANOS);
        }
        for (CloseSegment segment : whole.close().order()) {
            if (segment.kind() == Kind.FIN && segment.ackNanos() == null && segment.retransmits() > 0) {
                until = Math.max(until, last + 2 * (last - segment.atNanos()) + SLACK_NANOS);
            }
        }
        return until;
    }
}
