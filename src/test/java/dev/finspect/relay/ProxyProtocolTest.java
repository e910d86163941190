package dev.finspect.relay;

import static dev.finspect.relay.TestService.later;
import static dev.finspect.relay.TestService.within;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.record.Outcome;
import dev.finspect.record.ProxyHeader;
import dev.finspect.record.ProxyReason;
import dev.finspect.relay.TestPeer.End;
import dev.finspect.relay.TestPeer.Received;
import dev.finspect.relay.header.ProxyHeaderCodec;
import dev.finspect.relay.header.ProxyHeaderIntake;
import dev.finspect.session.SessionEvent;
import dev.finspect.tcp.Leg;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PROXY headers pass the relay's edges, and nothing else of a session changes. */
@OverBothEngines
final class ProxyProtocolTest {
    private static final long MIB = 1 << 20;
    private static final String V1 = hex("PROXY TCP4 192.0.2.1 192.0.2.2 4000 443\r\n");
    private static final String V2 = "0d0a0d0a000d0a515549540a" + "2111000cc0000201c00002020fa001bb";
    private static final String LOCAL = "0d0a0d0a000d0a515549540a" + "20000000";
    private static final String UNKNOWN = hex("PROXY UNKNOWN\r\n");
    private static final Network LOOPBACK = new Network(RelayUnderTest.loopback4(), 8);
    private static final Network ELSEWHERE = new Network(new InetSocketAddress("10.0.0.0", 0).getAddress(), 8);

    private final ByteStream request = new ByteStream(11);
    private final ByteStream answer = new ByteStream(12);
    private final EngineUnderTest engine;

    ProxyProtocolTest(EngineUnderTest engine) {
        this.engine = engine;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void bytesBehindTheHeaderArriveHoweverTheyCome(int which) throws Exception {
        byte[] header = HexFormat.of().parseHex(List.of(V1, V2, LOCAL, UNKNOWN).get(which));
        try (TestService service = TestService.open();
                RelayUnderTest relay = started(service, from(LOOPBACK, 10_000, 0))) {
            for (boolean atOnce : new boolean[] {true, false}) {
                try (TestPeer client = relay.connect()) {
                    byte[] all = Arrays.copyOf(header, header.length + 1);
                    all[header.length] = 'q';
                    for (int i = 0; !atOnce && i < all.length; i++) {
                        client.send(all[i]);
                    }
                    client.send(atOnce ? all : new byte[0]).fin();
                    try (TestPeer server = service.accept()) {
                        assertThat(server.receiveByte()).isEqualTo('q');
                        assertThat(server.receiveByte()).isEqualTo(-1);
                        server.send(answer, MIB).fin();
                        assertThat(client.receiveRest(answer)).isEqualTo(new Received(MIB, End.FIN));
                    }
                }
            }
            relay.log.awaitEnded(2);
            for (EventLog.Session session : relay.log.sessions()) {
                assertThat(session.closing())
                        .containsExactly("client.fin", "upstream.shut", "upstream.fin", "client.shut");
                assertThat(session.received(Leg.CLIENT)).isEqualTo(1);
                assertThat(session.sent(Leg.UPSTREAM)).isEqualTo(1);
                ProxyHeader read =
                        Objects.requireNonNull(session.record().proxyHeaders().received());
                assertThat(read.bytes()).isEqualTo(header.length);
                assertThat(read.source())
                        .isEqualTo(
                                which > 1
                                        ? null
                                        : new InetSocketAddress(
                                                InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1}), 4000));
            }
        }
    }

    @Test
    void bulkFollowsTheHeaderBothWaysAndHeadersCountNowhere() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = started(service, from(LOOPBACK, 10_000, 2));
                TestPeer client = relay.connect()) {
            CompletableFuture<TestPeer> sending =
                    later(() -> client.send(HexFormat.of().parseHex(V2))
                            .send(request, 16 * MIB)
                            .fin());
            try (TestPeer server = service.accept()) {
                ProxyHeader sent = Objects.requireNonNull(header(server));
                assertThat(server.receiveRest(request)).isEqualTo(new Received(16 * MIB, End.FIN));
                within(sending);
                CompletableFuture<TestPeer> answering =
                        later(() -> server.send(answer, 16 * MIB).fin());
                assertThat(client.receiveRest(answer)).isEqualTo(new Received(16 * MIB, End.FIN));
                within(answering);
                EventLog.Session session = relay.log.ended();
                assertThat(sent.uniqueId()).isEqualTo(session.identity().id());
                assertThat(sent.source())
                        .isEqualTo(Objects.requireNonNull(
                                        session.record().proxyHeaders().received())
                                .source());
                assertThat(session.record().proxyHeaders().sent()).isEqualTo(sent);
                assertThat(session.received(Leg.CLIENT)).isEqualTo(16 * MIB);
                assertThat(session.sent(Leg.UPSTREAM)).isEqualTo(16 * MIB);
                assertThat(session.record().outcome()).isEqualTo(Outcome.CLEAN);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void headerComesFirstWhereTheServerSpeaksFirstAndTheClientSaysNothing(int version) throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(TestService.nobody())
                        .before(service)
                        .proxyProtocol(new ProxyProtocol(List.of(), Duration.ofSeconds(3), version))
                        .start();
                TestPeer client = relay.connect()) {
            client.fin();
            try (TestPeer server = service.accept()) {
                server.send(answer, 100);
                ProxyHeader sent = Objects.requireNonNull(header(server));
                assertThat(sent.source()).isEqualTo(client.local());
                assertThat(sent.destination()).isEqualTo(relay.address());
                assertThat(sent.version()).isEqualTo(version);
                assertThat(server.receiveByte()).as("behind the header").isEqualTo(-1);
                server.fin();
                assertThat(client.receiveRest(answer)).isEqualTo(new Received(100, End.FIN));
            }
            EventLog.Session session = relay.log.ended();
            assertThat(session.has(SessionEvent.AttemptFailed.class)).isTrue();
            assertThat(session.events().stream().filter(SessionEvent.ProxyHeaderSent.class::isInstance))
                    .hasSize(1);
            assertThat(session.sent(Leg.UPSTREAM)).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\n\r\n", "PROXY TCP4 1 2 3 4\r\n", "PROXY TCP4 x", "PROXX"})
    void noHeaderIsRefusedWithItsReason(String bytes) throws Exception {
        boolean waits = bytes.endsWith("x");
        try (TestService service = TestService.open();
                RelayUnderTest relay = started(service, from(LOOPBACK, waits ? 50 : 10_000, 0));
                TestPeer client = relay.connect()) {
            client.send(bytes.getBytes(StandardCharsets.US_ASCII));
            assertThat(client.receiveByte()).isEqualTo(-2);
            EventLog.Session session = relay.log.ended();
            assertThat(session.record().proxyReason())
                    .isEqualTo(waits ? ProxyReason.PROXY_HEADER_TIMEOUT : ProxyReason.PROXY_HEADER_INVALID);
            assertThat(session.record().outcome()).isEqualTo(Outcome.REFUSED_BY_POLICY);
            assertThat(session.has(SessionEvent.AttemptBegun.class)).isFalse();
        }
    }

    @Test
    void clientThatIsGoneBeforeItsHeaderIsCompleteReachesNoUpstream() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = started(service, from(LOOPBACK, 60_000, 0))) {
            TestPeer resets = relay.connect();
            relay.log.session(0);
            resets.send(Arrays.copyOf(HexFormat.of().parseHex(V1), 20)).reset();
            relay.log.awaitEnded(1);
            try (TestPeer half = relay.connect()) {
                half.send(Arrays.copyOf(HexFormat.of().parseHex(V2), 20)).fin();
                assertThat(half.receiveByte()).isEqualTo(-2);
            }
            try (TestPeer probe = relay.connect()) {
                probe.fin();
                assertThat(probe.receiveByte()).isEqualTo(-2);
            }
            relay.log.awaitEnded(3);
            assertThat(relay.log.session(0).closing()).startsWith("client.rst");
            for (EventLog.Session session : relay.log.sessions()) {
                assertThat(session.has(SessionEvent.AttemptBegun.class)).isFalse();
                assertThat(session.record().proxyHeaders()).isEqualTo(ProxyHeader.Both.NONE);
            }
            for (int i = 1; i < 3; i++) {
                assertThat(relay.log.session(i).record().proxyReason()).isEqualTo(ProxyReason.PROXY_HEADER_MISSING);
                assertThat(relay.log.session(i).closing()).startsWith("client.fin");
            }
        }
    }

    /** All at once: the header, a word, and an RST, which is what ended it. */
    @Test
    void clientThatResetsRightAfterItsHeaderHasSentOne() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = started(service, from(LOOPBACK, 60_000, 0))) {
            for (int i = 0; i < 20; i++) {
                relay.connect().send(HexFormat.of().parseHex(V2)).send((byte) 1).reset();
            }
            relay.log.awaitEnded(20);
            for (EventLog.Session session : relay.log.sessions()) {
                assertThat(session.record().proxyReason()).isNull();
                assertThat(session.closing()).startsWith("client.rst");
            }
        }
    }

    @Test
    void headerFromElsewhereIsOrdinaryBytes() throws Exception {
        byte[] spoofed = HexFormat.of().parseHex(V1);
        try (TestService service = TestService.open();
                RelayUnderTest relay = started(service, from(ELSEWHERE, 3_000, 2));
                TestPeer client = relay.connect()) {
            client.send(spoofed).fin();
            try (TestPeer server = service.accept()) {
                assertThat(Objects.requireNonNull(header(server)).source()).isEqualTo(client.local());
                for (byte each : spoofed) {
                    assertThat(server.receiveByte()).isEqualTo(each);
                }
                assertThat(server.fin().receiveByte()).isEqualTo(-1);
            }
            EventLog.Session session = relay.log.ended();
            assertThat(session.record().proxyHeaders().received()).isNull();
            assertThat(session.received(Leg.CLIENT)).isEqualTo(spoofed.length);
        }
    }

    @Test
    void clientThatTheHeaderNamesIsRefusedLikeOneThatConnects() throws Exception {
        Network told = new Network(new InetSocketAddress("192.0.2.0", 0).getAddress(), 24);
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(service)
                        .refuse(told)
                        .proxyProtocol(from(LOOPBACK, 10_000, 0))
                        .start();
                TestPeer client = relay.connect()) {
            client.send(HexFormat.of().parseHex(V2));
            assertThat(client.receiveByte()).isEqualTo(-2);
            assertThat(relay.log.ended().record().proxyReason()).isEqualTo(ProxyReason.CLIENT_REFUSED);
            assertThat(relay.log.ended().has(SessionEvent.AttemptBegun.class)).isFalse();
        }
    }

    @Test
    void resetsPassBehindHeaders() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = started(service, from(LOOPBACK, 10_000, 1))) {
            TestPeer client = relay.connect();
            client.send(HexFormat.of().parseHex(V2)).send(request, 1000);
            try (TestPeer server = service.accept()) {
                header(server);
                server.receive(request, 1000);
                client.reset();
                assertThat(server.receiveByte()).isEqualTo(-2);
            }
            relay.log.awaitEnded(1);
            try (TestPeer again = relay.connect()) {
                again.send(HexFormat.of().parseHex(V1));
                TestPeer server = service.accept();
                header(server);
                server.reset();
                assertThat(again.receiveByte()).isEqualTo(-2);
            }
            relay.log.awaitEnded(2);
            assertThat(relay.log.session(0).closing()).containsExactly("client.rst", "upstream.reset");
            assertThat(relay.log.session(1).closing()).containsExactly("upstream.rst", "client.reset");
        }
    }

    private RelayUnderTest started(TestService service, ProxyProtocol spoken) throws Exception {
        return RelayUnderTest.on(engine).before(service).proxyProtocol(spoken).start();
    }

    private static ProxyProtocol from(Network network, int patienceMillis, int send) {
        return new ProxyProtocol(List.of(network), Duration.ofMillis(patienceMillis), send);
    }

    /** Reads the header that the relay sent, byte by byte and not one further. */
    private static @Nullable ProxyHeader header(TestPeer server) throws Exception {
        ProxyHeaderIntake intake = new ProxyHeaderIntake();
        while (intake.wanted() > 0) {
            int next = server.receiveByte();
            assertThat(next).as("the end within a header").isNotNegative();
            intake.take(ByteBuffer.wrap(new byte[] {(byte) next}), 1);
        }
        return ProxyHeaderCodec.decode(intake.header());
    }

    private static String hex(String ascii) {
        return HexFormat.of().formatHex(ascii.getBytes(StandardCharsets.US_ASCII));
    }
}
