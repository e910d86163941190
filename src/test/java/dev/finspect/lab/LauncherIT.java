package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
    private static final String ARCHIVING = "archiving classes";

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

        assertThat(launch(link, "--version").errors()).contains(ARCHIVING);
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
        assertThat(demo.errors().lines().filter(line -> !line.contains(ARCHIVING)))
                .isEmpty();
    }

    @Test
    void otherJavasHaveNothingToSayEither() throws IOException {
        List<Path> javas = otherJavas();
        assumeThat(javas).as("no other Java from 17 on in /usr/lib/jvm").isNotEmpty();
        Files.copy(JAR, home.resolve("finspect.jar"));
        for (Path java : javas) {
            for (int i = 0; i < 2; i++) {
                Program.Ran demo = command("demo", "--seconds", "1")
                        .with("JAVA_HOME", java.toString())
                        .succeed();
                assertThat(demo.errors().lines().filter(line -> !line.contains(ARCHIVING)))
                        .as(java.toString())
                        .isEmpty();
                assertThat(demo.text()).contains("sessions: ");
            }
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
    void anArchiveThatWasCutOrSpoiltIsNoMatter() throws IOException {
        sources("cp '" + JAR + "' target/finspect.jar");
        version();
        Path archive = archive();
        byte[] whole = Files.readAllBytes(archive);
        assertThat(archive.toFile().setWritable(true)).isTrue();

        Files.write(archive, new byte[whole.length]);
        assertThat(version().errors()).isEmpty();

        Files.write(archive, java.util.Arrays.copyOf(whole, whole.length / 2));
        assertThat(version().errors()).contains(ARCHIVING);
        assertThat(version().errors()).isEmpty();
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

    private Path archive() throws IOException {
        try (Stream<Path> files = Files.list(home.resolve("target/launch"))) {
            return files.filter(file -> file.toString().endsWith(".jsa"))
                    .findFirst()
                    .orElseThrow();
        }
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
                .with("JAVA_HOME", System.getProperty("java.home"))
                .with("PATH", folder.path("bin") + ":" + System.getenv("PATH"));
    }
}
