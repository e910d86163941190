package dev.finspect.session;

/**
 * Receives what sessions do: a log, meters, a history. Called on the session's event loop, so it must neither block nor
 * throw. It drops and counts what it has no room for.
 */
public interface SessionSink {
    /** A session begins; what is captured of it can be added to {@code captures}. Called before its first event. */
    default void opened(SessionIdentity identity, SessionCaptures captures) {}

    /** Something happened to a living session. */
    default void happened(SessionIdentity identity, SessionEvent event) {}

    /**
     * A session that lives on: its record so far. Its event says why: {@code session.progress}, or what the rules found
     * ({@code session.hung}, {@code session.recovered}). Of many sessions with the same finding only the first in a minute come
     * here, see {@link #omitted}.
     */
    default void progressed(SessionRecord record) {}

    /**
     * A session goes on as a leg of another: it lives no longer by itself, and has not ended. Its record so far; nothing follows
     * under its id, unless it is one by itself again, which {@link #opened} does not repeat.
     */
    default void merged(SessionRecord record) {}

    /** Lines about sessions that live on which were not written, since there were too many of their kind; any thread. */
    default void omitted(OmittedLines lines) {}

    /** Both legs are over; what was captured last may still be added, before {@link #ended}. */
    default void over(EndedSession session) {}

    /** Both legs are over, and nothing will change the session any more; makes the record and gives it to {@link #closed}. */
    default void ended(EndedSession session) {
        closed(session.closedRecord());
    }

    /** Both legs are over: the whole record ({@code session.closed}). */
    default void closed(SessionRecord record) {}

    /** A handshake towards a listener was captured and never reached accept(); called on the capture's thread. */
    default void attemptFailed(SessionRecord record) {}

    /** Further failed attempts on a route, without records because there were too many at once. */
    default void attemptsFailedBesides(String route, long count) {}
}
