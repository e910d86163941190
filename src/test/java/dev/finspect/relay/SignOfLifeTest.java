package dev.finspect.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lab.NeedsPrograms;
import dev.finspect.lab.net.Hosts;
import dev.finspect.session.PeerProbe;
import dev.finspect.session.PeerProbe.Verdict;
import dev.finspect.session.SessionDirectory;
import dev.finspect.tcp.Leg;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A peer's host is asked, and the session goes on as if nobody had asked. */
@Timeout(120)
final class SignOfLifeTest {
    @ParameterizedTest
    @EnumSource(EngineUnderTest.class)
    void hostsOfSilentProgramsAnswer(EngineUnderTest engine) throws Exception {
        try (ServerSocket service = new ServerSocket(0, 5, RelayUnderTest.loopback4());
                RelayUnderTest relay = before(engine, service).start();
                Socket client =
                        new Socket(relay.address().getAddress(), relay.address().getPort());
                Socket served = service.accept()) {
            passes(client, served);
            List<PeerProbe> probes = probe(relay);
            Verdict expected = engine.readsTcpInfo ? Verdict.HOST_ALIVE : Verdict.NOT_PROBED;
            assertThat(probes).extracting(PeerProbe::leg).containsExactly(Leg.CLIENT, Leg.UPSTREAM);
            assertThat(probes).extracting(PeerProbe::verdict).containsExactly(expected, expected);
            assertThat(probe(relay)).extracting(PeerProbe::verdict).containsExactly(expected, expected);
            passes(client, served);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void keepAliveThatIsConfiguredIsLeftAlone() throws Exception {
        SocketSettings kept = new SocketSettings(true, java.time.Duration.ofSeconds(77), null, null, null, null);
        try (ServerSocket service = new ServerSocket(0, 5, RelayUnderTest.loopback4());
                RelayUnderTest relay =
                        before(EngineUnderTest.EPOLL, service).sockets(kept).start();
                Socket client =
                        new Socket(relay.address().getAddress(), relay.address().getPort());
                Socket served = service.accept()) {
            passes(client, served);
            assertThat(probe(relay)).allSatisfy(probe -> {
                assertThat(probe.verdict()).isEqualTo(Verdict.NOT_PROBED);
                assertThat(probe.words()).contains("on already", "77 s");
            });
        }
    }

    @Test
    void sessionThatIsNotThereIsNotProbed() throws Exception {
        try (ServerSocket service = new ServerSocket(0, 5, RelayUnderTest.loopback4());
                RelayUnderTest relay = before(EngineUnderTest.NIO, service).start()) {
            assertThat(relay.running().sessions().probe("none").get(30, TimeUnit.SECONDS))
                    .isEmpty();
        }
    }

    /** The kernel would end a connection whose keep-alive fails: the link to the server is down all the while. */
    @Test
    @Tag("privileged")
    @NeedsPrograms(value = "ip", root = true)
    void sessionOutlivesAProbeThatNobodyAnswers() throws Exception {
        try (Hosts hosts = Hosts.inARow();
                ServerSocket service = hosts.server().in(() -> new ServerSocket(0, 5, hosts.serverAddress(false)));
                RelayUnderTest relay = hosts.middle()
                        .in(() -> before(EngineUnderTest.EPOLL, service)
                                .listen(new InetSocketAddress(hosts.middleAddress(false), 0))
                                .start());
                Socket client = hosts.client()
                        .in(() -> new Socket(
                                relay.address().getAddress(), relay.address().getPort()));
                Socket served = service.accept()) {
            passes(client, served);
            hosts.server().ip("link set " + Hosts.SERVER_LINK + " down");
            for (int round = 0; round < 3; round++) {
                assertThat(probe(relay))
                        .as("round %s", round)
                        .extracting(PeerProbe::verdict)
                        .containsExactly(Verdict.HOST_ALIVE, Verdict.HOST_SILENT);
            }
            hosts.server().ip("link set " + Hosts.SERVER_LINK + " up");
            passes(client, served);
            assertThat(probe(relay)).extracting(PeerProbe::verdict).containsOnly(Verdict.HOST_ALIVE);
            assertThat(relay.running().sessions().livingCount()).isEqualTo(1);
            passes(client, served);
        }
    }

    private static RelayUnderTest.Settings before(EngineUnderTest engine, ServerSocket service) {
        return RelayUnderTest.on(engine)
                .before(new UpstreamTarget(service.getInetAddress().getHostAddress(), service.getLocalPort()));
    }

    private static List<PeerProbe> probe(RelayUnderTest relay) throws Exception {
        String id = relay.running()
                .sessions()
                .first(1, SessionDirectory.Selection.ALL)
                .get(30, TimeUnit.SECONDS)
                .get(0)
                .identity()
                .id();
        return relay.running().sessions().probe(id).get(60, TimeUnit.SECONDS).orElseThrow();
    }

    /** A byte each way. */
    private static void passes(Socket client, Socket served) throws IOException {
        client.getOutputStream().write('q');
        assertThat(served.getInputStream().read()).isEqualTo('q');
        served.getOutputStream().write('a');
        assertThat(client.getInputStream().read()).isEqualTo('a');
    }
}
