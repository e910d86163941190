package dev.finspect.kernel.sockets;

import dev.finspect.tcp.FourTuple;
import dev.finspect.wire.diag.SocketEntry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Finds the user whose process has a socket, by the kernel's socket table (sock_diag(7)). Thread-safe, but not for an event loop:
 * a reply takes from tens of microseconds to half a second.
 */
public final class SocketUsers implements AutoCloseable {
    private @Nullable SocketTable table;

    /**
     * The user id that made the socket with these addresses; empty where no socket of this network namespace has them, no
     * program has it open, or the kernel cannot be asked. A socket that its program has closed counts as none: the kernel
     * reports it as root's.
     *
     * @param local the socket's own address
     * @param remote what it is connected to
     */
    public synchronized OptionalLong userOf(InetSocketAddress local, InetSocketAddress remote) {
        if (local.isUnresolved() || remote.isUnresolved()) {
            return OptionalLong.empty();
        }
        FourTuple tuple = FourTuple.of(local, remote);
        if (tuple.source().v6() != tuple.destination().v6()) {
            return OptionalLong.empty();
        }
        try {
            SocketTable opened = table == null ? SocketTable.open() : table;
            table = opened;
            Optional<SocketEntry> found =
                    opened.find(tuple).filter(entry -> entry.tuple().equals(tuple) && entry.inode() != 0);
            return found.isPresent() ? OptionalLong.of(found.get().uid()) : OptionalLong.empty();
        } catch (IOException e) {
            close(); // A late reply would be taken for that of the next request.
            return OptionalLong.empty();
        }
    }

    /** The effective user id of this process now; empty where /proc is missing. */
    public static OptionalLong ownUser() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1)) {
                if (line.startsWith("Uid:")) {
                    return OptionalLong.of(Long.parseLong(line.split("\\s+", -1)[2]));
                }
            }
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            // No Linux, or no /proc.
        }
        return OptionalLong.empty();
    }

    @Override
    public synchronized void close() {
        SocketTable opened = table;
        table = null;
        if (opened != null) {
            opened.close();
        }
    }
}
