package dev.finspect.lab.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lab.LabFolder;
import dev.finspect.lab.NeedsPrograms;
import dev.finspect.lab.Program;
import dev.finspect.lab.net.Namespace;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The packages in a system of debootstrap with Java alone: unpacked or installed, started, asked, removed. */
@Tag("privileged")
@NeedsPrograms(
        value = {"buildah", "debootstrap", "ip", "nsenter"},
        root = true)
@Order(2)
@Execution(ExecutionMode.SAME_THREAD)
@ResourceLock(FinspectImage.STORE)
final class PackagesIT {
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    /** Starts what the configuration says and the demo, and asks both, with finspect on the path. */
    private static final String TRY = """
            set -eu
            export XDG_RUNTIME_DIR=$(mktemp -d)
            finspect --version
            finspect check -c "$1"
            await() { n=0; until "$@"; do n=$((n + 1)); [ $n -lt 600 ] || { echo "never: $*"; exit 1; }; sleep 1; done; }
            finspect run -c "$1" > /tmp/records 2> /tmp/messages & pid=$!
            await finspect healthcheck
            finspect explain
            kill $pid; wait $pid
            finspect demo > /tmp/demo 2>&1 & pid=$!
            hangs() { finspect explain > /tmp/explained 2>&1 && grep -q '^session [0-9A-Z]* on route never-' /tmp/explained; }
            await hangs
            cat /tmp/explained
            kill $pid; wait $pid || true
            """;

    private final Buildah buildah = new Buildah(FinspectImage.HOME);
    private String container = "";

    @BeforeEach
    void system() throws IOException {
        FinspectImage.ensureBases(buildah);
        container = buildah.succeed("from", FinspectImage.JRE_BASE);
    }

    @AfterEach
    void remove() {
        if (!container.isEmpty()) {
            buildah.succeed("rm", container);
        }
    }

    @Test
    void theDebianPackageIsInstalledStartedAskedAndRemoved() throws Exception {
        buildah.succeed("copy", container, built("finspect_*_all.deb").toString(), "/tmp/finspect.deb");
        String said = inSystem("dpkg -i /tmp/finspect.deb\n"
                + "set -- /etc/finspect/finspect.yaml\n" + TRY
                + "test -s /usr/lib/finspect/finspect.jar\n"
                + "dpkg -r finspect\n"
                + "test ! -e /usr/bin/finspect && test ! -e /usr/lib/finspect && echo removed\n"
                + "test -e /etc/finspect/finspect.yaml && dpkg -P finspect && test ! -e /etc/finspect/finspect.yaml\n"
                + "echo purged\n");
        assertThat(said)
                .contains("finspect ", "/readyz: 200", "nothing hangs: 0 sessions live", "\nremoved\n", "\npurged\n")
                .containsPattern("session \\S+ on route never-");
    }

    @Test
    void theArchiveRunsFromWhereItIsUnpacked() throws Exception {
        buildah.succeed("copy", container, built("finspect-*.tar.gz").toString(), "/tmp/finspect.tar.gz");
        String said = inSystem("mkdir /srv/tools && tar -xzf /tmp/finspect.tar.gz -C /srv/tools\n"
                + "cd /srv/tools/finspect-*\n"
                + "PATH=$PWD:$PATH; set -- config/finspect.yaml\n" + TRY);
        assertThat(said)
                .contains("finspect ", "/readyz: 200", "nothing hangs: 0 sessions live")
                .containsPattern("session \\S+ on route never-");
    }

    /** What a script says in the system, in a network of its own. */
    private String inSystem(String script) throws Exception {
        try (LabFolder folder = new LabFolder();
                Namespace namespace = Namespace.make("box")) {
            Path file = folder.file("try", script);
            buildah.succeed("copy", container, file.toString(), "/tmp/try");
            Program.Ran ran = Program.of(namespace.command(buildah.command("run", container, "--", "sh", "/tmp/try")))
                    .within(PATIENCE)
                    .run();
            assertThat(ran.exit()).as(ran.text() + ran.errors()).isZero();
            return ran.text();
        }
    }

    private static Path built(String name) throws IOException {
        Path target = Path.of("target");
        try (DirectoryStream<Path> files = Files.newDirectoryStream(target, name)) {
            for (Path file : files) {
                return file;
            }
        }
        throw new AssertionError("mvn package has made no " + name + " in " + target);
    }
}
