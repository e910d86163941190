package dev.finspect.wire.tls;

import java.nio.ByteBuffer;

/** What the last bytes before a peer's end were, by the header of the last record: the body is encrypted. */
public enum LastRecord {
    /** A record of the type alert: a close_notify, unless the connection failed. */
    ALERT,
    /** Application data of just the size that an alert has in TLS 1.3. */
    SIZE_OF_ALERT,
    /** Neither. */
    OTHER,
    /** The last read was too short to hold a whole record, or was not looked at. */
    UNKNOWN;

    private static final int HEADER_BYTES = 5;
    private static final int ALERT_TYPE = 21;
    private static final int APPLICATION_DATA = 23;
    private static final int TLS_MAJOR = 3;

    /** Of an alert in TLS 1.3: two bytes, the inner type, and the tag (RFC 8446 section 5.2). */
    private static final int SEALED_ALERT_BYTES = 19;

    /**
     * Of an alert up to TLS 1.2, by cipher: in clear; stream; ChaCha20-Poly1305; GCM and CCM; CBC with MACs of 20, 32 and 48
     * bytes, with and without the explicit vector of TLS 1.1.
     */
    private static final int[] ALERT_BYTES = {2, 18, 22, 26, 24, 32, 34, 40, 48, 50, 64, 80};

    private static final int LONGEST_ALERT_BYTES = 80;

    /** What the bytes from {@code from} to {@code to} end with: one read, the last of a peer so far. */
    public static LastRecord of(ByteBuffer bytes, int from, int to) {
        for (int body : ALERT_BYTES) {
            if (isHeader(bytes, from, to - HEADER_BYTES - body, ALERT_TYPE, body)) {
                return ALERT;
            }
        }
        if (isHeader(bytes, from, to - HEADER_BYTES - SEALED_ALERT_BYTES, APPLICATION_DATA, SEALED_ALERT_BYTES)) {
            return SIZE_OF_ALERT;
        }
        return to - from < HEADER_BYTES + LONGEST_ALERT_BYTES ? UNKNOWN : OTHER;
    }

    private static boolean isHeader(ByteBuffer bytes, int from, int at, int type, int body) {
        return at >= from
                && bytes.get(at) == type
                && bytes.get(at + 1) == TLS_MAJOR
                && bytes.get(at + 3) == 0
                && bytes.get(at + 4) == body;
    }
}
