package dev.finspect.tcp;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * An IPv4 or IPv6 address as numbers, cheap to create for each packet.
 *
 * @param v6 whether it is an IPv6 address; an IPv4 address has {@code high} 0 and uses the lower 32 bits of {@code low}
 * @param high the first 64 bits of an IPv6 address
 * @param low the last 64 bits
 */
public record IpAddress(boolean v6, long high, long low) implements Comparable<IpAddress> {
    private static final int V4_LENGTH = 4;
    private static final int V6_LENGTH = 16;

    /** The IPv4 address with these 32 bits. */
    public static IpAddress v4(int bits) {
        return new IpAddress(false, 0, Integer.toUnsignedLong(bits));
    }

    /** The IPv6 address with these 128 bits. */
    public static IpAddress v6(long high, long low) {
        return new IpAddress(true, high, low);
    }

    /** Converts Java's type, in which IPv4-mapped addresses are already IPv4. */
    public static IpAddress of(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == V4_LENGTH
                ? v4((int) bits(bytes, 0, V4_LENGTH))
                : v6(bits(bytes, 0, V6_LENGTH / 2), bits(bytes, V6_LENGTH / 2, V6_LENGTH));
    }

    /** Converts to Java's type, without a scope. */
    public InetAddress toInetAddress() {
        byte[] bytes = new byte[v6 ? V6_LENGTH : V4_LENGTH];
        for (int i = 0; i < bytes.length; i++) {
            int fromEnd = bytes.length - 1 - i;
            long half = fromEnd < Long.BYTES ? low : high;
            bytes[i] = (byte) (half >>> (fromEnd % Long.BYTES * Byte.SIZE));
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 and 16 bytes are lengths of addresses", e);
        }
    }

    /** IPv4 first, then by number. */
    @Override
    public int compareTo(IpAddress other) {
        int byVersion = Boolean.compare(v6, other.v6);
        int byHigh = Long.compareUnsigned(high, other.high);
        if (byVersion != 0) {
            return byVersion;
        }
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    /** The form of RFC 5952. */
    @Override
    public String toString() {
        return IpText.address(toInetAddress());
    }

    private static long bits(byte[] bytes, int from, int to) {
        long bits = 0;
        for (int i = from; i < to; i++) {
            bits = (bits << Byte.SIZE) | (bytes[i] & 0xff);
        }
        return bits;
    }
}
