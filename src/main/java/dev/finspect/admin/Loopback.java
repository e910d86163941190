package dev.finspect.admin;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Loopback addresses. */
final class Loopback {
    /** 127.0.0.1, independent of how the system resolves localhost. */
    static final InetAddress IPV4 = ipv4();

    private Loopback() {}

    private static InetAddress ipv4() {
        try {
            return InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1});
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes form a valid address", e);
        }
    }
}
