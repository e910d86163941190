package dev.finspect.bench.load;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** The address everything of a benchmark binds and connects to: 127.0.0.1. */
final class Loopback {
    private Loopback() {}

    static InetSocketAddress port(int port) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
    }
}
