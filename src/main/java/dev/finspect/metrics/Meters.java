package dev.finspect.metrics;

import static dev.finspect.metrics.Buckets.CLOSING;
import static dev.finspect.metrics.Buckets.CONNECT;
import static dev.finspect.metrics.Buckets.NONE;
import static dev.finspect.metrics.Buckets.RELAY;
import static dev.finspect.metrics.Buckets.ROUND_TRIP;
import static dev.finspect.metrics.Buckets.TURN;
import static dev.finspect.metrics.LabelKey.AREA;
import static dev.finspect.metrics.LabelKey.BLAME;
import static dev.finspect.metrics.LabelKey.CAUSE;
import static dev.finspect.metrics.LabelKey.CLOSED_SOCKET_STATE;
import static dev.finspect.metrics.LabelKey.CLOSER;
import static dev.finspect.metrics.LabelKey.CONFIDENCE;
import static dev.finspect.metrics.LabelKey.ENDPOINT;
import static dev.finspect.metrics.LabelKey.FINDING;
import static dev.finspect.metrics.LabelKey.HANDSHAKE_PHASE;
import static dev.finspect.metrics.LabelKey.HEADER_RESULT;
import static dev.finspect.metrics.LabelKey.HOLDER;
import static dev.finspect.metrics.LabelKey.JAVA;
import static dev.finspect.metrics.LabelKey.KIND;
import static dev.finspect.metrics.LabelKey.LEG;
import static dev.finspect.metrics.LabelKey.LEG_DIRECTION;
import static dev.finspect.metrics.LabelKey.LOOK_UP_RESULT;
import static dev.finspect.metrics.LabelKey.ORDER;
import static dev.finspect.metrics.LabelKey.OUTCOME;
import static dev.finspect.metrics.LabelKey.PEER;
import static dev.finspect.metrics.LabelKey.RELAY_DIRECTION;
import static dev.finspect.metrics.LabelKey.RESET_PHASE;
import static dev.finspect.metrics.LabelKey.REST_END;
import static dev.finspect.metrics.LabelKey.RESULT;
import static dev.finspect.metrics.LabelKey.RETRANSMIT_DIRECTION;
import static dev.finspect.metrics.LabelKey.ROUTE;
import static dev.finspect.metrics.LabelKey.SINK;
import static dev.finspect.metrics.LabelKey.VERSION;
import static dev.finspect.metrics.MeterType.COUNTER;
import static dev.finspect.metrics.MeterType.GAUGE;
import static dev.finspect.metrics.MeterType.HISTOGRAM;

import java.util.List;

/**
 * All meters of finspect: the only place that defines their names, help texts and buckets.
 *
 * <p>The metrics page of the documentation is generated from these constants.
 */
enum Meters {
    SESSIONS("finspect_sessions_total", COUNTER, "", "Sessions that ended, by outcome.", NONE, ROUTE, OUTCOME),
    SESSIONS_ACTIVE("finspect_sessions_active", GAUGE, "", "Living sessions.", NONE, ROUTE),
    SESSIONS_ACCEPTED("finspect_sessions_accepted_total", COUNTER, "", "Connections accepted.", NONE, ROUTE),
    ACCEPT_ERRORS(
            "finspect_accept_errors_total",
            COUNTER,
            "",
            "Calls of accept() that failed for lack of descriptors or memory.",
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
            "The TCP handshake. For each leg, the first round trip as measured by finspect's kernel, unless a segment was"
                    + " retransmitted; and the total time from the first SYN to the ACK, recorded at the end of the session.",
            CONNECT,
            ROUTE,
            LEG,
            HANDSHAKE_PHASE),
    UPSTREAM_CONNECT_DURATION(
            "finspect_upstream_connect_duration_seconds",
            HISTOGRAM,
            "seconds",
            "Attempts to connect to an upstream, from connect() to the result. The series of a failed result appears when it first occurs.",
            CONNECT,
            ROUTE,
            RESULT),
    LOOK_UP_DURATION(
            "finspect_lookup_duration_seconds",
            HISTOGRAM,
            "seconds",
            "Look-ups of upstream names, from the question to the result: how long a session waited for each; an answer that was kept"
                    + " takes next to none. The series of a result appears when it first occurs.",
            CONNECT,
            ROUTE,
            LOOK_UP_RESULT),
    SYN_RETRANSMITS(
            "finspect_syn_retransmits_total",
            COUNTER,
            "",
            "Handshake segments that finspect's kernel retransmitted: SYN-ACKs on the client leg, SYNs on the upstream leg, including failed attempts if the live capture recorded them.",
            NONE,
            ROUTE,
            LEG),
    CONNECT_FAILURES(
            "finspect_connect_failures_total",
            COUNTER,
            "",
            "Failed attempts to connect to an upstream, also if another address then answered.",
            NONE,
            ROUTE,
            CAUSE),
    ATTEMPTS_UNACCEPTED(
            "finspect_attempts_unaccepted_total",
            COUNTER,
            "",
            "Handshakes to a listener that the live capture recorded and that never reached accept().",
            NONE,
            ROUTE),
    PROXY_HEADERS(
            "finspect_proxy_headers_total",
            COUNTER,
            "",
            "Connections of trusted proxies, which must begin with a PROXY header, by the result of reading it; all but read were reset. Counted at the end of the session; a connection that the proxy reset first is not counted.",
            NONE,
            ROUTE,
            HEADER_RESULT),
    ACCEPT_DELAY(
            "finspect_accept_delay_seconds",
            HISTOGRAM,
            "seconds",
            "From the ACK that completed the client's handshake, as the live capture recorded it, to accept(): how long clients waited for finspect.",
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
    ANSWER_DURATION(
            "finspect_answer_duration_seconds",
            HISTOGRAM,
            "seconds",
            "From the last byte of a request that was sent to the upstream to the first byte of its answer: a run of bytes one way, answered by a run the other way. Updated while sessions live; turns in which both peers spoke at once are left out.",
            TURN,
            ROUTE),
    WHOLE_ANSWER_DURATION(
            "finspect_whole_answer_duration_seconds",
            HISTOGRAM,
            "seconds",
            "From the last byte of a request that was sent to the upstream to the last byte of its answer, recorded when the client speaks again or the session ends.",
            TURN,
            ROUTE),
    THINK_DURATION(
            "finspect_think_duration_seconds",
            HISTOGRAM,
            "seconds",
            "From the last byte of an answer that was sent to the client to the first byte of its next request.",
            TURN,
            ROUTE),
    INTERLEAVED_TURNS(
            "finspect_interleaved_turns_total",
            COUNTER,
            "",
            "Runs of bytes that answer nothing, since both peers spoke at once: they have no place in the durations of turns.",
            NONE,
            ROUTE),
    TRANSFER_LIMITED(
            "finspect_transfer_limited_seconds_total",
            COUNTER,
            "seconds",
            "How long a direction was limited: by the receiver's window (the receiving peer), by the congestion window or loss (network), by finspect, or by the sending peer, which sent no faster; nobody: there was nothing to send. From tcp_info; counted at the end of the session. Not available on the portable engine.",
            NONE,
            ROUTE,
            RELAY_DIRECTION,
            LabelKey.LIMITED_BY),
    FIRST_CLOSE(
            "finspect_first_close_total",
            COUNTER,
            "",
            "Who ended a session first, and how; counted at the end of the session.",
            NONE,
            ROUTE,
            CLOSER,
            KIND),
    CLOSE_ORDER(
            "finspect_close_order_total",
            COUNTER,
            "",
            "The order in which the peers ended a session; other if finspect ended it, and for rarer orders.",
            NONE,
            ROUTE,
            ORDER),
    RESETS(
            "finspect_resets_total",
            COUNTER,
            "",
            "RSTs, by the peer that sent them and the phase of the session.",
            NONE,
            ROUTE,
            PEER,
            RESET_PHASE),
    HALF_CLOSE_DURATION(
            "finspect_half_close_duration_seconds",
            HISTOGRAM,
            "seconds",
            "From the first FIN, sent by this peer, to the other peer's FIN or to a reset; recorded at the end of the session.",
            CLOSING,
            ROUTE,
            PEER),
    HALF_CLOSED_SESSIONS(
            "finspect_half_closed_sessions",
            GAUGE,
            "",
            "Living sessions in which only this peer has sent its FIN.",
            NONE,
            ROUTE,
            PEER),
    IDLE_LIMIT(
            "finspect_idle_limit_seconds",
            GAUGE,
            "seconds",
            "Idle time that connections of this leg have survived at most, and after which they were dead or closed, where these show a time-out; of several peers the one with the least. 0 while they show none.",
            NONE,
            ROUTE,
            LEG,
            REST_END),
    BYTES_AFTER_FIRST_FIN(
            "finspect_bytes_after_first_fin_total",
            COUNTER,
            "bytes",
            "Bytes that the other peer sent after the first FIN: a proxy that closes both legs at once would have lost them.",
            NONE,
            ROUTE),
    CLOSE_WAIT_DURATION(
            "finspect_close_wait_duration_seconds",
            HISTOGRAM,
            "seconds",
            "How long this peer was in CLOSE-WAIT, from finspect's FIN to its own; recorded at the end of the session.",
            CLOSING,
            ROUTE,
            PEER),
    FIN_RELAY_DURATION(
            "finspect_fin_relay_duration_seconds",
            HISTOGRAM,
            "seconds",
            "From a peer's FIN to finspect's FIN on the other leg, after all preceding bytes.",
            RELAY,
            ROUTE,
            RELAY_DIRECTION),
    FIN_ACK_DURATION(
            "finspect_fin_ack_duration_seconds",
            HISTOGRAM,
            "seconds",
            "From finspect's FIN on this leg to its ACK, as the live capture recorded them; recorded at the end of the session.",
            CLOSING,
            ROUTE,
            LEG),
    TIME_WAIT(
            "finspect_time_wait_total",
            COUNTER,
            "",
            "Legs that ended, by the end that is in TIME-WAIT.",
            NONE,
            ROUTE,
            HOLDER),
    LEG_BYTES(
            "finspect_leg_bytes_total",
            COUNTER,
            "bytes",
            "Payload bytes on a leg; updated while sessions live.",
            NONE,
            ROUTE,
            LEG,
            LEG_DIRECTION),
    RETRANSMITS(
            "finspect_retransmits_total",
            COUNTER,
            "",
            "Retransmitted segments, including SYN and FIN; counted at the end of the session.",
            NONE,
            ROUTE,
            LEG,
            RETRANSMIT_DIRECTION),
    ZERO_WINDOW(
            "finspect_zero_window_seconds_total",
            COUNTER,
            "seconds",
            "How long this peer's receive window was closed; counted at the end of the session.",
            NONE,
            ROUTE,
            PEER),
    RTT(
            "finspect_rtt_seconds",
            HISTOGRAM,
            "seconds",
            "The kernel's smoothed round-trip time of a leg at the end of the session.",
            ROUND_TRIP,
            ROUTE,
            LEG),
    SESSIONS_HUNG(
            "finspect_sessions_hung",
            GAUGE,
            "",
            "Living sessions that hang, each counted once, by its worst finding; confidence is that of the hang, whoever is to blame. The series appears with its first finding.",
            NONE,
            ROUTE,
            FINDING,
            BLAME,
            CONFIDENCE),
    FINDINGS(
            "finspect_findings_total",
            COUNTER,
            "",
            "Findings that blame a party, including findings at the end of a session; a finding that is raised again counts again. Every verdict that a kind of finding can have is there from the start, at 0.",
            NONE,
            ROUTE,
            FINDING,
            BLAME,
            CONFIDENCE),
    EVENTS_DROPPED(
            "finspect_events_dropped_total",
            COUNTER,
            "",
            "Records dropped because a queue was full; traffic is not affected.",
            NONE,
            SINK),
    LOG_RECORDS_WRITTEN("finspect_log_records_written_total", COUNTER, "", "Records written by the session log.", NONE),
    LOG_RECORDS_DELETED(
            "finspect_log_records_deleted_total",
            COUNTER,
            "",
            "Records in the oldest file of the session log, which rotation deleted to make room.",
            NONE),
    LOG_RECORDS_LEFT_OUT(
            "finspect_log_records_left_out_total",
            COUNTER,
            "",
            "Records that have no line in the session log, because log.only does not choose them and log.sample does not take"
                    + " them.",
            NONE),
    CAPTURE_PACKETS(
            "finspect_capture_packets_total",
            COUNTER,
            "",
            "Packets that the live capture recorded: segments, and ICMP errors about them.",
            NONE),
    CAPTURE_DROPPED(
            "finspect_capture_dropped_total",
            COUNTER,
            "",
            "Packets that the live capture dropped because its ring buffer was full; traffic is not affected.",
            NONE),
    KERNEL_SOCKETS(
            "finspect_kernel_sockets",
            GAUGE,
            "",
            "Sockets that the kernel keeps after they were closed, at the last count, usually at most 15 s ago; includes"
                    + " sockets of other programs to the same upstream.",
            NONE,
            ROUTE,
            LEG,
            CLOSED_SOCKET_STATE),
    TCP_STATE(
            "finspect_tcp_state",
            GAUGE,
            "",
            "Legs of living sessions, by the TCP state of one end, sampled once a second. finspect's end is read from its"
                    + " socket; the peer's end comes from the live capture, or from finspect's own state if that determines it."
                    + " Not available on the portable engine.",
            NONE,
            ROUTE,
            LEG,
            ENDPOINT,
            LabelKey.TCP_STATE),
    UPSTREAM_PORTS_TAKEN(
            "finspect_upstream_local_ports_taken",
            GAUGE,
            "",
            "Local ports in use to the upstream address that uses the most, including TIME-WAIT, at the last count; at"
                    + " finspect_local_ports no further connection can be opened.",
            NONE,
            ROUTE),
    LOCAL_PORTS(
            "finspect_local_ports",
            GAUGE,
            "",
            "Local ports that the system offers per destination (net.ipv4.ip_local_port_range).",
            NONE),
    KERNEL_EVENTS(
            "finspect_kernel_events_total",
            COUNTER,
            "",
            "What the kernel has counted in finspect's network namespace since that began, of all its connections: full queues,"
                    + " drops, time-outs and connections that it ended. Linux only.",
            NONE,
            LabelKey.KERNEL_EVENT),
    CONFIG_RELOADS(
            "finspect_config_reloads_total",
            COUNTER,
            "",
            "Reloads of the configuration, by result; after invalid and refused the configuration before stays in force.",
            NONE,
            LabelKey.RELOAD_RESULT),
    CONFIG_LAST_SUCCESS(
            "finspect_config_last_success_timestamp_seconds",
            GAUGE,
            "seconds",
            "When the configuration was last read and put in force, by the start or by a reload, in seconds since the Unix"
                    + " epoch.",
            NONE),
    NETTY_MEMORY(
            "finspect_netty_memory_bytes",
            GAUGE,
            "bytes",
            "Memory that Netty's buffer allocator has reserved.",
            NONE,
            AREA),
    BUILD_INFO(
            "finspect_build_info", GAUGE, "", "Always 1; the labels show the running versions.", NONE, VERSION, JAVA),
    PROCESS_CPU(
            "process_cpu_seconds_total",
            COUNTER,
            "seconds",
            "Processor time of the process, of the user and of the system.",
            NONE),
    PROCESS_RESIDENT_MEMORY(
            "process_resident_memory_bytes",
            GAUGE,
            "bytes",
            "Memory of the process that is in RAM. Not available without /proc.",
            NONE),
    PROCESS_OPEN_FDS("process_open_fds", GAUGE, "", "File descriptors that the process has open.", NONE),
    PROCESS_MAX_FDS("process_max_fds", GAUGE, "", "File descriptors that the process may have open.", NONE),
    PROCESS_START_TIME(
            "process_start_time_seconds",
            GAUGE,
            "seconds",
            "When the process started, in seconds since the Unix epoch.",
            NONE);

    private final String exposedName;
    private final MeterType type;
    private final String baseUnit;
    private final String help;
    private final Buckets buckets;

    @SuppressWarnings("ImmutableEnumChecker") // List.of() is immutable; its type cannot say so.
    private final List<LabelKey> labels;

    Meters(String exposedName, MeterType type, String baseUnit, String help, Buckets buckets, LabelKey... labels) {
        this.exposedName = exposedName;
        this.type = type;
        this.baseUnit = baseUnit;
        this.help = help;
        this.buckets = buckets;
        this.labels = List.of(labels);
    }

    /** The name in the exposition; a histogram's samples add {@code _bucket}, {@code _count} and {@code _sum}. */
    String exposedName() {
        return exposedName;
    }

    /** The type of the meter. */
    MeterType type() {
        return type;
    }

    /** {@code bytes}, {@code seconds}, or empty for a plain number. */
    String baseUnit() {
        return baseUnit;
    }

    /** The help text: one sentence for readers of a graph. */
    String help() {
        return help;
    }

    /** Upper bounds of a histogram. */
    Buckets buckets() {
        return buckets;
    }

    /** The labels, in the order of their values. */
    List<LabelKey> labels() {
        return labels;
    }
}
