package dev.finspect.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lab.Await;
import dev.finspect.lab.PackagedJar;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code finspect run} when what it stands on breaks: it says so and ends, and never stays as a process that serves nobody. */
final class BrokenIT {
    @TempDir
    private Path directory;

    private Path jar;

    @BeforeEach
    void copyJar() throws IOException {
        jar = Files.copy(PackagedJar.path(), directory.resolve("finspect.jar"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio"})
    void jarThatWasReplacedBeforeTheFirstSessionEndsTheProcessLoudly(String engine) throws Exception {
        try (Run run = run(engine)) {
            int port = run.port("default");
            spoil();
            Await.until(run::said, () -> !run.process().isAlive() || triedInVain(port));
            assertThat(run.exit()).isEqualTo(1);
            assertThat(run.said()).contains("NoClassDefFoundError", "the jar was replaced", "exit code 1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio"})
    void jarThatWasReplacedDuringASessionLeavesSigtermItsPower(String engine) throws Exception {
        try (ServerSocket service = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Run run = Run.in(directory)
                        .jar(jar)
                        .start(
                                "--listen",
                                "127.0.0.1:0",
                                "--upstream",
                                "127.0.0.1:" + service.getLocalPort(),
                                "--engine",
                                engine,
                                "--drain",
                                "1s");
                Socket client = run.connect();
                Socket server = service.accept()) {
            client.getOutputStream().write(1);
            assertThat(server.getInputStream().read()).isEqualTo(1);
            spoil();
            run.sigterm();
            assertThat(run.exit()).isIn(0, 1);
            assertThat(run.exit() == 0 || run.said().contains("exit code 1"))
                    .as(run.said())
                    .isTrue();
        }
    }

    @Test
    void recordsThatAFullDiskDidNotTakeAreCountedAndEndWithExitCode1() throws Exception {
        try (ServerSocket service = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Run run = Run.in(directory)
                        .out("/dev/full")
                        .start("--listen", "127.0.0.1:0", "--upstream", "127.0.0.1:" + service.getLocalPort())) {
            for (int i = 0; i < 3; i++) {
                try (Socket client = run.connect();
                        Socket served = service.accept()) {
                    served.shutdownOutput();
                    assertThat(client.getInputStream().read()).isEqualTo(-1);
                }
            }
            assertThat(run.sigterm().exit()).isEqualTo(1);
            assertThat(run.said())
                    .contains("No space left on device")
                    .contains("finspect: 3 records could not be written to standard output. Check for a full disk");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--port-file", "--log-file"})
    void aFileThatCannotBeWrittenIsToldBeforeAnythingListens(String option) throws Exception {
        try (Run run = Run.in(directory)
                .start(
                        "--listen",
                        "127.0.0.1:0",
                        "--upstream",
                        "127.0.0.1:1",
                        option,
                        directory.resolve("no/file").toString())) {
            assertThat(run.exit()).isEqualTo(3);
            assertThat(run.said())
                    .startsWith("finspect: cannot ")
                    .endsWith(
                            directory.resolve("no/file")
                                    + ": its directory does not exist. Name a file in an existing directory that finspect can write to.\n")
                    .hasLineCount(1);
        }
    }

    @Test
    void withoutATemporaryFolderItSaysWhatIsLessAndRuns() throws Exception {
        try (Run run = Run.in(directory)
                .jvm("-Djava.io.tmpdir=/proc/none")
                .jvm("-Duser.home=/proc/none")
                .start("--listen", "127.0.0.1:0", "--upstream", "127.0.0.1:1", "--engine", "epoll")) {
            assertThat(run.port("default")).isPositive();
            Await.until(run::said, () -> run.said().contains("JNA cannot be loaded"));
            assertThat(run.sigterm().exit()).isZero();
            assertThat(run.said()).contains("which must be writable").doesNotContain("\tat ", "Exception");
        }
    }

    private Run run(String engine) throws IOException {
        return Run.in(directory)
                .jar(jar)
                .start("--listen", "127.0.0.1:0", "--upstream", "127.0.0.1:1", "--engine", engine);
    }

    /** Opens a connection, and does not mind what comes of it; never true. */
    private static boolean triedInVain(int port) {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.setSoTimeout(2000);
            return client.getInputStream().read() == -3;
        } catch (IOException e) {
            return false;
        }
    }

    /** Overwrites the jar in its place, as a build beside it does. */
    private void spoil() throws IOException {
        byte[] noise = new byte[(int) Files.size(jar)];
        new Random(1).nextBytes(noise);
        Files.write(jar, noise);
    }
}
