package dev.finspect.lab.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.lab.Await;
import dev.finspect.lab.Background;
import dev.finspect.lab.LabFolder;
import dev.finspect.lab.NeedsPrograms;
import dev.finspect.lab.Program;
import dev.finspect.lab.Programs;
import dev.finspect.lab.PrometheusQuery;
import dev.finspect.lab.dashboards.DashboardQueries;
import dev.finspect.lab.net.Namespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The image, built as {@code docker/Dockerfile} says, with the configuration and the demo service of
 * {@code docker/compose.yaml}, in a network namespace with nothing else in it.
 */
@Tag("privileged")
@NeedsPrograms(
        value = {"buildah", "debootstrap", "ip", "nsenter", "prometheus", "python3", "setpriv", "unshare"},
        root = true)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Order(1)
@ResourceLock(FinspectImage.STORE)
final class ContainerIT {
    private static final String FINSPECT = "127.0.0.1";
    private static final String DEMO = "127.0.0.2";
    private static final int WELL = 8001;
    private static final int PROMETHEUS = 9090;

    private final Buildah buildah;

    ContainerIT() {
        buildah = new Buildah(FinspectImage.HOME);
    }

    @BeforeAll
    void build() throws IOException {
        FinspectImage.build(buildah);
    }

    @AfterAll
    void removeContainers() {
        buildah.removeContainers();
    }

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    void classesComeFromTheArchiveAndWhereNothingRunsNothingIsHealthy() {
        String container = buildah.succeed("from", FinspectImage.NAME);
        String printed = buildah.succeed(
                "run",
                "-e",
                "FINSPECT_JAVA_OPTS=-Xlog:class+load:file=/tmp/loaded",
                container,
                "--",
                "sh",
                "-c",
                "id -u; finspect --version; grep 'dev.finspect.cli.Main ' /tmp/loaded;"
                        + " finspect healthcheck || echo unhealthy; nft --version; ip -V");
        assertThat(printed)
                .startsWith("10001\n")
                .contains("finspect ", "source: shared objects file", "unhealthy", "nftables v", "iproute2-");
    }

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    void servesAndCapturesAndTellsItsHealthWithOneCapability() throws Exception {
        try (LabFolder folder = new LabFolder();
                Namespace namespace = Namespace.make("box");
                Background demo = demo(folder, namespace);
                RunningContainer finspect = RunningContainer.start(buildah, folder, namespace, detailed(), true)) {
            servesAndCaptures(namespace, finspect);
            assertThat(finspect.terminate()).as(finspect.output()).isZero();
            assertThat(demo.process().isAlive()).isTrue();
        }
    }

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    void servesWithoutTheCapabilityAndSaysWhatIsMissing() throws Exception {
        try (LabFolder folder = new LabFolder();
                Namespace namespace = Namespace.make("box");
                Background demo = demo(folder, namespace);
                RunningContainer finspect =
                        RunningContainer.start(buildah, folder, namespace, configuration(), false)) {
            Await.until(finspect::output, () -> finspect.output().contains("does not have the capability CAP_NET_RAW"));
            assertThat(ask(namespace)).hasSize(2048);
            JsonNode session = finspect.record("well", "session.closed");
            assertThat(session.at("/evidence/source").asText()).isEqualTo("kernel");
            assertThat(session.at("/outcome").asText()).isEqualTo("clean");
            finspect.healthy();
            assertThat(finspect.terminate()).as(finspect.output()).isZero();
            assertThat(demo.process().isAlive()).isTrue();
        }
    }

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    void needsToWriteNowhereButInItsTempFolder() throws Exception {
        try (LabFolder folder = new LabFolder();
                Namespace namespace = Namespace.make("box");
                Background demo = demo(folder, namespace);
                RunningContainer finspect = ReadOnlyRoot.start(buildah, folder, namespace, detailed())) {
            Program.Ran touched = Program.of(
                            Programs.path("touch"), ReadOnlyRoot.root(finspect.java()) + "/opt/finspect/new")
                    .run();
            assertThat(touched.errors()).contains("Read-only file system");
            servesAndCaptures(namespace, finspect);
            assertThat(finspect.terminate()).as(finspect.output()).isZero();
            assertThat(demo.process().isAlive()).isTrue();
        }
    }

    /** What compose starts, but for Grafana itself: each query of its first dashboard, and of the table of what hangs. */
    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    void theFirstDashboardHasSomethingToShow() throws Exception {
        try (LabFolder folder = new LabFolder();
                Namespace namespace = Namespace.make("box");
                Background demo = demo(folder, namespace, FINSPECT);
                RunningContainer finspect = RunningContainer.start(buildah, folder, namespace, configuration(), true);
                Background prometheus = prometheus(folder, namespace)) {
            List<DashboardQueries.Query> queries = DashboardQueries.of("overview");
            assertThat(queries).hasSizeGreaterThan(10);
            for (DashboardQueries.Query query : queries) {
                Await.until(
                        () -> "nothing to show for " + query + "\n" + prometheus.output(),
                        () -> !samples(namespace, query.expression()).isEmpty());
            }
            String hung = "finspect_sessions_hung{job=\"finspect\",route=\"silent\",blame=\"upstream\"} > 0";
            Await.until(
                    () -> "nothing hangs\n" + finspect.output(),
                    () -> !samples(namespace, hung).isEmpty());
            assertThat(demo.process().isAlive()).isTrue();
        }
    }

    private static void servesAndCaptures(Namespace namespace, RunningContainer finspect) throws Exception {
        String status =
                Files.readString(Path.of("/proc", String.valueOf(finspect.java().pid()), "status"));
        assertThat(status).contains("Uid:\t10001\t10001\t10001\t10001", "CapEff:\t0000000000002000");
        assertThat(finspect.healthy().text()).contains("127.0.0.1:9600/readyz: 200");
        assertThat(finspect.output()).contains("(epoll)").doesNotContain("(nio)", "Exception");

        Await.until(finspect::output, () -> finspect.output().contains("capture: lifecycle"));
        assertThat(ask(namespace)).hasSize(2048);
        JsonNode session = finspect.record("well", "session.closed");
        assertThat(session.at("/evidence").asText()).isEqualTo("wire");
        assertThat(session.at("/outcome").asText()).isEqualTo("clean");
        for (String leg : List.of("client", "upstream")) {
            JsonNode handshake = session.at("/" + leg + "/handshake");
            for (String segment : List.of("syn_at", "synack_at", "ack_at")) {
                assertThat(handshake.at("/" + segment).isTextual())
                        .as(leg + " " + segment + handshake)
                        .isTrue();
                assertThat(handshake.at("/sources/" + segment).asText())
                        .as(leg + " " + segment)
                        .isEqualTo("wire");
            }
        }
    }

    /** The demo service, which listens on every port of its when this returns. */
    private static Background demo(LabFolder folder, Namespace namespace, String... visited) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Programs.path("env"), "DEMO_ADDRESS=" + DEMO, Programs.path("python3"), "docker/demo.py"));
        command.addAll(List.of(visited));
        Background demo = Background.start(folder.path("demo.log"), namespace.command(command));
        Await.until(demo::output, () -> demo.output().contains("serving"));
        return demo;
    }

    /** As compose starts it, with the configuration and the rules that are mounted there. */
    private static Background prometheus(LabFolder folder, Namespace namespace) throws IOException {
        Path config = folder.file(
                "prometheus.yml",
                Files.readString(Path.of("docker", "prometheus.yml")).replace("finspect:9600", FINSPECT + ":9600"));
        Files.createSymbolicLink(
                folder.path("rules"), Path.of("grafana", "rules").toAbsolutePath());
        return Background.start(
                folder.path("prometheus.log"),
                namespace.command(List.of(
                        Programs.path("prometheus"),
                        "--config.file=" + config,
                        "--enable-feature=exemplar-storage",
                        "--storage.tsdb.path=" + folder.path("data"))));
    }

    private static JsonNode samples(Namespace namespace, String query) {
        try {
            return namespace.in(() -> PrometheusQuery.samples(PROMETHEUS, query));
        } catch (Exception e) {
            throw new AssertionError("cannot ask for " + query, e);
        }
    }

    /** The one of compose, where the names of its network are addresses of this namespace. */
    private static String configuration() throws IOException {
        return Files.readString(Path.of("docker", "finspect.yaml"))
                .replace(" 0.0.0.0:", " " + FINSPECT + ":")
                .replace(" demo:", " " + DEMO + ":");
    }

    /** The same with the full records in the log. */
    private static String detailed() throws IOException {
        return "log: {detail: full}\n" + configuration();
    }

    private static byte[] ask(Namespace namespace) throws Exception {
        return namespace.in(() -> {
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), WELL)) {
                client.getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
                client.shutdownOutput();
                return client.getInputStream().readAllBytes();
            }
        });
    }
}
