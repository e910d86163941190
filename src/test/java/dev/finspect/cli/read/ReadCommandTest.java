package dev.finspect.cli.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finspect.cli.Cli;
import dev.finspect.cli.process.ProcessContext;
import dev.finspect.log.RecordSchema;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code finspect read}: forms of output, filters, bad files, exit codes; and every record of the traces is valid. */
final class ReadCommandTest {
    private static final int CONNECTIONS = 20;

    @TempDir
    private Path folder;

    /** What the command did. */
    private record Ran(int exit, String out, String err) {
        List<String> lines() {
            return out.lines().toList();
        }
    }

    private static Ran read(byte[] in, boolean terminal, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        String[] all = Stream.concat(Stream.of("read"), Arrays.stream(args)).toArray(String[]::new);
        int exit = Cli.execute(
                new ProcessContext(
                        new ByteArrayInputStream(in),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        Map.of("NO_COLOR", "1"),
                        terminal,
                        false),
                all);
        return new Ran(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static Ran read(String... args) {
        return read(new byte[0], false, args);
    }

    private String capture() throws IOException {
        Path file = folder.resolve("capture.pcap");
        SyntheticCapture.write(file, CONNECTIONS);
        return file.toString();
    }

    private String file(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content).toString();
    }

    @Test
    void everyConnectionIsALineThatTheSchemaTakes() throws IOException {
        Ran ran = read(capture());
        assertThat(ran.exit()).isZero();
        assertThat(ran.lines()).hasSize(CONNECTIONS).allSatisfy(line -> {
            JsonNode record = RecordSchema.valid(line);
            assertThat(record.get("event").asText()).isEqualTo("session.closed");
            assertThat(record.get("upstream").isNull()).isTrue();
            assertThat(record.at("/client/conn_state").asText()).isEqualTo("SF");
            assertThat(record.at("/client/data/sent_bytes").asLong()).isEqualTo(SyntheticCapture.BYTES_PER_CONNECTION);
            assertThat(record.at("/client/wire/capture").asText()).isEqualTo("file");
        });
        int packets = CONNECTIONS * SyntheticCapture.PACKETS_PER_CONNECTION;
        assertThat(ran.err())
                .isEqualTo("finspect: " + packets + " packets, " + packets + " TCP segments, 20 connections\n");
    }

    @Test
    void terminalGetsLinesThatFitItAndAPipeDocuments() throws IOException {
        String capture = capture();
        Ran lines = read(new byte[0], true, capture);
        assertThat(lines.lines().get(0)).matches("[0-9-]{10} UTC");
        assertThat(lines.lines().get(1)).contains(" 000001 clean ", "10.0.0.1:1024 -> 10.1.0.1:443");
        assertThat(lines.lines().get(1) + lines.lines().get(2)).contains("state SF");
        assertThat(lines.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(80));
        Ran table = read("-o", "table", capture);
        assertThat(table.lines()).hasSize(CONNECTIONS + 1);
        assertThat(table.lines().get(0)).startsWith("STARTED (UTC)").contains("SERVER", "STATE");
        assertThat(table.lines().get(1)).contains("10.0.0.1:1024", "-> 10.1.0.1:443", " SF ", "client fin", "40.5kB");
        assertThat(read("-o", "text", capture).lines())
                .as("without a terminal a connection is a line")
                .hasSize(CONNECTIONS);
        assertThat(read(new byte[0], true, "-o", "ndjson", capture).lines()).hasSize(CONNECTIONS);
    }

    @Test
    void jsonIsOneArray() throws IOException {
        JsonNode array =
                new ObjectMapper().readTree(read("-o", "json", capture()).out());
        assertThat(array.isArray()).isTrue();
        assertThat(array).hasSize(CONNECTIONS);
        assertThat(new ObjectMapper()
                        .readTree(read("-o", "json", "--filter", "port:1", capture())
                                .out()))
                .isEmpty();
    }

    @Test
    void findingThatIsNamedEndsTheCommandWithFive() throws IOException {
        String refused = refused();
        Ran found = read("--no-checksums", "--fail-on", "connect-refused", refused);
        assertThat(found.exit()).isEqualTo(5);
        assertThat(found.err()).endsWith("finspect: 1 record has a finding named by --fail-on\n");
        assertThat(RecordSchema.valid(found.lines().get(0)).at("/findings/0/id").asText())
                .isEqualTo("connect-refused");
        assertThat(read("--no-checksums", "--fail-on", "idle,any", refused).exit())
                .isEqualTo(5);
        assertThat(read("--no-checksums", "--fail-on", "upstream-silent", refused)
                        .exit())
                .isZero();
        assertThat(read("--no-checksums", "--filter", "!finding:connect-refused", "--fail-on", "any", refused)
                        .exit())
                .as("only what the filter takes counts")
                .isZero();
        assertThat(read("--fail-on", "any", capture()).exit())
                .as("what ends well blames nobody")
                .isZero();
        String bad = file("bad.pcap", "this is no capture at all".getBytes(StandardCharsets.UTF_8));
        assertThat(read("--no-checksums", "--fail-on", "any", refused, bad).exit())
                .as("a file that could not be read weighs more")
                .isEqualTo(1);
    }

    @Test
    void findingThatThereIsNotIsRefusedWithThoseThereAre() throws IOException {
        Ran ran = read("--fail-on", "any,slow", capture());
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err())
                .contains(
                        "--fail-on 'slow' is not a finding. Write any, possible, name-slow, name-stale, syn-unanswered");
    }

    /** A SYN and the RST that answers it, made of a SYN-ACK; its checksum is wrong now. */
    private String refused() throws IOException {
        byte[] all = Files.readAllBytes(Path.of(capture()));
        int packet = 16 + 66;
        byte[] one = Arrays.copyOf(all, 24 + 2 * packet);
        // 20 connections live at once: the second of the first one comes after the first ones of all.
        System.arraycopy(all, 24 + CONNECTIONS * packet, one, 24 + packet, packet);
        one[24 + packet + 16 + 14 + 20 + 13] = 0x14;
        return file("refused.pcap", one);
    }

    @Test
    void readingTwiceGivesTheSame() throws IOException {
        String capture = capture();
        assertThat(read(capture).out()).isEqualTo(read(capture).out());
    }

    @Test
    void filterChoosesAndSaysHowMany() throws IOException {
        Ran ran = read("--filter", "port:1024,1025 duration>1us !rst", capture());
        assertThat(ran.lines()).hasSize(2);
        assertThat(ran.err()).endsWith(", 20 connections, 2 records match the filter\n");
    }

    @Test
    void filterThatCannotBeUnderstoodIsMisuse() throws IOException {
        Ran ran = read("--filter", "rst prot:1", capture());
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).startsWith("finspect: --filter 'rst prot:1', at column 5: 'prot:' is not known.");
    }

    @Test
    void misuseEndsWithTwo() throws IOException {
        assertThat(read().exit()).isEqualTo(2);
        assertThat(read("--idle-timeout", "soon", capture()).err())
                .contains("--idle-timeout: 'soon' is not a duration");
        assertThat(read("--attempt-timeout", "0s", capture()).exit()).isEqualTo(2);
        assertThat(read("-o", "xml", capture()).exit()).isEqualTo(2);
    }

    @Test
    void limitsOfTimeCanBeSetAndTurnedOff() throws IOException {
        assertThat(read("--idle-timeout", "off", "--attempt-timeout", "off", "--no-checksums", capture())
                        .exit())
                .isZero();
        assertThat(read("--idle-timeout", "1m", "--attempt-timeout", "500ms", capture())
                        .lines())
                .hasSize(CONNECTIONS);
    }

    @Test
    void standardInputIsAFileToo() throws IOException {
        Ran ran = read(Files.readAllBytes(Path.of(capture())), false, "-");
        assertThat(ran.exit()).isZero();
        assertThat(ran.lines()).hasSize(CONNECTIONS);
        assertThat(read(new byte[0], false, "-").err())
                .startsWith("finspect: standard input: neither pcap nor pcapng: it is empty\n");
    }

    @Test
    void lastPacketThatIsCutOffIsSaidAndTheRestUsed() throws IOException {
        byte[] whole = Files.readAllBytes(Path.of(capture()));
        Ran ran = read(file("cut.pcap", Arrays.copyOf(whole, whole.length - 10)));
        assertThat(ran.exit()).isZero();
        assertThat(ran.lines()).hasSize(CONNECTIONS);
        assertThat(ran.err())
                .contains(
                        "cut.pcap: cut off: the packet or block at byte ",
                        " lacks 10 bytes; used the 979 packets before it\n");
    }

    @Test
    void damageInTheMiddleEndsWithOneAfterWhatCameBefore() throws IOException {
        byte[] bytes = Files.readAllBytes(Path.of(capture()));
        Arrays.fill(bytes, bytes.length / 2, bytes.length, (byte) 0xff);
        Ran ran = read(file("damaged.pcap", bytes));
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).contains("damaged.pcap: damaged at byte ");
        assertThat(ran.lines()).isNotEmpty().allSatisfy(RecordSchema::valid);
    }

    @Test
    void whatIsNoCaptureSaysWhatItLooksLike() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(Files.readAllBytes(Path.of(capture())));
        }
        refused(file("a.gz", packed.toByteArray()), "compressed by gzip; unpack it with: gunzip FILE");
        refused(file("a.txt", "hello, world".getBytes(StandardCharsets.UTF_8)), "text");
        refused(file("empty", new byte[0]), "it is empty");
        refused(file("zero", new byte[100]), "zero bytes");
    }

    private static void refused(String file, String reason) {
        Ran ran = read(file);
        assertThat(ran.exit()).as(file).isEqualTo(1);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err())
                .startsWith("finspect: " + file + ": neither pcap nor pcapng: ")
                .contains(reason);
    }

    @Test
    void captureWithoutPacketsSaysSo() throws IOException {
        byte[] header = Arrays.copyOf(Files.readAllBytes(Path.of(capture())), 24);
        Ran ran = read(file("none.pcap", header));
        assertThat(ran.exit()).isZero();
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).contains("none.pcap: the capture has no packets\n");
    }

    @Test
    void fileThatCannotBeOpenedSaysWhy() throws IOException {
        assertThat(read(folder.resolve("nowhere").toString()))
                .isEqualTo(new Ran(
                        1,
                        "",
                        "finspect: " + folder.resolve("nowhere") + ": no such file\n"
                                + "finspect: 0 packets, 0 TCP segments, 0 connections\n"));
        assertThat(read(folder.toString()).err()).contains(": it is a directory; name a file\n");
        assertThat(read("nul\0byte").err()).contains("it is not a file name");
    }

    @Test
    void fileThatMayNotBeReadSaysSo() {
        // A sysctl that is for writing alone: these files deny even root what their permissions do not allow.
        String closed = "/proc/sys/net/ipv4/route/flush";
        assumeTrue(Files.exists(Path.of(closed)), "no such sysctl on this system");
        Ran ran = read(closed);
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).contains(": permission denied\n");
    }

    @Test
    void badFileAmongGoodOnesEndsWithOneAndTheGoodAreRead() throws IOException {
        Ran ran = read(folder.resolve("nowhere").toString(), capture());
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.lines()).hasSize(CONNECTIONS);
    }

    @Test
    void filesThatFollowOneAnotherAreOneCapture() throws IOException {
        byte[] whole = Files.readAllBytes(Path.of(capture()));
        int record = 16 + 66;
        int half = 24 + record * (CONNECTIONS * SyntheticCapture.PACKETS_PER_CONNECTION / 2);
        String first = file("1.pcap", Arrays.copyOf(whole, half));
        byte[] rest = new byte[24 + whole.length - half];
        System.arraycopy(whole, 0, rest, 0, 24);
        System.arraycopy(whole, half, rest, 24, whole.length - half);
        String second = file("2.pcap", rest);
        assertThat(read(first, second).out())
                .isEqualTo(read(folder.resolve("capture.pcap").toString()).out());
        Ran backwards = read(second, first);
        assertThat(backwards.lines()).hasSize(2 * CONNECTIONS).allSatisfy(RecordSchema::valid);
        List<String> ids = backwards.lines().stream()
                .map(line -> RecordSchema.valid(line).get("id").asText())
                .toList();
        assertThat(ids).doesNotHaveDuplicates();
    }

    @Test
    void everyRecordOfTheTracesIsValid() throws IOException {
        Path oracle = Path.of(System.getProperty("finspect.oracle", "../shared/oracle"))
                .resolve("zeek/traces");
        boolean there = Files.isDirectory(oracle);
        assertThat(there || !"true".equals(System.getenv("CI")))
                .as("traces in " + oracle)
                .isTrue();
        assumeTrue(there, "no traces in " + oracle + "; -Dfinspect.oracle says where they are");
        try (Stream<Path> files = Files.walk(oracle)) {
            List<Path> traces = files.filter(Files::isRegularFile).sorted().toList();
            assertThat(traces).hasSizeGreaterThan(50);
            traces.forEach(ReadCommandTest::valid);
        }
    }

    private static void valid(Path trace) {
        Ran ran = read(trace.toString());
        assertThat(ran.exit()).as(trace + ": " + ran.err()).isZero();
        assertThat(ran.lines())
                .allSatisfy(line -> assertThat(RecordSchema.complaints(line))
                        .as(trace.toString())
                        .isEmpty());
        try {
            assertThat(new ObjectMapper()
                            .readTree(read("-o", "json", trace.toString()).out()))
                    .hasSize(ran.lines().size());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(read("-o", "table", trace.toString()).lines())
                .hasSize(ran.lines().isEmpty() ? 0 : 1 + ran.lines().size());
    }

    @Test
    void linkTypeThatIsNotReadIsNamed() throws IOException {
        java.nio.ByteBuffer pcap = java.nio.ByteBuffer.allocate(24 + 16 + 4).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        pcap.putInt(0xa1b2c3d4)
                .putShort((short) 2)
                .putShort((short) 4)
                .putLong(0)
                .putInt(65_535)
                .putInt(127);
        pcap.putInt(1_700_000_000).putInt(0).putInt(4).putInt(4).putInt(0);
        String file = Files.write(folder.resolve("radiotap.pcap"), pcap.array()).toString();
        Ran ran = read(file);
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err())
                .contains("1 unknown_link_type: link type 127 (802.11 with radiotap)")
                .contains("nothing was read");
        assertThat(read(file, capture()).exit()).as("the other file was read").isZero();
    }
}
