package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lab.net.Hosts;
import dev.finspect.lab.net.Sockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code finspect intercept apply} leaves alone: existing connections, other ports, and the earlier plan. */
@Tag("privileged")
@NeedsPrograms(
        value = {"ip", "nft"},
        root = true)
final class ApplyIT {
    private static final int LISTEN_PORT = 15001;
    private static final int SERVER_PORT = 8080;

    @ParameterizedTest
    @ValueSource(strings = {"redirect", "tproxy"})
    void connectionThatIsThereGoesOnAndTheNextIsTaken(String mode) throws Exception {
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.inARow();
                ProxyProcess proxy = ProxyProcess.start(folder, "epoll", hosts.middle(), configuration(mode));
                ServerSocket server = Sockets.listen(hosts.server(), hosts.serverAddress(false), SERVER_PORT)) {
            InetSocketAddress meant = new InetSocketAddress(hosts.serverAddress(false), SERVER_PORT);
            try (Socket before = Sockets.connect(hosts.client(), meant);
                    Socket served = server.accept()) {
                echo(before, served);
                InterceptRules.apply(hosts, mode, SERVER_PORT + "", LISTEN_PORT);
                echo(before, served);
                try (Socket after = Sockets.connect(hosts.client(), meant);
                        Socket servedAfter = server.accept()) {
                    echo(after, servedAfter);
                    close(after, servedAfter);
                }
                echo(before, served);
            }
            proxy.stop().allClean().only();
        }
    }

    /** Another host's port of the same number as finspect's listener. */
    @ParameterizedTest
    @ValueSource(strings = {"redirect", "tproxy"})
    void portOfTheListenersNumberOnAnotherHostIsNobodysBusiness(String mode) throws Exception {
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.inARow();
                ProxyProcess proxy = ProxyProcess.start(folder, "epoll", hosts.middle(), configuration(mode));
                ServerSocket server = Sockets.listen(hosts.server(), hosts.serverAddress(false), LISTEN_PORT)) {
            InterceptRules.apply(hosts, mode, SERVER_PORT + "", LISTEN_PORT);
            try (Socket client = Sockets.connect(
                            hosts.client(), new InetSocketAddress(hosts.serverAddress(false), LISTEN_PORT));
                    Socket served = server.accept()) {
                echo(client, served);
                close(client, served);
            }
            assertThat(proxy.stop().all()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"redirect", "tproxy"})
    void planThatFailsLeavesTheOneBeforeIt(String mode) {
        try (Hosts hosts = Hosts.inARow()) {
            InterceptRules.apply(hosts, mode, SERVER_PORT + "", LISTEN_PORT);
            String before = rules(hosts);
            Program.Ran ran = Program.of(hosts.middle()
                            .command(FinspectProgram.command(
                                    "intercept",
                                    "apply",
                                    "--mode",
                                    "redirect",
                                    "--port",
                                    "81",
                                    "--to",
                                    "15003",
                                    "--force",
                                    "--local",
                                    "--except-user",
                                    "nosuchuser")))
                    .run();
            assertThat(ran.exit()).isNotZero();
            assertThat(before).contains(":" + LISTEN_PORT);
            assertThat(rules(hosts)).isEqualTo(before);
        }
    }

    @Test
    void manyAtOnceAreTakenBackByOne() throws IOException {
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.inARow()) {
            String before = rules(hosts);
            List<Background> together = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                together.add(Background.start(
                        folder.path("apply" + i),
                        hosts.middle()
                                .command(FinspectProgram.command(
                                        "intercept",
                                        "apply",
                                        "--mode",
                                        "tproxy",
                                        "--port",
                                        SERVER_PORT + "",
                                        "--to",
                                        LISTEN_PORT + "",
                                        "--force"))));
            }
            for (Background each : together) {
                Await.until(each::output, () -> !each.process().isAlive());
                assertThat(each.process().exitValue()).as(each.output()).isZero();
            }
            assertThat(rules(hosts).split("fwmark 0xf1", -1))
                    .as("one for each family")
                    .hasSize(3);
            Program.of(hosts.middle().command(FinspectProgram.command("intercept", "remove")))
                    .succeed();
            assertThat(rules(hosts)).isEqualTo(before);
        }
    }

    @Test
    void machineWhoseIpv6IsSwitchedOffHasRulesForIpv4() {
        try (Hosts hosts = Hosts.inARow()) {
            hosts.middle().set("net/ipv6/conf/all/disable_ipv6", "1");
            hosts.middle().set("net/ipv6/conf/lo/disable_ipv6", "1");
            InterceptRules.apply(hosts, "tproxy", SERVER_PORT + "", LISTEN_PORT);
            assertThat(rules(hosts)).contains("tproxy ip to :" + LISTEN_PORT).doesNotContain("tproxy ip6");
        }
    }

    private static String rules(Hosts hosts) {
        StringBuilder all = new StringBuilder();
        for (String question : List.of("nft list ruleset", "ip -4 rule", "ip -6 rule")) {
            List<String> words = new ArrayList<>(List.of(question.split(" ", -1)));
            words.set(0, Programs.path(words.get(0)));
            all.append(Program.of(hosts.middle().command(words)).succeed().text());
        }
        return all.toString();
    }

    private static void echo(Socket client, Socket served) throws IOException {
        client.getOutputStream().write(7);
        assertThat(served.getInputStream().read()).isEqualTo(7);
        served.getOutputStream().write(8);
        assertThat(client.getInputStream().read()).isEqualTo(8);
    }

    private static void close(Socket client, Socket served) throws IOException {
        client.shutdownOutput();
        assertThat(served.getInputStream().read()).isEqualTo(-1);
        served.shutdownOutput();
        assertThat(client.getInputStream().read()).isEqualTo(-1);
    }

    private static String configuration(String mode) {
        return String.join(
                "\n",
                "routes:",
                "  - {name: default, listen: ':" + LISTEN_PORT + "', mode: " + mode + ", upstream: original}",
                "");
    }
}
