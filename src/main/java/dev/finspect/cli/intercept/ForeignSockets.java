package dev.finspect.cli.intercept;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Counts the connections of this network namespace whose local address is not this machine's: those intercepted by TPROXY.
 * Source: /proc/net/tcp and tcp6 (proc(5)).
 */
final class ForeignSockets {
    private static final int LOCAL = 1;
    private static final int STATE = 3;
    private static final String TIME_WAIT = "06";
    private static final String LISTEN = "0A";

    private ForeignSockets() {}

    static long living() {
        return count(Path.of("/proc/net/tcp")) + count(Path.of("/proc/net/tcp6"));
    }

    private static long count(Path table) {
        try {
            return lines(Files.readAllLines(table));
        } catch (IOException e) {
            return 0; // No IPv6 on this machine.
        }
    }

    /** The number of lines of such a table that are an open connection with a foreign local address. */
    static long lines(List<String> table) {
        return table.stream()
                .skip(1)
                .map(line -> line.strip().split("\\s+"))
                .filter(words -> words.length > STATE
                        && !words[STATE].equals(TIME_WAIT)
                        && !words[STATE].equals(LISTEN)
                        && isForeign(words[LOCAL]))
                .count();
    }

    private static boolean isForeign(String hexEndpoint) {
        InetAddress address = address(hexEndpoint.substring(0, hexEndpoint.indexOf(':')));
        try {
            return !address.isAnyLocalAddress()
                    && !address.isLoopbackAddress()
                    && NetworkInterface.getByInetAddress(address) == null;
        } catch (SocketException e) {
            return false;
        }
    }

    /** Parses an address: the kernel writes groups of 32 bits, each in host byte order (little-endian where finspect runs). */
    static InetAddress address(String hex) {
        byte[] bytes = new byte[hex.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            int at = (i & ~3) + 3 - (i & 3);
            bytes[at] = (byte) Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not an address: " + hex, e);
        }
    }
}
