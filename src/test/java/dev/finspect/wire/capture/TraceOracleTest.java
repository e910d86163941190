package dev.finspect.wire.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.finspect.lab.NeedsPrograms;
import dev.finspect.lab.Program;
import dev.finspect.tcp.IpAddress;
import dev.finspect.wire.Decoded;
import dev.finspect.wire.TcpSegment;
import dev.finspect.wire.TcpSegment.Checksum;
import dev.finspect.wire.packet.PacketDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares every frame of a folder of third-party traces with tshark's decoding. Wireshark's mergecap merges them into one
 * pcapng file, so that tshark starts only once and the reader is tested with another program's output.
 */
@NeedsPrograms({"tshark", "mergecap"})
final class TraceOracleTest {
    private static final Path ORACLE = Path.of(System.getProperty("finspect.oracle", "../shared/oracle"));

    /** tshark includes the three reserved bits. */
    private static final int NINE_FLAGS = 0x1ff;

    private static final String[] FIELDS = {
        "frame.number",
        "frame.time_epoch",
        "ip.src",
        "ipv6.src",
        "tcp.srcport",
        "ip.dst",
        "ipv6.dst",
        "tcp.dstport",
        "tcp.flags",
        "tcp.seq_raw",
        "tcp.ack_raw",
        "tcp.len",
        "tcp.window_size_value",
        "tcp.urgent_pointer",
        "tcp.options.mss_val",
        "tcp.options.wscale.shift",
        "tcp.options.timestamp.tsval",
        "tcp.options.timestamp.tsecr",
        "ip.ttl",
        "ipv6.hlim",
        "tcp.checksum.status",
        "ip.bogus_ip_length",
        "ip.len",
        "ip.hdr_len",
        "tcp.hdr_len"
    };

    @TempDir
    private Path folder;

    private List<Path> traces = List.of();

    @BeforeEach
    void findTraces() throws IOException {
        boolean there = Files.isDirectory(ORACLE.resolve("zeek/traces"));
        if (!there && "true".equals(System.getenv("CI"))) {
            throw new AssertionError("CI=true allows no skipping, and there are no traces at " + ORACLE.toAbsolutePath()
                    + "; name their folder with -Dfinspect.oracle=FOLDER");
        }
        assumeTrue(there, "no traces at " + ORACLE.toAbsolutePath() + "; -Dfinspect.oracle=FOLDER names their folder");
        try (Stream<Path> files = Files.walk(ORACLE.resolve("zeek/traces"))) {
            traces = files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @Test
    void eachSegmentMatchesTshark() throws Exception {
        Path merged = folder.resolve("all.pcapng");
        List<String> merge = new ArrayList<>(List.of("mergecap", "-a", "-F", "pcapng", "-w", merged.toString()));
        traces.forEach(trace -> merge.add(trace.toString()));
        run(merge);

        List<String> judged = tshark(merged);
        assertThat(judged).hasSizeGreaterThan(3_000);
        assertSame(judged, segments(List.of(merged)));
        assertSame(judged, segments(traces));
    }

    /** The frames as finspect's writer stores them, read by tshark, which reports invalid files. */
    @Test
    void whatIsWrittenIsReadByTshark() throws Exception {
        Path copy = folder.resolve("copy.pcapng");
        try (FileChannel to = FileChannel.open(copy, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (Path trace : traces) {
                copy(trace, to);
            }
        }
        assertSame(tshark(copy), segments(traces));
    }

    /** Compares thousands of lines and shows only those that differ. */
    private static void assertSame(List<String> judged, List<String> ours) {
        List<String> onlyJudged = new ArrayList<>(judged);
        onlyJudged.removeAll(new HashSet<>(ours));
        List<String> onlyOurs = new ArrayList<>(ours);
        onlyOurs.removeAll(new HashSet<>(judged));
        assertThat(onlyOurs).as("only ours").containsExactlyElementsOf(onlyJudged);
        assertThat(ours).isEqualTo(judged);
    }

    private static void copy(Path trace, FileChannel to) throws IOException {
        try (FileChannel from = FileChannel.open(trace)) {
            CaptureReader reader = new CaptureReader(source(from));
            PcapNgWriter writer =
                    PcapNgWriter.begin(sink(to), new CaptureSection(null, null, "finspect", trace.toString()));
            int described = 0;
            while (reader.advance()) {
                for (; described < reader.interfaces().size(); described++) {
                    writer.addInterface(reader.interfaces().get(described));
                }
                writer.frame(reader.frame().comments(List.of("from " + trace.getFileName())));
            }
        }
    }

    private static ByteSource source(FileChannel from) {
        return into -> {
            try {
                return from.read(into);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    private static ByteSink sink(FileChannel to) {
        return block -> {
            try {
                while (block.hasRemaining()) {
                    to.write(block);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    private static List<String> segments(List<Path> files) throws IOException {
        List<String> lines = new ArrayList<>();
        long number = 0;
        for (Path file : files) {
            try (FileChannel from = FileChannel.open(file)) {
                CaptureReader reader = new CaptureReader(source(from));
                PacketDecoder decoder = PacketDecoder.verifyingChecksums();
                while (reader.advance()) {
                    number++;
                    Decoded decoded = decoder.decode(reader.frame());
                    if (decoded instanceof TcpSegment segment) {
                        lines.add(line(number, segment));
                    }
                }
                assertThat(reader.end()).as(file.toString()).isEqualTo(new CaptureEnd.Complete());
            }
        }
        return lines;
    }

    private static String line(long number, TcpSegment s) {
        return String.join(
                " ",
                Long.toString(number),
                String.format("%d.%09d", s.atNanos() / 1_000_000_000, s.atNanos() % 1_000_000_000),
                s.tuple().toString(),
                String.format("0x%04x", s.flags()),
                Integer.toUnsignedString(s.sequenceNumber()),
                Integer.toUnsignedString(s.acknowledgmentNumber()),
                Integer.toString(s.payloadBytes()),
                Integer.toString(s.windowField()),
                Integer.toString(s.urgentPointer()),
                orNone(s.options().mssBytes()),
                orNone(s.options().windowScale()),
                s.options().timestamps() ? Integer.toUnsignedString(s.options().timestampValue()) : "-",
                s.options().timestamps() ? Integer.toUnsignedString(s.options().timestampEcho()) : "-",
                Integer.toString(s.ttl()),
                s.checksum() == Checksum.RIGHT ? "right" : "not right");
    }

    private static String orNone(int value) {
        return value < 0 ? "-" : Integer.toString(value);
    }

    private static List<String> tshark(Path file) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "tshark",
                "-n",
                "-r",
                file.toString(),
                "-Y",
                "tcp && !icmp",
                "-T",
                "fields",
                "-E",
                "separator=/t",
                "-E",
                "occurrence=l",
                "-o",
                "tcp.desegment_tcp_streams:FALSE",
                "-o",
                "tcp.check_checksum:TRUE",
                "-o",
                "tcp.relative_sequence_numbers:FALSE",
                "-o",
                "ip.defragment:FALSE",
                "--enable-heuristic",
                "teredo_udp"));
        for (String field : FIELDS) {
            command.add("-e");
            command.add(field);
        }
        return run(command).lines().map(TraceOracleTest::line).toList();
    }

    private static String line(String row) {
        List<String> f = Arrays.asList(row.split("\t", -1));
        boolean teredo = f.get(3).startsWith("2001:0:") || f.get(6).startsWith("2001:0:");
        boolean v6 = f.get(2).isEmpty() || teredo;
        boolean longerThanFrame = !f.get(21).isEmpty();
        return String.join(
                " ",
                f.get(0),
                f.get(1),
                end(v6, v6 ? f.get(3) : f.get(2), f.get(4)) + " > " + end(v6, v6 ? f.get(6) : f.get(5), f.get(7)),
                String.format("0x%04x", Integer.decode(f.get(8)) & NINE_FLAGS),
                f.get(9),
                f.get(10),
                longerThanFrame ? payloadByHeaders(f) : f.get(11),
                f.get(12),
                f.get(13),
                orNone(f.get(14)),
                orNone(f.get(15)),
                orNone(f.get(16)),
                orNone(f.get(17)),
                v6 ? f.get(19) : f.get(18),
                f.get(20).equals("1") || longerThanFrame ? "right" : "not right");
    }

    /**
     * If PPPoE states a shorter length than the IP packet in it, tshark uses that length and does not verify the checksum.
     * finspect, like Zeek, uses the length in the IP header; in the trace with such packets the checksum is right for it.
     */
    private static String payloadByHeaders(List<String> f) {
        int payload = Integer.parseInt(f.get(22)) - Integer.parseInt(f.get(23)) - Integer.parseInt(f.get(24));
        return Integer.toString(payload);
    }

    private static String orNone(String value) {
        return value.isEmpty() ? "-" : value;
    }

    /** IPv6 addresses in their short form. */
    private static String end(boolean v6, String address, String port) {
        try {
            String host = IpAddress.of(InetAddress.getByName(address)).toString();
            return (v6 ? "[" + host + "]" : host) + ":" + port;
        } catch (UnknownHostException e) {
            throw new AssertionError(address, e);
        }
    }

    private static String run(List<String> command) {
        return Program.of(command).succeed().text();
    }
}
