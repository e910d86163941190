package dev.finspect.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The eight common orders in which the two peers of a session end it, and all others. */
enum CloseOrder {
    CLIENT_FIN_UPSTREAM_FIN("client.fin,upstream.fin"),
    UPSTREAM_FIN_CLIENT_FIN("upstream.fin,client.fin"),
    CLIENT_FIN_UPSTREAM_RST("client.fin,upstream.rst"),
    UPSTREAM_FIN_CLIENT_RST("upstream.fin,client.rst"),
    /** The client closed its whole socket while the upstream still sent. */
    CLIENT_FIN_CLIENT_RST("client.fin,client.rst"),
    /** The upstream closed its whole socket while the client still sent. */
    UPSTREAM_FIN_UPSTREAM_RST("upstream.fin,upstream.rst"),
    CLIENT_RST("client.rst"),
    UPSTREAM_RST("upstream.rst"),
    /** Any other order, those included in which finspect itself ended the session. */
    OTHER("other");

    private static final Map<List<String>, CloseOrder> COMMON = Arrays.stream(values())
            .filter(o -> o != OTHER)
            .collect(Collectors.toUnmodifiableMap(o -> List.of(o.label.split(",", -1)), o -> o));
    private final String label;

    CloseOrder(String label) {
        this.label = label;
    }

    /** The word for the label {@code order}. */
    String label() {
        return label;
    }

    /** The constant for the order of a record. */
    static CloseOrder of(List<String> order) {
        return COMMON.getOrDefault(order, OTHER);
    }
}
