package dev.finspect.record;

import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;

/**
 * How one leg was closed. Times are wall-clock nanoseconds since the Unix epoch, durations nanoseconds.
 *
 * @param peerFin the peer's FIN; from the kernel where only a reading of its state proved it, and then with the reading's time
 * @param localFin finspect's FIN
 * @param peerRst the peer's RST; inferred where the connection broke with an error that is not known
 * @param localRst finspect's RST
 * @param errno the error that ended the leg
 * @param simultaneousClose both FINs crossed
 * @param timeWaitHolder who keeps the connection in TIME-WAIT; without a capture {@code LOCAL} also where both do
 * @param waits how long each end sat in the states of a half-closed connection
 * @param afterFin bytes that still passed after a FIN
 */
public record LegClose(
        Observation<CloseMark> peerFin,
        Observation<CloseMark> localFin,
        Observation<CloseMark> peerRst,
        Observation<CloseMark> localRst,
        Observation<Errno> errno,
        Observation<Boolean> simultaneousClose,
        Observation<TimeWaitHolder> timeWaitHolder,
        Waits waits,
        AfterFin afterFin) {

    /** Not observed. */
    public static final LegClose NOT_OBSERVED = open(Observation.notObserved(), Observation.notObserved());

    /** finspect's own socket, which nothing has closed. */
    public static final LegClose OPEN = open(Observation.none(Source.SOCKET), Observation.none(Source.SOCKET));

    private static LegClose open(Observation<CloseMark> mark, Observation<Errno> errno) {
        return new LegClose(
                mark,
                mark,
                mark,
                mark,
                errno,
                Observation.notObserved(),
                Observation.notObserved(),
                Waits.NOT_OBSERVED,
                AfterFin.NOT_OBSERVED);
    }

    /** Who keeps the connection in TIME-WAIT. */
    public enum TimeWaitHolder {
        PEER,
        /** finspect. */
        LOCAL,
        /** After a simultaneous close. */
        BOTH,
        /** Neither end, after a reset. */
        NONE
    }

    /**
     * How long each end sat in the states of a half-closed connection.
     *
     * @param peerCloseWait from finspect's FIN to the peer's, to a reset, or to the moment of this record; a round trip too
     *     long. Not observed when the peer's FIN came first; the next likewise
     * @param localCloseWait from the peer's FIN to finspect's
     * @param peerFinWait2 as long as finspect in CLOSE-WAIT
     * @param localFinWait2 from the first reading that found it so, which may be late by a sweep
     */
    public record Waits(
            Observation<Long> peerCloseWait,
            Observation<Long> localCloseWait,
            Observation<Long> peerFinWait2,
            Observation<Long> localFinWait2) {
        /** Not observed, or neither end has closed. */
        public static final Waits NOT_OBSERVED = new Waits(
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved());
    }

    /**
     * Bytes that still passed after a FIN.
     *
     * @param bytesSent bytes that finspect handed to the peer after the peer's FIN
     * @param bytesReceived bytes that the peer sent after finspect's FIN
     */
    public record AfterFin(Observation<Long> bytesSent, Observation<Long> bytesReceived) {
        /** Not observed, or neither end has closed. */
        public static final AfterFin NOT_OBSERVED = new AfterFin(Observation.notObserved(), Observation.notObserved());
    }
}
