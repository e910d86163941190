package dev.finspect.log.compact;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the full record has what a field of a compact line says. */
final class FullPaths {
    private static final Map<String, String> PATHS = paths();

    private FullPaths() {}

    /** A JSON pointer; null for what the full record says otherwise, or not at all. */
    static @Nullable String of(Field<?> field) {
        return PATHS.get(field.path());
    }

    private static Map<String, String> paths() {
        Map<String, String> paths = new LinkedHashMap<>();
        for (String same : new String[] {
            "event", "id", "route", "duration_seconds", "outcome", "error.type", "proxy_reason", "termination"
        }) {
            paths.put(same, "/" + same);
        }
        paths.put("network.transport", "/network.transport");
        leg(paths, "client", "client");
        leg(paths, "server", "upstream");
        for (String same : new String[] {
            "order", "half_close_seconds", "after_first_fin_bytes", "relayed", "relayed_reason", "lost_bytes"
        }) {
            paths.put("close." + same, "/close/" + same);
        }
        return paths;
    }

    private static void leg(Map<String, String> paths, String here, String there) {
        for (String data : new String[] {
            "received_bytes",
            "sent_bytes",
            "sent_retransmits",
            "received_retransmits",
            "resent_segment_bytes",
            "icmp_mtu_bytes",
            "peer_zero_windows",
            "peer_zero_window_seconds",
            "paused_seconds",
            "undelivered_bytes"
        }) {
            paths.put(here + "." + data, "/" + there + "/data/" + data);
        }
        paths.put(here + ".rtt_seconds", "/" + there + "/data/smoothed_rtt_seconds");
        for (String handshake : new String[] {
            "synack_to_ack_seconds", "accept_delay_seconds", "connect_seconds", "syn_to_synack_seconds"
        }) {
            paths.put(here + ".handshake." + handshake, "/" + there + "/handshake/" + handshake);
        }
        paths.put(here + ".handshake.syn_retransmits", "/" + there + "/handshake/originator/retransmits");
        paths.put(here + ".handshake.synack_retransmits", "/" + there + "/handshake/responder/retransmits");
        paths.put(here + ".errno", "/" + there + "/close/errno");
        paths.put(here + ".reset_reason", "/" + there + "/close/peer_rst/kernel_reason");
        paths.put(here + ".conn_state", "/" + there + "/conn_state");
        paths.put(here + ".history", "/" + there + "/history");
    }
}
