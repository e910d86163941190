package dev.finspect.wire.packet;

import java.nio.ByteBuffer;

/** The one's complement sum of 16-bit words that IP, TCP and ICMP carry (RFC 1071). */
public final class InternetChecksum {
    private InternetChecksum() {}

    /**
     * The sum of the bytes between two indices of a big-endian buffer, to be added to others and folded; an odd byte counts
     * as if a zero followed.
     */
    public static long sum(ByteBuffer bytes, int from, int to) {
        long sum = 0;
        int at = from;
        for (; at + 4 <= to; at += 4) {
            sum += bytes.getInt(at) & 0xffffffffL;
        }
        if (at + 2 <= to) {
            sum += bytes.getShort(at) & 0xffff;
            at += 2;
        }
        return at < to ? sum + ((bytes.get(at) & 0xff) << 8) : sum;
    }

    /** The 16 bits of such a sum with all carries added; 0xffff where the checksum among the bytes is right. */
    public static int fold(long sum) {
        long folded = (sum & 0xffffffffL) + (sum >>> 32);
        folded = (folded & 0xffff) + (folded >>> 16);
        folded = (folded & 0xffff) + (folded >>> 16);
        return (int) ((folded & 0xffff) + (folded >>> 16));
    }
}
