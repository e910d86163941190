package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.log.RecordSchema;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The packaged finspect reads the kernel's own reasons. tracefs is mounted for it in a mount namespace of its own; a kernel without
 * the reasons (before Linux 6.12) has the other half of each assertion.
 */
@Tag("privileged")
@NeedsPrograms(
        value = {"unshare", "mount", "setpriv"},
        root = true)
final class KernelTraceIT {
    private static final String MOUNT =
            "{ test -e /sys/kernel/tracing/trace || mount -t tracefs nodev /sys/kernel/tracing; } && exec \"$@\"";

    @Test
    void aServerThatClosesWithUnreadBytesIsNamedByItsKernel() throws IOException {
        try (LabFolder folder = new LabFolder();
                OneService<Integer> service =
                        new OneService<>(server -> server.getInputStream().read());
                Background finspect = run(folder, "epoll", service.port())) {
            try (Socket client = client(folder)) {
                client.getOutputStream().write(new byte[400]);
                assertThat(endsByReset(client)).isTrue();
            }
            assertThat(service.result()).isZero();
            JsonNode record = onlyRecord(folder, finspect);

            assertThat(record.at("/upstream/close/peer_rst/kernel_reason").asText())
                    .isEqualTo("TCP_ABORT_ON_CLOSE");
            assertThat(record.at("/upstream/close/peer_rst/sources/kernel_sent_at")
                            .asText())
                    .isEqualTo("kernel");
            assertThat(record.at("/upstream/close/peer_rst/kernel_sent_at").asText())
                    .isLessThanOrEqualTo(
                            record.at("/upstream/close/peer_rst/at").asText());
            assertThat(record.at("/client/close/local_rst/kernel_reason").asText())
                    .isNotEmpty();
            JsonNode finding = record.at("/findings/0");
            assertThat(finding.at("/id").asText()).isEqualTo("reset-with-unread");
            assertThat(finding.at("/confidence").asText()).isEqualTo("proved");
            assertThat(finding.at("/blame").asText()).isEqualTo("upstream");
        }
    }

    @Test
    void aServerThatResetsOnPurposeIsNotSaidToHaveLeftBytesUnread() throws IOException {
        try (LabFolder folder = new LabFolder();
                OneService<Integer> service = new OneService<>(server -> {
                    int first = server.getInputStream().read();
                    server.getInputStream().readNBytes(399);
                    server.setSoLinger(true, 0);
                    return first;
                });
                Background finspect = run(folder, "epoll", service.port())) {
            try (Socket client = client(folder)) {
                client.getOutputStream().write(new byte[400]);
                assertThat(endsByReset(client)).isTrue();
            }
            JsonNode record = onlyRecord(folder, finspect);

            assertThat(record.at("/upstream/close/peer_rst/kernel_reason").asText())
                    .isEqualTo("TCP_STATE");
            assertThat(record.at("/findings").findValuesAsText("id")).doesNotContain("reset-with-unread");
        }
    }

    @Test
    void aPortWithoutAListenerIsNamedByItsKernel() throws IOException {
        try (LabFolder folder = new LabFolder();
                Background finspect = run(folder, "epoll", Background.freePort())) {
            try (Socket client = client(folder)) {
                assertThat(endsByReset(client)).isTrue();
            }
            JsonNode record = onlyRecord(folder, finspect);

            assertThat(record.at("/upstream/attempts/0/kernel_reason").asText()).isEqualTo("NO_SOCKET");
            assertThat(record.at("/findings/0/id").asText()).isEqualTo("connect-refused");
            assertThat(record.at("/findings/0/confidence").asText()).isEqualTo("proved");
        }
    }

    @Test
    void theInstanceIsPrivateAndGoesWithItsProcessAndThatOfADeadOneAtTheNextStart() throws IOException {
        try (LabFolder folder = new LabFolder();
                OneService<Integer> service =
                        new OneService<>(server -> server.getInputStream().read())) {
            Background killed = run(folder, "epoll", service.port());
            long pid = killed.process().pid();
            assertThat(instances()).contains("finspect-" + pid);
            killed.process().destroyForcibly();
            Await.until(() -> "it lives", () -> !killed.process().isAlive());
            assertThat(instances()).contains("finspect-" + pid);
            Files.delete(folder.path("ports"));

            try (Background next = run(folder, "epoll", service.port())) {
                assertThat(instances())
                        .doesNotContain("finspect-" + pid)
                        .contains("finspect-" + next.process().pid());
                assertThat(traced("events/tcp/tcp_send_reset/enable")).startsWith("0");
                assertThat(next.stop()).isZero();
                assertThat(instances())
                        .doesNotContain("finspect-" + next.process().pid());
            }
        }
    }

    @Test
    void doctorTriesIt() throws IOException {
        List<String> command = traced(FinspectProgram.command("doctor", "-o", "json"));
        assertThat(Program.of(command).succeed().text().replaceAll("\\s+", " "))
                .contains("\"check\" : \"kernel trace\", \"grade\" : \"ok\"")
                .contains("a refused connection shows NO_SOCKET");
    }

    @Test
    void whoMayNotTraceIsToldWhatIsMissingAndAutoSaysNothing() throws IOException {
        try (LabFolder folder = new LabFolder()) {
            List<String> nobody = new ArrayList<>(
                    List.of(Programs.path("setpriv"), "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"));
            nobody.addAll(FinspectProgram.command(
                    List.of("-Xmx64m", "-Djava.io.tmpdir=" + folder.ownDirectory("tmp")), "doctor", "-o", "json"));
            assertThat(Program.of(traced(nobody)).succeed().text().replaceAll("\\s+", " "))
                    .contains("\"check\" : \"kernel trace\", \"grade\" : \"missing\"")
                    .containsPattern("permission denied|not mounted");
        }
    }

    private static Background run(LabFolder folder, String engine, int upstreamPort) throws IOException {
        List<String> command = FinspectProgram.command(
                List.of("-Xmx64m"),
                "run",
                "--listen",
                "127.0.0.1:0",
                "--upstream",
                "127.0.0.1:" + upstreamPort,
                "--engine",
                engine);
        command.addAll(List.of("--kernel-trace", "on", "--capture", "off", "--admin", "off"));
        command.addAll(List.of("--log-format", "json", "--log-detail", "full"));
        command.addAll(List.of("--log-file", folder.path("records.json").toString()));
        command.addAll(List.of("--port-file", folder.path("ports").toString()));
        Background finspect = Background.start(folder.path("finspect.log"), traced(command));
        Await.until(() -> "finspect does not start\n" + finspect.output(), () -> {
            if (!finspect.process().isAlive()) {
                throw new AssertionError("finspect ended at once\n" + finspect.output());
            }
            return Files.exists(folder.path("ports"));
        });
        assertThat(finspect.output())
                .contains("kernel trace: resets with the kernel's reason, entries into CLOSE-WAIT");
        return finspect;
    }

    /** The command where tracefs is mounted. */
    private static List<String> traced(List<String> command) {
        List<String> all = new ArrayList<>(
                List.of(Programs.path("unshare"), "-m", "--propagation", "private", "sh", "-c", MOUNT, "sh"));
        all.addAll(command);
        return all;
    }

    /** The names of the tracing instances. */
    private static String instances() throws IOException {
        return Program.of(traced(List.of("ls", "/sys/kernel/tracing/instances")))
                .succeed()
                .text();
    }

    /** A file of the global instance. */
    private static String traced(String file) throws IOException {
        return Program.of(traced(List.of("cat", "/sys/kernel/tracing/" + file)))
                .succeed()
                .text();
    }

    private static Socket client(LabFolder folder) throws IOException {
        String line = Files.readAllLines(folder.path("ports")).stream()
                .filter(each -> each.startsWith("default="))
                .findFirst()
                .orElseThrow();
        return new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(line.substring("default=".length())));
    }

    private static boolean endsByReset(Socket client) throws IOException {
        try {
            return client.getInputStream().read() != -1;
        } catch (SocketException e) {
            return true;
        }
    }

    private static JsonNode onlyRecord(LabFolder folder, Background finspect) throws IOException {
        Path records = folder.path("records.json");
        assertThat(finspect.stop()).as(finspect.output()).isZero();
        List<String> lines = Files.readAllLines(records).stream()
                .filter(line -> line.contains("session.closed"))
                .toList();
        assertThat(lines).hasSize(1);
        return RecordSchema.valid(lines.get(0));
    }
}
