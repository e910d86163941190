package dev.finspect.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.relay.handover.PassingServer;
import dev.finspect.relay.handover.Succession;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Two relays with the same listening sockets: one that serves, and one that is about to take its place. */
@EnabledOnOs(OS.LINUX)
@Timeout(300)
final class SuccessorTest {
    private static final int CLIENTS = 40;

    @TempDir
    private Path directory;

    private final ByteStream request = new ByteStream(37);

    /** It has more loops than the one before, and so sockets of its own on the port. */
    @Test
    void aSuccessorThatGivesUpHasTakenNoClientAndClosesNothing() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest before = RelayUnderTest.on(EngineUnderTest.EPOLL)
                        .before(service)
                        .loops(1)
                        .start();
                PassingServer passing = passing(before)) {
            assertThat(passing).isNotNull();
            InetSocketAddress address = before.address();
            List<TestPeer> clients = new ArrayList<>();
            try (Succession succession = Succession.ask(path(), user -> true)) {
                try (RelayUnderTest successor = RelayUnderTest.on(EngineUnderTest.EPOLL)
                        .before(service)
                        .loops(3)
                        .inheriting(succession.listeners())
                        .open()) {
                    assertThat(successor.address()).isEqualTo(address);
                    for (int i = 0; i < CLIENTS; i++) {
                        clients.add(served(address, service));
                    }
                }
            }
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(served(address, service));
            }
            assertThat(before.running().sessions().livingCount()).isEqualTo(2 * CLIENTS);
            for (TestPeer client : clients) {
                client.close();
            }
        }
    }

    /** The one before is told to stop while its successor starts: its end must not close the sockets for the successor. */
    @Test
    void aSuccessorServesAlsoIfTheOneBeforeEndsMeanwhile() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest before = RelayUnderTest.on(EngineUnderTest.EPOLL)
                        .before(service)
                        .loops(2)
                        .start();
                PassingServer passing = passing(before)) {
            assertThat(passing).isNotNull();
            InetSocketAddress address = before.address();
            try (Succession succession = Succession.ask(path(), user -> true);
                    RelayUnderTest successor = RelayUnderTest.on(EngineUnderTest.EPOLL)
                            .before(service)
                            .loops(2)
                            .inheriting(succession.listeners())
                            .open()) {
                before.running()
                        .release(before.running().passed().stream()
                                .map(PassedListener::key)
                                .toList())
                        .get(100, TimeUnit.SECONDS);
                before.running().drain(Duration.ZERO).get(100, TimeUnit.SECONDS);
                try (TestPeer waiting = TestPeer.connect(address)) {
                    successor.running().accept();
                    waiting.send(request, 10);
                    try (TestPeer server = service.accept()) {
                        server.receive(request, 10);
                    }
                    for (int i = 0; i < CLIENTS; i++) {
                        served(address, service).close();
                    }
                }
            }
        }
    }

    /** A listener for one address of a port whose others another one serves: nobody may wait in it before it is certain. */
    @Test
    void aReloadThatIsGivenUpHasTakenNoClientOfTheListenersThatShareItsPort() throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getByAddress(new byte[4]), 0);
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(EngineUnderTest.EPOLL)
                        .before(service)
                        .listen(any)
                        .loops(2)
                        .start()) {
            InetSocketAddress specific = new InetSocketAddress(
                    RelayUnderTest.loopback4(), relay.address().getPort());
            var next = RelayUnderTest.on(EngineUnderTest.EPOLL)
                    .before(service)
                    .listen(specific)
                    .loops(2);
            RelayChange change = relay.running().prepare(next.with(next.route("test")), Set.of());
            List<TestPeer> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(served(specific, service));
            }

            change.abandon();

            for (TestPeer client : clients) {
                client.send(request, 10);
                client.close();
            }
            served(specific, service).close();
        }
    }

    /** A client whose connection reaches the service. */
    private TestPeer served(InetSocketAddress address, TestService service) throws Exception {
        TestPeer client = TestPeer.connect(address);
        try (TestPeer server = service.accept()) {
            client.send(request, 10);
            server.receive(request, 10);
        }
        return client;
    }

    private Path path() {
        return directory.resolve("1.sock");
    }

    private PassingServer passing(RelayUnderTest relay) throws Exception {
        return PassingServer.open(path(), user -> true, new PassingServer.Passing() {
            @Override
            public List<PassedListener> passed() {
                return relay.running().passed();
            }

            @Override
            public void abandoned() {
                // The relay goes on.
            }

            @Override
            public Optional<InetSocketAddress> shareAdmin() {
                return Optional.empty();
            }

            @Override
            public void taken(long successor, List<ListenerKey> keys) {
                throw new AssertionError("no successor of this test says that it is ready");
            }
        });
    }
}
