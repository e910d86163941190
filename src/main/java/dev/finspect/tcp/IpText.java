package dev.finspect.tcp;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Addresses as text: IPv6 in the form of RFC 5952, IPv4-mapped addresses as IPv4, the zone of a link-local address as
 * its number after {@code %} (RFC 4007). Never resolves names.
 */
public final class IpText {
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private IpText() {}

    /** The address without a port. */
    public static String address(InetAddress address) {
        StringBuilder text = new StringBuilder(39);
        append(address, text);
        return text.toString();
    }

    /** {@code 127.0.0.1:5432}, {@code [2001:db8::1]:5432}; an unresolved name is returned unchanged. */
    public static String endpoint(InetSocketAddress endpoint) {
        StringBuilder text = new StringBuilder(47);
        InetAddress address = endpoint.getAddress();
        if (address == null) {
            text.append(endpoint.getHostString());
        } else {
            append(address, text);
            if (text.indexOf(":") >= 0) {
                text.insert(0, '[').append(']');
            }
        }
        return text.append(':').append(endpoint.getPort()).toString();
    }

    private static void append(InetAddress address, StringBuilder text) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 4) {
            dotted(bytes, 0, text);
        } else if (isMapped(bytes)) {
            dotted(bytes, 12, text);
        } else {
            groups(bytes, text);
            int zone = ((Inet6Address) address).getScopeId();
            if (zone != 0) {
                text.append('%').append(zone);
            }
        }
    }

    private static void dotted(byte[] bytes, int from, StringBuilder text) {
        text.append(bytes[from] & 0xff)
                .append('.')
                .append(bytes[from + 1] & 0xff)
                .append('.')
                .append(bytes[from + 2] & 0xff)
                .append('.')
                .append(bytes[from + 3] & 0xff);
    }

    private static boolean isMapped(byte[] bytes) {
        for (int i = 0; i < 10; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return bytes[10] == -1 && bytes[11] == -1;
    }

    private static void groups(byte[] bytes, StringBuilder text) {
        int bestStart = -1;
        int bestLength = 1; // A single zero group is not shortened (RFC 5952 section 4.2.2).
        for (int from = 0; from < 8; from++) {
            int length = zeros(bytes, from);
            if (length > bestLength) {
                bestStart = from;
                bestLength = length;
            }
        }
        int i = 0;
        while (i < 8) {
            if (i == bestStart) {
                text.append("::");
                i += bestLength;
                continue;
            }
            if (i > 0 && i != bestStart + bestLength) {
                text.append(':');
            }
            hex(group(bytes, i++), text);
        }
    }

    /** Number of zero groups starting at {@code from}. */
    private static int zeros(byte[] bytes, int from) {
        int length = 0;
        while (from + length < 8 && group(bytes, from + length) == 0) {
            length++;
        }
        return length;
    }

    private static int group(byte[] bytes, int index) {
        return ((bytes[2 * index] & 0xff) << 8) | (bytes[2 * index + 1] & 0xff);
    }

    private static void hex(int group, StringBuilder text) {
        boolean started = false;
        for (int shift = 12; shift >= 0; shift -= 4) {
            int digit = group >> shift & 0xf;
            started |= digit != 0 || shift == 0;
            if (started) {
                text.append(HEX[digit]);
            }
        }
    }
}
