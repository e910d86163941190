package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.lab.net.Hosts;
import dev.finspect.log.RecordSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** finspect, started as root, becomes another user and goes on serving. */
@Tag("privileged")
@NeedsPrograms(
        value = {"ip", "nft"},
        root = true)
final class OtherUserIT {
    private static final int LISTEN_PORT = 15001;
    private static final int LOW_PORT = 80;
    private static final int SERVER_PORT = 8080;
    private static final int PATIENCE_MILLIS = 120_000;
    private static final String NOBODY = "65534";
    private static final int CLIENTS_LOW_PORT = 777;

    /** A port below 1024, capture, and log rotation, as a user without any capability. */
    @Test
    void whatRootOpenedServesANobodyWithoutCapabilities() throws Exception {
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.inARow()) {
            Path own = folder.ownDirectory("own");
            String configuration = String.join(
                    "\n",
                    "user: nobody",
                    "admin: off",
                    "capture: {mode: headers, save: " + own + "}",
                    "log: {file: " + own.resolve("records.json")
                            + ", format: json, detail: full, max_size: 64KiB, keep: 50}",
                    "routes:",
                    "  - {name: default, listen: '10.77.1.1:" + LOW_PORT + "', upstream: '10.77.2.2:" + SERVER_PORT
                            + "'}",
                    "");
            int sessions = 30;
            try (Background finspect = start(folder, hosts, configuration);
                    ServerSocket server = listen(hosts)) {
                said(finspect, "now runs as nobody, without capabilities");
                threads(finspect)
                        .forEach((thread, rights) ->
                                assertThat(rights).as(thread).isEqualTo("- 0"));
                for (int i = 0; i < sessions; i++) {
                    exchange(hosts, new InetSocketAddress("10.77.1.1", LOW_PORT), server, 0);
                }
                Await.until(() -> "no log was put aside\n" + finspect.output(), () -> files(own) >= 3);
                Await.until(() -> "records are missing\n" + finspect.output(), () -> closed(own) == sessions);
                assertThat(finspect.stop()).as(finspect.output()).isZero();
                assertThat(finspect.output()).doesNotContain("Exception", "warning");
                List<JsonNode> records = records(own);
                assertThat(records).hasSize(sessions).allSatisfy(record -> {
                    assertThat(record.at("/outcome").asText()).isEqualTo("clean");
                    assertThat(record.at("/client/handshake/syn_at").isTextual())
                            .isTrue();
                    assertThat(record.at("/upstream/handshake/syn_at").isTextual())
                            .isTrue();
                });
            }
        }
    }

    /** Each connection to the server has an address that is not the machine's: a right that event loops need to the end. */
    @ParameterizedTest
    @CsvSource({"nobody", "1234567:1234567"})
    void eventLoopsKeepWhatTransparencyNeeds(String user) throws Exception {
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.inARow()) {
            Path own = folder.ownDirectory("own");
            String configuration = String.join(
                    "\n",
                    "user: '" + user + "'",
                    "admin: off",
                    "loops: 2",
                    "log: {file: " + Files.createDirectory(folder.path("open")).resolve("records.json") + "}",
                    "routes:",
                    "  - {name: default, listen: ':" + LISTEN_PORT + "', mode: tproxy, upstream: original,"
                            + " keep_client_address: true}",
                    "");
            Files.setAttribute(folder.path("open"), "unix:mode", 0777);
            assertThat(own).isDirectory();
            try (Background finspect = start(folder, hosts, configuration);
                    ServerSocket server = listen(hosts)) {
                String name = user.startsWith("1") ? "1234567" : user;
                said(finspect, "now runs as " + name + "; its event loops keep CAP_NET_BIND_SERVICE," + " CAP_NET_RAW");
                List<String> apply = FinspectProgram.command(
                        "intercept", "apply", "--mode", "tproxy", "--port", SERVER_PORT + "", "--to", LISTEN_PORT + "");
                Program.of(hosts.middle().command(apply)).succeed();
                Map<String, String> threads = threads(finspect, user.equals("nobody") ? NOBODY : name);
                assertThat(threads.values().stream().filter("- 2400"::equals))
                        .as(threads.toString())
                        .hasSize(2);
                threads.forEach((thread, rights) -> assertThat(rights)
                        .as(thread)
                        .isIn(thread.contains("finspect-relay") ? "- 2400" : "- 0", "- 0"));
                InetSocketAddress meant = new InetSocketAddress("10.77.2.2", SERVER_PORT);
                for (int i = 0; i < 10; i++) {
                    exchange(hosts, meant, server, 0);
                }
                exchange(hosts, meant, server, CLIENTS_LOW_PORT);
                assertThat(finspect.stop()).as(finspect.output()).isZero();
                assertThat(finspect.output()).doesNotContain("Exception", "warning");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "no-such-user, 3, there is no user no-such-user on this machine",
        "'two words', 2, is not a user",
        "nobody, 3, so finspect could not rotate the log"
    })
    void whatCannotBeIsSaidAtTheStart(String user, int exit, String sentence) throws Exception {
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.onLoopback()) {
            Path log = folder.path("records.json");
            List<String> command = FinspectProgram.command(
                    "run", "--listen", "127.0.0.1:0", "--upstream", "127.0.0.1:1", "--admin", "off");
            command = new ArrayList<>(command);
            command.addAll(List.of("--user", user, "--log-file", log.toString(), "--log-format", "json"));
            Program.Ran ran = Program.of(hosts.middle().command(command)).run();
            assertThat(ran.exit()).as(ran.errors()).isEqualTo(exit);
            assertThat(ran.errors()).contains(sentence).doesNotContain("Exception");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"root", "nobody:nogroup"})
    void onlyRootCanBecomeAnother(String user) throws Exception {
        try (LabFolder folder = new LabFolder()) {
            List<String> command = new ArrayList<>(
                    List.of(Programs.path("setpriv"), "--reuid", "daemon", "--regid", "daemon", "--clear-groups"));
            command.addAll(FinspectProgram.command(List.of("-Djava.io.tmpdir=" + folder.ownDirectory("tmp")), "run"));
            Files.setAttribute(folder.path("tmp"), "unix:mode", 0777);
            command.addAll(List.of("--listen", "127.0.0.1:0", "--upstream", "127.0.0.1:1", "--user", user));
            Program.Ran ran = Program.of(command).run();
            assertThat(ran.exit()).as(ran.errors()).isEqualTo(3);
            assertThat(ran.errors()).contains("user: only root can switch to ").doesNotContain("Exception");
        }
    }

    private static Background start(LabFolder folder, Hosts hosts, String configuration) throws IOException {
        Path file = folder.file("finspect.yaml", configuration);
        return Background.start(
                folder.path("finspect.log"),
                hosts.middle().command(FinspectProgram.command("run", "-c", file.toString())));
    }

    private static void said(Background finspect, String sentence) {
        Await.until(() -> "finspect does not say: " + sentence + "\n" + finspect.output(), () -> {
            if (!finspect.process().isAlive()) {
                throw new AssertionError("finspect ended\n" + finspect.output());
            }
            return finspect.output().contains(sentence);
        });
    }

    private static Map<String, String> threads(Background finspect) throws IOException {
        return threads(finspect, NOBODY);
    }

    /** Of each thread, by number and name: {@code -} where all its ids are this user's, and what it may. */
    private static Map<String, String> threads(Background finspect, String uid) throws IOException {
        Map<String, String> all = new TreeMap<>();
        Path tasks = Path.of("/proc", String.valueOf(finspect.process().pid()), "task");
        try (Stream<Path> each = Files.list(tasks)) {
            for (Path task : each.toList()) {
                Map<String, String> rows = status(task);
                if (rows.isEmpty()) {
                    continue;
                }
                boolean changed = (uid + "\t").repeat(4).strip().equals(rows.get("Uid"));
                all.put(
                        task.getFileName() + " " + rows.get("Name"),
                        (changed ? "-" : rows.get("Uid")) + " "
                                + Long.toHexString(Long.parseUnsignedLong(rows.get("CapPrm"), 16)
                                        | Long.parseUnsignedLong(rows.get("CapEff"), 16)));
            }
        }
        return all;
    }

    /** The rows of a thread's status; none when it has ended meanwhile. */
    private static Map<String, String> status(Path task) throws IOException {
        try {
            return Files.readAllLines(task.resolve("status")).stream()
                    .map(line -> line.split(":\\s*", 2))
                    .collect(Collectors.toMap(row -> row[0], row -> row[1]));
        } catch (NoSuchFileException e) {
            return Map.of();
        }
    }

    private static ServerSocket listen(Hosts hosts) throws Exception {
        return hosts.server().in(() -> {
            ServerSocket server = new ServerSocket();
            server.setSoTimeout(PATIENCE_MILLIS);
            server.bind(new InetSocketAddress("10.77.2.2", SERVER_PORT));
            return server;
        });
    }

    /** A question and an answer; from this port, where it is not 0, which the server must see. */
    private static void exchange(Hosts hosts, InetSocketAddress to, ServerSocket server, int port) throws Exception {
        try (Socket client = hosts.client().in(() -> {
                    Socket socket = new Socket();
                    socket.setReuseAddress(true);
                    if (port != 0) {
                        socket.bind(new InetSocketAddress("10.77.1.2", port));
                    }
                    socket.connect(to, PATIENCE_MILLIS);
                    return socket;
                });
                Socket accepted = server.accept()) {
            client.setSoTimeout(PATIENCE_MILLIS);
            if (to.getPort() == SERVER_PORT) {
                assertThat(accepted.getRemoteSocketAddress()).isEqualTo(client.getLocalSocketAddress());
            }
            client.getOutputStream().write(7);
            client.shutdownOutput();
            assertThat(accepted.getInputStream().readAllBytes()).containsExactly(7);
            accepted.getOutputStream().write(new byte[] {8, 9});
            accepted.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).containsExactly(8, 9);
        }
    }

    private static long files(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> file.getFileName().toString().startsWith("records.json"))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many whole or half-written records of closed sessions there are. */
    private static long closed(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            long count = 0;
            for (Path file : all.filter(f -> f.getFileName().toString().startsWith("records.json"))
                    .toList()) {
                count += Files.readAllLines(file).stream()
                        .filter(line -> line.startsWith("{\"event\":\"session.closed\""))
                        .count();
            }
            return count;
        } catch (NoSuchFileException e) {
            return 0; // It has just got another name.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<JsonNode> records(Path folder) throws IOException {
        List<JsonNode> closed = new ArrayList<>();
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : all.filter(f -> f.getFileName().toString().startsWith("records.json"))
                    .toList()) {
                for (String line : Files.readAllLines(file)) {
                    JsonNode record = RecordSchema.valid(line);
                    if (record.at("/event").asText().equals("session.closed")) {
                        closed.add(record);
                    }
                }
            }
        }
        return closed;
    }
}
