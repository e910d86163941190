package dev.finspect.metrics;

import static dev.finspect.metrics.Buckets.CLOSING;
import static dev.finspect.metrics.Buckets.CONNECT;
import static dev.finspect.metrics.Buckets.NONE;
import static dev.finspect.metrics.Buckets.RELAY;
import static dev.finspect.metrics.Buckets.ROUND_TRIP;
import static dev.finspect.metrics.Kind.COUNTER;
import static dev.finspect.metrics.Kind.GAUGE;
import static dev.finspect.metrics.Kind.HISTOGRAM;
import static dev.finspect.metrics.LabelKey.AGAIN_DIRECTION;
import static dev.finspect.metrics.LabelKey.AREA;
import static dev.finspect.metrics.LabelKey.BLAME;
import static dev.finspect.metrics.LabelKey.CAUSE;
import static dev.finspect.metrics.LabelKey.CLOSER;
import static dev.finspect.metrics.LabelKey.ENDPOINT;
import static dev.finspect.metrics.LabelKey.FINDING;
import static dev.finspect.metrics.LabelKey.HANDSHAKE_PHASE;
import static dev.finspect.metrics.LabelKey.HEADER_RESULT;
import static dev.finspect.metrics.LabelKey.HOLDER;
import static dev.finspect.metrics.LabelKey.JAVA;
import static dev.finspect.metrics.LabelKey.KEPT_STATE;
import static dev.finspect.metrics.LabelKey.KIND;
import static dev.finspect.metrics.LabelKey.LEG;
import static dev.finspect.metrics.LabelKey.LEG_DIRECTION;
import static dev.finspect.metrics.LabelKey.ORDER;
import static dev.finspect.metrics.LabelKey.OUTCOME;
import static dev.finspect.metrics.LabelKey.PEER;
import static dev.finspect.metrics.LabelKey.RELAY_DIRECTION;
import static dev.finspect.metrics.LabelKey.RESET_PHASE;
import static dev.finspect.metrics.LabelKey.RESULT;
import static dev.finspect.metrics.LabelKey.ROUTE;
import static dev.finspect.metrics.LabelKey.SINK;
import static dev.finspect.metrics.LabelKey.VERSION;

import java.util.List;

/**
 * Every meter that finspect declares itself: the only place where a name, a help text or a bucket stands.
 *
 * <p>The metrics page of the documentation is made of these constants.
 */
enum Meters {
    SESSIONS("finspect_sessions_total", COUNTER, "", "Sessions that ended, by their outcome.", NONE, ROUTE, OUTCOME),
    SESSIONS_ACTIVE("finspect_sessions_active", GAUGE, "", "Sessions that live now.", NONE, ROUTE),
    SESSIONS_ACCEPTED("finspect_sessions_accepted_total", COUNTER, "", "Connections accepted.", NONE, ROUTE),
    ACCEPT_ERRORS(
            "finspect_accept_errors_total",
            COUNTER,
            "",
            "Calls of accept() that failed for want of descriptors or memory.",
            NONE,
            ROUTE),
    SESSION_DURATION(
            "finspect_session_duration_seconds",
            HISTOGRAM,
            "seconds",
            "From accept() to the end of both legs, recorded at the end.",
            Buckets.SESSION,
            ROUTE),
    HANDSHAKE_DURATION(
            "finspect_handshake_duration_seconds",
            HISTOGRAM,
            "seconds",
            "The TCP handshake: of each leg the part that finspect's kernel timed, its first round trip, when nothing was sent again;"
                    + " and the whole from the first SYN to the ACK, whatever was sent again, when the session is over.",
            CONNECT,
            ROUTE,
            LEG,
            HANDSHAKE_PHASE),
    UPSTREAM_CONNECT_DURATION(
            "finspect_upstream_connect_duration_seconds",
            HISTOGRAM,
            "seconds",
            "Each attempt to connect to an upstream, from connect() to its result. A failed result appears when it first happens.",
            CONNECT,
            ROUTE,
            RESULT),
    SYN_RETRANSMITS(
            "finspect_syn_retransmits_total",
            COUNTER,
            "",
            "Segments of the handshake sent again by finspect's kernel: SYN-ACKs on the client leg, SYNs on the upstream leg, those of failed attempts included where the live capture saw them.",
            NONE,
            ROUTE,
            LEG),
    CONNECT_FAILURES(
            "finspect_connect_failures_total",
            COUNTER,
            "",
            "Attempts to connect to an upstream that failed, those included after which another address answered.",
            NONE,
            ROUTE,
            CAUSE),
    ATTEMPTS_UNACCEPTED(
            "finspect_attempts_unaccepted_total",
            COUNTER,
            "",
            "Handshakes towards a listener that the live capture saw and that never reached accept().",
            NONE,
            ROUTE),
    PROXY_HEADERS(
            "finspect_proxy_headers_total",
            COUNTER,
            "",
            "Connections of trusted proxies that had to begin with a PROXY header, by what became of it; those without read were reset. Counted when the session is over; one that the proxy reset before counts as no result here.",
            NONE,
            ROUTE,
            HEADER_RESULT),
    ACCEPT_DELAY(
            "finspect_accept_delay_seconds",
            HISTOGRAM,
            "seconds",
            "From the ACK that completed the client's handshake, as the live capture saw it, to accept(): how long finspect let clients wait.",
            CONNECT,
            ROUTE),
    FIRST_BYTE_DURATION(
            "finspect_first_byte_duration_seconds",
            HISTOGRAM,
            "seconds",
            "From accept() to the first byte read from this peer.",
            Buckets.FIRST_BYTE,
            ROUTE,
            PEER),
    FIRST_CLOSE(
            "finspect_first_close_total",
            COUNTER,
            "",
            "Who ended a session first, and how; counted when the session is over.",
            NONE,
            ROUTE,
            CLOSER,
            KIND),
    CLOSE_ORDER(
            "finspect_close_order_total",
            COUNTER,
            "",
            "In which order the peers ended a session; other where finspect ended it, and for rarer orders.",
            NONE,
            ROUTE,
            ORDER),
    RESETS(
            "finspect_resets_total",
            COUNTER,
            "",
            "RSTs by the peer they came from, and how far the session had come.",
            NONE,
            ROUTE,
            PEER,
            RESET_PHASE),
    HALF_CLOSE_DURATION(
            "finspect_half_close_duration_seconds",
            HISTOGRAM,
            "seconds",
            "From the first FIN, sent by this peer, to the other's FIN or to a reset; recorded at the end.",
            CLOSING,
            ROUTE,
            PEER),
    HALF_CLOSED_SESSIONS(
            "finspect_half_closed_sessions",
            GAUGE,
            "",
            "Sessions that live now and in which only this peer has sent its FIN.",
            NONE,
            ROUTE,
            PEER),
    BYTES_AFTER_FIRST_FIN(
            "finspect_bytes_after_first_fin_total",
            COUNTER,
            "bytes",
            "Bytes that still came from the other peer after the first FIN: what a proxy that closes both legs would have lost.",
            NONE,
            ROUTE),
    CLOSE_WAIT_DURATION(
            "finspect_close_wait_duration_seconds",
            HISTOGRAM,
            "seconds",
            "How long this peer sat in CLOSE-WAIT, from finspect's FIN to its own; recorded at the end.",
            CLOSING,
            ROUTE,
            PEER),
    FIN_RELAY_DURATION(
            "finspect_fin_relay_duration_seconds",
            HISTOGRAM,
            "seconds",
            "From a peer's FIN to finspect's FIN on the other leg, all bytes before it delivered.",
            RELAY,
            ROUTE,
            RELAY_DIRECTION),
    FIN_ACK_DURATION(
            "finspect_fin_ack_duration_seconds",
            HISTOGRAM,
            "seconds",
            "From finspect's FIN on this leg to its ACK, as the live capture saw them; recorded at the end.",
            CLOSING,
            ROUTE,
            LEG),
    TIME_WAIT(
            "finspect_time_wait_total",
            COUNTER,
            "",
            "Legs that ended, by the end that holds TIME-WAIT.",
            NONE,
            ROUTE,
            HOLDER),
    LEG_BYTES(
            "finspect_leg_bytes_total",
            COUNTER,
            "bytes",
            "Bytes of payload on a leg; moves while sessions live.",
            NONE,
            ROUTE,
            LEG,
            LEG_DIRECTION),
    RETRANSMITS(
            "finspect_retransmits_total",
            COUNTER,
            "",
            "Segments sent again, SYN and FIN included; counted when the session is over.",
            NONE,
            ROUTE,
            LEG,
            AGAIN_DIRECTION),
    ZERO_WINDOW(
            "finspect_zero_window_seconds_total",
            COUNTER,
            "seconds",
            "How long this peer's receive window was found closed; counted when the session is over.",
            NONE,
            ROUTE,
            PEER),
    RTT(
            "finspect_rtt_seconds",
            HISTOGRAM,
            "seconds",
            "The kernel's smoothed round-trip time of a leg at its end.",
            ROUND_TRIP,
            ROUTE,
            LEG),
    SESSIONS_HUNG(
            "finspect_sessions_hung",
            GAUGE,
            "",
            "Sessions that live now and of which this is found: something hangs, and somebody is to blame. Appears when it is found first.",
            NONE,
            ROUTE,
            FINDING,
            BLAME),
    FINDINGS(
            "finspect_findings_total",
            COUNTER,
            "",
            "Findings that blame somebody, those of sessions' ends among them; one that comes again counts again. Appears when it is found first.",
            NONE,
            ROUTE,
            FINDING,
            BLAME),
    EVENTS_DROPPED(
            "finspect_events_dropped_total",
            COUNTER,
            "",
            "Records that a full queue did not take; the traffic itself is untouched.",
            NONE,
            SINK),
    LOG_RECORDS_WRITTEN("finspect_log_records_written_total", COUNTER, "", "Records written by the session log.", NONE),
    CAPTURE_PACKETS(
            "finspect_capture_packets_total",
            COUNTER,
            "",
            "Packets that the live capture saw: segments, and ICMP errors about them.",
            NONE),
    CAPTURE_DROPPED(
            "finspect_capture_dropped_total",
            COUNTER,
            "",
            "Packets that the live capture missed, since its ring was full; the traffic itself is untouched.",
            NONE),
    KERNEL_SOCKETS(
            "finspect_kernel_sockets",
            GAUGE,
            "",
            "Sockets that the kernel keeps alone after they were closed, at the last count, which is some 15 s old at most;"
                    + " another program's towards the same upstream are among them.",
            NONE,
            ROUTE,
            LEG,
            KEPT_STATE),
    TCP_STATE(
            "finspect_tcp_state",
            GAUGE,
            "",
            "Legs of living sessions by the TCP state of an end, looked at once a second. finspect's own by its socket; the"
                    + " peer's by the live capture, or where finspect's own state leaves no doubt of it. Nothing on the"
                    + " portable engine.",
            NONE,
            ROUTE,
            LEG,
            ENDPOINT,
            LabelKey.TCP_STATE),
    UPSTREAM_PORTS_TAKEN(
            "finspect_upstream_local_ports_taken",
            GAUGE,
            "",
            "Local ports taken towards the upstream's address with the most, TIME-WAIT among them, at the last count; at"
                    + " finspect_local_ports no connection more can be opened.",
            NONE,
            ROUTE),
    LOCAL_PORTS(
            "finspect_local_ports",
            GAUGE,
            "",
            "Local ports that the system has towards each destination (net.ipv4.ip_local_port_range).",
            NONE),
    NETTY_MEMORY(
            "finspect_netty_memory_bytes", GAUGE, "bytes", "Memory that Netty's buffer allocator holds.", NONE, AREA),
    BUILD_INFO("finspect_build_info", GAUGE, "", "Always 1; the labels tell what runs.", NONE, VERSION, JAVA);

    private final String exposedName;
    private final Kind kind;
    private final String baseUnit;
    private final String help;
    private final Buckets buckets;

    @SuppressWarnings("ImmutableEnumChecker") // List.of() is immutable; its type cannot say so.
    private final List<LabelKey> labels;

    Meters(String exposedName, Kind kind, String baseUnit, String help, Buckets buckets, LabelKey... labels) {
        this.exposedName = exposedName;
        this.kind = kind;
        this.baseUnit = baseUnit;
        this.help = help;
        this.buckets = buckets;
        this.labels = List.of(labels);
    }

    /** The name in the exposition; a histogram's samples add {@code _bucket}, {@code _count} and {@code _sum}. */
    String exposedName() {
        return exposedName;
    }

    /** What it does with its value. */
    Kind kind() {
        return kind;
    }

    /** {@code bytes}, {@code seconds}, or empty for a plain number. */
    String baseUnit() {
        return baseUnit;
    }

    /** One sentence for those who read a graph. */
    String help() {
        return help;
    }

    /** A histogram's upper bounds. */
    Buckets buckets() {
        return buckets;
    }

    /** The labels, in the order in which values are given. */
    List<LabelKey> labels() {
        return labels;
    }
}
