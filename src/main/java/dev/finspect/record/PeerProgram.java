package dev.finspect.record;

import dev.finspect.tcp.Observation;

/**
 * What is known of the peer's program: by its socket, where it is on this host, and by other sessions of the route. Times are
 * wall-clock nanoseconds since the Unix epoch.
 *
 * @param socket the peer's own socket; not observed where it was not looked up, or is not on this host
 * @param unreadSince since when look-ups have found unread bytes in it that never grew fewer: the program does not read. None
 *     where the latest look-up found nothing unread, or was the first to find some
 * @param readAt when a look-up last found that the program reads: nothing unread, or less than before
 * @param speaksElsewhere whether this service has sent a byte in other sessions of the route; not observed without such
 *     sessions. Where it never does, its protocol has no answers. Of no meaning on the client leg, the next likewise
 * @param greetsElsewhere whether it speaks unasked in any session of its route; not observed where it has never spoken
 * @param habit how it has dealt with words like the one that it has not answered, in all sessions of the route; none while it has
 *     answered everything
 * @param silentElsewhere whether another session of the route waits for an answer as long, and the service has answered no word
 *     of any session since this one was sent
 * @param idleLimit how long connections to this peer may be idle, by all sessions of the route; none where they show no limit
 */
public record PeerProgram(
        Observation<PeerSocket> socket,
        Observation<Long> unreadSince,
        Observation<Long> readAt,
        Observation<Boolean> speaksElsewhere,
        Observation<Boolean> greetsElsewhere,
        Observation<Habit> habit,
        Observation<Boolean> silentElsewhere,
        Observation<IdleLimit> idleLimit) {
    /** Not observed. */
    public static final PeerProgram NOT_OBSERVED = new PeerProgram(
            Observation.notObserved(),
            Observation.notObserved(),
            Observation.notObserved(),
            Observation.notObserved(),
            Observation.notObserved(),
            Observation.notObserved(),
            Observation.notObserved(),
            Observation.notObserved());

    /** The same with this limit. */
    public PeerProgram with(Observation<IdleLimit> limit) {
        return new PeerProgram(
                socket, unreadSince, readAt, speaksElsewhere, greetsElsewhere, habit, silentElsewhere, limit);
    }
}
