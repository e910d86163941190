package dev.finspect.log.compact;

import dev.finspect.record.LegTls;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.wire.tls.ClientHello;
import dev.finspect.wire.tls.FirstBytes;
import dev.finspect.wire.tls.ServerHello;
import dev.finspect.wire.tls.TlsAlert;
import dev.finspect.wire.tls.TlsVersion;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The fields of a TLS handshake, below {@code tls}; only on a route that observes it. */
final class TlsFields {
    private final String below;
    private final Leg leg;

    private TlsFields(Leg leg) {
        this.leg = leg;
        below = leg == Leg.CLIENT ? "tls.client." : "tls.server.";
    }

    static List<Field<SessionRecord>> client() {
        TlsFields client = new TlsFields(Leg.CLIENT);
        return List.of(
                client.text(
                                "server_name",
                                "the host name that the client asks for (SNI)",
                                of(hello -> hello.serverName()))
                        .openTelemetry(),
                client.text(
                        "protocols",
                        "the application protocols that it offers (ALPN)",
                        of(hello -> joined(hello.protocols()))),
                client.text(
                        "versions",
                        "the versions that it offers",
                        of(hello -> joined(
                                hello.versions().stream().map(TlsVersion::label).toList()))),
                client.number(
                        "hello_bytes",
                        "size of its ClientHello",
                        tls -> tls.hello().bytes()),
                client.number(
                        "hello_reads",
                        "in how many reads it came",
                        tls -> tls.hello().reads()),
                client.firstBytes(),
                client.alert(),
                client.closeNotify());
    }

    static List<Field<SessionRecord>> server() {
        TlsFields server = new TlsFields(Leg.UPSTREAM);
        return List.of(
                Field.seconds(
                        "tls.server.hello_seconds",
                        "from the ClientHello to the ServerHello",
                        Usual.SOCKET,
                        record -> server.observed(record, tls -> tls.hello().answer())),
                server.firstBytes(),
                server.alert(),
                server.closeNotify());
    }

    static List<Field<SessionRecord>> chosen() {
        return List.of(
                Field.<SessionRecord>text("tls.protocol.version", "the version that the server chose", record -> {
                            ServerHello hello = chosen(record);
                            TlsVersion version = hello == null ? null : hello.version();
                            return version == null ? null : version.label();
                        })
                        .openTelemetry(),
                Field.<SessionRecord>text(
                                "tls.next_protocol",
                                "the application protocol that it chose; not in TLS 1.3, which encrypts it",
                                record -> {
                                    ServerHello hello = chosen(record);
                                    return hello == null ? null : hello.protocol();
                                })
                        .openTelemetry());
    }

    private Field<SessionRecord> firstBytes() {
        return Field.word(
                below + "first_bytes",
                "what its first bytes are, if no TLS",
                FirstBytes.values(),
                FirstBytes::label,
                record -> {
                    FirstBytes first = observed(record, LegTls::speaks).or(FirstBytes.TLS);
                    return first == FirstBytes.TLS ? null : first.label();
                });
    }

    private Field<SessionRecord> alert() {
        return text("alert", "its last alert in clear", tls -> {
            TlsAlert alert = tls.alert().what().orNull();
            return alert == null ? null : alert.label();
        });
    }

    private Field<SessionRecord> closeNotify() {
        return Field.text(
                below + "close_notify",
                "sent, if it announced its end, else missing: in TLS 1.3 by the size of its last record",
                Usual.SOCKET,
                record -> observed(record, LegTls::closeNotify),
                sent -> sent ? "sent" : "missing");
    }

    private Field<SessionRecord> text(String name, String words, Function<LegTls, @Nullable String> text) {
        return Field.text(below + name, words, record -> {
            LegTls tls = record.leg(leg).tls();
            return tls == null ? null : text.apply(tls);
        });
    }

    private Field<SessionRecord> number(String name, String words, Function<LegTls, Observation<Long>> number) {
        return Field.number(below + name, words, Usual.SOCKET, record -> observed(record, number));
    }

    private <T> Observation<T> observed(SessionRecord record, Function<LegTls, Observation<T>> what) {
        LegTls tls = record.leg(leg).tls();
        return tls == null ? Observation.notObserved() : what.apply(tls);
    }

    private static Function<LegTls, @Nullable String> of(Function<ClientHello, @Nullable String> what) {
        return tls -> {
            ClientHello hello = tls.hello().offered();
            return hello == null ? null : what.apply(hello);
        };
    }

    private static @Nullable String joined(List<String> words) {
        return words.isEmpty() ? null : words.stream().collect(Collectors.joining(","));
    }

    private static @Nullable ServerHello chosen(SessionRecord record) {
        LegTls tls = record.upstream().tls();
        return tls == null ? null : tls.hello().chosen();
    }
}
