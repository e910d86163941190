package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** The launcher in a folder of its own, whose name has a space, with the jar that was just packaged. */
@Order(4)
final class LauncherIT {
    private static final Path JAR = PackagedJar.path();
    private static final String BUILDING = "building the jar (once";
    private static final String ARCHIVING = "making an archive";
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private static final Path JAR_OF_BUILD = Path.of("target/finspect.jar");
    private static final Path JAVA = Path.of(System.getProperty("java.home"));

    private LabFolder folder;
    private Path home;

    LauncherIT() throws IOException {
        folder = new LabFolder();
        home = Files.createDirectory(folder.path("a home"));
    }

    @BeforeEach
    void copyLauncher() throws IOException {
        Files.copy(Path.of("finspect"), home.resolve("finspect"), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    }

    @AfterEach
    void remove() throws IOException {
        folder.close();
    }

    @Test
    void runsTheJarBesideItWhereThereAreNoSources() throws IOException {
        Files.copy(JAR, home.resolve("finspect.jar"));
        Path link = Files.createSymbolicLink(folder.path("link"), home.resolve("finspect"));
        Path linkToLink = Files.createSymbolicLink(folder.path("link to link"), Path.of("link"));

        assertThat(launch(link, "--version").errors()).isEmpty();
        Program.Ran again = launch(linkToLink, "--version");

        assertThat(again.text()).startsWith("finspect ");
        assertThat(again.errors()).isEmpty();
        assertThat(link).exists();
    }

    @Test
    void demoEndsByItselfAndShowsEveryRoute() throws IOException {
        Files.copy(JAR, home.resolve("finspect.jar"));

        Program.Ran demo = launch(home.resolve("finspect"), "demo", "--seconds", "4");

        assertThat(demo.text())
                .contains("/metrics", "/api/v1/sessions", "answers-well", "answers-slowly", "half-closes")
                .contains("never-closes", "resets", "never-reads", "refuses", "sessions: ")
                .doesNotContain("\u001b");
        assertThat(demo.errors()).isEmpty();
    }

    @Test
    void otherJavasHaveNothingToSayEither() throws IOException {
        List<Path> javas = otherJavas();
        assumeThat(javas).as("no other Java from 17 on in /usr/lib/jvm").isNotEmpty();
        Files.copy(JAR, home.resolve("finspect.jar"));
        for (Path java : javas) {
            train(java);
            Program.Ran demo = command("demo", "--seconds", "1")
                    .with("JAVA_HOME", java.toString())
                    .with("FINSPECT_JAVA_OPTS", mustUse(java))
                    .succeed();
            assertThat(demo.errors()).as(java.toString()).isEmpty();
            assertThat(demo.text()).contains("sessions: ");
        }
    }

    @Test
    void twoStartsBuildOnceAndANewerSourceBuildsAgain() throws IOException {
        Path source = sources("cp '" + JAR + "' target/finspect.jar");

        CompletableFuture<Program.Ran> other = CompletableFuture.supplyAsync(this::version);
        Program.Ran one = version();
        other.join();
        version();

        assertThat(builds()).hasSize(1);
        assertThat(one.errors() + other.join().errors()).containsOnlyOnce(BUILDING);
        assertThat(version().errors()).isEmpty();

        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
        assertThat(version().errors()).contains(BUILDING);
        assertThat(builds()).hasSizeGreaterThan(1);
    }

    @Test
    void aFailedBuildShowsWhatMavenSaid() throws IOException {
        sources("echo 'Main.java:[3,1] illegal start'; exit 1");

        Program.Ran ran = command("--version").run();

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.errors()).contains("illegal start", "the build failed", "build.log");
        assertThat(ran.text()).isEmpty();
    }

    @Test
    void anArchiveThatWasCutOrSpoiltOrIsOfAnotherJarIsNoMatter() throws IOException {
        sources("cp '" + JAR + "' target/finspect.jar");
        train(JAVA);
        assertThat(command("--version")
                        .with("FINSPECT_JAVA_OPTS", mustUse(JAVA))
                        .succeed()
                        .errors())
                .isEmpty();
        Path archive = archive(home.resolve("target/launch"));
        byte[] whole = Files.readAllBytes(archive);
        assertThat(archive.toFile().setWritable(true)).isTrue();

        Files.write(archive, new byte[whole.length]);
        assertThat(version().errors()).isEmpty();

        Files.write(archive, java.util.Arrays.copyOf(whole, whole.length / 2));
        assertThat(version().errors()).isEmpty();

        // A package may bring a jar that is older than the archive of the one before.
        Path jar = home.resolve("target/launch/finspect.jar");
        Files.write(archive, whole);
        for (Path each : List.of(JAR_OF_BUILD, Path.of("src/main/Main.java"), Path.of("pom.xml"))) {
            Files.setLastModifiedTime(home.resolve(each), FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        }
        Files.setLastModifiedTime(jar, FileTime.from(Instant.parse("2021-01-01T00:00:00Z")));
        assertThat(command("--version")
                        .with("FINSPECT_JAVA_OPTS", "-Xlog:class+load:stdout")
                        .succeed()
                        .text())
                .contains("dev.finspect.cli.Main source: ")
                .doesNotContain("dev.finspect.cli.Main source: shared objects file");
        assertThat(train(JAVA)).contains(ARCHIVING);
        assertThat(train(JAVA)).isEmpty();
        assertThat(archives(home.resolve("target/launch"))).hasSize(1).doesNotContain(archive);
    }

    @Test
    void aTrainingHeedsNoVariableOfTheEnvironmentAndLeavesNothingBehind() throws IOException {
        Path temporary = Files.createDirectory(folder.path("temporary"));

        Program.Ran ran = Program.of(
                        FinspectProgram.command(List.of("-Djava.io.tmpdir=" + temporary), "train", "--sessions", "64"))
                .with("FINSPECT_CONFIG", "/nowhere")
                .with("FINSPECT_ADMIN_LISTEN", "nonsense")
                .succeed();

        assertThat(ran.errors()).isEmpty();
        assertThat(ran.text()).startsWith("trained by 64 sessions in ");
        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left.filter(file -> file.getFileName().toString().startsWith("finspect")))
                    .isEmpty();
        }
    }

    @Test
    void twoTrainingsMakeOneArchive() throws IOException {
        Files.copy(JAR, home.resolve("finspect.jar"));

        CompletableFuture<String> other = CompletableFuture.supplyAsync(() -> train(JAVA));
        train(JAVA);
        other.join();

        assertThat(archives(home.resolve("launch"))).hasSize(1);
    }

    @Test
    void aStartServesAndLeavesTheArchiveToTheNextOne() throws IOException {
        Files.copy(JAR, home.resolve("finspect.jar"));
        ProcessBuilder builder = new ProcessBuilder(
                        home.resolve("finspect").toString(),
                        "run",
                        "--listen",
                        "127.0.0.1:0",
                        "--upstream",
                        "127.0.0.1:1",
                        "--admin",
                        "off")
                .redirectErrorStream(true)
                .redirectOutput(folder.path("run.txt").toFile());
        builder.environment().putAll(Map.of("JAVA_HOME", briefly().toString(), "FINSPECT_TRAIN", "0"));
        Process run = Children.start(builder);
        try {
            Await.until(
                    () -> "no archive", () -> !archives(home.resolve("launch")).isEmpty());
            assertThat(run.isAlive()).isTrue();
            assertThat(folder.path("run.txt"))
                    .as("what is for the launcher is no setting")
                    .content()
                    .doesNotContain("FINSPECT_TRAIN");
        } finally {
            run.destroy();
        }
        assertThat(run.onExit()
                        .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                        .join()
                        .exitValue())
                .isZero();
        assertThat(command("--version")
                        .with("FINSPECT_JAVA_OPTS", mustUse(JAVA))
                        .succeed()
                        .errors())
                .isEmpty();
    }

    @Test
    void onlyCommandsThatMayTakeLongHaveTheSecondCompiler() throws IOException {
        Files.copy(JAR, home.resolve("finspect.jar"));
        String capture = Files.createFile(folder.path("capture.pcap")).toString();

        assertThat(options("sessions", "--help")).contains("TieredStopAtLevel=1");
        assertThat(options("explain", "AB", "--help")).contains("TieredStopAtLevel=1");
        assertThat(options("explain", capture, "--help")).doesNotContain("TieredStopAtLevel");
        assertThat(options("read", "--help")).doesNotContain("TieredStopAtLevel");
        assertThat(options("run", "--help")).doesNotContain("TieredStopAtLevel");
    }

    /** The options that Java gets for a command. */
    private String options(String... arguments) throws IOException {
        Program.Ran ran = command(arguments)
                .with("FINSPECT_JAVA_OPTS", "-XX:+PrintCommandLineFlags")
                .succeed();
        return ran.text() + ran.errors();
    }

    @Test
    void aJavaThatIsNotThereIsNamed() throws IOException {
        Files.copy(JAR, home.resolve("finspect.jar"));

        Program.Ran ran = command("--version").with("JAVA_HOME", "/nowhere").run();

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.errors()).contains("JAVA_HOME is /nowhere", "17 or newer");
    }

    /** A project whose Maven is a line of shell script; answers with one of its sources. */
    private Path sources(String mavenDoes) throws IOException {
        Files.writeString(home.resolve("pom.xml"), "<project/>");
        Path source = Files.createDirectories(home.resolve("src/main")).resolve("Main.java");
        Files.writeString(source, "class Main {}");
        Path maven = Files.createDirectory(folder.path("bin")).resolve("mvn");
        Files.writeString(
                maven,
                "#!/bin/sh\nset -e\necho built >> '" + folder.path("builds") + "'\nmkdir -p target\n" + mavenDoes
                        + "\n");
        assertThat(maven.toFile().setExecutable(true)).isTrue();
        return source;
    }

    private List<String> builds() throws IOException {
        return Files.readAllLines(folder.path("builds"));
    }

    private static Path archive(Path launch) {
        return archives(launch).get(0);
    }

    private static List<Path> archives(Path launch) {
        File[] found = launch.toFile().listFiles((folder, name) -> name.endsWith(".jsa"));
        return found == null ? List.of() : Stream.of(found).map(File::toPath).toList();
    }

    /** Has the archive made by a short load; answers with what the launcher says on standard error. */
    private String train(Path java) {
        return command("train", "--sessions", "64")
                .with("JAVA_HOME", java.toString())
                .succeed()
                .errors();
    }

    /** Options with which Java does not start without its archive. */
    private static String mustUse(Path java) {
        return version(java) >= 25 ? "-XX:AOTMode=on" : "-Xshare:on";
    }

    /** A Java whose trainings are short. */
    private Path briefly() throws IOException {
        Path bin = Files.createDirectories(folder.path("java/bin"));
        Files.copy(JAVA.resolve("release"), bin.resolveSibling("release"));
        Path java = bin.resolve("java");
        Files.writeString(
                java,
                "#!/bin/sh\ncase \" $* \" in *' train '*) set -- \"$@\" --sessions 64;; esac\nexec '"
                        + JAVA.resolve("bin/java") + "' \"$@\"\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        return folder.path("java");
    }

    /** The homes of installed Javas from 17 on, but for the one that runs this. */
    private static List<Path> otherJavas() throws IOException {
        Path mine = Path.of(System.getProperty("java.home")).toRealPath();
        Path all = Path.of("/usr/lib/jvm");
        if (!Files.isDirectory(all)) {
            return List.of();
        }
        try (Stream<Path> homes = Files.list(all)) {
            return homes.filter(java -> Files.isDirectory(java) && !Files.isSymbolicLink(java))
                    .filter(java -> Files.isExecutable(java.resolve("bin/java")) && !java.equals(mine))
                    .filter(java -> version(java) >= 17)
                    .toList();
        }
    }

    private static int version(Path java) {
        try (Stream<String> lines = Files.lines(java.resolve("release"))) {
            return lines.filter(line -> line.startsWith("JAVA_VERSION="))
                    .map(line -> line.replaceAll("[^0-9.]", "").replaceAll("[.].*", ""))
                    .mapToInt(Integer::parseInt)
                    .findFirst()
                    .orElse(0);
        } catch (IOException unknown) {
            return 0;
        }
    }

    private Program.Ran version() {
        Program.Ran ran = launch(home.resolve("finspect"), "--version");
        assertThat(ran.text()).startsWith("finspect ");
        return ran;
    }

    private Program.Ran launch(Path launcher, String... arguments) {
        return command(launcher, arguments).succeed();
    }

    private Program command(String... arguments) {
        return command(home.resolve("finspect"), arguments);
    }

    private Program command(Path launcher, String... arguments) {
        List<String> command = Stream.concat(Stream.of(launcher.toString()), Stream.of(arguments))
                .toList();
        return Program.of(command)
                .with("JAVA_HOME", JAVA.toString())
                .with("FINSPECT_TRAIN", "off")
                .with("PATH", folder.path("bin") + ":" + System.getenv("PATH"));
    }
}
