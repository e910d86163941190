package dev.finspect.log.compact;

import dev.finspect.lifecycle.turn.Answers;
import dev.finspect.lifecycle.turn.DurationSummary;
import dev.finspect.record.Attempt;
import dev.finspect.record.CloseMark;
import dev.finspect.record.LegData;
import dev.finspect.record.LegRecord;
import dev.finspect.record.Tracking;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.ResetReason;
import dev.finspect.tcp.Source;
import dev.finspect.wire.conntrack.ConntrackEntry;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** The fields of one leg of a session: below {@code client} or below {@code server}. */
final class LegFields {
    /** Of the failed attempts of a line together. */
    private static final int MOST_ATTEMPT_BYTES = 700;

    private static final long LEAST_LIMITED_NANOS = 1_000_000_000;

    private static final Table<Attempt> ATTEMPT = new Table<>(
            "An attempt to reach an address.",
            List.of(
                    Field.<Attempt>text("target", "as the configuration names it", Attempt::target),
                    Field.<Attempt>address("address", "the address; absent where the name has none", Attempt::address),
                    Field.<Attempt>port("port", "its port", Attempt::address),
                    Field.<Attempt, ConnectResult>word(
                                    "result",
                                    "how it failed",
                                    ConnectResult.values(),
                                    ConnectResult::label,
                                    attempt -> attempt.end() == null
                                            ? null
                                            : attempt.end().result().label())
                            .always(),
                    Field.<Attempt>seconds(
                            "duration_seconds",
                            "how long it took",
                            attempt -> attempt.end() == null
                                    ? null
                                    : (Long) attempt.end().durationNanos())));

    private final String below;
    private final Leg leg;

    private LegFields(Leg leg) {
        this.leg = leg;
        below = leg == Leg.CLIENT ? "client." : "server.";
    }

    /** The client leg without its address. */
    static List<Field<SessionRecord>> client() {
        LegFields client = new LegFields(Leg.CLIENT);
        return List.of(
                client.receivedBytes(),
                client.sentBytes(),
                client.rtt(),
                client.seconds(
                        "handshake.synack_to_ack_seconds",
                        "from finspect's SYN-ACK to the client's ACK",
                        Usual.WIRE_OR_INFERRED,
                        it -> it.handshake().segments().synAckToAck()),
                client.seconds(
                        "handshake.accept_delay_seconds",
                        "from that ACK to accept()",
                        Usual.WIRE,
                        it -> it.handshake().acceptDelay()),
                client.synRetransmits(),
                client.synAckRetransmits(),
                client.sentRetransmits(),
                client.receivedRetransmits(),
                client.resentSegment(),
                client.icmpMtu(),
                client.peerZeroWindows(),
                client.peerZeroWindowTime(),
                client.paused(),
                client.undelivered(),
                client.answer(
                        "think_seconds",
                        "how long it thought before it spoke again: the median",
                        DurationSummary::medianNanos),
                client.limited("peer", "its receive window", LegData.Transfer::peer),
                client.limited("network", "the congestion window or loss", LegData.Transfer::network),
                client.limited("finspect", "finspect", LegData.Transfer::finspect),
                client.limited("source", "the server, which sent no faster", LegData.Transfer::source),
                client.conntrack(),
                client.errno(),
                client.resetReason(),
                client.connState(),
                client.history());
    }

    /** The upstream leg without its address. */
    static List<Field<SessionRecord>> server() {
        LegFields server = new LegFields(Leg.UPSTREAM);
        return List.of(
                server.receivedBytes(),
                server.sentBytes(),
                server.rtt(),
                Field.seconds("server.lookup_seconds", "how long names were looked up", NameFields::waited),
                Field.text(
                        "server.name_server",
                        "the name server that was asked last, where a look-up took a second, or failed",
                        NameFields::server),
                Field.seconds(
                        "server.answer_age_seconds",
                        "how old the name's answer was when it was used, where an attempt failed or goes on",
                        NameFields::age),
                Field.seconds(
                        "server.answer_ttl_seconds", "for how long that answer was good, likewise", NameFields::ttl),
                Field.items(
                        "server.attempts",
                        "the attempts that failed, in their order",
                        LegFields::failed,
                        ATTEMPT,
                        MOST_ATTEMPT_BYTES),
                Field.omitted("server.attempts_omitted", "how many of them are left out", record -> 0),
                server.seconds(
                        "handshake.connect_seconds",
                        "how long connect() took",
                        Usual.SOCKET,
                        it -> it.handshake().connectDuration()),
                server.seconds(
                        "handshake.syn_to_synack_seconds",
                        "from finspect's SYN to the server's SYN-ACK",
                        Usual.WIRE_OR_INFERRED,
                        it -> it.handshake().segments().synToSynAck()),
                server.synRetransmits(),
                server.synAckRetransmits(),
                server.sentRetransmits(),
                server.receivedRetransmits(),
                server.resentSegment(),
                server.icmpMtu(),
                server.peerZeroWindows(),
                server.peerZeroWindowTime(),
                server.paused(),
                server.undelivered(),
                server.answers(),
                server.answer(
                        "answer_seconds",
                        "from the last byte of a request to the first of its answer: the median",
                        DurationSummary::medianNanos),
                server.answer(
                        "answer_most_seconds",
                        "the same, at most; where it answered more than once",
                        answers -> answers.count() > 1 ? answers.mostNanos() : 0),
                server.limited("peer", "its receive window", LegData.Transfer::peer),
                server.limited("network", "the congestion window or loss", LegData.Transfer::network),
                server.limited("finspect", "finspect", LegData.Transfer::finspect),
                server.limited("source", "the client, which sent no faster", LegData.Transfer::source),
                server.conntrack(),
                server.errno(),
                server.resetReason(),
                server.connState(),
                server.history());
    }

    private Field<SessionRecord> receivedBytes() {
        return number(
                "received_bytes",
                "bytes from it to finspect",
                Usual.SOCKET,
                it -> it.data().traffic().bytesReceived());
    }

    private Field<SessionRecord> sentBytes() {
        return number(
                "sent_bytes",
                "bytes from finspect to it",
                Usual.SOCKET,
                it -> it.data().traffic().bytesSent());
    }

    private Field<SessionRecord> rtt() {
        return seconds(
                "rtt_seconds",
                "the kernel's smoothed round-trip time at the last reading",
                Usual.KERNEL,
                it -> it.data().path().smoothedRtt());
    }

    private Field<SessionRecord> synRetransmits() {
        return number(
                        "handshake.syn_retransmits",
                        "SYNs that were sent again",
                        Usual.WIRE_OR_KERNEL,
                        it -> it.handshake().originator().retransmits())
                .withoutZero();
    }

    private Field<SessionRecord> synAckRetransmits() {
        return number(
                        "handshake.synack_retransmits",
                        "SYN-ACKs that were sent again",
                        Usual.WIRE_OR_KERNEL,
                        it -> it.handshake().responder().retransmits())
                .withoutZero();
    }

    private Field<SessionRecord> sentRetransmits() {
        return number(
                        "sent_retransmits",
                        "segments that finspect's kernel sent again",
                        Usual.KERNEL,
                        it -> it.data().loss().retransmitsSent())
                .withoutZero();
    }

    private Field<SessionRecord> receivedRetransmits() {
        return number(
                        "received_retransmits",
                        "segments that the peer sent again",
                        Usual.WIRE,
                        it -> it.data().loss().retransmitsReceived())
                .withoutZero();
    }

    private Field<SessionRecord> resentSegment() {
        return number(
                "resent_segment_bytes",
                "the smallest segment that finspect's kernel has sent again since the last acknowledgement",
                Usual.WIRE_OR_KERNEL,
                it -> it.data().loss().sizes().sentAgain());
    }

    private Field<SessionRecord> icmpMtu() {
        return number(
                "icmp_mtu_bytes",
                "the MTU in an ICMP error about a segment that was too large for a link on the way to it",
                Usual.WIRE,
                it -> it.data().path().icmpMtuBytes());
    }

    private Field<SessionRecord> peerZeroWindows() {
        return number(
                        "peer_zero_windows",
                        "how often its receive window was closed",
                        Usual.WIRE_OR_KERNEL,
                        it -> it.data().windows().peerZeroWindows())
                .withoutZero();
    }

    private Field<SessionRecord> peerZeroWindowTime() {
        return seconds(
                        "peer_zero_window_seconds",
                        "for how long in all",
                        Usual.WIRE_OR_KERNEL,
                        it -> it.data().windows().peerZeroWindowTime())
                .withoutZero();
    }

    private Field<SessionRecord> paused() {
        return seconds(
                        "paused_seconds",
                        "how long finspect stopped reading from it, since the other side did not take more",
                        Usual.SOCKET,
                        it -> it.data().relay().pausedTime())
                .withoutZero();
    }

    private Field<SessionRecord> undelivered() {
        return number(
                        "undelivered_bytes",
                        "bytes for it that were never handed to its socket",
                        Usual.SOCKET,
                        it -> it.data().relay().undeliveredBytes())
                .withoutZero();
    }

    private Field<SessionRecord> answers() {
        return Field.<SessionRecord>number(
                        below + "answers",
                        "how often it answered; absent where both peers speak at once",
                        Usual.SOCKET,
                        record -> first(record, DurationSummary::count))
                .withoutZero();
    }

    private Field<SessionRecord> answer(String name, String words, ToLongFunction<DurationSummary> of) {
        return Field.<SessionRecord>seconds(below + name, words, Usual.SOCKET, record -> first(record, of))
                .withoutZero();
    }

    private Observation<Long> first(SessionRecord record, ToLongFunction<DurationSummary> of) {
        Fact<Answers> answers = record.answers(leg).fact();
        DurationSummary firsts =
                answers == null || record.interleaved() ? null : answers.value().firsts();
        return answers == null || firsts == null
                ? Observation.notObserved()
                : new Fact<>(of.applyAsLong(firsts), answers.source());
    }

    /** What limited the bytes that were sent to it, where that is a second or more in all. */
    private Field<SessionRecord> limited(String by, String words, Function<LegData.Transfer, Observation<Long>> of) {
        return seconds(
                        "limited_by_" + by + "_seconds",
                        "how long what was sent to it was limited by " + words
                                + "; where such times are a second in all",
                        Usual.INFERRED,
                        it -> it.data().transfer().limitedNanos() < LEAST_LIMITED_NANOS
                                ? Observation.notObserved()
                                : of.apply(it.data().transfer()))
                .withoutZero();
    }

    private Field<SessionRecord> conntrack() {
        return Field.text(
                below + "conntrack",
                "the state of its entry in this host's connection tracking, or `none`; where bytes stayed unacknowledged and that"
                        + " could be read",
                Usual.CONNTRACK,
                observed(LegFields::tracked),
                Function.identity());
    }

    private static Observation<String> tracked(LegRecord leg) {
        Tracking tracking = leg.tracking();
        if (tracking == null || tracking.entry().isNotObserved()) {
            return Observation.notObserved();
        }
        ConntrackEntry entry = tracking.entry().orNull();
        return new Fact<>(entry == null ? "none" : entry.state().name(), Source.CONNTRACK);
    }

    private Field<SessionRecord> errno() {
        return Field.text(
                below + "errno",
                "the error that ended the leg",
                Usual.SOCKET,
                observed(it -> it.close().errno()),
                Errno::name);
    }

    private Field<SessionRecord> resetReason() {
        return Field.text(
                below + "reset_reason",
                "why the kernel of a peer on this host sent its RST, in the kernel's word; where traced",
                Usual.KERNEL,
                observed(it -> it.close().peerRst() instanceof Fact<CloseMark> rst
                        ? rst.value().kernel().reason()
                        : Observation.notObserved()),
                ResetReason::name);
    }

    private Field<SessionRecord> connState() {
        return text("conn_state", "Zeek's state of the connection; where captured", LegRecord::connState);
    }

    private Field<SessionRecord> history() {
        return text("history", "Zeek's letters for its segments; where captured", LegRecord::history);
    }

    private Field<SessionRecord> text(String name, String words, Field.Text<LegRecord> text) {
        return Field.text(below + name, words, record -> {
            LegRecord it = record.leg(leg);
            return it.isNone() ? null : text.of(it);
        });
    }

    private Field<SessionRecord> number(
            String name, String words, Usual usual, Function<LegRecord, Observation<Long>> of) {
        return Field.number(below + name, words, usual, observed(of));
    }

    private Field<SessionRecord> seconds(
            String name, String words, Usual usual, Function<LegRecord, Observation<Long>> of) {
        return Field.seconds(below + name, words, usual, observed(of));
    }

    /** Of a leg that there is; a record with one connection alone has no upstream leg. */
    private <V> Function<SessionRecord, Observation<V>> observed(Function<LegRecord, Observation<V>> of) {
        return record -> {
            LegRecord it = record.leg(leg);
            return leg == Leg.UPSTREAM && record.single() ? Observation.notObserved() : of.apply(it);
        };
    }

    private static List<Attempt> failed(SessionRecord record) {
        List<Attempt> attempts = record.upstream().attempts();
        if (attempts.isEmpty() || attempts.size() == 1 && !failed(attempts.get(0))) {
            return List.of();
        }
        return attempts.stream().filter(LegFields::failed).toList();
    }

    private static boolean failed(Attempt attempt) {
        return attempt.end() != null
                && attempt.target() != null
                && attempt.end().result() != ConnectResult.CONNECTED;
    }
}
