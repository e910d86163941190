package dev.finspect.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lab.Await;
import dev.finspect.lab.Scrape;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code finspect run} with few file descriptors: those who come later wait, and the admin server answers all the while. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "sets the limit by the shell's ulimit")
final class DescriptorsIT {
    private static final int LIMIT = 200;
    private static final int CLIENTS = 120;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio"})
    void moreClientsThanDescriptorsWaitAndAreServedInTurn(String engine) throws Exception {
        try (ServerSocket service = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
                Run run = Run.in(directory)
                        .descriptors(LIMIT)
                        .start(
                                "--listen",
                                "127.0.0.1:0",
                                "--upstream",
                                "127.0.0.1:" + service.getLocalPort(),
                                "--engine",
                                engine)) {
            assertThat(run.port("default")).isPositive();
            Queue<Socket> clients = new ArrayDeque<>();
            for (int i = 0; i < CLIENTS; i++) {
                Socket client = run.connect();
                client.getOutputStream().write(i);
                clients.add(client);
            }
            long fitting = 33;
            Await.until(run::said, () -> metric(run, "finspect_sessions_active") == fitting);
            assertThat(run.said()).contains("enough for " + fitting + " concurrent sessions; more will wait");

            for (int i = 0; i < CLIENTS; i++) {
                try (Socket served = service.accept();
                        Socket client = clients.remove()) {
                    assertThat(served.getInputStream().read()).isEqualTo(i);
                    served.getOutputStream().write(i);
                    assertThat(client.getInputStream().read()).isEqualTo(i);
                }
            }
            Await.until(run::said, () -> metric(run, "finspect_sessions_active") == 0);
            assertThat(metric(run, "finspect_sessions_accepted_total")).isEqualTo(CLIENTS);
            assertThat(metric(run, "finspect_accept_errors_total")).isZero();
            assertThat(run.sigterm().exit()).isZero();
        }
    }

    @Test
    void aLimitUnderWhichNoSessionFitsIsRefused() throws Exception {
        try (Run run =
                Run.in(directory).descriptors(64).start("--listen", "127.0.0.1:0", "--upstream", "127.0.0.1:1")) {
            assertThat(run.exit()).isEqualTo(3);
            assertThat(run.said())
                    .isEqualTo("ulimit -n: this process may open 64 file descriptors, and finspect itself needs 128 for"
                            + " admin, log and listeners: no session fits. Raise the limit (ulimit -n 130, or LimitNOFILE= of"
                            + " a systemd unit); 2128 is enough for 1000 sessions.\n");
        }
    }

    private static double metric(Run run, String name) {
        try {
            return Scrape.of(URI.create("http://127.0.0.1:" + run.port("@admin") + "/metrics"))
                    .sum(name);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
