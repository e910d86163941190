package dev.finspect.wire.tls;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** What the first bytes of a peer are, as far as a few of them show it. */
public enum FirstBytes {
    /** A record of TLS: a handshake message or an alert. */
    TLS("TLS"),
    /** An HTTP request or answer in clear. */
    HTTP("HTTP in clear"),
    /** The greeting of SSH. */
    SSH("SSH"),
    /** A header of the PROXY protocol. */
    PROXY_HEADER("a PROXY header"),
    /** PostgreSQL's request for TLS, which it sends in clear before the handshake. */
    POSTGRESQL("PostgreSQL's own beginning"),
    /** Other text. */
    TEXT("text in clear"),
    /** Other bytes. */
    BINARY("other bytes");

    /** So many bytes decide; fewer where a peer sent fewer. */
    static final int DECISIVE_BYTES = 8;

    private static final int HANDSHAKE = 22;
    private static final int ALERT = 21;
    private static final int TLS_MAJOR = 3;
    /** Of an SSLRequest, a GSSENCRequest and a CancelRequest, after the length (PostgreSQL, message formats). */
    private static final int POSTGRESQL_REQUESTS = 0x04d2;

    private static final String[] HTTP_BEGINNINGS = {
        "GET ", "HEAD ", "POST ", "PUT ", "DELETE ", "OPTIONS ", "CONNECT ", "PATCH ", "TRACE ", "PRI * HT", "HTTP/"
    };

    private final String words;

    FirstBytes(String words) {
        this.words = words;
    }

    /** What the first {@code length} bytes are; at least one. */
    static FirstBytes of(byte[] bytes, int length) {
        int first = bytes[0] & 0xff;
        if ((first == HANDSHAKE || first == ALERT) && (length < 2 || bytes[1] == TLS_MAJOR)) {
            return TLS;
        }
        String text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        if (isBeginningOf(text, "\r\n\r\n\0\r\nQ") || isBeginningOf(text, "PROXY ")) {
            return PROXY_HEADER;
        }
        if (isBeginningOf(text, "SSH-")) {
            return SSH;
        }
        for (String beginning : HTTP_BEGINNINGS) {
            if (isBeginningOf(text, beginning)) {
                return HTTP;
            }
        }
        if (length >= 6 && bytes[0] == 0 && (bytes[4] << 8 | bytes[5] & 0xff) == POSTGRESQL_REQUESTS) {
            return POSTGRESQL;
        }
        return isText(bytes, length) ? TEXT : BINARY;
    }

    /** Whether the text begins so; a short one of at least three letters, whether it is the beginning's beginning. */
    private static boolean isBeginningOf(String text, String beginning) {
        return text.startsWith(beginning) || (text.length() >= 3 && beginning.startsWith(text));
    }

    private static boolean isText(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            int one = bytes[i] & 0xff;
            if ((one < ' ' && one != '\r' && one != '\n' && one != '\t') || one == 0x7f) {
                return false;
            }
        }
        return true;
    }

    /** The words for a sentence. */
    public String words() {
        return words;
    }

    /** The word for records: the name in small letters. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
