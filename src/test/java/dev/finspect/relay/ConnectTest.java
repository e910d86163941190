package dev.finspect.relay;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.record.Lookup;
import dev.finspect.record.ProxyReason;
import dev.finspect.relay.TestPeer.End;
import dev.finspect.relay.TestPeer.Received;
import dev.finspect.relay.names.SlowNames;
import dev.finspect.session.SessionDirectory;
import dev.finspect.session.SessionEvent;
import dev.finspect.tcp.ConnectResult;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** The way to an upstream, and what the client is told when there is none. */
@OverBothEngines
final class ConnectTest {
    private final ByteStream request = new ByteStream(7);
    private final ByteStream answer = new ByteStream(8);
    private final EngineUnderTest engine;

    ConnectTest(EngineUnderTest engine) {
        this.engine = engine;
    }

    @Test
    void refused() throws Exception {
        UpstreamTarget nobody = TestService.nobody();
        try (RelayUnderTest relay = RelayUnderTest.on(engine).before(nobody).start();
                TestPeer client = relay.connect()) {
            assertThat(client.receiveByte()).isEqualTo(-2);

            EventLog.Session session = relay.log.ended();
            SessionEvent.AttemptFailed attempt = session.one(SessionEvent.AttemptFailed.class);
            assertThat(attempt.result()).isEqualTo(ConnectResult.REFUSED);
            assertThat(attempt.detail()).isEqualTo("Connection refused");
            assertThat(attempt.target()).isEqualTo(nobody.toString());
            assertThat(attempt.address()).isEqualTo(new InetSocketAddress(nobody.host(), nobody.port()));
            InetSocketAddress local = attempt.local();
            // Java tells no local address of a socket that never connected.
            if (engine == EngineUnderTest.EPOLL) {
                assertThat(local)
                        .isNotNull()
                        .satisfies(bound -> assertThat(bound.getPort()).isPositive());
            }
            assertGivenUp(session, ConnectResult.REFUSED);
            assertThat(session.has(SessionEvent.LookedUp.class)).isFalse();
        }
    }

    @Test
    void networkIsUnreachable() throws Exception {
        try (RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(new UpstreamTarget("255.255.255.255", 80))
                        .start();
                TestPeer client = relay.connect()) {
            assertThat(client.receiveByte()).isEqualTo(-2);

            SessionEvent.AttemptFailed attempt = relay.log.ended().one(SessionEvent.AttemptFailed.class);
            assertThat(attempt.result()).isEqualTo(ConnectResult.NETWORK_UNREACHABLE);
            assertThat(attempt.detail()).isEqualTo("Network is unreachable");
        }
    }

    @Test
    void nameIsNotKnown() throws Exception {
        try (SlowNames names = new SlowNames("service.test", "127.0.0.1");
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(new UpstreamTarget("nowhere.test", 80))
                        .resolver(names.resolver())
                        .start();
                TestPeer client = relay.connect()) {
            names.answer();
            assertThat(client.receiveByte()).isEqualTo(-2);

            EventLog.Session session = relay.log.ended();
            SessionEvent.LookedUp lookedUp = session.one(SessionEvent.LookedUp.class);
            assertThat(lookedUp.end().result()).isEqualTo(Lookup.Result.NO_ADDRESS);
            assertThat(lookedUp.end().error()).startsWith("name or service not known: nowhere.test");
            SessionEvent.AttemptFailed attempt = session.one(SessionEvent.AttemptFailed.class);
            assertThat(attempt.address()).isNull();
            assertThat(attempt.detail()).isEqualTo(lookedUp.end().error());
            assertGivenUp(session, ConnectResult.UNRESOLVABLE);
        }
    }

    @Test
    void nameHasNoAddress() throws Exception {
        try (SlowNames names = new SlowNames("empty.test");
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(new UpstreamTarget("empty.test", 80))
                        .resolver(names.resolver())
                        .start();
                TestPeer client = relay.connect()) {
            names.answer();
            assertThat(client.receiveByte()).isEqualTo(-2);

            EventLog.Session session = relay.log.ended();
            assertThat(session.one(SessionEvent.LookedUp.class).end().error()).contains("empty.test");
            assertGivenUp(session, ConnectResult.UNRESOLVABLE);
        }
    }

    @Test
    void nameServerDoesNotAnswer() throws Exception {
        try (SlowNames names = new SlowNames("service.test", "127.0.0.1");
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(new UpstreamTarget("service.test", 80))
                        .connectTimeout(Duration.ofMillis(200))
                        .resolver(names.resolver())
                        .start();
                TestPeer client = relay.connect()) {
            assertThat(client.receiveByte()).isEqualTo(-2);

            EventLog.Session session = relay.log.ended();
            SessionEvent.LookedUp lookedUp = session.one(SessionEvent.LookedUp.class);
            assertThat(lookedUp.end().error()).contains("no answer within 200 ms");
            assertThat(lookedUp.end().result()).isEqualTo(Lookup.Result.NO_ANSWER);
            assertGivenUp(session, ConnectResult.UNRESOLVABLE);
        }
    }

    /** A listener whose queue is full drops the SYN: the kernel would try for two minutes. */
    @Test
    void blackHole() throws Exception {
        try (FullListener hole = new FullListener();
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(hole.service.target())
                        .connectTimeout(Duration.ofMillis(300))
                        .start();
                TestPeer client = relay.connect()) {
            assertThat(client.receiveByte()).isEqualTo(-2);

            EventLog.Session session = relay.log.ended();
            SessionEvent.AttemptFailed attempt = session.one(SessionEvent.AttemptFailed.class);
            assertThat(attempt.result()).isEqualTo(ConnectResult.TIMED_OUT);
            assertThat(attempt.detail()).isEqualTo("no answer within 300 ms");
            assertThat(attempt.durationNanos())
                    .isGreaterThanOrEqualTo(Duration.ofMillis(300).toNanos());
            assertGivenUp(session, ConnectResult.TIMED_OUT);
        }
    }

    @Test
    void secondUpstreamIsTakenWhenTheFirstRefusesAndTheNextIsABlackHole() throws Exception {
        UpstreamTarget nobody = TestService.nobody();
        try (FullListener hole = new FullListener();
                TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(nobody)
                        .before(hole.service)
                        .before(service)
                        .connectTimeout(Duration.ofMillis(300))
                        .start();
                TestPeer client = relay.connect()) {
            client.send(request, 5_000).fin();
            try (TestPeer server = service.accept()) {
                assertThat(server.receiveRest(request)).isEqualTo(new Received(5_000, End.FIN));
                server.send(answer, 5).fin();
                assertThat(client.receiveRest(answer)).isEqualTo(new Received(5, End.FIN));
            }
            EventLog.Session session = relay.log.ended();
            assertThat(session.events().stream()
                            .filter(SessionEvent.AttemptFailed.class::isInstance)
                            .map(event -> ((SessionEvent.AttemptFailed) event).result()))
                    .containsExactly(ConnectResult.REFUSED, ConnectResult.TIMED_OUT);
            assertThat(session.one(SessionEvent.Connected.class).target())
                    .isEqualTo(service.target().toString());
            assertThat(session.has(SessionEvent.ConnectGivenUp.class)).isFalse();
        }
    }

    @Test
    void secondAddressOfANameIsTakenWhenTheFirstRefuses() throws Exception {
        UpstreamTarget nobody = TestService.nobody();
        try (TestService service = TestService.beside(nobody);
                SlowNames names = new SlowNames("service.test", "127.0.0.1", "127.0.0.2");
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(new UpstreamTarget("service.test", nobody.port()))
                        .resolver(names.resolver())
                        .start();
                TestPeer client = relay.connect()) {
            names.answer();
            try (TestPeer server = service.accept()) {
                client.send(request, 10).fin();
                assertThat(server.receiveRest(request)).isEqualTo(new Received(10, End.FIN));
            }
            EventLog.Session session = relay.log.ended();
            assertThat(requireNonNull(session.one(SessionEvent.LookedUp.class)
                                    .end()
                                    .answer())
                            .addresses())
                    .hasSize(2);
            assertThat(session.one(SessionEvent.AttemptFailed.class).result()).isEqualTo(ConnectResult.REFUSED);
            assertThat(session.one(SessionEvent.Connected.class).peer()).isEqualTo(service.address());
        }
    }

    @Test
    void upstreamThatIsTheListenerItselfIsNotDialled() throws Exception {
        UpstreamTarget free = TestService.reserved();
        try (RelayUnderTest relay = RelayUnderTest.on(engine)
                        .listen(new InetSocketAddress(free.host(), free.port()))
                        .before(free)
                        .start();
                TestPeer client = relay.connect()) {
            assertThat(client.receiveByte()).isEqualTo(-2);
            assertGivenUp(relay.log.ended(), ConnectResult.LOOP);
            assertThat(relay.log.sessions()).hasSize(1);
        }
    }

    @RepeatedTest(20)
    void serviceThatGoesAwayAtOnceIsPassedOn() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start();
                TestPeer client = relay.connect()) {
            service.accept().reset();

            assertThat(client.receiveByte()).isEqualTo(-2);
            EventLog.Session session = relay.log.ended();
            if (engine.tellsResetFromRefusal || session.has(SessionEvent.Connected.class)) {
                assertThat(session.closing()).containsExactly("upstream.rst", "client.reset");
            } else {
                assertGivenUp(session, ConnectResult.RESET);
            }
        }
    }

    @Test
    void clientOfARefusedNetworkIsReset() throws Exception {
        Network loopback = new Network(NetUtil.LOCALHOST4, 8);
        for (boolean byAllow : new boolean[] {true, false}) {
            try (TestService service = TestService.open()) {
                RelayUnderTest.Settings settings = RelayUnderTest.on(engine).before(service);
                RelayUnderTest.Settings refusing = byAllow
                        ? settings.allow(new Network(InetAddress.getByAddress(new byte[] {10, 0, 0, 0}), 8))
                        : settings.allow(loopback).refuse(new Network(NetUtil.LOCALHOST4, 32));
                try (RelayUnderTest relay = refusing.start();
                        TestPeer client = relay.connect()) {
                    assertThat(client.receiveByte()).isEqualTo(-2);

                    EventLog.Session session = relay.log.ended();
                    assertThat(session.closing()).containsExactly("proxy.client_refused", "client.reset");
                    assertThat(session.has(SessionEvent.AttemptFailed.class)).isFalse();
                }
            }
        }
    }

    @Test
    void clientOfAnAllowedNetworkComesIn() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(service)
                        .allow(new Network(NetUtil.LOCALHOST4, 8))
                        .start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            client.send(request, 1);
            server.receive(request, 1);
            assertThat(relay.running().sessions().livingCount()).isEqualTo(1);
            assertThat(relay.running()
                            .sessions()
                            .first(10, new SessionDirectory.Selection("test", false))
                            .get())
                    .hasSize(1);
            assertThat(relay.running()
                            .sessions()
                            .first(10, new SessionDirectory.Selection("other", false))
                            .get())
                    .isEmpty();
        }
    }

    private static void assertGivenUp(EventLog.Session session, ConnectResult result) {
        assertThat(session.one(SessionEvent.ConnectGivenUp.class).result()).isEqualTo(result);
        assertThat(session.one(SessionEvent.ProxyEnded.class).reason()).isEqualTo(ProxyReason.CONNECT_FAILED);
        assertThat(session.closing()).containsExactly("proxy.connect_failed", "client.reset");
    }

    /** A listener that never accepts and whose queue is full, so that it answers no SYN. */
    private static final class FullListener implements AutoCloseable {
        private final TestService service = TestService.open(RelayUnderTest.loopback4(), 1, 0);
        private final List<SocketChannel> queue = new ArrayList<>();

        FullListener() throws Exception {
            for (int i = 0; i < 8; i++) {
                SocketChannel waiting = SocketChannel.open();
                waiting.configureBlocking(false);
                waiting.connect(service.address());
                queue.add(waiting);
            }
        }

        @Override
        public void close() throws java.io.IOException {
            for (SocketChannel waiting : queue) {
                waiting.close();
            }
            service.close();
        }
    }
}
