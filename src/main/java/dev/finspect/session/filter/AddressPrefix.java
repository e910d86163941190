package dev.finspect.session.filter;

import dev.finspect.tcp.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Addresses whose first bits are given. */
record AddressPrefix(IpAddress address, int bits) {
    static @Nullable AddressPrefix of(String text) {
        int slash = text.indexOf('/');
        String written = slash < 0 ? text : text.substring(0, slash);
        // Only what is made of digits, so that no name is ever looked up.
        if (!written.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")) {
            return null;
        }
        try {
            IpAddress address = IpAddress.of(InetAddress.getByName(written));
            int width = address.v6() ? 128 : 32;
            String bits = slash < 0 ? String.valueOf(width) : text.substring(slash + 1);
            boolean fits = bits.matches("[0-9]{1,3}") && Integer.parseInt(bits) <= width;
            return fits ? new AddressPrefix(address, Integer.parseInt(bits)) : null;
        } catch (UnknownHostException e) {
            return null;
        }
    }

    boolean has(InetAddress one) {
        return has(IpAddress.of(one));
    }

    /** Whether it is one address. */
    boolean isOne() {
        return bits == (address.v6() ? 128 : 32);
    }

    boolean has(IpAddress other) {
        if (other.v6() != address.v6()) {
            return false;
        }
        return address.v6()
                ? same(address.high(), other.high(), bits, 64) && same(address.low(), other.low(), bits - 64, 64)
                : same(address.low(), other.low(), bits, 32);
    }

    /** Whether the first {@code bits} of the lower {@code width} are the same. */
    private static boolean same(long one, long other, int bits, int width) {
        return bits <= 0 || (one ^ other) >>> Math.max(0, width - bits) == 0;
    }
}
