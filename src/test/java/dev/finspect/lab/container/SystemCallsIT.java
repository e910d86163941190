package dev.finspect.lab.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lab.Await;
import dev.finspect.lab.Background;
import dev.finspect.lab.LabFolder;
import dev.finspect.lab.NeedsPrograms;
import dev.finspect.lab.PackagedJar;
import dev.finspect.lab.Program;
import dev.finspect.lab.Programs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The system calls that finspect makes, as strace(1) sees them, against those that the systemd unit leaves it. */
@Tag("privileged")
@NeedsPrograms(
        value = {"strace", "systemd-analyze"},
        root = true)
final class SystemCallsIT {
    private static final Path UNIT = Path.of("config", "systemd", "finspect.service");
    private static final Pattern CALL = Pattern.compile("(?m)^\\d+ +([a-z_0-9]+)\\(");
    private static final Pattern SOCKET_CALL = Pattern.compile(
            "^\\d+ +(accept4|socket|connect|recvfrom|sendto|shutdown|close|getsockname|getsockopt|setsockopt)\\(");
    private static final int BULK_BYTES = 32 << 20;
    private static final int FEW = 20;
    private static final int MANY = 100;
    /** It takes 23, whether the FIN comes with the last bytes or behind them, and one more where accept() asks in vain. */
    private static final double MOST_CALLS_A_SESSION = 23.5;

    @Test
    void theUnitsFilterRefusesNoneOfThem() throws Exception {
        TreeSet<String> left = new TreeSet<>(members("@default"));
        TreeSet<String> refused = new TreeSet<>();
        // In their order: a later line adds to the earlier ones, or takes away from them.
        for (String line : Files.readAllLines(UNIT)) {
            if (line.startsWith("SystemCallFilter=~")) {
                for (String set : line.substring("SystemCallFilter=~".length()).split(" ", -1)) {
                    refused.addAll(members(set));
                }
                left.removeAll(refused);
            } else if (line.startsWith("SystemCallFilter=@")) {
                left.addAll(members(line.substring("SystemCallFilter=".length())));
            } else if (line.startsWith("SystemCallFilter=")) {
                left.addAll(List.of(line.substring("SystemCallFilter=".length()).split(" ", -1)));
            }
        }
        assertThat(refused).isNotEmpty();
        assertThat(left).contains("read", "futex");
        assertThat(made()).contains("splice", "accept4", "setsockopt", "mmap").isSubsetOf(left);
    }

    /** Of sockets alone: how often a loop sleeps is the machine's affair. */
    @Test
    void aShortSessionTakesFewOfThem() throws Exception {
        try (LabFolder folder = new LabFolder();
                ServerSocket service = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Background finspect = finspect(folder, service.getLocalPort())) {
            Await.until(finspect::output, () -> Files.exists(folder.path("ports")));
            CompletableFuture<Void> serving = CompletableFuture.runAsync(() -> answer(service, FEW + MANY));
            ask(port(folder), FEW);
            int before = callsOfTheLoop(folder);
            ask(port(folder), MANY);
            serving.get(1, TimeUnit.MINUTES);
            end(finspect);
            assertThat((callsOfTheLoop(folder) - before) / (double) MANY)
                    .as("calls a session")
                    .isBetween(15.0, MOST_CALLS_A_SESSION);
        }
    }

    private static int callsOfTheLoop(LabFolder folder) throws IOException {
        List<String> calls = Files.readAllLines(folder.path("calls"));
        String loop = calls.stream()
                .filter(line -> line.contains(" accept4("))
                .findFirst()
                .orElseThrow()
                .split(" ", 2)[0];
        return (int) calls.stream()
                .filter(line -> line.startsWith(loop + " "))
                .filter(line -> SOCKET_CALL.matcher(line).find())
                .count();
    }

    private static void ask(int port, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                client.getOutputStream().write(new byte[100]);
                assertThat(client.getInputStream().readAllBytes()).hasSize(200);
            }
        }
    }

    private static void answer(ServerSocket service, int times) {
        try {
            for (int i = 0; i < times; i++) {
                try (Socket client = service.accept()) {
                    client.getInputStream().readNBytes(100);
                    client.getOutputStream().write(new byte[200]);
                    client.shutdownOutput();
                    client.getInputStream().readAllBytes();
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The names in a set of systemd's, and in those that it names. */
    private static List<String> members(String set) {
        Program.Ran ran = Program.of(Programs.path("systemd-analyze"), "syscall-filter", set)
                .succeed();
        List<String> members = new ArrayList<>();
        for (String line : ran.text().lines().skip(1).map(String::strip).toList()) {
            if (line.startsWith("@")) {
                members.addAll(members(line));
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                members.add(line);
            }
        }
        return members;
    }

    /** What a finspect calls from its start to its end, with a session of some megabytes that is captured. */
    private static Set<String> made() throws Exception {
        try (LabFolder folder = new LabFolder();
                ServerSocket service = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Background finspect = finspect(folder, service.getLocalPort())) {
            Await.until(
                    finspect::output,
                    () -> finspect.output().contains("capture: lifecycle") && Files.exists(folder.path("ports")));
            CompletableFuture<Long> heard = CompletableFuture.supplyAsync(() -> hear(service));
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port(folder))) {
                client.getOutputStream().write(new byte[BULK_BYTES]);
                client.shutdownOutput();
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(heard.get(1, TimeUnit.MINUTES)).isEqualTo(BULK_BYTES);
            end(finspect);
            TreeSet<String> calls = new TreeSet<>();
            Matcher call = CALL.matcher(Files.readString(folder.path("calls")));
            while (call.find()) {
                calls.add(call.group(1));
            }
            return calls;
        }
    }

    /** Ends what strace(1) runs, and so strace itself. */
    private static void end(Background finspect) throws InterruptedException {
        finspect.process().children().forEach(ProcessHandle::destroy);
        assertThat(finspect.process().waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(finspect.process().exitValue()).as(finspect.output()).isZero();
    }

    private static Background finspect(LabFolder folder, int upstreamPort) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Programs.path("strace"), "-f", "-qq", "-o", folder.path("calls").toString()));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-XX:+UseSerialGC", "-Xmx64m", "-jar", PackagedJar.path().toString(), "run"));
        command.addAll(List.of("--listen", "127.0.0.1:0", "--upstream", "127.0.0.1:" + upstreamPort));
        command.addAll(List.of(
                "--admin", "127.0.0.1:0", "--port-file", folder.path("ports").toString()));
        return Background.start(folder.path("finspect.log"), command);
    }

    private static int port(LabFolder folder) throws IOException {
        return Files.readAllLines(folder.path("ports")).stream()
                .filter(line -> line.startsWith("default="))
                .map(line -> Integer.parseInt(line.substring("default=".length())))
                .findFirst()
                .orElseThrow();
    }

    private static long hear(ServerSocket service) {
        try (Socket client = service.accept()) {
            long bytes = 0;
            byte[] buffer = new byte[1 << 16];
            for (int read = 0; read >= 0; read = client.getInputStream().read(buffer)) {
                bytes += read;
            }
            return bytes;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
