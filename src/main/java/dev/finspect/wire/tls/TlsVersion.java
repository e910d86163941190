package dev.finspect.wire.tls;

import org.jspecify.annotations.Nullable;

/** A version of the protocol, with its number in hellos (RFC 8446 section 4.2.1). */
public enum TlsVersion {
    SSL_3(0x0300, "ssl3"),
    TLS_1_0(0x0301, "1.0"),
    TLS_1_1(0x0302, "1.1"),
    TLS_1_2(0x0303, "1.2"),
    TLS_1_3(0x0304, "1.3");

    private final int number;
    private final String label;

    TlsVersion(int number, String label) {
        this.number = number;
        this.label = label;
    }

    /** The version of this number; null for one that is not known, such as a reserved number (RFC 8701). */
    public static @Nullable TlsVersion of(int number) {
        for (TlsVersion version : values()) {
            if (version.number == number) {
                return version;
            }
        }
        return null;
    }

    /** Its name in records: {@code 1.3}. */
    public String label() {
        return label;
    }
}
