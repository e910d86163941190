package dev.finspect.session;

import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the closing went across both legs. Durations are nanoseconds.
 *
 * @param order what the peers (and finspect of its own will) did, in order: {@code client.fin}, {@code upstream.rst},
 *     {@code proxy.reset}
 * @param firstBy who ended it first: {@code client}, {@code upstream}, {@code proxy}; null while nobody has
 * @param firstHow {@code fin}, {@code rst}, {@code timeout} (TCP's own for a peer, a configured one for the proxy) or {@code
 *     proxy}
 * @param clientFinRelay from the client's FIN to finspect's FIN towards the upstream
 * @param upstreamFinRelay from the upstream's FIN to finspect's FIN towards the client
 * @param halfClosedBy the peer that sent the first FIN, however short the half-close was; null when none came before a reset
 * @param halfCloseTime from the first FIN to the second, to a reset, or to the moment of this record
 * @param bytesAfterFirstFin bytes that still came from the peer that closed last, after the first FIN
 * @param relayed {@code faithful}, {@code translated}, {@code data_lost}, {@code unknown}; null while the session lives
 * @param relayedReason why it is not faithful: a {@link ProxyReason}'s label, {@code timeout_as_reset}, {@code
 *     reset_not_passed}, {@code fin_not_passed}, {@code urgent_mark_lost}, {@code local_error} (this host broke the
 *     connection); with data_lost the act that cut the bytes off, or {@code unexplained};
 *     with unknown {@code delivery_unknown}
 * @param lostBytes read from a peer and never sent to the other, both directions, also where the receiver had cut its
 *     connection off itself and so would have lost them without finspect as well (then it may still be faithful); what was sent and not acknowledged may
 *     have arrived and is not counted. Null where the kernel's share is not known
 */
public record SessionClose(
        List<String> order,
        @Nullable String firstBy,
        @Nullable String firstHow,
        @Nullable Fact<Long> clientFinRelay,
        @Nullable Fact<Long> upstreamFinRelay,
        @Nullable Leg halfClosedBy,
        @Nullable Fact<Long> halfCloseTime,
        @Nullable Fact<Long> bytesAfterFirstFin,
        @Nullable String relayed,
        @Nullable String relayedReason,
        @Nullable Fact<Long> lostBytes) {}
