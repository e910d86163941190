package dev.finspect.log.compact;

import dev.finspect.diagnose.Finding;
import dev.finspect.record.CloseAct;
import dev.finspect.record.Outcome;
import dev.finspect.record.ProxyHeader;
import dev.finspect.record.ProxyReason;
import dev.finspect.record.Relayed;
import dev.finspect.record.SessionClose;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The fields of a line about one session, or about one attempt to open one. */
final class SessionFields {
    /** Changed when a field changes its meaning or is removed; a new field does not change it. */
    static final String SCHEMA = "compact.1";

    static final Table<SessionRecord> TABLE = new Table<>(
            "A line about one session, or about an attempt that never became one.",
            head(),
            ends(),
            LegFields.client(),
            List.of(
                    Field.address(
                                    "server.address",
                                    "the upstream that was reached, or was tried last",
                                    SessionRecord::upstreamAddress)
                            .openTelemetry(),
                    Field.port("server.port", "its port", SessionRecord::upstreamAddress)
                            .openTelemetry()),
            LegFields.server(),
            network(),
            TlsFields.client(),
            TlsFields.server(),
            TlsFields.chosen(),
            closing(),
            FindingFields.list(),
            List.of(
                    Field.of(
                                    "evidence",
                                    Shape.of(Shape.Kind.EVIDENCE),
                                    "source: the best source in the record. Below each source: the paths of those facts that have"
                                            + " it, and usually have another",
                                    (SessionRecord record, FieldName field, CompactWriter out) -> out.evidence(field))
                            .always(),
                    sampled()));

    private SessionFields() {}

    private static List<Field<SessionRecord>> head() {
        return List.of(
                Field.<SessionRecord>time("time", "of this event", SessionFields::at)
                        .always(),
                Field.<SessionRecord, Severity>word(
                                "severity",
                                "how much it matters",
                                Severity.values(),
                                Severity::name,
                                record -> Severity.of(record).name())
                        .always(),
                Field.<SessionRecord, RecordEvent>word(
                                "event",
                                "what the line is about",
                                RecordEvent.values(),
                                RecordEvent::label,
                                record -> record.event().label())
                        .always(),
                schema(),
                Field.<SessionRecord>text(
                                "id",
                                "unique, and sortable by start",
                                record -> record.identity().id())
                        .always(),
                instance(),
                Field.<SessionRecord>text(
                        "route",
                        "name of the route",
                        record -> record.identity().route()),
                FindingFields.id("finding.id", "the finding that came or went", FindingFields::about),
                Field.<SessionRecord>seconds("duration_seconds", "since accept()", SessionRecord::durationNanos)
                        .always(),
                Field.word(
                        "outcome",
                        "how it ended; absent while it lives",
                        Outcome.values(),
                        Outcome::label,
                        record -> record.outcome() == null
                                ? null
                                : record.outcome().label()),
                Field.<SessionRecord>text("error.type", "what went wrong", SessionRecord::errorType)
                        .openTelemetry(),
                Field.word(
                        "proxy_reason",
                        "why finspect ended it by itself",
                        ProxyReason.values(),
                        ProxyReason::label,
                        record -> record.proxyReason() == null
                                ? null
                                : record.proxyReason().label()),
                Field.<SessionRecord>text(
                        "termination", "HAProxy's two letters for the end", SessionRecord::termination));
    }

    /** The form of the line. */
    static <T> Field<T> schema() {
        return Field.<T, String>word(
                        "schema",
                        "form of the line; changed when a field changes its meaning or is removed",
                        new String[] {SCHEMA},
                        schema -> schema,
                        what -> SCHEMA)
                .always();
    }

    /** The name of this finspect. */
    static <T> Field<T> instance() {
        return Field.<T>of(
                        "instance",
                        Shape.of(Shape.Kind.TEXT),
                        "name of this finspect: the setting instance, else the host's name",
                        (what, field, out) -> out.text(field, out.instance()))
                .always();
    }

    private static Field<SessionRecord> sampled() {
        return Field.of(
                "sampled_one_in",
                Shape.of(Shape.Kind.NUMBER),
                "the line stands for so many sessions that log.only does not choose; absent where it stands for itself",
                (record, field, out) -> {
                    if (out.oneIn() > 1) {
                        out.number(field, (long) out.oneIn());
                    }
                });
    }

    private static List<Field<SessionRecord>> ends() {
        return List.of(
                Field.address(
                                "destination.address",
                                "where the client of an intercepted connection was bound for",
                                SessionFields::destination)
                        .openTelemetry(),
                Field.port("destination.port", "its port", SessionFields::destination)
                        .openTelemetry(),
                Field.address(
                                "client.address",
                                "the client: of a PROXY header, if the connection began with one",
                                SessionFields::client)
                        .openTelemetry(),
                Field.port("client.port", "its port", SessionFields::client).openTelemetry());
    }

    private static List<Field<SessionRecord>> network() {
        return List.of(
                Field.<SessionRecord, String>word(
                                "network.transport",
                                "always tcp",
                                new String[] {"tcp"},
                                transport -> transport,
                                record -> "tcp")
                        .always()
                        .openTelemetry(),
                Field.<SessionRecord, TcpState>word(
                                "network.connection.state",
                                "closed when the session is over; while it lives, the state of finspect's socket on the leg of"
                                        + " the finding, else on the client leg",
                                TcpState.values(),
                                SessionFields::word,
                                SessionFields::state)
                        .openTelemetry(),
                Field.address(
                                "network.peer.address",
                                "the sender of the PROXY header; absent without one",
                                SessionFields::headerSender)
                        .openTelemetry(),
                Field.port("network.peer.port", "its port", SessionFields::headerSender)
                        .openTelemetry());
    }

    private static List<Field<SessionRecord>> closing() {
        return List.of(
                Field.of(
                        "close.order",
                        Shape.words(Shape.Kind.WORDS, CloseAct.values(), CloseAct::label),
                        "who closed how, in order: the peers, and finspect of its own will",
                        (record, field, out) -> out.acts(field, record.close().order())),
                Field.seconds(
                        "close.half_close_seconds",
                        "from the first FIN to the second, to a reset, or to now",
                        Usual.WIRE_OR_SOCKET,
                        record -> record.close().halfClose().time()),
                Field.<SessionRecord>number(
                                "close.after_first_fin_bytes",
                                "bytes that still came after the first FIN",
                                Usual.SOCKET,
                                record -> record.close().halfClose().bytesAfter())
                        .withoutZero(),
                Field.word(
                        "close.relayed",
                        "what became of it on the other side; absent where it is faithful",
                        Relayed.values(),
                        Relayed::label,
                        record -> relayed(record.close().relaying())),
                Field.text(
                        "close.relayed_reason",
                        "why it is not faithful",
                        record -> record.close().relaying().reason() == null
                                ? null
                                : record.close().relaying().reason().label()),
                Field.<SessionRecord>number(
                                "close.lost_bytes",
                                "bytes read from a peer and never sent to the other",
                                Usual.SOCKET,
                                record -> record.close().relaying().lostBytes())
                        .withoutZero());
    }

    private static @Nullable Long at(SessionRecord record) {
        return record.identity().startEpochNanos() + record.durationNanos();
    }

    private static @Nullable InetSocketAddress destination(SessionRecord record) {
        return record.identity().original();
    }

    private static InetSocketAddress client(SessionRecord record) {
        ProxyHeader header = record.proxyHeaders().received();
        return header == null || header.source() == null ? record.identity().client() : header.source();
    }

    private static @Nullable InetSocketAddress headerSender(SessionRecord record) {
        ProxyHeader header = record.proxyHeaders().received();
        return header == null ? null : record.identity().client();
    }

    private static @Nullable String relayed(SessionClose.Relaying relaying) {
        return relaying.relayed() == null || relaying.relayed() == Relayed.FAITHFUL
                ? null
                : relaying.relayed().label();
    }

    private static @Nullable String state(SessionRecord record) {
        if (record.event() == RecordEvent.CLOSED) {
            return word(TcpState.CLOSED);
        }
        Finding about = FindingFields.about(record);
        Leg leg = about == null || about.leg() == null ? Leg.CLIENT : about.leg();
        TcpState state = record.leg(leg).data().queue().state().orNull();
        return state == null ? null : word(state);
    }

    /** As OpenTelemetry writes it. */
    private static String word(TcpState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
