package dev.finspect.log.json;

import com.fasterxml.jackson.core.io.SerializedString;
import dev.finspect.record.ProxyHeader;
import dev.finspect.tcp.IpText;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Writes the PROXY headers at the start of a session's connections. */
final class JsonProxyHeaders {
    private static final SerializedString PROXY_PROTOCOL = new SerializedString("proxy_protocol");
    private static final SerializedString RECEIVED = new SerializedString("received");
    private static final SerializedString SENT = new SerializedString("sent");
    private static final SerializedString VERSION = new SerializedString("version");
    private static final SerializedString BYTES = new SerializedString("bytes");
    private static final SerializedString SOURCE = new SerializedString("source");
    private static final SerializedString DESTINATION = new SerializedString("destination");
    private static final SerializedString AUTHORITY = new SerializedString("authority");
    private static final SerializedString UNIQUE_ID = new SerializedString("unique_id");
    private static final SerializedString TLS_VERSION = new SerializedString("tls_version");

    private JsonProxyHeaders() {}

    static void write(ProxyHeader.Both headers, FactWriter out) {
        out.json.writeFieldName(PROXY_PROTOCOL);
        if (headers.received() == null && headers.sent() == null) {
            out.json.writeNull();
            return;
        }
        out.json.writeStartObject();
        header(RECEIVED, headers.received(), out);
        header(SENT, headers.sent(), out);
        out.json.writeEndObject();
    }

    private static void header(SerializedString name, @Nullable ProxyHeader header, FactWriter out) {
        out.json.writeFieldName(name);
        if (header == null) {
            out.json.writeNull();
            return;
        }
        out.json.writeStartObject();
        out.json.writeFieldName(VERSION);
        out.json.writeNumber(header.version());
        out.json.writeFieldName(BYTES);
        out.json.writeNumber(header.bytes());
        out.text(SOURCE, endpoint(header.source()));
        out.text(DESTINATION, endpoint(header.destination()));
        out.text(AUTHORITY, header.authority());
        out.text(UNIQUE_ID, header.uniqueId());
        out.text(TLS_VERSION, header.tlsVersion());
        out.json.writeEndObject();
    }

    private static @Nullable String endpoint(@Nullable InetSocketAddress address) {
        return address == null ? null : IpText.endpoint(address);
    }
}
