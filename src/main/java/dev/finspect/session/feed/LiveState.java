package dev.finspect.session.feed;

import dev.finspect.record.LegRecord;
import dev.finspect.session.SessionRecord;

/** Where a session stands, in one word. */
public enum LiveState {
    /** No upstream is connected yet. */
    CONNECTING("connecting"),
    OPEN("open"),
    /** One peer has sent its FIN. */
    HALF_CLOSED("half_closed"),
    /** Both have, or an RST has come or was sent. */
    CLOSING("closing"),
    /** Both legs are over. */
    CLOSED("closed");

    private final String label;

    LiveState(String label) {
        this.label = label;
    }

    /** The word for the stream. */
    public String label() {
        return label;
    }

    /** That of a record. */
    static LiveState of(SessionRecord record) {
        if (record.closed()) {
            return CLOSED;
        }
        boolean clientClosed = record.client().close().peerFin().isKnown();
        boolean upstreamClosed = record.upstream().close().peerFin().isKnown();
        if (isBroken(record.client()) || isBroken(record.upstream()) || (clientClosed && upstreamClosed)) {
            return CLOSING;
        }
        if (!record.upstream().established()) {
            return CONNECTING;
        }
        return clientClosed || upstreamClosed ? HALF_CLOSED : OPEN;
    }

    private static boolean isBroken(LegRecord leg) {
        return leg.close().peerRst().isKnown()
                || leg.close().localRst().isKnown()
                || leg.close().errno().isKnown();
    }
}
