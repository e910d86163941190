package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;

/** The ports and addresses of a connection, the same for both directions, and its scope. */
record FlowKey(long scope, FourTuple tuple) {
    static FlowKey of(long scope, FourTuple tuple) {
        return new FlowKey(scope, isOrdered(tuple) ? tuple : tuple.reversed());
    }

    /** Whether the source comes first. */
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

    /** A hash that both directions share. */
    static int hash(long scope, FourTuple tuple) {
        long one = end(tuple.source(), tuple.sourcePort());
        long other = end(tuple.destination(), tuple.destinationPort());
        long mixed = (one + other + scope) * 0x9E3779B97F4A7C15L ^ (one ^ other) * 0xC2B2AE3D27D4EB4FL;
        return (int) (mixed ^ mixed >>> 32);
    }

    private static long end(IpAddress address, int port) {
        long bits = (address.low() ^ Long.rotateLeft(address.high(), 23)) + ((long) port << 40) + port;
        bits *= 0xFF51AFD7ED558CCDL;
        return bits ^ bits >>> 29;
    }
}
