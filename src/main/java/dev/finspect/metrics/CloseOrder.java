package dev.finspect.metrics;

import dev.finspect.record.CloseAct;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The order in which the two peers ended a session: the eight common ones, and all others. */
enum CloseOrder {
    CLIENT_FIN_UPSTREAM_FIN(CloseAct.CLIENT_FIN, CloseAct.UPSTREAM_FIN),
    UPSTREAM_FIN_CLIENT_FIN(CloseAct.UPSTREAM_FIN, CloseAct.CLIENT_FIN),
    CLIENT_FIN_UPSTREAM_RST(CloseAct.CLIENT_FIN, CloseAct.UPSTREAM_RST),
    UPSTREAM_FIN_CLIENT_RST(CloseAct.UPSTREAM_FIN, CloseAct.CLIENT_RST),
    /** The client closed its socket in both directions while the upstream was still sending. */
    CLIENT_FIN_CLIENT_RST(CloseAct.CLIENT_FIN, CloseAct.CLIENT_RST),
    /** The upstream closed its socket in both directions while the client was still sending. */
    UPSTREAM_FIN_UPSTREAM_RST(CloseAct.UPSTREAM_FIN, CloseAct.UPSTREAM_RST),
    CLIENT_RST(CloseAct.CLIENT_RST),
    UPSTREAM_RST(CloseAct.UPSTREAM_RST),
    /** Any other order, also if finspect itself ended the session. */
    OTHER;

    private static final Map<List<CloseAct>, CloseOrder> COMMON = Arrays.stream(values())
            .filter(order -> order != OTHER)
            .collect(Collectors.toUnmodifiableMap(order -> order.acts, order -> order));

    @SuppressWarnings("ImmutableEnumChecker") // List.of
    private final List<CloseAct> acts;

    CloseOrder(CloseAct... acts) {
        this.acts = List.of(acts);
    }

    /** The value of the label {@code order}. */
    String label() {
        return this == OTHER ? "other" : acts.stream().map(CloseAct::label).collect(Collectors.joining(","));
    }

    /** The constant for the order of a record. */
    static CloseOrder of(List<CloseAct> order) {
        return COMMON.getOrDefault(order, OTHER);
    }
}
