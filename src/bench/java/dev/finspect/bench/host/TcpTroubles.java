package dev.finspect.bench.host;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the kernel's TCP had to give up or repeat in one network, counted since that network began.
 *
 * <p>On an undisturbed loopback nothing of it happens. The memory of all TCP sockets (net.ipv4.tcp_mem) is one for the whole
 * machine, namespaces or not: when others use it up, streams here stall.
 *
 * @param counts by the names of the line TcpExt of /proc/net/netstat
 */
public record TcpTroubles(Map<String, Long> counts) {
    private static final String LINE = "TcpExt:";
    private static final List<String> WATCHED =
            List.of("ListenDrops", "TCPAbortOnMemory", "TCPMemoryPressures", "TCPRcvQDrop", "TCPTimeouts");

    /** The troubles in the lines of a /proc/PID/net/netstat: names and values on two lines with one beginning. */
    static TcpTroubles parse(List<String> netstat) {
        List<String[]> lines = netstat.stream()
                .filter(line -> line.startsWith(LINE))
                .map(line -> line.split(" ", -1))
                .toList();
        Map<String, Long> counts = new TreeMap<>();
        for (int column = 1; lines.size() == 2 && column < lines.get(0).length; column++) {
            if (WATCHED.contains(lines.get(0)[column])) {
                counts.put(lines.get(0)[column], Long.parseLong(lines.get(1)[column]));
            }
        }
        return new TcpTroubles(counts);
    }

    /** The troubles since an earlier reading, as {@code name count, name count}; empty if there were none. */
    public String since(TcpTroubles earlier) {
        return counts.entrySet().stream()
                .map(entry ->
                        Map.entry(entry.getKey(), entry.getValue() - earlier.counts.getOrDefault(entry.getKey(), 0L)))
                .filter(entry -> entry.getValue() > 0)
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }
}
