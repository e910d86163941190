package dev.finspect.record;

import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a session closed across both legs, corrected where both legs' FINs and RSTs were captured: sockets report two FINs in the
 * order in which the loop looked at them.
 */
public final class WireOrder {
    private WireOrder() {}

    /** {@code known} itself where nothing captured corrects it. */
    public static SessionClose of(SessionClose known, LegRecord client, LegRecord upstream) {
        if (client.wire() == null || upstream.wire() == null) {
            return known;
        }
        List<CloseAct> order = order(known.order(), client, upstream);
        return new SessionClose(
                order,
                relay(client.close().peerFin(), upstream.close().localFin(), known.clientFinRelay()),
                relay(upstream.close().peerFin(), client.close().localFin(), known.upstreamFinRelay()),
                halfClose(known.halfClose(), order, client, upstream),
                known.relaying());
    }

    /** Sorted by captured times when each act has one; otherwise as it was. */
    private static List<CloseAct> order(List<CloseAct> known, LegRecord client, LegRecord upstream) {
        List<Timed> acts = new ArrayList<>();
        for (CloseAct act : known) {
            Long at = capturedAt(act, client, upstream);
            if (at == null) {
                return known;
            }
            acts.add(new Timed(act, at));
        }
        acts.sort(Comparator.comparingLong(Timed::atNanos));
        return acts.stream().map(Timed::act).toList();
    }

    private static SessionClose.HalfClose halfClose(
            SessionClose.HalfClose known, List<CloseAct> order, LegRecord client, LegRecord upstream) {
        Long clientFin = capturedAt(client.close().peerFin());
        Long upstreamFin = capturedAt(upstream.close().peerFin());
        boolean inOrder = order.stream().allMatch(act -> act.how() == CloseAct.How.FIN);
        if (known.by() == null || clientFin == null || upstreamFin == null || !inOrder) {
            return known;
        }
        long nanos = upstreamFin - clientFin;
        Leg by = nanos >= 0 ? Leg.CLIENT : Leg.UPSTREAM;
        return new SessionClose.HalfClose(
                by, Fact.wire(Math.abs(nanos)), by == known.by() ? known.bytesAfter() : Observation.notObserved());
    }

    private static @Nullable Long capturedAt(CloseAct act, LegRecord client, LegRecord upstream) {
        return switch (act) {
            case CLIENT_FIN -> capturedAt(client.close().peerFin());
            case UPSTREAM_FIN -> capturedAt(upstream.close().peerFin());
            case CLIENT_RST -> capturedAt(client.close().peerRst());
            case UPSTREAM_RST -> capturedAt(upstream.close().peerRst());
            case CLIENT_TIMEOUT, UPSTREAM_TIMEOUT, PROXY_FIN, PROXY_TIMEOUT, PROXY_CLOSE, PROXY_RESET -> null;
        };
    }

    private static Observation<Long> relay(
            Observation<CloseMark> came, Observation<CloseMark> went, Observation<Long> known) {
        Long from = capturedAt(came);
        Long to = capturedAt(went);
        return from == null || to == null || to < from ? known : Fact.wire(to - from);
    }

    private static @Nullable Long capturedAt(Observation<CloseMark> observed) {
        CloseMark mark = observed.orNull();
        return mark == null || mark.at().source() != Source.WIRE ? null : mark.atEpochNanos();
    }

    private record Timed(CloseAct act, long atNanos) {}
}
