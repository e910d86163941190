package dev.finspect.relay;

import static dev.finspect.relay.TestService.later;
import static dev.finspect.relay.TestService.within;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.relay.TestPeer.End;
import dev.finspect.relay.TestPeer.Received;
import dev.finspect.relay.names.SlowNames;
import dev.finspect.session.SessionEvent;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Leg;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An RST becomes an RST, after what its sender had sent. */
@OverBothEngines
final class ResetTest {
    private static final int MIB = 1 << 20;

    private final ByteStream request = new ByteStream(3);
    private final ByteStream answer = new ByteStream(4);
    private final EngineUnderTest engine;

    ResetTest(EngineUnderTest engine) {
        this.engine = engine;
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 100_000, 5 * MIB})
    void clientResetsAfterItsBytes(long bytes) throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            relay.log.session(0).await(SessionEvent.Connected.class);
            CompletableFuture<Received> asked = later(() -> server.receiveRest(request));
            client.send(request, bytes);
            relay.log.session(0).awaitReceived(Leg.CLIENT, bytes);
            client.reset();

            assertThat(within(asked)).isEqualTo(new Received(bytes, End.RST));
            assertThat(relay.log.ended().closing()).containsExactly("client.rst", "upstream.reset");
            assertErrno(relay.log.ended(), Leg.CLIENT);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 100_000, 5 * MIB})
    void serverResetsAfterItsBytes(long bytes) throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            relay.log.session(0).await(SessionEvent.Connected.class);
            CompletableFuture<Received> answered = later(() -> client.receiveRest(answer));
            server.send(answer, bytes);
            relay.log.session(0).awaitReceived(Leg.UPSTREAM, bytes);
            server.reset();

            assertThat(within(answered)).isEqualTo(new Received(bytes, End.RST));
            assertThat(relay.log.ended().closing()).containsExactly("upstream.rst", "client.reset");
            assertErrno(relay.log.ended(), Leg.UPSTREAM);
        }
    }

    /** The kernel of the service holds the bytes while the service reads nothing: the RST must not overtake them. */
    @Test
    void bytesBeforeTheResetWaitUnreadAtTheService() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            client.send(request, 30_000);
            relay.log.session(0).awaitSent(Leg.UPSTREAM, 30_000);
            client.reset();
            relay.log.ended();

            assertThat(server.receiveRest(request)).isEqualTo(new Received(30_000, End.RST));
        }
    }

    @Test
    void resetAfterFin() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            client.send(request, 10).fin();
            assertThat(server.receiveRest(request)).isEqualTo(new Received(10, End.FIN));
            client.reset();
            if (!engine.seesResetWithoutReading) {
                server.sendUntilReset();
            }
            assertThat(server.receiveByte()).isIn(-1, -2);
            EventLog.Session session = relay.log.ended();
            assertThat(session.closing())
                    .containsExactly("client.fin", "upstream.shut", "client.rst", "upstream.reset");
        }
    }

    @Test
    void serverResetsAfterItsFin() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            server.fin();
            assertThat(client.receiveByte()).isEqualTo(-1);
            server.reset();
            client.sendUntilReset();
            assertThat(relay.log.ended().closing())
                    .containsExactly("upstream.fin", "client.shut", "upstream.rst", "client.reset");
        }
    }

    @Test
    void finAfterOurFinIsAnOrdinaryEnd() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            server.fin();
            assertThat(client.receiveByte()).isEqualTo(-1);
            client.fin();
            assertThat(server.receiveByte()).isEqualTo(-1);

            assertThat(relay.log.ended().closing())
                    .containsExactly("upstream.fin", "client.shut", "client.fin", "upstream.shut");
        }
    }

    @Test
    void clientResetsAfterOurFin() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            server.send(answer, 7).fin();
            assertThat(client.receiveRest(answer)).isEqualTo(new Received(7, End.FIN));
            client.send(request, 9);
            relay.log.session(0).awaitSent(Leg.UPSTREAM, 9);
            client.reset();

            assertThat(server.receiveRest(request)).isEqualTo(new Received(9, End.RST));
            assertThat(relay.log.ended().closing())
                    .containsExactly("upstream.fin", "client.shut", "client.rst", "upstream.reset");
        }
    }

    /** An answer under way to a client that resets: the service learns of it, though it only ever writes. */
    @Test
    void clientResetsWhileTheServiceSends() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            CompletableFuture<Boolean> sending = later(() -> {
                server.sendUntilReset();
                return true;
            });
            client.receiveByte();
            client.reset();

            assertThat(within(sending)).isTrue();
            EventLog.Session session = relay.log.ended();
            assertThat(session.closing()).containsExactly("client.rst", "upstream.reset");
            assertThat(session.received(Leg.UPSTREAM))
                    .isEqualTo(session.sent(Leg.CLIENT) + session.undelivered(Leg.CLIENT));
        }
    }

    /** The request was read by nobody when the service's answer met the client's RST: it must still arrive. */
    @Test
    void failedWriteLosesNoUnreadBytes() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(service)
                        .narrow(16 * 1024)
                        .start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            long sent = client.sendUntilBlocked(request, 64 * MIB, Duration.ofSeconds(1));
            EventLog.Session session = relay.log.session(0);
            session.await(SessionEvent.Paused.class);
            server.send(answer, 1);
            session.awaitSent(Leg.CLIENT, 1);
            client.reset();
            server.send(answer, 1);
            session.await(SessionEvent.PeerReset.class);
            Received received = server.receiveRest(request);
            relay.log.ended();

            assertThat(received.end()).isEqualTo(End.RST);
            assertThat(received.bytes()).isLessThanOrEqualTo(sent).isPositive();
            assertThat(session.received(Leg.CLIENT))
                    .isEqualTo(session.sent(Leg.UPSTREAM) + session.undelivered(Leg.UPSTREAM));
        }
    }

    @Test
    void clientResetsWithBytesQueuedTowardsAServiceThatDoesNotRead() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(service)
                        .resetDelivery(Duration.ofMillis(300))
                        .start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            long sent = client.sendUntilBlocked(request, 64 * MIB, Duration.ofSeconds(1));
            EventLog.Session session = relay.log.session(0);
            session.await(SessionEvent.Paused.class);
            client.reset();
            if (engine.seesResetWithoutReading) {
                session.awaitEnd();
                assertThat(session.undelivered(Leg.UPSTREAM)).isPositive();
            }
            Received received = server.receiveRest(request);

            assertThat(received.end()).isEqualTo(End.RST);
            assertThat(received.bytes()).isLessThanOrEqualTo(sent);
            assertThat(relay.log.ended().closing()).containsExactly("client.rst", "upstream.reset");
            assertThat(session.received(Leg.CLIENT))
                    .isEqualTo(session.sent(Leg.UPSTREAM) + session.undelivered(Leg.UPSTREAM));
        }
    }

    @RepeatedTest(20)
    void bothResetAtOnce() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            client.send(request, 100);
            server.receive(request, 100);
            CyclicBarrier together = new CyclicBarrier(2);
            CompletableFuture<Boolean> first = later(() -> resetAt(together, client));
            CompletableFuture<Boolean> second = later(() -> resetAt(together, server));
            assertThat(within(first)).isTrue();
            assertThat(within(second)).isTrue();

            assertThat(relay.log.ended().closing()).containsAnyOf("client.rst", "upstream.rst");
        }
    }

    @Test
    void clientSendsAndResetsBeforeTheUpstreamIsConnected() throws Exception {
        try (TestService service = TestService.open();
                SlowNames names = new SlowNames("service.test", "127.0.0.1");
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(new UpstreamTarget(
                                "service.test", service.address().getPort()))
                        .resolver(names.resolver())
                        .start();
                TestPeer client = relay.connect()) {
            client.send(request, 20_000);
            EventLog.Session session = relay.log.session(0);
            client.reset();
            if (engine.seesResetWithoutReading) {
                session.await(SessionEvent.PeerReset.class);
            }
            names.answer();
            try (TestPeer server = service.accept()) {
                assertThat(server.receiveRest(request)).isEqualTo(new Received(20_000, End.RST));
            }
            assertThat(relay.log.ended().closing()).containsExactly("client.rst", "upstream.reset");
        }
    }

    private static boolean resetAt(CyclicBarrier together, TestPeer peer) throws Exception {
        together.await();
        peer.reset();
        return true;
    }

    private static void assertErrno(EventLog.Session session, Leg leg) {
        SessionEvent.PeerReset reset = session.one(SessionEvent.PeerReset.class);
        assertThat(reset.leg()).isEqualTo(leg);
        assertThat(reset.errno()).isEqualTo(Errno.ECONNRESET);
    }
}
