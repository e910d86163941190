package dev.finspect.lab.container;

import dev.finspect.lab.Program;
import dev.finspect.lab.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * The image of {@code docker/Dockerfile}, built anew from the sources. Its base is made once in a {@code target}: debootstrap's
 * smallest system with Debian's Java runtime. Its first stage runs in the same base, with this build's JDK and Maven mounted.
 */
final class FinspectImage {
    /** Names the store of images and containers, for tests that take turns with it. */
    static final String STORE = "store of containers";

    static final String NAME = "localhost/finspect";

    /** The smallest system of debootstrap with Debian's Java runtime: no Maven, no sources. */
    static final String JRE_BASE = "localhost/finspect-jre";

    private static final String BUILD_BASE = "localhost/finspect-build";
    static final Path HOME = Path.of("target", "container");
    private static final Duration PATIENCE = Duration.ofMinutes(20);
    /** What dpkg(1) does not do here: wait for the disk after each file, and unpack what nobody reads. */
    private static final String DPKG_SETTINGS = """
            force-unsafe-io
            path-exclude=/usr/share/doc/*
            path-exclude=/usr/share/man/*
            path-exclude=/usr/share/locale/*
            """;

    private FinspectImage() {}

    /** Builds it, which takes some minutes the first time. */
    static void build(Buildah buildah) throws IOException {
        Files.createDirectories(HOME);
        buildah.removeContainers();
        BuildTools tools = BuildTools.copiedTo(HOME.resolve("tools").toAbsolutePath());
        ensureBases(buildah);
        List<String> arguments = new ArrayList<>(List.of("--format", "docker", "-f", "docker/Dockerfile", "-t", NAME));
        arguments.addAll(List.of("--build-arg", "JRE_IMAGE=" + JRE_BASE, "--build-arg", "BUILD_IMAGE=" + BUILD_BASE));
        // As much as is needed to load all classes.
        arguments.addAll(List.of("--build-arg", "TRAIN_OPTIONS=--sessions 64"));
        arguments.addAll(List.of("-v", tools.folder() + ":" + BuildTools.MOUNTED + ":ro"));
        String repository =
                System.getProperty("lab.maven.repository", System.getProperty("user.home") + "/.m2/repository");
        if (Files.isDirectory(Path.of(repository))) {
            // Whichever server or mirror an artifact came from.
            arguments.addAll(List.of("--build-arg", "MAVEN_OPTIONS=--offline --legacy-local-repository"));
            arguments.addAll(List.of("-v", repository + ":/root/.m2/repository:ro"));
        }
        arguments.add(".");
        buildah.succeed("bud", arguments.toArray(String[]::new));
    }

    /** Makes both bases where they are missing, or skips the test where Debian's archive cannot be reached. */
    static void ensureBases(Buildah buildah) throws IOException {
        Files.createDirectories(HOME);
        if (!buildah.has(BUILD_BASE)) {
            Assumptions.assumeTrue(
                    "true".equals(System.getenv("CI")) || AptSources.answers(AptSources.codename()),
                    "the archive that this machine's apt has its packages from does not answer");
            makeBases(buildah);
        }
    }

    private static void makeBases(Buildah buildah) throws IOException {
        String container = buildah.succeed("from", "scratch");
        String root = buildah.succeed("mount", container);
        Path settings = Files.createDirectories(Path.of(root, "etc", "dpkg", "dpkg.cfg.d"));
        Files.writeString(settings.resolve("lab"), DPKG_SETTINGS);
        Path debs = Files.createDirectories(HOME.resolve("debs").toAbsolutePath());
        String codename = AptSources.codename();
        Program.of(
                        Programs.path("debootstrap"),
                        "--variant=minbase",
                        "--cache-dir=" + debs,
                        codename,
                        root,
                        AptSources.archive(codename))
                .with("PATH", System.getenv("PATH") + ":/usr/sbin:/sbin")
                .within(PATIENCE)
                .succeed();
        buildah.succeed(
                "run",
                container,
                "--",
                "sh",
                "-c",
                "DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends openjdk-17-jre-headless"
                        + " && apt-get clean");
        buildah.succeed("commit", container, JRE_BASE);
        buildah.succeed("rm", container);
        makeBuildBase(buildah);
    }

    /** The same base with JDK and Maven on its path, where they are mounted. */
    private static void makeBuildBase(Buildah buildah) {
        String container = buildah.succeed("from", JRE_BASE);
        buildah.succeed(
                "config",
                "--env",
                "JAVA_HOME=" + BuildTools.JDK,
                "--env",
                "PATH=" + BuildTools.JDK + "/bin:" + BuildTools.MAVEN + "/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                container);
        buildah.succeed("commit", container, BUILD_BASE);
        buildah.succeed("rm", container);
    }
}
