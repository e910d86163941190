package dev.finspect.session.file;

import dev.finspect.lifecycle.connection.ConnectionFacts;

/**
 * The two legs of a session of another proxy, by what their segments show so far.
 *
 * @param client what the client's connection shows; the next likewise
 */
public record JoinedLegs(ConnectionFacts client, ConnectionFacts upstream) {
    /** Whether both are over: only stray segments can follow. */
    public boolean over() {
        return CapturedClose.of(client, upstream).over();
    }

    /** Whether both can be the legs of one session still, at this time of the capture. */
    public boolean fit(long nowNanos) {
        return LegMatch.fits(client, upstream, nowNanos);
    }
}
