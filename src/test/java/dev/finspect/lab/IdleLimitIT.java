package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lab.net.Hosts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A firewall before the server that forgets idle connections: finspect learns after which time, and says so. */
@Tag("privileged")
@NeedsPrograms(
        value = {"ip", "nft", "sysctl"},
        root = true)
final class IdleLimitIT {
    private static final int PORT = 15_000;
    private static final int SERVER_PORT = 8080;
    private static final int FORGOTTEN_AFTER_SECONDS = 20;
    private static final Duration SHORT_REST = Duration.ofSeconds(2);
    private static final Duration LONG_REST = Duration.ofSeconds(FORGOTTEN_AFTER_SECONDS + 3);

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @Test
    void timeAfterWhichAFirewallForgetsIsLearntFromTheSessions() throws Exception {
        List<Socket> clients = new ArrayList<>();
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.inARow();
                ServerSocket server = server(hosts)) {
            Path ports = folder.path("ports");
            List<String> command = FinspectProgram.command(
                    "run", "-c", config(folder, hosts).toString(), "--port-file", ports.toString());
            forgetful(hosts);
            threads.execute(() -> serve(server));
            try (Background finspect =
                    Background.start(folder.path("output"), hosts.middle().command(command))) {
                Await.until(() -> "no start\n" + finspect.output(), () -> Files.exists(ports));
                for (int i = 0; i < 3; i++) {
                    clients.add(client(hosts));
                    exchange(clients.get(i));
                }
                rest(SHORT_REST);
                exchange(clients.get(2));
                rest(LONG_REST);
                clients.get(0).getOutputStream().write(7);
                clients.get(1).getOutputStream().write(7);
                Await.until(
                        () -> "nothing is learnt\n" + metrics(hosts, ports),
                        () -> limit(hosts, ports, "ended") >= FORGOTTEN_AFTER_SECONDS);
                assertThat(limit(hosts, ports, "survived")).isBetween(2.0, (double) FORGOTTEN_AFTER_SECONDS);
                String explained =
                        ask(hosts, ports, "/api/v1/explain?format=text").replaceAll("\\s+", " ");
                assertThat(explained)
                        .contains("Connections to the upstream 10.77.2.2:" + SERVER_PORT + " have lived on after ")
                        .contains("and have not lived on after ")
                        .contains("finspect sends no keep-alive probes there.");
            }
        } finally {
            for (Socket client : clients) {
                client.close();
            }
            threads.shutdownNow();
        }
    }

    /** Established connections without a packet for so long are dropped from then on. */
    private static void forgetful(Hosts hosts) {
        String names = "net.netfilter.nf_conntrack_tcp_";
        run(hosts, "nft", "add table inet wall");
        run(hosts, "nft", "add chain inet wall in { type filter hook input priority 0; }");
        run(hosts, "nft", "add rule inet wall in tcp dport " + SERVER_PORT + " ct state invalid drop");
        run(hosts, "sysctl", "-qw", names + "timeout_established=" + FORGOTTEN_AFTER_SECONDS, names + "loose=0");
    }

    private static void run(Hosts hosts, String... command) {
        Program.of(hosts.server().command(List.of(command))).succeed();
    }

    private static Path config(LabFolder folder, Hosts hosts) throws Exception {
        return Files.writeString(folder.path("finspect.yaml"), """
                admin: {listen: "127.0.0.1:0"}
                capture: off
                diagnosis: {idle_before_reset: 1s}
                drain: 0s
                routes:
                  - {name: db, listen: "%s:%d", upstream: "10.77.2.2:%d"}
                """.formatted(
                        hosts.middleAddress(false).getHostAddress(), PORT, SERVER_PORT));
    }

    private static ServerSocket server(Hosts hosts) throws Exception {
        return hosts.server().in(() -> {
            ServerSocket bound = new ServerSocket();
            bound.bind(new InetSocketAddress("10.77.2.2", SERVER_PORT));
            return bound;
        });
    }

    private void serve(ServerSocket server) {
        try {
            while (true) {
                Socket accepted = server.accept();
                threads.execute(() -> echo(accepted));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private static void echo(Socket accepted) {
        try (accepted) {
            accepted.getInputStream().transferTo(accepted.getOutputStream());
        } catch (IOException e) {
            // The client is gone.
        }
    }

    private static Socket client(Hosts hosts) throws Exception {
        return hosts.client().in(() -> new Socket(hosts.middleAddress(false), PORT));
    }

    private static void exchange(Socket client) throws IOException {
        client.getOutputStream().write(7);
        assertThat(client.getInputStream().read()).isEqualTo(7);
    }

    private static void rest(Duration time) {
        long begunNanos = System.nanoTime();
        Await.until(() -> "time stands still", () -> System.nanoTime() - begunNanos >= time.toNanos());
    }

    private static double limit(Hosts hosts, Path ports, String end) {
        return metrics(hosts, ports)
                .lines()
                .filter(line -> line.startsWith("finspect_idle_limit_seconds{")
                        && line.contains("leg=\"upstream\"")
                        && line.contains("end=\"" + end + "\""))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .mapToDouble(Double::parseDouble)
                .sum();
    }

    private static String metrics(Hosts hosts, Path ports) {
        try {
            return ask(hosts, ports, "/metrics");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String ask(Hosts hosts, Path ports, String path) throws Exception {
        String port = Files.readAllLines(ports).stream()
                .filter(line -> line.startsWith("@admin="))
                .findFirst()
                .orElseThrow()
                .substring("@admin=".length());
        return hosts.middle()
                .in(() -> HttpGet.of(URI.create("http://127.0.0.1:" + port + path))
                        .body());
    }
}
