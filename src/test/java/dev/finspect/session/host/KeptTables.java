package dev.finspect.session.host;

import dev.finspect.tcp.IpAddress;
import dev.finspect.wire.diag.SockDiagReply;
import dev.finspect.wire.diag.SocketEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Two readings of the socket tables of two network namespaces, kept as the kernel (Linux 6.18, x86-64) replied: a line for each
 * reading, then its datagrams in base 64. A client at 10.91.1.1 and 10.91.2.1, and a server at 10.91.1.2; 10.91.2.2 is gone.
 */
final class KeptTables {
    private static final Path FILE = Path.of("src/test/resources/dev/finspect/session/host/six-troubles.txt");
    private static final Map<String, Set<IpAddress>> ADDRESSES = Map.of(
            "fa-c", Set.of(address("10.91.1.1"), address("10.91.2.1")),
            "fa-s", Set.of(address("10.91.1.2")));

    private final List<NamespaceReading> first = new ArrayList<>();
    private final List<NamespaceReading> second = new ArrayList<>();

    KeptTables() {
        String[] head = {};
        List<SocketEntry> sockets = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(FILE)) {
                if (line.startsWith("reading ")) {
                    add(head, sockets);
                    head = line.split(" ", -1);
                    sockets = new ArrayList<>();
                } else {
                    ByteBuffer datagram = ByteBuffer.wrap(Base64.getDecoder().decode(line));
                    sockets.addAll(SockDiagReply.decode(datagram, ByteOrder.LITTLE_ENDIAN)
                            .entries());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        add(head, sockets);
    }

    private void add(String[] head, List<SocketEntry> sockets) {
        if (head.length > 0) {
            boolean client = head[2].equals("fa-c");
            NamespaceReading reading = new NamespaceReading(
                    client ? 1 : 2,
                    client ? "" : head[2],
                    client ? "" : "ip netns exec " + head[2] + " ",
                    Long.parseLong(head[3]),
                    ADDRESSES.getOrDefault(head[2], Set.of()),
                    List.copyOf(sockets));
            (head[1].equals("1") ? first : second).add(reading);
        }
    }

    static IpAddress address(String text) {
        try {
            return IpAddress.of(InetAddress.getByName(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The earlier reading, of the client's namespace (1), the server's (2), or both. */
    List<NamespaceReading> first(Integer... namespaces) {
        return of(first, namespaces);
    }

    /** The later reading likewise. */
    List<NamespaceReading> second(Integer... namespaces) {
        return of(second, namespaces);
    }

    private static List<NamespaceReading> of(List<NamespaceReading> all, Integer... namespaces) {
        return all.stream()
                .filter(each -> Set.of(namespaces).contains((int) each.namespace()))
                .toList();
    }

    /** Each socket by a process of its own; that of port 7001 is stopped. */
    HostPrograms programs() {
        return inode -> second.stream()
                .flatMap(each -> each.sockets().stream())
                .filter(each -> each.inode() == inode)
                .map(each -> each.tuple().sourcePort() == 7001
                        ? new HostPrograms.Holding(71, "stuck", 'T', null)
                        : new HostPrograms.Holding(each.tuple().sourcePort() < 8000 ? 70 : 60, "program", 'S', null))
                .findFirst()
                .orElseThrow();
    }
}
