package dev.finspect.metrics;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.catalogue.Catalogue;
import dev.finspect.record.Lookup;
import dev.finspect.record.Outcome;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Leg;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A label and its possible values. A value never comes from an address, a port or an id. */
enum LabelKey {
    ROUTE("route", "a route's name in the configuration"),
    LEG("leg", list(Leg.values(), Leg::label)),
    PEER("peer", list(Leg.values(), Leg::label)),
    CLOSER("peer", "client, upstream, proxy"),
    OUTCOME("outcome", list(Outcome.values(), Outcome::label)),
    HANDSHAKE_PHASE(
            "phase",
            "syn_to_synack (upstream leg), synack_to_ack (client leg), total (both, if the live capture recorded it)"),
    RESET_PHASE("phase", list(ResetPhase.values(), ResetPhase::label)),
    RESULT("result", list(ConnectResult.values(), ConnectResult::label)),
    LOOK_UP_RESULT("result", list(Lookup.Result.values(), Lookup.Result::label)),
    CAUSE("cause", list(ConnectResult.values(), ConnectResult::label).replace("connected, ", "")),
    HEADER_RESULT("result", list(HeaderResult.values(), HeaderResult::label)),
    KIND("kind", "fin, rst, timeout, proxy"),
    ORDER("order", list(CloseOrder.values(), CloseOrder::label, " ")),
    LEG_DIRECTION("direction", "received (from the peer), sent (to the peer)"),
    RETRANSMIT_DIRECTION("direction", "sent (by finspect), received (from the peer, if the live capture recorded it)"),
    RELAY_DIRECTION("direction", "client_to_upstream, upstream_to_client"),
    LIMITED_BY("by", list(TransferLimit.values(), TransferLimit::label)),
    HOLDER("holder", list(TimeWaitEnd.values(), TimeWaitEnd::label)),
    FINDING("finding", Catalogue.standard().labels()),
    BLAME("blame", list(Blame.values(), Blame::label)),
    CONFIDENCE("confidence", list(Confidence.values(), Confidence::label)),
    ENDPOINT("endpoint", "peer (the client or the upstream), local (finspect)"),
    TCP_STATE(
            "state",
            "syn_sent, syn_received, established, fin_wait_1, fin_wait_2, close_wait, closing, last_ack, time_wait"),
    CLOSED_SOCKET_STATE("state", "fin_wait_1, fin_wait_2, closing, last_ack, time_wait"),
    REST_END("end", "survived (the peer was heard again), ended (it was not, or it closed)"),
    SINK("sink", "the queue's name, for example log"),
    RELOAD_RESULT("result", "applied, unchanged, invalid, refused"),
    KERNEL_EVENT("event", "the kernel's name of it, for example ListenOverflows, as nstat prints it"),
    AREA("area", "heap, direct"),
    VERSION("version", "finspect's version"),
    JAVA("java", "the Java runtime's version");

    private final String key;
    private final String values;

    LabelKey(String key, String values) {
        this.key = key;
        this.values = values;
    }

    /** The label's name in the exposition. */
    String key() {
        return key;
    }

    /** The possible values, for the metrics page. */
    String possibleValues() {
        return values;
    }

    private static <E> String list(E[] constants, Function<E, String> label) {
        return list(constants, label, ", ");
    }

    private static <E> String list(E[] constants, Function<E, String> label, String separator) {
        return Arrays.stream(constants).map(label).collect(Collectors.joining(separator));
    }
}
