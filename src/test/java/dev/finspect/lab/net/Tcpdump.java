package dev.finspect.lab.net;

import dev.finspect.lab.Await;
import dev.finspect.lab.Background;
import dev.finspect.lab.LabFolder;
import dev.finspect.lab.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A tcpdump that captures the headers of all TCP and ICMP packets of a namespace, on all its interfaces, into a file with
 * times in nanoseconds. It shares no code with finspect. Needs the program {@code tcpdump}.
 */
public final class Tcpdump implements AutoCloseable {
    private static final int HEADER_BYTES = 200;
    private static final byte[] LAST_WORD = "the last packet of this capture".getBytes(StandardCharsets.US_ASCII);

    private final Namespace namespace;
    private final Background process;
    private final Path file;

    private Tcpdump(Namespace namespace, Background process, Path file) {
        this.namespace = namespace;
        this.process = process;
        this.file = file;
    }

    /** Starts it, and returns when it captures. */
    public static Tcpdump start(Namespace namespace, LabFolder folder) throws IOException {
        Path file = folder.path("tcpdump-" + namespace.name() + ".pcap");
        Background process = Background.start(
                folder.path("tcpdump-" + namespace.name() + ".log"),
                namespace.command(List.of(
                        Programs.path("tcpdump"),
                        "-n",
                        "-i",
                        "any",
                        "-U",
                        "--immediate-mode",
                        "--time-stamp-precision=nano",
                        "-s",
                        String.valueOf(HEADER_BYTES),
                        "-Z",
                        "root",
                        "-w",
                        file.toString(),
                        "tcp or icmp or icmp6 or udp")));
        try {
            Await.until(
                    () -> "tcpdump does not begin\n" + process.output(),
                    () -> process.output().contains("listening on"));
        } catch (AssertionError e) {
            process.close();
            throw e;
        }
        return new Tcpdump(namespace, process, file);
    }

    /** Ends it when it has written all that passed until now, and answers with its file. Fails when it lost a packet. */
    public Path finish() throws Exception {
        namespace.in(() -> {
            InetAddress loopback = InetAddress.getLoopbackAddress();
            try (DatagramSocket socket = new DatagramSocket(0, loopback)) {
                socket.send(new DatagramPacket(LAST_WORD, LAST_WORD.length, loopback, socket.getLocalPort()));
            }
            return LAST_WORD;
        });
        Await.until(() -> "tcpdump does not write the last packet\n" + process.output(), this::hasLastWord);
        int exit = process.stop();
        if (exit != 0 || !process.output().contains("\n0 packets dropped by kernel")) {
            throw new AssertionError("tcpdump ended with " + exit + "\n" + process.output());
        }
        return file;
    }

    private boolean hasLastWord() {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1)
                    .contains(new String(LAST_WORD, StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
