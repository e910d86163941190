package dev.finspect.session;

import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** How many of a route's living legs have an end in which TCP state. Written by the event loops, read by any thread. */
public final class StateCounts {
    private final Map<Leg, Map<Endpoint, Map<TcpState, LongAdder>>> counts = new EnumMap<>(Leg.class);

    StateCounts() {
        for (Leg leg : Leg.values()) {
            Map<Endpoint, Map<TcpState, LongAdder>> ends = new EnumMap<>(Endpoint.class);
            for (Endpoint endpoint : Endpoint.values()) {
                Map<TcpState, LongAdder> states = new EnumMap<>(TcpState.class);
                for (TcpState state : TcpState.values()) {
                    states.put(state, new LongAdder());
                }
                ends.put(endpoint, states);
            }
            counts.put(leg, ends);
        }
    }

    /** How many, of this leg. */
    public long count(Leg leg, Endpoint endpoint, TcpState state) {
        return adder(leg, endpoint, state).sum();
    }

    public void add(Leg leg, Endpoint endpoint, TcpState state, int count) {
        adder(leg, endpoint, state).add(count);
    }

    private LongAdder adder(Leg leg, Endpoint endpoint, TcpState state) {
        return Objects.requireNonNull(
                Objects.requireNonNull(Objects.requireNonNull(counts.get(leg)).get(endpoint))
                        .get(state));
    }

    /** Which end of a leg. */
    public enum Endpoint {
        /** The client or the upstream. */
        PEER,
        /** finspect. */
        LOCAL
    }
}
