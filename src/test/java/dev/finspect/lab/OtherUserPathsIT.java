package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Started as root for another user, finspect opens each path with that user's rights, and keeps none of root's. */
@Tag("privileged")
@NeedsPrograms(
        value = {},
        root = true)
final class OtherUserPathsIT {
    private static final String NOBODY = "65534";

    /** Links in the user's own directory to a file of root's, and to a place where only root can make one. */
    @ParameterizedTest
    @CsvSource({
        "--log-file, target", "--log-file, made",
        "--port-file, made", "--port-file, target",
        "--save-pcap, made"
    })
    void aLinkOfTheUserLeadsNowhereThatTheUserMayNotWrite(String option, String target) throws Exception {
        try (LabFolder folder = new LabFolder()) {
            Path own = folder.ownDirectory("own");
            Path ofRoot = folder.file("target", "of root");
            Path link = Files.createSymbolicLink(own.resolve("link"), folder.path(target));
            boolean folderOption = option.equals("--save-pcap");
            if (folderOption) {
                Files.delete(link);
                Files.createDirectory(folder.path("roots"));
                link = Files.createSymbolicLink(own.resolve("link"), folder.path("roots"))
                        .resolve("made");
            }
            try (Background finspect = start(folder, own, option, link.toString())) {
                Await.until(
                        () -> "neither served nor refused\n" + finspect.output(),
                        () -> !finspect.process().isAlive() || finspect.output().contains("now runs as"));
                if (!finspect.process().isAlive()) {
                    assertThat(finspect.output()).doesNotContain("listening on", "Exception");
                }
            }
            assertThat(ofRoot).hasContent("of root");
            assertThat(uid(ofRoot)).isEqualTo("0");
            assertThat(folder.path("made")).doesNotExist();
            if (folderOption) {
                assertThat(folder.path("roots")).isEmptyDirectory();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--log-file, log, user nobody may not write to ",
        "--log-file, missing/log, user nobody may not write to ",
        "--port-file, ports, cannot write the port file ",
        "--port-file, missing/ports, cannot write the port file "
    })
    void whatTheUserMayNotWriteIsRefusedBeforeAnythingListens(String option, String name, String sentence)
            throws Exception {
        try (LabFolder folder = new LabFolder()) {
            Path own = folder.ownDirectory("own");
            try (Background finspect =
                    start(folder, own, option, folder.path(name).toString())) {
                Await.until(
                        () -> "not refused\n" + finspect.output(),
                        () -> !finspect.process().isAlive());
                assertThat(finspect.process().exitValue()).isEqualTo(3);
                assertThat(finspect.output()).contains(sentence).doesNotContain("listening on", "Exception");
            }
        }
    }

    /** All that it makes belongs to the user; what leads to the process goes with it, also where others have theirs. */
    @ParameterizedTest
    @ValueSource(strings = {"own", "shared"})
    void whatItMakesBelongsToTheUser(String runtime) throws Exception {
        try (LabFolder folder = new LabFolder()) {
            Path own = folder.ownDirectory("own");
            Path shared = Files.createDirectory(folder.path("shared"));
            Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
            Path directory = runtime.equals("own") ? own : shared;
            try (Background finspect = start(
                    folder,
                    directory,
                    "--port-file",
                    own.resolve("ports").toString(),
                    "--log-file",
                    own.resolve("log").toString(),
                    "--save-pcap",
                    own.resolve("new/captures").toString())) {
                said(finspect, own.resolve("ports"));
                assertThat(made(own, shared))
                        .contains(own.resolve("log"), own.resolve("ports"), own.resolve("new/captures"))
                        .anySatisfy(file -> assertThat(file.toString()).endsWith(".json"))
                        .allSatisfy(file ->
                                assertThat(uid(file)).as(file.toString()).isEqualTo(NOBODY));
                assertThat(finspect.stop()).as(finspect.output()).isZero();
                assertThat(finspect.output()).doesNotContain("Exception", "warning");
            }
            assertThat(made(own, shared))
                    .containsExactlyInAnyOrder(Stream.of("log", "new", "new/captures", "finspect")
                            .map(own::resolve)
                            .filter(Files::exists)
                            .toArray(Path[]::new));
        }
    }

    /** Every thread, those of the JVM too: nothing to gain by executing a file, no further group; and no core dump. */
    @Test
    void noThreadCanGainRightsAndNothingIsDumped() throws Exception {
        try (LabFolder folder = new LabFolder()) {
            Path own = folder.ownDirectory("own");
            try (Background finspect =
                    start(folder, own, "--port-file", own.resolve("ports").toString())) {
                said(finspect, own.resolve("ports"));
                Path process =
                        Path.of("/proc", String.valueOf(finspect.process().pid()));
                List<Map<String, String>> threads = threads(process);
                assertThat(threads).hasSizeGreaterThan(10).allSatisfy(rows -> {
                    assertThat(rows.get("NoNewPrivs")).isEqualTo("1");
                    assertThat(rows.get("CapBnd")).isEqualTo("0000000000000000");
                    assertThat(rows.get("CapPrm")).isEqualTo("0000000000000000");
                    assertThat(rows.get("CapAmb")).isEqualTo("0000000000000000");
                    assertThat(rows.get("Groups")).isEmpty();
                    assertThat(rows.getOrDefault("Uid", "").split("\\s+")).containsOnly(NOBODY);
                });
                // The kernel gives these to root where a process may not be dumped.
                assertThat(uid(process.resolve("environ"))).isEqualTo("0");
                assertThat(Files.readString(process.resolve("comm"))).isEqualTo("java\n");
                assertThat(links(process.resolve("fd")).stream().filter(l -> l.endsWith(".jar")))
                        .as("archives that the first start left open")
                        .doesNotHaveDuplicates();
            }
        }
    }

    /** Root finds the instance of the user; another user does not. */
    @Test
    void rootFindsTheUsersInstance() throws Exception {
        try (LabFolder folder = new LabFolder()) {
            Path own = folder.ownDirectory("own");
            Path shared = Files.createDirectory(folder.path("shared"));
            Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
            List<String> command = new ArrayList<>(FinspectProgram.command(
                    "run", "--listen", "127.0.0.1:0", "--upstream", "127.0.0.1:1", "--admin", "127.0.0.1:0"));
            command.addAll(List.of(
                    "--user", "nobody", "--port-file", own.resolve("ports").toString()));
            try (Background finspect = inRuntime(folder, shared, command)) {
                said(finspect, own.resolve("ports"));
                String port = Files.readAllLines(own.resolve("ports")).stream()
                        .filter(line -> line.startsWith("@admin="))
                        .findFirst()
                        .orElseThrow();
                // Root's check is about every user's, also of those that other tests end at this moment.
                Program.Ran health = Program.of(FinspectProgram.command("healthcheck"))
                        .with("XDG_RUNTIME_DIR", shared.toString())
                        .run();
                assertThat(health.text())
                        .as(health.errors())
                        .contains("127.0.0.1:" + port.substring("@admin=".length()) + "/readyz: 200 ready");
            }
        }
    }

    private static Background start(LabFolder folder, Path runtime, String... more) throws IOException {
        List<String> command = new ArrayList<>(FinspectProgram.command(
                "run", "--listen", "127.0.0.1:0", "--upstream", "127.0.0.1:1", "--admin", "off"));
        command.addAll(List.of("--user", "nobody", "--log-format", "json"));
        command.addAll(List.of(more));
        return inRuntime(folder, runtime, command);
    }

    private static Background inRuntime(LabFolder folder, Path runtime, List<String> command) throws IOException {
        List<String> with = new ArrayList<>(List.of("env", "XDG_RUNTIME_DIR=" + runtime));
        with.addAll(command);
        return Background.start(folder.path("output"), with);
    }

    private static void said(Background finspect, Path ports) {
        Await.until(() -> "it does not start\n" + finspect.output(), () -> {
            assertThat(finspect.process().isAlive()).as(finspect.output()).isTrue();
            return Files.exists(ports);
        });
    }

    /** What lies in these directories, at any depth. */
    private static List<Path> made(Path... directories) throws IOException {
        List<Path> all = new ArrayList<>();
        for (Path directory : directories) {
            try (Stream<Path> files = Files.walk(directory)) {
                files.filter(file -> !file.equals(directory)).forEach(all::add);
            }
        }
        return all;
    }

    private static String uid(Path file) {
        try {
            return String.valueOf(Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Map<String, String>> threads(Path process) throws IOException {
        List<Map<String, String>> all = new ArrayList<>();
        try (Stream<Path> tasks = Files.list(process.resolve("task"))) {
            for (Path task : tasks.toList()) {
                List<String> rows;
                try {
                    rows = Files.readAllLines(task.resolve("status"));
                } catch (NoSuchFileException e) {
                    continue; // The thread has ended.
                }
                all.add(rows.stream()
                        .map(line -> line.split(":\\s*", 2))
                        .collect(Collectors.toMap(row -> row[0], row -> row[1].strip())));
            }
        }
        return all;
    }

    private static List<String> links(Path descriptors) throws IOException {
        List<String> targets = new ArrayList<>();
        try (Stream<Path> each = Files.list(descriptors)) {
            for (Path descriptor : each.toList()) {
                targets.add(Files.readSymbolicLink(descriptor).toString());
            }
        }
        return targets;
    }
}
