package dev.finspect.record;

import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How the closing went across both legs. Durations are nanoseconds.
 *
 * @param order what the peers, and finspect of its own will, did, in order
 * @param clientFinRelay from the client's FIN to finspect's FIN towards the upstream
 * @param upstreamFinRelay from the upstream's FIN to finspect's FIN towards the client
 * @param halfClose the time between the two FINs
 * @param relaying what became of it on the other side
 */
public record SessionClose(
        List<CloseAct> order,
        Observation<Long> clientFinRelay,
        Observation<Long> upstreamFinRelay,
        HalfClose halfClose,
        Relaying relaying) {

    /**
     * The time after the first FIN.
     *
     * @param by the peer that sent the first FIN, however short the half-close was; null when none came before a reset
     * @param time from the first FIN to the second, to a reset, or to the moment of this record
     * @param bytesAfter bytes that still came from the peer that closed last, after the first FIN
     */
    public record HalfClose(@Nullable Leg by, Observation<Long> time, Observation<Long> bytesAfter) {
        /** No FIN came before anything else. */
        public static final HalfClose NONE = new HalfClose(null, Observation.notObserved(), Observation.notObserved());
    }

    /**
     * What became of the closing on the other side.
     *
     * @param relayed null while the session lives, and for what was only captured unless it is plainly faithful
     * @param reason why it is not faithful; with lost data the act that cut the bytes off
     * @param lostBytes read from a peer and never sent to the other, both directions, also where the receiver had cut its
     *     connection off itself and so would have lost them without finspect as well (then it may still be faithful); what was
     *     sent and not acknowledged may have arrived and is not counted. Not observed where the kernel's share is not known
     */
    public record Relaying(
            @Nullable Relayed relayed, @Nullable RelayedReason reason, Observation<Long> lostBytes) {
        /** Nothing is known yet. */
        public static final Relaying OPEN = new Relaying(null, null, Observation.notObserved());
    }

    /** The words of the order, with commas between them; empty while neither peer has closed. */
    public String orderText() {
        return order.stream().map(CloseAct::label).collect(Collectors.joining(","));
    }

    /** What ended the session first; null while nothing has. */
    public @Nullable CloseAct first() {
        return order.isEmpty() ? null : order.get(0);
    }
}
