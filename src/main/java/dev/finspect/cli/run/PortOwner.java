package dev.finspect.cli.run;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Finds the process that listens on a port, if this user may see it in {@code /proc} (Linux, proc(5)). */
final class PortOwner {
    private static final String LISTEN = "0A";
    private static final int LOCAL_ADDRESS = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;

    private PortOwner() {}

    /** Its name and process id; empty if no process listens, or if this user cannot see its descriptors. */
    static Optional<String> of(InetSocketAddress address) {
        Set<String> links = new HashSet<>();
        for (String table : new String[] {"/proc/net/tcp", "/proc/net/tcp6"}) {
            listeners(Path.of(table), address.getPort(), links);
        }
        return links.isEmpty() ? Optional.empty() : owner(links);
    }

    private static void listeners(Path table, int port, Set<String> links) {
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        try {
            for (String row : Files.readAllLines(table)) {
                String[] columns = row.strip().split("\\s+", -1);
                if (columns.length > INODE
                        && columns[STATE].equals(LISTEN)
                        && columns[LOCAL_ADDRESS].endsWith(suffix)) {
                    links.add("socket:[" + columns[INODE] + "]");
                }
            }
        } catch (IOException e) {
            // No IPv6, or not Linux.
        }
    }

    private static Optional<String> owner(Set<String> links) {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process, links)) {
                    return Optional.of(described(process));
                }
            }
        } catch (IOException e) {
            // Not Linux.
        }
        return Optional.empty();
    }

    private static boolean holds(Path process, Set<String> links) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                try {
                    if (links.contains(Files.readSymbolicLink(descriptor).toString())) {
                        return true;
                    }
                } catch (IOException e) {
                    // Closed in the meantime.
                }
            }
        } catch (IOException e) {
            // Another user's process, or it has ended.
        }
        return false;
    }

    private static String described(Path process) throws IOException {
        String command = Files.readString(process.resolve("comm"), StandardCharsets.ISO_8859_1)
                .strip();
        String line = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
        boolean finspect = command.equals("java") && line.contains("finspect");
        return (finspect ? "another finspect" : command) + " (process " + process.getFileName() + ")";
    }
}
