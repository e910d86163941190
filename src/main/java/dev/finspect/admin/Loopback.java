package dev.finspect.admin;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** The addresses of this machine that no other can reach. */
final class Loopback {
    /** 127.0.0.1, whatever the system says of the name localhost. */
    static final InetAddress IPV4 = ipv4();

    private Loopback() {}

    private static InetAddress ipv4() {
        try {
            return InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1});
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes are an address", e);
        }
    }
}
