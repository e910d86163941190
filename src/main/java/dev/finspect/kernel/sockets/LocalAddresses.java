package dev.finspect.kernel.sockets;

import dev.finspect.tcp.IpAddress;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The addresses of a network namespace, by its files in {@code /proc} (proc(5)). Differs from {@link InterfaceAddresses}, which
 * asks for those of the process: threads can be in other namespaces.
 */
final class LocalAddresses {
    private static final Pattern LEAF = Pattern.compile("\\s*\\|-- (\\d+(?:\\.\\d+){3})");
    private static final Pattern LOCAL = Pattern.compile("\\s*/32 host LOCAL");
    private static final Pattern V6 = Pattern.compile("([0-9a-f]{32}) .*");
    private static final int HEXADECIMAL = 16;

    private LocalAddresses() {}

    /** Those of the namespace that this thread is in; empty where they cannot be read. */
    static Set<IpAddress> ofThread() {
        Path net = Path.of("/proc/thread-self/net");
        return of(lines(net.resolve("fib_trie")), lines(net.resolve("if_inet6")));
    }

    /** From the lines of {@code fib_trie} and {@code if_inet6}. */
    static Set<IpAddress> of(List<String> trie, List<String> v6) {
        Set<IpAddress> all = new HashSet<>();
        String leaf = "";
        for (String line : trie) {
            Matcher matcher = LEAF.matcher(line);
            if (matcher.matches()) {
                leaf = matcher.group(1);
            } else if (LOCAL.matcher(line).matches() && !leaf.isEmpty()) {
                all.add(numeric(leaf));
            }
        }
        for (String line : v6) {
            Matcher matcher = V6.matcher(line);
            if (matcher.matches()) {
                BigInteger bits = new BigInteger(matcher.group(1), HEXADECIMAL);
                all.add(IpAddress.v6(bits.shiftRight(Long.SIZE).longValue(), bits.longValue()));
            }
        }
        return Set.copyOf(all);
    }

    private static IpAddress numeric(String address) {
        try {
            return IpAddress.of(InetAddress.getByName(address));
        } catch (UnknownHostException e) {
            throw new AssertionError("four numbers need no look-up", e);
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return List.of();
        }
    }
}
