package dev.finspect.cli.intercept;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The ports on which somebody listens in this network namespace, as the kernel lists them (proc(5)). */
public final class ListeningPorts {
    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final String LISTEN = "0A";
    private static final int LOCAL_ADDRESS = 1;
    private static final int STATE = 3;
    private static final int USER = 7;
    private static final int INODE = 9;

    private ListeningPorts() {}

    /**
     * A listening socket.
     *
     * @param inode its number in the kernel; it stays the same where another process has the socket as well
     * @param user whose it is
     */
    record Listener(long inode, long user) {}

    /** Whether a TCP socket listens on this port, at any address. Takes a fraction of a millisecond. */
    public static boolean listens(int port) {
        return !listeners(port).isEmpty();
    }

    /** The sockets that listen on this port, at any address. */
    static Set<Listener> listeners(int port) {
        return TABLES.stream().flatMap(table -> listeners(table, port).stream()).collect(Collectors.toSet());
    }

    /**
     * Which of {@code now} go on with what listened {@code before}: all sockets of the same users, if one of those from before
     * is still there, since finspect may open further ones; otherwise none.
     */
    static Set<Listener> goingOn(Set<Listener> before, Set<Listener> now) {
        if (Collections.disjoint(before, now)) {
            return Set.of();
        }
        Set<Long> users = before.stream().map(Listener::user).collect(Collectors.toSet());
        return now.stream().filter(each -> users.contains(each.user())).collect(Collectors.toSet());
    }

    /** The kernel lists the listening sockets first, so that the others, which may be thousands, are not read. */
    static Set<Listener> listeners(Path table, int port) {
        Set<Listener> found = new HashSet<>();
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        try (BufferedReader rows = Files.newBufferedReader(table, StandardCharsets.US_ASCII)) {
            rows.readLine();
            for (String row = rows.readLine(); row != null; row = rows.readLine()) {
                String[] columns = row.strip().split("\\s+", INODE + 2);
                if (columns.length <= INODE || !columns[STATE].equals(LISTEN)) {
                    break;
                }
                if (columns[LOCAL_ADDRESS].endsWith(suffix)) {
                    found.add(new Listener(Long.parseLong(columns[INODE]), Long.parseLong(columns[USER])));
                }
            }
        } catch (IOException | NumberFormatException e) {
            return found; // No IPv6, or not Linux.
        }
        return found;
    }
}
