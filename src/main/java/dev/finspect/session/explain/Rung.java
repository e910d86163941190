package dev.finspect.session.explain;

import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import java.util.Comparator;

/**
 * One step of a session's ladder: a segment, a burst of them, or what happened at a socket.
 *
 * @param atEpochNanos wall clock, nanoseconds since the Unix epoch; of a burst its first
 * @param untilEpochNanos the last of a burst; otherwise the same
 * @param what of what kind it is
 * @param towardsPeer whether finspect sent it
 * @param words what is written on the arrow, without a number
 * @param again whether it was sent before
 * @param closing the number of this FIN or RST among those of the session, from 1; 0 for what closes nothing
 * @param source its source; {@link Source#WIRE} for a captured segment
 */
public record Rung(
        long atEpochNanos,
        long untilEpochNanos,
        Leg leg,
        What what,
        boolean towardsPeer,
        String words,
        boolean again,
        int closing,
        Source source)
        implements LadderLine {
    /** In order of time; what happens at one moment in the order of a connection's life. */
    static final Comparator<Rung> ORDER =
            Comparator.comparingLong(Rung::atEpochNanos).thenComparing(Rung::what);

    /** Kinds of steps, in the order of a connection's life. */
    public enum What {
        /** A look-up of the upstream's name began or ended: no segment of its own. */
        NAME("name"),
        SYN("syn"),
        SYN_ACK("syn_ack"),
        ACK("ack"),
        /** accept() or connect() returned. */
        OPENED("opened"),
        DATA("data"),
        /** A step of a TLS handshake was read: no segment of its own. */
        TLS("tls"),
        FIN("fin"),
        RST("rst"),
        /** connect() returned an error: no segment of its own. */
        FAILED("failed");

        private final String label;

        What(String label) {
            this.label = label;
        }

        /** The word for JSON. */
        public String label() {
            return label;
        }
    }

    /** A step at one moment that closes nothing. */
    static Rung at(long atEpochNanos, Leg leg, What what, boolean towardsPeer, String words, Source source) {
        return new Rung(atEpochNanos, atEpochNanos, leg, what, towardsPeer, words, false, 0, source);
    }

    /** The same with its number among those that close. */
    Rung numbered(int number) {
        return new Rung(atEpochNanos, untilEpochNanos, leg, what, towardsPeer, words, again, number, source);
    }

    /** What is written on the arrow. */
    public String label() {
        return (closing == 0 ? words : "(" + closing + ") " + words) + (again ? " again" : "");
    }

    /**
     * Whether a capture that has this segment also shows this step, if the step happened: accept() and
     * connect() by their handshake, a bare acknowledgement by any segment, a FIN or RST by one of the same end.
     */
    boolean isShownBy(Rung segment) {
        return leg == segment.leg
                && switch (what) {
                    case OPENED -> segment.what == What.SYN || segment.what == What.SYN_ACK;
                    case ACK -> true;
                    case SYN, SYN_ACK, DATA -> segment.what == what;
                    case FIN, RST -> segment.what == what && segment.towardsPeer == towardsPeer;
                    case NAME, TLS, FAILED -> false;
                };
    }

    /** Whether it can be numbered among those that close. */
    boolean closes() {
        return !again && (what == What.FIN || what == What.RST);
    }
}
