package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.lab.net.Hosts;
import dev.finspect.log.RecordSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A packet filter on finspect's own host that forgets idle connections and drops what it does not know. finspect with the right to
 * ask conntrack says so; without it, it blames nobody for that.
 */
@Tag("privileged")
@NeedsPrograms(
        value = {"ip", "nft", "setpriv"},
        root = true)
final class NatForgotIT {
    private static final int ROOT_PORT = 15_000;
    private static final int USER_PORT = 15_001;
    private static final int SERVER_PORT = 8080;
    private static final int FORGOTTEN_AFTER_SECONDS = 8;
    private static final Duration LONG_REST = Duration.ofSeconds(FORGOTTEN_AFTER_SECONDS + 2);

    private final List<Socket> clients = new ArrayList<>();

    @Test
    void connectionThatThisHostForgotIsSeenWithTheRightAndBlamesNobodyWithoutIt() throws Exception {
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.inARow();
                EchoService server = server(hosts)) {
            forgetful(hosts);
            assertThat(server.port()).isEqualTo(SERVER_PORT);
            try (Background withRight = start(folder, hosts, "root", ROOT_PORT, List.of());
                    Background without = start(
                            folder,
                            hosts,
                            "user",
                            USER_PORT,
                            List.of(
                                    Programs.path("setpriv"),
                                    "--reuid",
                                    "65534",
                                    "--regid",
                                    "65534",
                                    "--clear-groups",
                                    "--inh-caps=-all"))) {
                Socket rested = client(hosts, ROOT_PORT);
                Socket busy = client(hosts, ROOT_PORT);
                Socket restedOfUser = client(hosts, USER_PORT);
                exchange(rested);
                exchange(restedOfUser);
                long begunNanos = System.nanoTime();
                Await.until(() -> "time stands still", () -> {
                    exchange(busy);
                    return System.nanoTime() - begunNanos >= LONG_REST.toNanos();
                });
                rested.getOutputStream().write(7);
                restedOfUser.getOutputStream().write(7);

                JsonNode forgotten = hung(folder, "root", withRight, busy);
                JsonNode unexplained = hung(folder, "user", without, busy);
                exchange(busy);

                assertThat(forgotten.at("/finding/id").asText())
                        .as(forgotten.toPrettyString())
                        .isEqualTo("nat-forgot");
                assertThat(forgotten.at("/finding/blame").asText()).isIn("network_to_upstream", "upstream_side");
                assertThat(unexplained.at("/finding/id").asText()).isIn("network-loss", "peer-vanished");
                assertThat(unexplained.at("/finding/blame").asText()).isEqualTo("upstream_side");

                close();
                assertThat(withRight.stop()).as(withRight.output()).isZero();
                assertThat(without.stop()).as(without.output()).isZero();
                assertThat(lines(folder, "root"))
                        .filteredOn(line -> line.at("/event").asText().equals("session.hung"))
                        .as("healthy sessions are silent, and nothing else is found of the other")
                        .hasSize(1);

                JsonNode record = closed(folder, "root", forgotten);
                JsonNode conntrack = record.at("/upstream/conntrack");
                assertThat(conntrack.at("/has_entry").isBoolean())
                        .as(conntrack.toString())
                        .isTrue();
                assertThat(conntrack.at("/has_entry").asBoolean()).isFalse();
                assertThat(conntrack.at("/others").asInt()).isPositive();
                assertThat(conntrack.at("/established_timeout_seconds").asInt()).isEqualTo(FORGOTTEN_AFTER_SECONDS);
                assertThat(conntrack.at("/sources/has_entry").asText()).isEqualTo("conntrack");
                assertThat(record.at("/client/conntrack").isMissingNode()).isTrue();

                JsonNode unseen = closed(folder, "user", unexplained).at("/upstream/conntrack");
                assertThat(unseen.at("/has_entry").isNull())
                        .as(unseen.toString())
                        .isTrue();
                assertThat(unseen.at("/unseen").asText()).contains("CAP_NET_ADMIN");
                assertThat(unseen.at("/entries").asInt()).isPositive();
            }
        } finally {
            close();
        }
    }

    /**
     * Connections to the server are tracked, forgotten soon, and not picked up again. Those of the clients are not tracked, since
     * what they send would not reach finspect any more.
     */
    private static void forgetful(Hosts hosts) {
        for (String rule : List.of(
                "add table inet wall",
                "add chain inet wall raw { type filter hook prerouting priority -300; }",
                "add chain inet wall rawout { type filter hook output priority -300; }",
                "add chain inet wall out { type filter hook output priority 0; }",
                "add rule inet wall raw iifname " + Hosts.MIDDLE_LINK_TO_CLIENT + " notrack",
                "add rule inet wall rawout oifname " + Hosts.MIDDLE_LINK_TO_CLIENT + " notrack",
                "add rule inet wall out tcp dport " + SERVER_PORT + " ct state invalid drop")) {
            Program.of(hosts.middle().command(List.of(Programs.path("nft"), rule)))
                    .succeed();
        }
        String names = "net/netfilter/nf_conntrack_tcp_";
        hosts.middle().set(names + "timeout_established", String.valueOf(FORGOTTEN_AFTER_SECONDS));
        hosts.middle().set(names + "loose", "0");
    }

    private static Background start(LabFolder folder, Hosts hosts, String name, int port, List<String> before)
            throws IOException {
        Path own = folder.ownDirectory(name);
        Files.setAttribute(own, "unix:mode", 0777);
        Path file = folder.file(name + ".yaml", """
                admin: off
                capture: off
                diagnosis: {idle_before_reset: 5s, vanished: 5s}
                drain: 0s
                log: {file: %s, format: json, detail: full}
                routes:
                  - {name: db, listen: "10.77.1.1:%d", upstream: "10.77.2.2:%d"}
                """.formatted(own.resolve("records.json"), port, SERVER_PORT));
        List<String> command = new ArrayList<>(before);
        command.addAll(FinspectProgram.command(List.of("-Djava.io.tmpdir=" + own), "run", "-c", file.toString()));
        return Background.start(folder.path(name + ".output"), hosts.middle().command(command))
                .listeningOn(port);
    }

    /** The line of the session that hangs; meanwhile another one goes on. */
    private static JsonNode hung(LabFolder folder, String name, Background finspect, Socket busy) {
        List<JsonNode> found = new ArrayList<>();
        Await.until(() -> "nothing hangs of " + name + "\n" + finspect.output(), () -> {
            exchange(busy);
            lines(folder, name).stream()
                    .filter(line -> line.at("/event").asText().equals("session.hung"))
                    .forEach(found::add);
            return !found.isEmpty();
        });
        return found.get(0);
    }

    /** The record of the session that this line is about. */
    private static JsonNode closed(LabFolder folder, String name, JsonNode about) {
        return lines(folder, name).stream()
                .filter(line -> line.at("/event").asText().equals("session.closed"))
                .filter(line -> line.at("/id").equals(about.at("/id")))
                .findFirst()
                .orElseThrow();
    }

    private static List<JsonNode> lines(LabFolder folder, String name) {
        Path file = folder.path(name).resolve("records.json");
        try {
            if (!Files.exists(file)) {
                return List.of();
            }
            String text = Files.readString(file);
            return text.substring(0, text.lastIndexOf('\n') + 1)
                    .lines()
                    .map(RecordSchema::valid)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static EchoService server(Hosts hosts) throws Exception {
        return hosts.server().in(() -> new EchoService(new InetSocketAddress("10.77.2.2", SERVER_PORT)));
    }

    private Socket client(Hosts hosts, int port) throws Exception {
        Socket client = hosts.client().in(() -> new Socket(hosts.middleAddress(false), port));
        clients.add(client);
        return client;
    }

    private static void exchange(Socket client) {
        try {
            client.getOutputStream().write(7);
            assertThat(client.getInputStream().read()).isEqualTo(7);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void close() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
    }
}
