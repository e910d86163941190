package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.log.RecordSchema;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged finspect as an ordinary user: with CAP_NET_RAW alone, and with no capability at all. */
@Tag("privileged")
@NeedsPrograms(value = "setpriv", root = true)
final class CaptureRightsIT {
    private static final List<String> NET_RAW = List.of("--inh-caps", "+net_raw", "--ambient-caps", "+net_raw");

    @ParameterizedTest
    @ValueSource(strings = {"lifecycle", "headers"})
    void oneAmbientCapabilityIsEnoughToCapture(String mode) throws IOException {
        try (LabFolder folder = new LabFolder();
                OneService<Integer> service =
                        new OneService<>(client -> client.getInputStream().read());
                Background finspect = run(folder, NET_RAW, service.port(), "--capture", mode)) {
            assertThat(finspect.output()).contains("capture: " + mode + ", no payload");
            oneSession(folder, service);
            Await.until(
                    () -> "nothing is captured\n" + finspect.output(),
                    () -> metrics(folder).sum("finspect_capture_packets_total") >= 12);
            assertThat(metrics(folder).sum("finspect_capture_dropped_total")).isZero();
            recordedCleanly(folder, finspect);
        }
    }

    @ParameterizedTest
    @CsvSource({", 'capture: off; no packets are captured'", "headers, 'warning: no packets are captured'"})
    void withoutACapabilityASentenceSaysSoAndEverythingElseWorks(String mode, String sentence) throws IOException {
        String[] flags = mode == null ? new String[0] : new String[] {"--capture", mode};
        try (LabFolder folder = new LabFolder();
                OneService<Integer> service =
                        new OneService<>(client -> client.getInputStream().read());
                Background finspect = run(folder, List.of(), service.port(), flags)) {
            assertThat(finspect.output())
                    .contains(sentence)
                    .contains("does not have the capability CAP_NET_RAW")
                    .contains("AmbientCapabilities=CAP_NET_RAW")
                    .doesNotContain("Exception");
            oneSession(folder, service);
            assertThat(metrics(folder).sum("finspect_capture_packets_total")).isZero();
            recordedCleanly(folder, finspect);
        }
    }

    @ParameterizedTest
    @CsvSource({"true, ok", "false, missing"})
    void doctorTriesWhatThisUserMay(boolean capability, String grade) throws IOException {
        try (LabFolder folder = new LabFolder()) {
            List<String> command = command(folder, capability ? NET_RAW : List.of());
            command.addAll(List.of("doctor", "-o", "json"));
            Program.Ran ran = Program.of(command).succeed();
            assertThat(ran.text().replaceAll("\\s+", " "))
                    .contains("\"check\" : \"capture\", \"grade\" : \"" + grade + "\"")
                    .contains("\"check\" : \"sock_diag\", \"grade\" : \"less\"")
                    .contains("processes of other users are not visible")
                    .contains("\"check\" : \"saved SYN\", \"grade\" : \"ok\"")
                    .contains("\"check\" : \"REDIRECT IPv4\", \"grade\" : \"untried\", \"found\" : \"not tried: ")
                    .contains("\"check\" : \"TPROXY IPv6\", \"grade\" : \"untried\"");
            assertThat(ran.errors()).isEmpty();
        }
    }

    /** The mode that needs a right says which, and runs with this one alone. */
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void tproxyNeedsOneCapabilityAndSaysSo(boolean capability) throws IOException {
        try (LabFolder folder = new LabFolder()) {
            Path own = folder.ownDirectory("own");
            Path configuration = Files.writeString(
                    own.resolve("finspect.yaml"),
                    "admin: off\nroutes: [{name: default, listen: '127.0.0.1:0', mode: tproxy, upstream: original,"
                            + " keep_client_address: true}]\n");
            List<String> command = command(folder, capability ? NET_RAW : List.of());
            command.addAll(List.of("run", "-c", configuration.toString()));
            try (Background finspect = Background.start(folder.path("finspect.log"), command)) {
                if (capability) {
                    Await.until(
                            () -> "finspect does not start\n" + finspect.output(),
                            () -> finspect.output().contains("-> original (epoll)"));
                    assertThat(finspect.stop()).isZero();
                } else {
                    Await.until(
                            () -> "finspect does not end\n" + finspect.output(),
                            () -> !finspect.process().isAlive());
                    assertThat(finspect.process().exitValue()).isEqualTo(3);
                    assertThat(finspect.output())
                            .contains("route default: mode tproxy needs CAP_NET_RAW or CAP_NET_ADMIN")
                            .doesNotContain("Exception");
                }
            }
        }
    }

    private static Background run(LabFolder folder, List<String> capabilities, int upstreamPort, String... flags)
            throws IOException {
        Path own = folder.ownDirectory("own");
        List<String> command = command(folder, capabilities);
        command.addAll(List.of("run", "--listen", "127.0.0.1:0", "--upstream", "127.0.0.1:" + upstreamPort));
        command.addAll(List.of("--admin", "127.0.0.1:0", "--log-format", "json", "--log-detail", "full"));
        command.addAll(List.of("--log-file", own.resolve("records.json").toString()));
        command.addAll(List.of("--port-file", own.resolve("ports").toString()));
        command.addAll(List.of(flags));
        Background finspect = Background.start(folder.path("finspect.log"), command);
        Await.until(() -> "finspect does not start\n" + finspect.output(), () -> {
            if (!finspect.process().isAlive()) {
                throw new AssertionError("finspect ended at once\n" + finspect.output());
            }
            return Files.exists(own.resolve("ports"));
        });
        return finspect;
    }

    /** finspect as nobody, with these capabilities. */
    private static List<String> command(LabFolder folder, List<String> capabilities) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Programs.path("setpriv"), "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"));
        command.addAll(capabilities);
        command.addAll(FinspectProgram.command(List.of("-Xmx64m", "-Djava.io.tmpdir=" + folder.ownDirectory("tmp"))));
        return command;
    }

    private static void oneSession(LabFolder folder, OneService<?> service) throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port(folder, "default"))) {
            client.getOutputStream().write('x');
            client.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(service.result()).isEqualTo((int) 'x');
    }

    private static void recordedCleanly(LabFolder folder, Background finspect) throws IOException {
        Await.until(() -> "the session lives on", () -> metrics(folder).sum("finspect_sessions_active") == 0);
        assertThat(finspect.stop()).as(finspect.output()).isZero();
        assertThat(Files.readAllLines(folder.path("own").resolve("records.json")))
                .singleElement()
                .satisfies(line -> assertThat(
                                RecordSchema.valid(line).at("/outcome").asText())
                        .isEqualTo("clean"));
    }

    private static Scrape metrics(LabFolder folder) {
        try {
            return Scrape.of(URI.create("http://127.0.0.1:" + port(folder, "@admin") + "/metrics"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static int port(LabFolder folder, String name) throws IOException {
        return Files.readAllLines(folder.path("own").resolve("ports")).stream()
                .filter(line -> line.startsWith(name + "="))
                .map(line -> Integer.valueOf(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }
}
