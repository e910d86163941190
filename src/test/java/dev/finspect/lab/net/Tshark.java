package dev.finspect.lab.net;

import dev.finspect.lab.Program;
import dev.finspect.lab.Programs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** tshark's reading of a capture file. Needs the program {@code tshark}. */
public final class Tshark {
    private static final List<String> FIELDS = List.of(
            "frame.time_epoch",
            "tcp.srcport",
            "tcp.dstport",
            "tcp.flags",
            "tcp.seq_raw",
            "tcp.ack_raw",
            "tcp.len",
            "tcp.completeness",
            "tcp.analysis.retransmission",
            "tcp.options.mss_val",
            "tcp.options.wscale.shift",
            "tcp.options.sack_perm",
            "tcp.options.timestamp.tsval",
            "tcp.window_size_value",
            "ip.ttl",
            "ipv6.hlim",
            "icmp.type",
            "icmpv6.type",
            "icmp.code",
            "icmpv6.code",
            "ip.src",
            "ipv6.src",
            "tcp.analysis.zero_window",
            "tcp.analysis.out_of_order");

    private Tshark() {}

    /** The TCP segments, and ICMP errors that quote one, of connections from or to this port, in order. */
    public static List<Packet> read(Path file, int port) {
        List<String> command = new ArrayList<>(List.of(
                Programs.path("tshark"),
                "-n",
                "-r",
                file.toString(),
                "-2",
                "-Y",
                "tcp.port == " + port,
                "-T",
                "fields",
                "-E",
                "separator=;",
                "-E",
                "occurrence=f",
                "-o",
                "tcp.relative_sequence_numbers:FALSE"));
        FIELDS.forEach(field -> command.addAll(List.of("-e", field)));
        String text = Program.of(command).succeed().text();
        return text.lines().map(line -> Packet.of(line.split(";", -1))).toList();
    }
}
