package dev.finspect.log.json;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.finspect.log.line.Unicode;
import dev.finspect.record.LegTls;
import dev.finspect.wire.tls.ClientHello;
import dev.finspect.wire.tls.FirstBytes;
import dev.finspect.wire.tls.ServerHello;
import dev.finspect.wire.tls.TlsAlert;
import dev.finspect.wire.tls.TlsVersion;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes what a peer sent of a TLS handshake in clear. */
final class JsonTls {
    private static final SerializedString TLS = new SerializedString("tls");
    private static final SerializedString FIRST_BYTES = new SerializedString("first_bytes");
    private static final SerializedString HELLO_AT = new SerializedString("hello_at");
    private static final SerializedString HELLO_BYTES = new SerializedString("hello_bytes");
    private static final SerializedString HELLO_READS = new SerializedString("hello_reads");
    private static final SerializedString HELLO_EXPECTED_BYTES = new SerializedString("hello_expected_bytes");
    private static final SerializedString HELLO_SECONDS = new SerializedString("hello_seconds");
    private static final SerializedString HELLO_RETRY_AT = new SerializedString("hello_retry_at");
    private static final SerializedString SERVER_NAME = new SerializedString("server_name");
    private static final SerializedString PROTOCOLS = new SerializedString("protocols");
    private static final SerializedString VERSIONS = new SerializedString("versions");
    private static final SerializedString FLIGHT_DONE_AT = new SerializedString("flight_done_at");
    private static final SerializedString ENCRYPTED_AT = new SerializedString("encrypted_at");
    private static final SerializedString NOT_UNDERSTOOD = new SerializedString("not_understood");
    private static final SerializedString ALERT = new SerializedString("alert");
    private static final SerializedString ALERT_AT = new SerializedString("alert_at");
    private static final SerializedString ALERT_FATAL = new SerializedString("alert_fatal");
    private static final SerializedString CLOSE_NOTIFY = new SerializedString("close_notify");
    private static final Map<FirstBytes, SerializableString> KINDS =
            FactWriter.labels(FirstBytes.class, FirstBytes::label);

    private JsonTls() {}

    static void write(LegTls tls, FactWriter out) {
        LegTls.Hello hello = tls.hello();
        TlsAlert alert = tls.alert().what().orNull();
        out.json.writeFieldName(TLS);
        out.json.writeStartObject();
        out.label(FIRST_BYTES, tls.speaks(), KINDS);
        out.time(HELLO_AT, hello.at());
        out.number(HELLO_BYTES, hello.bytes());
        out.number(HELLO_READS, hello.reads());
        out.number(HELLO_EXPECTED_BYTES, hello.expectedBytes());
        out.seconds(HELLO_SECONDS, hello.answer());
        out.time(HELLO_RETRY_AT, hello.retriedAt());
        said(hello.offered(), hello.chosen(), out);
        out.time(FLIGHT_DONE_AT, tls.flightDoneAt());
        out.time(ENCRYPTED_AT, tls.encryptedAt());
        out.flag(NOT_UNDERSTOOD, tls.notUnderstood());
        out.text(ALERT, alert == null ? null : alert.label());
        out.time(ALERT_AT, tls.alert().at());
        out.json.writeFieldName(ALERT_FATAL);
        if (alert == null) {
            out.json.writeNull();
        } else {
            out.json.writeBoolean(alert.fatal());
        }
        out.flag(CLOSE_NOTIFY, tls.closeNotify());
        out.sources();
        out.json.writeEndObject();
    }

    /** What the peer offers, or has chosen: of the latter one each. */
    private static void said(@Nullable ClientHello offered, @Nullable ServerHello chosen, FactWriter out) {
        String protocol = chosen == null ? null : chosen.protocol();
        TlsVersion version = chosen == null ? null : chosen.version();
        List<String> protocols = protocol == null ? List.of() : List.of(protocol);
        List<TlsVersion> versions = version == null ? List.of() : List.of(version);
        out.text(SERVER_NAME, offered == null ? null : offered.serverName());
        texts(PROTOCOLS, offered == null ? protocols : offered.protocols(), out);
        texts(
                VERSIONS,
                (offered == null ? versions : offered.versions())
                        .stream().map(TlsVersion::label).toList(),
                out);
    }

    private static void texts(SerializedString name, List<String> texts, FactWriter out) {
        out.json.writeFieldName(name);
        out.json.writeStartArray();
        for (String text : texts) {
            out.json.writeString(Unicode.wellFormed(text));
        }
        out.json.writeEndArray();
    }
}
