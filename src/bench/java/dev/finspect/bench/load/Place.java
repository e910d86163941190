package dev.finspect.bench.load;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Where something of a benchmark binds or connects to. */
final class Place {
    private Place() {}

    /** A numeric address and a port. */
    static InetSocketAddress of(String host, int port) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(host), port);
    }
}
