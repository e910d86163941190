package dev.finspect.relay;

import io.netty.util.NetUtil;
import java.net.InetAddress;

/**
 * An IPv4 or IPv6 network.
 *
 * @param base its first address
 * @param prefixBits 0 to 32, or 0 to 128
 */
public record Network(InetAddress base, int prefixBits) {
    /** Whether the address lies in this network; an IPv4-mapped IPv6 address counts as IPv4. */
    public boolean contains(InetAddress address) {
        byte[] mine = base.getAddress();
        byte[] theirs = address.getAddress();
        if (mine.length != theirs.length) {
            return false;
        }
        int whole = prefixBits / 8;
        for (int i = 0; i < whole; i++) {
            if (mine[i] != theirs[i]) {
                return false;
            }
        }
        int rest = prefixBits % 8;
        return rest == 0 || ((mine[whole] ^ theirs[whole]) & 0xff) >> (8 - rest) == 0;
    }

    @Override
    public String toString() {
        return NetUtil.toAddressString(base) + "/" + prefixBits;
    }
}
