package dev.finspect.relay;

import static dev.finspect.relay.TestService.later;
import static dev.finspect.relay.TestService.within;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.relay.TestPeer.End;
import dev.finspect.relay.TestPeer.Received;
import dev.finspect.relay.names.SlowNames;
import dev.finspect.session.SessionDirectory;
import dev.finspect.session.SessionEvent;
import dev.finspect.tcp.Leg;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every byte, then the FIN, either way, for as long as the peers wish. */
@OverBothEngines
final class FinTest {
    private static final int MIB = 1 << 20;

    private final ByteStream request = new ByteStream(1);
    private final ByteStream answer = new ByteStream(2);
    private final EngineUnderTest engine;

    FinTest(EngineUnderTest engine) {
        this.engine = engine;
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 64 * 1024, 5 * MIB, 48 * MIB})
    void everyByteThenFinBothWaysAtOnce(long bytes) throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            CompletableFuture<TestPeer> asking =
                    later(() -> client.send(request, bytes).fin());
            CompletableFuture<TestPeer> answering =
                    later(() -> server.send(answer, bytes).fin());
            CompletableFuture<Received> asked = later(() -> server.receiveRest(request));
            CompletableFuture<Received> answered = later(() -> client.receiveRest(answer));

            assertThat(within(asked)).isEqualTo(new Received(bytes, End.FIN));
            assertThat(within(answered)).isEqualTo(new Received(bytes, End.FIN));
            within(asking);
            within(answering);

            EventLog.Session session = relay.log.ended();
            assertThat(session.closing())
                    .containsExactlyInAnyOrder("client.fin", "upstream.shut", "upstream.fin", "client.shut");
            assertThat(session.one(SessionEvent.Connected.class).peer()).isEqualTo(service.address());
            for (Leg leg : Leg.values()) {
                assertThat(session.received(leg)).isEqualTo(bytes);
                assertThat(session.sent(leg)).isEqualTo(bytes);
                assertThat(session.undelivered(leg)).isZero();
            }
        }
    }

    /** The whole answer comes, though Netty's own epoll channels from 4.2.13 to 4.2.20 cut it. */
    @Test
    void clientHalfClosesAndServerSlowlyAnswers() throws Exception {
        long bytes = 20 * MIB;
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            client.send(request, 10).fin();
            assertThat(server.receiveRest(request)).isEqualTo(new Received(10, End.FIN));
            CompletableFuture<TestPeer> answering =
                    later(() -> server.send(answer, bytes).fin());
            relay.log.session(0).await(SessionEvent.Paused.class, paused -> paused.leg() == Leg.UPSTREAM);

            assertThat(client.receiveRest(answer)).isEqualTo(new Received(bytes, End.FIN));
            within(answering);

            EventLog.Session session = relay.log.ended();
            assertThat(session.closing()).containsExactly("client.fin", "upstream.shut", "upstream.fin", "client.shut");
            assertThat(session.has(SessionEvent.Resumed.class)).isTrue();
        }
    }

    @Test
    void clientHalfClosesAndServerAnswersPieceByPiece() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            client.send(request, 1).fin();
            assertThat(server.receiveRest(request).end()).isEqualTo(End.FIN);
            for (int piece = 1; piece <= 200; piece++) {
                server.send(answer, piece * 100L);
                client.receive(answer, piece * 100L);
            }
            server.fin();

            assertThat(client.receiveRest(answer)).isEqualTo(new Received(2_010_000, End.FIN));
            assertThat(relay.log.ended().closing())
                    .containsExactly("client.fin", "upstream.shut", "upstream.fin", "client.shut");
        }
    }

    @Test
    void serverHalfClosesWhileClientKeepsSending() throws Exception {
        long bytes = 20 * MIB;
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            server.send(answer, 5).fin();
            assertThat(client.receiveRest(answer)).isEqualTo(new Received(5, End.FIN));
            CompletableFuture<TestPeer> asking =
                    later(() -> client.send(request, bytes).fin());

            assertThat(server.receiveRest(request)).isEqualTo(new Received(bytes, End.FIN));
            within(asking);

            assertThat(relay.log.ended().closing())
                    .containsExactly("upstream.fin", "client.shut", "client.fin", "upstream.shut");
        }
    }

    @Test
    void everyEventOfASessionIsReportedOnceAndInOrder() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            client.send(request, 8);
            server.receive(request, 8);
            server.send(answer, 6);
            client.receive(answer, 6);
            // A FIN that comes with the bytes may be reported before they are read.
            server.fin();
            assertThat(client.receiveByte()).isEqualTo(-1);
            client.fin();
            assertThat(server.receiveByte()).isEqualTo(-1);
            EventLog.Session session = relay.log.ended();
            assertThat(session.events().stream()
                            .map(event -> event.getClass().getSimpleName())
                            .filter(name -> !name.endsWith("Sampled") && !name.equals("TurnsCounted")))
                    .containsExactly(
                            "Accepted",
                            "AttemptBegun",
                            "Connected",
                            "FirstByte",
                            "FirstByte",
                            "PeerFin",
                            "OutputShut",
                            "PeerFin",
                            "OutputShut",
                            "Ended");
            assertThat(session.has(SessionEvent.TurnsCounted.class)).isTrue();
            assertThat(relay.running()
                            .sessions()
                            .first(10, SessionDirectory.Selection.ALL)
                            .get())
                    .isEmpty();
        }
    }

    @Test
    void serverSpeaksFirst() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            server.send(answer, 100);
            client.receive(answer, 100).send(request, 50).fin();

            assertThat(server.receiveRest(request)).isEqualTo(new Received(50, End.FIN));
            server.fin();
            assertThat(client.receiveRest(answer)).isEqualTo(new Received(100, End.FIN));
            List<SessionEvent> firsts = relay.log.ended().events().stream()
                    .filter(SessionEvent.FirstByte.class::isInstance)
                    .toList();
            assertThat(firsts)
                    .extracting(event -> ((SessionEvent.FirstByte) event).leg())
                    .containsExactly(Leg.UPSTREAM, Leg.CLIENT);
        }
    }

    @Test
    void bytesAndFinSentBeforeTheUpstreamWasConnectedAreNotLost() throws Exception {
        try (TestService service = TestService.open();
                SlowNames names = new SlowNames("service.test", "127.0.0.1");
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(new UpstreamTarget(
                                "service.test", service.address().getPort()))
                        .resolver(names.resolver())
                        .start();
                TestPeer client = relay.connect()) {
            client.send(request, 40_000).fin();
            EventLog.Session session = relay.log.session(0);
            assertThat(session.received(Leg.CLIENT)).isZero();
            names.answer();
            try (TestPeer server = service.accept()) {
                assertThat(server.receiveRest(request)).isEqualTo(new Received(40_000, End.FIN));
                server.send(answer, 3).fin();
                assertThat(client.receiveRest(answer)).isEqualTo(new Received(3, End.FIN));
            }
            SessionEvent.LookedUp lookedUp = relay.log.ended().one(SessionEvent.LookedUp.class);
            assertThat(lookedUp.name()).isEqualTo("service.test");
            assertThat(lookedUp.end().answer()).isNotNull();
            assertThat(lookedUp.end().durationNanos()).isPositive();
        }
    }

    @Test
    void urgentByteStaysInTheStream() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            client.send((byte) 'a', (byte) 'b').sendUrgent('X').send((byte) 'c').fin();

            for (int expected : new int[] {'a', 'b', 'X', 'c', -1}) {
                assertThat(server.receiveByte()).isEqualTo(expected);
            }
            server.fin();
            EventLog.Session session = relay.log.ended();
            assertThat(session.has(SessionEvent.UrgentSeen.class)).isEqualTo(engine.seesUrgent);
            assertThat(session.sent(Leg.UPSTREAM)).isEqualTo(4);
        }
    }

    @Test
    void urgentByteInTheMidstOfBulkStaysInTheStream() throws Exception {
        long bytes = 8 * MIB;
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            CompletableFuture<TestPeer> sending = later(() -> client.send(request, bytes)
                    .sendUrgent('X')
                    .send(request, bytes)
                    .fin());

            server.receive(request, bytes);
            assertThat(server.receiveByte()).isEqualTo('X');
            assertThat(server.receiveRest(request)).isEqualTo(new Received(2 * bytes, End.FIN));
            within(sending);
        }
    }

    @Test
    void ipv6BothLegs() throws Exception {
        Assumptions.assumeTrue(hasIpv6Loopback(), "this system has no IPv6 loopback address");
        try (TestService service = TestService.open(NetUtil.LOCALHOST6, 10, 0);
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .listen(new InetSocketAddress(NetUtil.LOCALHOST6, 0))
                        .before(service)
                        .start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            client.send(request, 1000).fin();
            assertThat(server.receiveRest(request)).isEqualTo(new Received(1000, End.FIN));
            server.send(answer, 2000).fin();
            assertThat(client.receiveRest(answer)).isEqualTo(new Received(2000, End.FIN));
            EventLog.Session session = relay.log.ended();
            assertThat(session.identity().client()).isEqualTo(client.local());
            assertThat(session.one(SessionEvent.Connected.class).peer()).isEqualTo(service.address());
        }
    }

    @Test
    void wildcardListenerTakesBothFamiliesAndNamesThemAsTheyAre() throws Exception {
        Assumptions.assumeTrue(hasIpv6Loopback(), "this system has no IPv6 loopback address");
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .listen(new InetSocketAddress("::", 0))
                        .before(service)
                        .start()) {
            int port = relay.address().getPort();
            for (InetSocketAddress to : List.of(
                    new InetSocketAddress(NetUtil.LOCALHOST4, port), new InetSocketAddress(NetUtil.LOCALHOST6, port))) {
                int number = relay.log.sessions().size();
                try (TestPeer client = TestPeer.connect(to);
                        TestPeer server = service.accept()) {
                    EventLog.Session session = relay.log.session(number);
                    assertThat(session.identity().client()).isEqualTo(client.local());
                    assertThat(session.identity().accepted()).isEqualTo(to);
                    client.fin();
                    assertThat(server.fin().receiveByte()).isEqualTo(-1);
                }
            }
        }
    }

    private static boolean hasIpv6Loopback() {
        try (TestService six = TestService.open(NetUtil.LOCALHOST6, 1, 0)) {
            return six.address().getPort() > 0;
        } catch (java.io.IOException e) {
            return false;
        }
    }
}
