package dev.finspect.session;

import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a session closed across both legs, corrected by the wire where both legs' FINs and RSTs are known from it: sockets tell
 * of two FINs in the order in which the loop looked at them.
 */
final class WireOrder {
    private WireOrder() {}

    /** {@code known} itself where the wire has nothing to add. */
    static SessionClose of(SessionClose known, LegRecord client, LegRecord upstream) {
        if (client.wire() == null || upstream.wire() == null) {
            return known;
        }
        List<String> order = order(known.order(), client, upstream);
        boolean moved = !order.equals(known.order());
        CloseAct first = moved ? CloseAct.of(order.get(0)) : null;
        HalfClosed half = halfClosed(known, order, client, upstream);
        return new SessionClose(
                order,
                first == null ? known.firstBy() : first.by(),
                first == null ? known.firstHow() : first.how(),
                relay(client.close().peerFin(), upstream.close().localFin(), known.clientFinRelay()),
                relay(upstream.close().peerFin(), client.close().localFin(), known.upstreamFinRelay()),
                half.by,
                half.time,
                half.by == known.halfClosedBy() ? known.bytesAfterFirstFin() : null,
                known.relayed(),
                known.relayedReason(),
                known.lostBytes());
    }

    /** Sorted by the wire's times when it has one for each act; otherwise as it was. */
    private static List<String> order(List<String> known, LegRecord client, LegRecord upstream) {
        List<Timed> acts = new ArrayList<>();
        for (String word : known) {
            Fact<Long> at = wireTime(act(word, client, upstream));
            if (at == null) {
                return known;
            }
            acts.add(new Timed(word, at.value()));
        }
        acts.sort(Comparator.comparingLong(Timed::atNanos));
        return acts.stream().map(Timed::word).toList();
    }

    private static HalfClosed halfClosed(SessionClose known, List<String> order, LegRecord client, LegRecord upstream) {
        Fact<Long> clientFin = wireTime(client.close().peerFin());
        Fact<Long> upstreamFin = wireTime(upstream.close().peerFin());
        boolean inOrder = order.stream().allMatch(word -> word.endsWith(".fin"));
        if (known.halfClosedBy() == null || clientFin == null || upstreamFin == null || !inOrder) {
            return new HalfClosed(known.halfClosedBy(), known.halfCloseTime());
        }
        long nanos = upstreamFin.value() - clientFin.value();
        return new HalfClosed(nanos >= 0 ? Leg.CLIENT : Leg.UPSTREAM, WireFacts.fact(Math.abs(nanos)));
    }

    private static LegClose.@Nullable Flag act(String word, LegRecord client, LegRecord upstream) {
        return switch (word) {
            case "client.fin" -> client.close().peerFin();
            case "upstream.fin" -> upstream.close().peerFin();
            case "client.rst" -> client.close().peerRst();
            case "upstream.rst" -> upstream.close().peerRst();
            default -> null;
        };
    }

    private static @Nullable Fact<Long> relay(
            LegClose.@Nullable Flag came, LegClose.@Nullable Flag went, @Nullable Fact<Long> known) {
        Fact<Long> from = wireTime(came);
        Fact<Long> to = wireTime(went);
        return from == null || to == null || to.value() < from.value()
                ? known
                : WireFacts.fact(to.value() - from.value());
    }

    private static @Nullable Fact<Long> wireTime(LegClose.@Nullable Flag flag) {
        return flag == null || flag.at().source() != Source.WIRE ? null : flag.at();
    }

    private record HalfClosed(@Nullable Leg by, @Nullable Fact<Long> time) {}

    private record Timed(String word, long atNanos) {}
}
