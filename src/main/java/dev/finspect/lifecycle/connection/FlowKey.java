package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;

/** The addresses, ports and scope of a connection; equal for both directions. */
record FlowKey(long scope, FourTuple tuple) {
    static FlowKey of(long scope, FourTuple tuple) {
        return new FlowKey(scope, isOrdered(tuple) ? tuple : tuple.reversed());
    }

    /** Whether the source is ordered before the destination. */
    static boolean isOrdered(FourTuple tuple) {
        IpAddress one = tuple.source();
        IpAddress other = tuple.destination();
        if (one.high() != other.high()) {
            return one.high() < other.high();
        }
        if (one.low() != other.low()) {
            return one.low() < other.low();
        }
        return tuple.sourcePort() <= tuple.destinationPort();
    }

    /** A hash that is equal for both directions; the salt prevents an attacker from choosing ports that collide. */
    static int hash(long salt, long scope, FourTuple tuple) {
        long one = end(salt, tuple.source(), tuple.sourcePort());
        long other = end(salt, tuple.destination(), tuple.destinationPort());
        long mixed = ((one + other + scope) * 0x9E3779B97F4A7C15L) ^ ((one ^ other) * 0xC2B2AE3D27D4EB4FL);
        return (int) (mixed ^ (mixed >>> 32));
    }

    private static long end(long salt, IpAddress address, int port) {
        long bits = salt + (address.low() ^ Long.rotateLeft(address.high(), 23)) + ((long) port << 40) + port;
        bits ^= bits >>> 31;
        bits *= 0xFF51AFD7ED558CCDL;
        return bits ^ (bits >>> 29);
    }
}
