package dev.finspect.lifecycle.connection;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One TCP segment as tshark reports it. */
record TsharkFrame(
        long atNanos,
        int stream,
        int sourcePort,
        int destinationPort,
        int flags,
        long sequenceNumber,
        int bytes,
        int completeness,
        long initialRttNanos,
        boolean retransmission,
        boolean zeroWindow,
        boolean keepAlive) {
    private static final String[] FIELDS = {
        "frame.time_epoch",
        "tcp.stream",
        "tcp.srcport",
        "tcp.dstport",
        "tcp.flags",
        "tcp.seq_raw",
        "tcp.len",
        "tcp.completeness",
        "tcp.analysis.initial_rtt",
        "tcp.analysis.retransmission",
        "tcp.analysis.zero_window",
        "tcp.analysis.keep_alive"
    };
    private static final int NANO_DIGITS = 9;

    static List<TsharkFrame> read(Path capture) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("tshark", "-n", "-r", capture.toString(), "-2", "-Y", "tcp && !icmp", "-T", "fields"));
        command.addAll(List.of("-E", "separator=/t", "-E", "occurrence=l", "-o", "tcp.desegment_tcp_streams:FALSE"));
        command.addAll(List.of("-o", "tcp.relative_sequence_numbers:FALSE", "--enable-heuristic", "teredo_udp"));
        for (String field : FIELDS) {
            command.addAll(List.of("-e", field));
        }
        Process tshark = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<TsharkFrame> frames = new ArrayList<>();
        String output = new String(tshark.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (tshark.waitFor() != 0) {
            throw new AssertionError("tshark failed on " + capture);
        }
        output.lines().forEach(line -> frames.add(of(line.split("\t", -1))));
        return frames;
    }

    private static TsharkFrame of(String[] values) {
        return new TsharkFrame(
                nanos(values[0]),
                Integer.parseInt(values[1]),
                Integer.parseInt(values[2]),
                Integer.parseInt(values[3]),
                Integer.decode(values[4]),
                Long.parseLong(values[5]),
                Integer.parseInt(values[6]),
                values[7].isEmpty() ? 0 : Integer.parseInt(values[7]),
                values[8].isEmpty() ? -1 : nanos(values[8]),
                !values[9].isEmpty(),
                !values[10].isEmpty(),
                !values[11].isEmpty());
    }

    private static long nanos(String seconds) {
        int point = seconds.indexOf('.');
        String fraction = (seconds.substring(point + 1) + "0".repeat(NANO_DIGITS)).substring(0, NANO_DIGITS);
        return Long.parseLong(seconds.substring(0, point)) * 1_000_000_000L + Long.parseLong(fraction);
    }

    boolean has(int wanted) {
        return (flags & wanted) == wanted;
    }

    /** The sequence number of its FIN. */
    long finNumber() {
        return (sequenceNumber + bytes) & 0xffffffffL;
    }
}
