package dev.finspect.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lab.NeedsPrograms;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The log of a whole process: its real standard output, read or not, and a file system that is really full. */
@Timeout(120)
final class LogProcessTest {
    private static final Pattern COUNTS = Pattern.compile("all=(\\w+) written=(\\d+) dropped=(\\d+)");

    @TempDir
    Path directory;

    @Test
    void everyRecordIsOnStandardOutputWhenTheProcessEnds() throws Exception {
        Path out = directory.resolve("out");
        Process process = program(List.of(), "-", 500, 8_192, 60_000)
                .redirectOutput(out.toFile())
                .start();
        assertThat(counts(process)).containsExactly("true", "500", "0");
        List<String> lines = Files.readAllLines(out);
        assertThat(lines).hasSize(500);
        for (int i = 0; i < lines.size(); i++) {
            assertThat(RecordSchema.valid(lines.get(i)).get("id").asText()).isEqualTo("id" + i);
        }
    }

    @Test
    void standardOutputThatNobodyReadsKeepsNeitherSessionsNorTheEndWaiting() throws Exception {
        Process process = program(List.of(), "-", 1_000, 100, 3_000).start();
        String printed = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        List<String> counts = counts(process, printed);
        long written = Long.parseLong(counts.get(1));
        assertThat(counts.get(0)).isEqualTo("false");
        assertThat(printed.lines().filter(line -> line.contains("standard output: records are dropped")))
                .as("the first drop at once, the others together: " + printed)
                .hasSizeBetween(1, 2);
        assertThat(written + Long.parseLong(counts.get(2))).isEqualTo(1_000);
        // What a pipe of 64 KB holds is there, in order; only the line at which the process ended may be torn.
        String read = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        List<String> whole = new ArrayList<>(
                read.substring(0, read.lastIndexOf('\n') + 1).lines().toList());
        assertThat((long) whole.size()).isGreaterThanOrEqualTo(written).isLessThan(101 + 20);
        for (int i = 0; i < whole.size(); i++) {
            assertThat(RecordSchema.valid(whole.get(i)).get("id").asText()).isEqualTo("id" + i);
        }
    }

    /** A tmpfs of 256 KB in a mount namespace of its own: writes that succeed in part, then ENOSPC. */
    @Test
    @NeedsPrograms(value = "unshare", root = true)
    void fullFileSystemHoldsWholeLinesOnlyAndTheRestIsCounted() throws Exception {
        Path mount = Files.createDirectory(directory.resolve("small"));
        Path copy = directory.resolve("copy");
        List<String> inNamespace = List.of(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs -o size=256k tmpfs '" + mount + "' && \"$@\"; code=$?; cp '" + mount + "/log' '" + copy
                        + "'; exit $code",
                "sh");
        Process process = program(inNamespace, mount.resolve("log").toString(), 500, 8_192, 3_000)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> counts = counts(process);
        long written = Long.parseLong(counts.get(1));
        assertThat(counts.get(0)).isEqualTo("false");
        assertThat(written).isPositive();
        assertThat(written + Long.parseLong(counts.get(2))).isEqualTo(500);
        String log = Files.readString(copy);
        assertThat(log).endsWith("}\n");
        assertThat(log.lines().count()).isEqualTo(written);
        log.lines().forEach(RecordSchema::valid);
    }

    private static ProcessBuilder program(
            List<String> before, String target, int records, int queueCapacity, int drainMillis) {
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                LogProgram.class.getName(),
                target,
                Integer.toString(records),
                Integer.toString(queueCapacity),
                Integer.toString(drainMillis)));
        return new ProcessBuilder(command);
    }

    /** The counts that the process prints: whether all records were written, how many were, how many were dropped. */
    private static List<String> counts(Process process) throws IOException, InterruptedException {
        return counts(process, new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
    }

    private static List<String> counts(Process process, String printed) throws InterruptedException {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        Matcher counts = COUNTS.matcher(printed);
        assertThat(counts.find()).as(printed).isTrue();
        return List.of(counts.group(1), counts.group(2), counts.group(3));
    }
}
