package dev.finspect.lab.longterm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finspect.lab.Await;
import dev.finspect.lab.Background;
import dev.finspect.lab.LabFolder;
import dev.finspect.lab.NeedsPrograms;
import dev.finspect.lab.Program;
import dev.finspect.lab.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Records of two finspects, by an rsyslog beside each to one that collects, and the query of what hangs. */
@NeedsPrograms({"rsyslogd", "jq"})
final class CollectorIT {
    private static final String[] INSTANCES = {"db-1", "db-2"};

    @Test
    void whatHangsIsFoundWhereverItHangsAndEveryRecordArrivesWhole() throws Exception {
        int port = Background.freePort();
        try (LabFolder folder = new LabFolder();
                Instance full = new Instance("full");
                Instance compact = new Instance("compact");
                Background one = sender(folder, INSTANCES[0], full, port);
                Background two = sender(folder, INSTANCES[1], compact, port)) {
            // The collector does not run yet: the senders queue.
            full.serveWell();
            Instance.Session hanging = compact.hang();
            Instance.Session alsoHanging = full.hang();
            try (Background collector = collector(folder, port)) {
                Await.until(
                        () -> "nothing is found to hang\n" + lines(folder) + collector.output() + two.output(),
                        () -> hung(folder).size() == 2);
                assertThat(hung(folder))
                        .extracting(found -> found.at("/instance").asText())
                        .containsExactly("db-2", "db-1");
                assertThat(hung(folder)).allSatisfy(found -> {
                    assertThat(found.at("/route").asText()).isEqualTo("default");
                    assertThat(found.at("/blame").asText()).isEqualTo("upstream");
                    assertThat(found.at("/upstream").asText()).isEqualTo("127.0.0.1");
                    assertThat(found.at("/sentence").asText()).isNotBlank();
                });

                hanging.close();
                alsoHanging.close();
                Await.until(
                        () -> "it hangs for ever\n" + lines(folder),
                        () -> hung(folder).isEmpty());
                arrivedWhole(folder, INSTANCES[0], full.records(), one);
                arrivedWhole(folder, INSTANCES[1], compact.records(), two);
                assertThat(lines(folder)).anyMatch(line -> line.length() > 8192);
            }
        }
    }

    private static void arrivedWhole(LabFolder folder, String instance, List<String> records, Background sender) {
        assertThat(records).isNotEmpty();
        Await.until(() -> "not all of " + instance + " arrived\n" + sender.output(), () -> {
            Set<String> arrived = new HashSet<>();
            for (String line : lines(folder)) {
                if (line.startsWith("{\"instance\":\"" + instance + "\",")) {
                    arrived.add(line.substring(line.indexOf("\"record\":") + 9, line.length() - 1));
                }
            }
            return arrived.equals(new HashSet<>(records));
        });
    }

    private static Background sender(LabFolder folder, String instance, Instance finspect, int port)
            throws IOException {
        Example example = Example.of("sender.conf")
                .with("/var/log/finspect/sessions.ndjson", finspect.log())
                .with("collector.example", "127.0.0.1")
                .with("10514", port);
        return rsyslog(folder, instance, " localHostname=\"" + instance + "\"", example);
    }

    private static Background collector(LabFolder folder, int port) throws IOException {
        Example example = Example.of("collector.conf")
                .with("/var/log/finspect-all", folder.path("all"))
                .with("10514", port);
        return rsyslog(folder, "collector", "", example).listeningOn(port);
    }

    /** The daemon with a main configuration that says only where it may write, and includes the example. */
    private static Background rsyslog(LabFolder folder, String name, String settings, Example example)
            throws IOException {
        Path work = Files.createDirectory(folder.path(name));
        Path included = folder.file(name + "-included.conf", example.toString());
        Path main = folder.file(
                name + ".conf",
                "global(workDirectory=\"" + work + "\"" + settings + ")\ninclude(file=\"" + included + "\")\n");
        return Background.start(
                folder.path(name + ".log"),
                List.of(
                        Programs.path("rsyslogd"),
                        "-n",
                        "-f",
                        main.toString(),
                        "-i",
                        work.resolve("pid").toString()));
    }

    /** Whole lines of the collector. */
    private static List<String> lines(LabFolder folder) {
        List<String> lines = new ArrayList<>();
        Path all = folder.path("all");
        if (Files.isDirectory(all)) {
            try (Stream<Path> files = Files.list(all)) {
                for (Path file : files.sorted().toList()) {
                    String text = Files.readString(file);
                    text.substring(0, text.lastIndexOf('\n') + 1).lines().forEach(lines::add);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return lines;
    }

    /** What the query says of these lines. */
    private static List<JsonNode> hung(LabFolder folder) {
        try {
            Path input = folder.file("lines.ndjson", String.join("\n", lines(folder)) + "\n");
            Program.Ran ran = Program.of(
                            Programs.path("jq"),
                            "-nc",
                            "-f",
                            Example.path("hung.jq").toString())
                    .input(input)
                    .succeed();
            List<JsonNode> found = new ArrayList<>();
            for (String line : ran.text().lines().toList()) {
                found.add(new ObjectMapper().readTree(line));
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
