package dev.finspect.kernel.sockets;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The ephemeral ports that connect() may use (net.ipv4.ip_local_port_range, ip(7)). */
public final class LocalPorts {
    private static final Path RANGE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

    private LocalPorts() {}

    /** Number of these ports for each destination; 0 if unknown. */
    public static long count() {
        // A single read: files in /proc/sys return their content only to the first one.
        byte[] text = new byte[64];
        try (InputStream file = Files.newInputStream(RANGE)) {
            int length = Math.max(0, file.read(text));
            String[] words = new String(text, 0, length, StandardCharsets.US_ASCII)
                    .strip()
                    .split("\\s+", -1);
            return words.length == 2 ? Long.parseLong(words[1]) - Long.parseLong(words[0]) + 1 : 0;
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }
}
