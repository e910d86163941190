package dev.finspect.session.passive;

import dev.finspect.record.Outcome;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.EndedSession;
import dev.finspect.session.SessionCaptures;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;

/** A connection of others that has ended: its record, as it was written. */
record EndedConnection(SessionRecord record) implements EndedSession {
    /** A record without the facts of its connections, by estimate, on the high side. */
    private static final long RECORD_BYTES = 2_000;

    @Override
    public SessionIdentity identity() {
        return record.identity();
    }

    @Override
    public long endedAtNanos() {
        return record.identity().startNanos() + record.durationNanos();
    }

    @Override
    public SessionRecord closedRecord() {
        return record;
    }

    @Override
    public SessionCaptures captures() {
        return new SessionCaptures();
    }

    @Override
    public boolean endedInOrder() {
        Diagnosed diagnosed = record.diagnosed();
        return record.outcome() == Outcome.CLEAN
                && (diagnosed == null || diagnosed.findings().isEmpty());
    }

    @Override
    public long estimateBytes() {
        return RECORD_BYTES + SessionCaptures.LEG_BYTES * (record.single() ? 1 : 2);
    }
}
