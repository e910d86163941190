package dev.finspect.wire.tls;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The bodies of hellos (RFC 8446 section 4.1). Bytes that do not fit are answered by null; nothing is thrown. */
final class HelloParser {
    private static final int RANDOM_BYTES = 32;
    private static final int SERVER_NAME = 0;
    private static final int ALPN = 16;
    private static final int SUPPORTED_VERSIONS = 43;
    private static final int HOST_NAME = 0;
    private static final int MOST_NAME_BYTES = 255;
    /** Protocols and versions that are kept of one hello: no client offers more. */
    private static final int MOST_OFFERED = 16;

    /** The random of a HelloRetryRequest: SHA-256 of that word. */
    private static final byte[] RETRY =
            HexFormat.of().parseHex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");

    private final byte[] bytes;
    private int at;
    private int end;
    private boolean broken;

    private HelloParser(byte[] bytes, int end) {
        this.bytes = bytes;
        this.end = end;
    }

    /** The ClientHello in the first {@code length} bytes; null where they are none. */
    static @Nullable ClientHello client(byte[] bytes, int length) {
        HelloParser in = new HelloParser(bytes, length);
        int version = in.number(2);
        in.skip(RANDOM_BYTES);
        in.skip(in.number(1));
        in.skip(in.number(2));
        in.skip(in.number(1));
        return in.broken ? null : in.clientExtensions(version);
    }

    /** The ServerHello in the first {@code length} bytes; null where they are none. */
    static @Nullable ServerHello server(byte[] bytes, int length) {
        HelloParser in = new HelloParser(bytes, length);
        int version = in.number(2);
        int random = in.at;
        in.skip(RANDOM_BYTES);
        in.skip(in.number(1));
        in.skip(3);
        if (in.broken) {
            return null;
        }
        boolean retry = Arrays.equals(bytes, random, random + RANDOM_BYTES, RETRY, 0, RANDOM_BYTES);
        return in.serverExtensions(version, retry);
    }

    private @Nullable ClientHello clientExtensions(int version) {
        String name = null;
        List<String> protocols = List.of();
        List<TlsVersion> versions = offered(version);
        int extensions = beginExtensions();
        while (at < extensions) {
            int type = number(2);
            int past = past(number(2), extensions);
            if (broken) {
                return null;
            }
            if (type == SERVER_NAME) {
                name = name(past);
            } else if (type == ALPN) {
                protocols = protocols(past);
            } else if (type == SUPPORTED_VERSIONS) {
                versions = versions(past);
            }
            at = past;
        }
        return broken ? null : new ClientHello(name, protocols, versions);
    }

    private @Nullable ServerHello serverExtensions(int legacy, boolean retry) {
        int version = legacy;
        String protocol = null;
        int extensions = beginExtensions();
        while (at < extensions) {
            int type = number(2);
            int past = past(number(2), extensions);
            if (broken) {
                return null;
            }
            if (type == SUPPORTED_VERSIONS && past - at == 2) {
                version = number(2);
            } else if (type == ALPN) {
                List<String> chosen = protocols(past);
                protocol = chosen.isEmpty() ? null : chosen.get(0);
            }
            at = past;
        }
        return broken ? null : new ServerHello(TlsVersion.of(version), protocol, retry);
    }

    /** Where the extensions end, of which there may be none; broken where they are longer than the hello. */
    private int beginExtensions() {
        return at == end ? at : past(number(2), end);
    }

    /** The host name of an extension that ends there. The name is what the client writes: anything may be in it. */
    private @Nullable String name(int past) {
        if (past - at < 5) {
            return null;
        }
        number(2);
        boolean isHost = number(1) == HOST_NAME;
        int length = number(2);
        if (!isHost || length == 0 || length > MOST_NAME_BYTES || at + length > past) {
            return null;
        }
        return visible(length).toLowerCase(Locale.ROOT);
    }

    private List<String> protocols(int past) {
        List<String> found = new ArrayList<>();
        at += 2;
        while (at < past && found.size() < MOST_OFFERED) {
            int length = number(1);
            if (at + length > past) {
                break;
            }
            String protocol = visible(length);
            if (length > 0 && !isReserved(length)) {
                found.add(protocol);
            }
            at += length;
        }
        return List.copyOf(found);
    }

    /** Whether the protocol that begins here is one of RFC 8701: two equal bytes of the form 0x?A. */
    private boolean isReserved(int length) {
        return length == 2 && bytes[at] == bytes[at + 1] && (bytes[at] & 0x0f) == 0x0a;
    }

    private List<TlsVersion> versions(int past) {
        List<TlsVersion> found = new ArrayList<>();
        at++;
        while (at + 2 <= past && found.size() < MOST_OFFERED) {
            TlsVersion version = TlsVersion.of(number(2));
            if (version != null && !found.contains(version)) {
                found.add(version);
            }
        }
        return List.copyOf(found);
    }

    /** What a hello without the extension offers: its version, and those before it. */
    private static List<TlsVersion> offered(int version) {
        TlsVersion highest = TlsVersion.of(version);
        return highest == null ? List.of() : List.of(highest);
    }

    /** The next bytes as text, in which what is not visible ASCII is replaced. */
    private String visible(int length) {
        byte[] copy = Arrays.copyOfRange(bytes, at, at + length);
        for (int i = 0; i < copy.length; i++) {
            if (copy[i] <= ' ' || copy[i] == 0x7f) {
                copy[i] = '?';
            }
        }
        return new String(copy, StandardCharsets.US_ASCII);
    }

    private int number(int width) {
        if (at + width > end) {
            broken();
            return 0;
        }
        int value = 0;
        for (int i = 0; i < width; i++) {
            value = value << 8 | bytes[at++] & 0xff;
        }
        return value;
    }

    private void skip(int count) {
        if (at + count > end) {
            broken();
        } else {
            at += count;
        }
    }

    /** Where the next {@code length} bytes end; broken where that is beyond {@code limit}. */
    private int past(int length, int limit) {
        if (at + length > limit) {
            broken();
        }
        return broken ? 0 : at + length;
    }

    private void broken() {
        broken = true;
        at = 0;
        end = 0;
    }
}
