package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lab.net.Hosts;
import dev.finspect.lab.net.Sockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code finspect intercept apply --while-running}: clients reach the service when finspect, or what holds the rules, is killed. */
@Tag("privileged")
@NeedsPrograms(
        value = {"ip", "nft"},
        root = true)
final class WhileRunningIT {
    private static final int LISTEN_PORT = 15001;
    private static final int SERVER_PORT = 8080;

    /** SIGKILL: nobody has the time to clean up. */
    @ParameterizedTest
    @CsvSource({"redirect, finspect", "redirect, holder", "tproxy, finspect", "tproxy, holder"})
    void clientsReachTheServiceWhenEitherProcessIsKilled(String mode, String killed) throws Exception {
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.inARow();
                ProxyProcess proxy = ProxyProcess.start(folder, "epoll", hosts.middle(), configuration(mode));
                ServerSocket server = Sockets.listen(hosts.server(), hosts.serverAddress(false), SERVER_PORT);
                Background holder = hold(folder, hosts, mode)) {
            InetSocketAddress meant = new InetSocketAddress(hosts.serverAddress(false), SERVER_PORT);
            try (Socket taken = Sockets.connect(hosts.client(), meant);
                    Socket served = server.accept()) {
                echo(taken, served);
                assertThat(passedFinspect(taken, served)).isTrue();
            }
            assertThat(command(hosts, "status").succeed().text())
                    .contains("mode: " + mode, "port 15001, which is listened on", "as long as the process");
            // Nobody else can take the rules away from whoever holds them.
            assertThat(command(hosts, "remove").run().exit()).isNotZero();

            (killed.equals("finspect") ? proxy.process() : holder.process()).destroyForcibly();

            Await.until(
                    () -> "the rules are still there\n" + tables(hosts) + holder.output(),
                    () -> tables(hosts).isBlank());
            try (Socket direct = Sockets.connect(hosts.client(), meant);
                    Socket served = server.accept()) {
                echo(direct, served);
                assertThat(passedFinspect(direct, served)).isFalse();
            }
            if (killed.equals("finspect")) {
                Await.until(holder::output, () -> !holder.process().isAlive());
                assertThat(holder.output()).contains("nobody listens on port 15001 any more");
                assertThat(holder.process().exitValue()).isZero();
            }
            assertThat(command(hosts, "status").succeed().text()).contains("no interception rules");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"redirect", "tproxy"})
    void rulesTowardsAPortWhereNobodyListensAreRefusedUnlessForced(String mode) {
        try (Hosts hosts = Hosts.inARow()) {
            List<String> plan = List.of("--mode", mode, "--port", SERVER_PORT + "", "--to", LISTEN_PORT + "");
            for (String option : new String[] {"", "--while-running", "--while-running --force"}) {
                Program.Ran refused = apply(hosts, plan, option).run();
                assertThat(refused.exit()).isEqualTo(1);
                assertThat(refused.errors()).contains("nobody listens on port 15001");
                assertThat(tables(hosts)).isBlank();
            }
            apply(hosts, plan, "--force").succeed();
            assertThat(command(hosts, "status").succeed().text())
                    .contains("where nobody listens", "until 'finspect intercept remove'", SERVER_PORT + "");
            command(hosts, "remove").succeed();
            assertThat(tables(hosts)).isBlank();
        }
    }

    /** A SIGTERM, as a supervisor sends it, leaves nothing behind. */
    @Test
    void anOrderlyEndAlsoRemovesTheRoutingRules() throws Exception {
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.inARow();
                ProxyProcess proxy = ProxyProcess.start(folder, "epoll", hosts.middle(), configuration("tproxy"));
                Background holder = hold(folder, hosts, "tproxy")) {
            assertThat(routing(hosts)).contains("0xf1");
            holder.process().destroy();
            Await.until(holder::output, () -> !holder.process().isAlive());
            assertThat(tables(hosts)).isBlank();
            assertThat(routing(hosts)).doesNotContain("0xf1");
            proxy.stop();
        }
    }

    private static Background hold(LabFolder folder, Hosts hosts, String mode) throws IOException {
        Background holder = Background.start(
                folder.path("holder.log"),
                hosts.middle()
                        .command(FinspectProgram.command(
                                "intercept",
                                "apply",
                                "--while-running",
                                "--mode",
                                mode,
                                "--port",
                                SERVER_PORT + "",
                                "--to",
                                LISTEN_PORT + "")));
        Await.until(
                holder::output,
                () -> holder.output().contains("applied") || !holder.process().isAlive());
        assertThat(holder.process().isAlive()).as(holder.output()).isTrue();
        return holder;
    }

    private static Program apply(Hosts hosts, List<String> plan, String options) {
        List<String> words = new ArrayList<>(List.of("apply"));
        words.addAll(plan);
        words.addAll(Arrays.stream(options.split(" ", -1))
                .filter(word -> !word.isEmpty())
                .toList());
        return command(hosts, words.toArray(String[]::new));
    }

    private static Program command(Hosts hosts, String... words) {
        List<String> all = new ArrayList<>(List.of("intercept"));
        all.addAll(List.of(words));
        return Program.of(hosts.middle().command(FinspectProgram.command(all.toArray(String[]::new))));
    }

    /** Whether the server sees the host in the middle, on which finspect runs. */
    private static boolean passedFinspect(Socket client, Socket served) {
        return !served.getInetAddress().equals(client.getLocalAddress());
    }

    private static String tables(Hosts hosts) {
        return Program.of(hosts.middle().command(List.of(Programs.path("nft"), "list", "tables")))
                .succeed()
                .text();
    }

    private static String routing(Hosts hosts) {
        return Program.of(hosts.middle().command(List.of(Programs.path("ip"), "-4", "rule")))
                .succeed()
                .text();
    }

    private static void echo(Socket client, Socket served) throws IOException {
        client.getOutputStream().write(7);
        assertThat(served.getInputStream().read()).isEqualTo(7);
        served.getOutputStream().write(8);
        assertThat(client.getInputStream().read()).isEqualTo(8);
    }

    private static String configuration(String mode) {
        return String.join(
                "\n",
                "routes:",
                "  - {name: default, listen: ':" + LISTEN_PORT + "', mode: " + mode + ", upstream: original}",
                "");
    }
}
