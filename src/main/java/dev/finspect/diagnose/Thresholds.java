package dev.finspect.diagnose;

import java.time.Duration;

/**
 * From when on a state counts as hung. The standard ones are meant for production: a false alarm is worse than silence.
 *
 * @param connect SYNs without an answer; a handshake of a client that stays unfinished
 * @param accept from a completed handshake to accept(), finspect's own or the upstream's
 * @param silence a request without an answer, or a greeting without a reply, if it is not known what the peer's program does
 * @param unread bytes that the peer's program, on this host, has not read
 * @param nobodySpeaks an established connection on which neither side has ever sent a byte
 * @param zeroWindow a closed window with bytes waiting
 * @param unacknowledged bytes sent without any progress of the acknowledgements, with retransmissions
 * @param vanished the same without any segment of the peer
 * @param notClosing a FIN without an answer by the peer's FIN or data
 * @param finUnacknowledged a FIN without an ACK
 * @param tlsHandshake a step of a TLS handshake that does not come, on a route that observes them
 * @param idleBeforeReset an idle time after which an end that meets a request counts as a time-out of the peer's
 */
public record Thresholds(
        Duration connect,
        Duration accept,
        Duration silence,
        Duration unread,
        Duration nobodySpeaks,
        Duration zeroWindow,
        Duration unacknowledged,
        Duration vanished,
        Duration notClosing,
        Duration finUnacknowledged,
        Duration tlsHandshake,
        Duration idleBeforeReset) {
    /** The defaults of the configuration. */
    public static final Thresholds STANDARD = new Thresholds(
            Duration.ofSeconds(3),
            Duration.ofSeconds(1),
            Duration.ofSeconds(60),
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            Duration.ofSeconds(10),
            Duration.ofSeconds(3),
            Duration.ofSeconds(15),
            Duration.ofSeconds(60),
            Duration.ofSeconds(3),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5));

    /** The same duration for every state that counts as hung; what counts as idle before a reset stays. */
    public Thresholds after(Duration one) {
        return new Thresholds(one, one, one, one, one, one, one, one, one, one, one, idleBeforeReset);
    }
}
