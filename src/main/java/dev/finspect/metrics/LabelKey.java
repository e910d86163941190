package dev.finspect.metrics;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.FindingId;
import dev.finspect.record.Outcome;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Leg;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A label and the words it can take; a word never comes from an address, a port or an id. */
enum LabelKey {
    ROUTE("route", "a route's name in the configuration"),
    LEG("leg", words(Leg.values(), Leg::label)),
    PEER("peer", words(Leg.values(), Leg::label)),
    CLOSER("peer", "client, upstream, proxy"),
    OUTCOME("outcome", words(Outcome.values(), Outcome::label)),
    HANDSHAKE_PHASE(
            "phase",
            "syn_to_synack (upstream leg), synack_to_ack (client leg), total (both, where the live capture saw it)"),
    RESET_PHASE("phase", words(ResetPhase.values(), ResetPhase::label)),
    RESULT("result", words(ConnectResult.values(), ConnectResult::label)),
    CAUSE("cause", words(ConnectResult.values(), ConnectResult::label).replace("connected, ", "")),
    HEADER_RESULT("result", words(HeaderResult.values(), HeaderResult::label)),
    KIND("kind", "fin, rst, timeout, proxy"),
    ORDER("order", words(CloseOrder.values(), CloseOrder::label, " ")),
    LEG_DIRECTION("direction", "received (from the peer), sent (to the peer)"),
    AGAIN_DIRECTION("direction", "sent (by finspect), received (from the peer, where the live capture saw it)"),
    RELAY_DIRECTION("direction", "client_to_upstream, upstream_to_client"),
    HOLDER("holder", words(TimeWaitHolder.values(), TimeWaitHolder::label)),
    FINDING("finding", words(FindingId.values(), FindingId::label)),
    BLAME("blame", words(Blame.values(), Blame::label)),
    ENDPOINT("endpoint", "peer (the client or the upstream), local (finspect)"),
    TCP_STATE(
            "state",
            "syn_sent, syn_received, established, fin_wait_1, fin_wait_2, close_wait, closing, last_ack, time_wait"),
    KEPT_STATE("state", "fin_wait_1, fin_wait_2, closing, last_ack, time_wait"),
    SINK("sink", "the queue's name, for example log"),
    AREA("area", "heap, direct"),
    VERSION("version", "finspect's version"),
    JAVA("java", "the Java runtime's version");

    private final String key;
    private final String words;

    LabelKey(String key, String words) {
        this.key = key;
        this.words = words;
    }

    /** The label's name in the exposition. */
    String key() {
        return key;
    }

    /** The words it can take, for the metrics page. */
    String words() {
        return words;
    }

    private static <E> String words(E[] constants, Function<E, String> label) {
        return words(constants, label, ", ");
    }

    private static <E> String words(E[] constants, Function<E, String> label, String parted) {
        return Arrays.stream(constants).map(label).collect(Collectors.joining(parted));
    }
}
