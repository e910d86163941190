package dev.finspect.relay;

import static dev.finspect.fixture.TlsBytes.CHANGE_CIPHER_SPEC;
import static dev.finspect.fixture.TlsBytes.alert;
import static dev.finspect.fixture.TlsBytes.alpn;
import static dev.finspect.fixture.TlsBytes.clientHello;
import static dev.finspect.fixture.TlsBytes.helloRetryRequest;
import static dev.finspect.fixture.TlsBytes.join;
import static dev.finspect.fixture.TlsBytes.sealed;
import static dev.finspect.fixture.TlsBytes.serverHello;
import static dev.finspect.fixture.TlsBytes.serverName;
import static dev.finspect.fixture.TlsBytes.version13;
import static dev.finspect.relay.TestService.later;
import static dev.finspect.relay.TestService.within;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.record.LegTls;
import dev.finspect.record.Outcome;
import dev.finspect.relay.TestPeer.End;
import dev.finspect.relay.TestPeer.Received;
import dev.finspect.session.SessionEvent;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import dev.finspect.wire.tls.FirstBytes;
import dev.finspect.wire.tls.TlsStep;
import dev.finspect.wire.tls.TlsVersion;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a route with {@code tls: observe} sees of its bytes, and that all of them pass as they are. */
@OverBothEngines
final class TlsObservationTest {
    private static final long MIB = 1 << 20;
    private static final byte[] HELLO = clientHello(serverName("db.example"), alpn("h2"));

    private final EngineUnderTest engine;

    TlsObservationTest(EngineUnderTest engine) {
        this.engine = engine;
    }

    private RelayUnderTest observing(TestService service) throws Exception {
        return RelayUnderTest.on(engine).before(service).observingTls().start();
    }

    private static LegTls tls(EventLog.Session session, Leg leg) {
        return Objects.requireNonNull(session.record().leg(leg).tls());
    }

    private static void passes(TestPeer from, TestPeer to, byte[] bytes) throws Exception {
        from.send(bytes);
        for (byte each : bytes) {
            assertThat(to.receiveByte()).isEqualTo(each & 0xff);
        }
    }

    @Test
    void aHandshakeOfTls13AndItsEndAreInTheRecord() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = observing(service);
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            passes(client, server, HELLO);
            passes(server, client, join(serverHello(version13()), CHANGE_CIPHER_SPEC, sealed(23, 900)));
            passes(client, server, join(CHANGE_CIPHER_SPEC, sealed(23, 53)));
            passes(client, server, sealed(23, 19));
            client.fin();
            assertThat(server.receiveByte()).isEqualTo(-1);
            passes(server, client, sealed(23, 300));
            server.fin();
            assertThat(client.receiveByte()).isEqualTo(-1);

            EventLog.Session session = relay.log.ended();
            LegTls offered = tls(session, Leg.CLIENT);
            LegTls chosen = tls(session, Leg.UPSTREAM);
            assertThat(Objects.requireNonNull(offered.hello().offered()).serverName())
                    .isEqualTo("db.example");
            assertThat(offered.hello().bytes().or(0L)).isEqualTo(HELLO.length);
            assertThat(offered.hello().reads().or(0L)).isEqualTo(1);
            assertThat(Objects.requireNonNull(chosen.hello().chosen()).version())
                    .isEqualTo(TlsVersion.TLS_1_3);
            assertThat(chosen.hello().answer().or(-1L)).isPositive();
            assertThat(offered.closeNotify().or(false)).isTrue();
            assertThat(Objects.requireNonNull(offered.closeNotify().fact()).source())
                    .isEqualTo(Source.INFERRED);
            assertThat(chosen.closeNotify().or(true)).isFalse();
            assertThat(offered.encryptedAt().isKnown() && chosen.encryptedAt().isKnown())
                    .isTrue();
            assertThat(session.record().outcome()).isEqualTo(Outcome.CLEAN);
        }
    }

    @Test
    void aHelloInTwoWritesIsCountedInReads() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = observing(service);
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            passes(client, server, Arrays.copyOf(HELLO, 30));
            SessionEvent.TlsStepped begun = relay.log
                    .session(0)
                    .await(SessionEvent.TlsStepped.class, e -> e.step() instanceof TlsStep.HelloBegun);
            assertThat(begun.step()).isEqualTo(new TlsStep.HelloBegun(HELLO.length));
            passes(client, server, Arrays.copyOfRange(HELLO, 30, HELLO.length));
            passes(server, client, join(helloRetryRequest(), CHANGE_CIPHER_SPEC));
            passes(client, server, join(CHANGE_CIPHER_SPEC, HELLO));
            passes(server, client, alert(2, 40));
            server.fin();
            client.fin();
            EventLog.Session session = relay.log.ended();
            assertThat(tls(session, Leg.CLIENT).hello().reads().or(0L)).isEqualTo(2);
            assertThat(tls(session, Leg.CLIENT).hello().retriedAt().isKnown()).isTrue();
            assertThat(tls(session, Leg.UPSTREAM).hello().retriedAt().isKnown()).isTrue();
            assertThat(Objects.requireNonNull(
                                    tls(session, Leg.UPSTREAM).alert().what().orNull())
                            .label())
                    .isEqualTo("handshake_failure");
            assertThat(tls(session, Leg.UPSTREAM).closeNotify().isKnown()).isFalse();
        }
    }

    /** Hellos before 16 MiB each way, by splice(2) where there is one: no byte is other, and the last ones are not seen. */
    @ParameterizedTest
    @ValueSource(strings = {"hello", "http", "garbage", "record-of-nothing"})
    void bulkPassesAsItIsWhateverItBeginsWith(String beginning) throws Exception {
        byte[] first = switch (beginning) {
            case "hello" -> HELLO;
            case "http" -> "GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            case "garbage" -> garbage();
            default -> join(Arrays.copyOf(HELLO, 9), new byte[70_000]);
        };
        ByteStream up = new ByteStream(3);
        ByteStream down = new ByteStream(4);
        try (TestService service = TestService.open();
                RelayUnderTest relay = observing(service);
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            CompletableFuture<TestPeer> greeting = later(() -> client.send(first));
            for (byte each : first) {
                assertThat(server.receiveByte()).isEqualTo(each & 0xff);
            }
            within(greeting);
            CompletableFuture<TestPeer> sending =
                    later(() -> client.send(up, 16 * MIB).fin());
            CompletableFuture<TestPeer> answering =
                    later(() -> server.send(down, 16 * MIB).fin());
            CompletableFuture<Received> atClient = later(() -> client.receiveRest(down));
            assertThat(server.receiveRest(up)).isEqualTo(new Received(16 * MIB, End.FIN));
            assertThat(within(atClient)).isEqualTo(new Received(16 * MIB, End.FIN));
            within(sending);
            within(answering);
            EventLog.Session session = relay.log.ended();
            assertThat(session.record().outcome()).isEqualTo(Outcome.CLEAN);
            assertThat(tls(session, Leg.CLIENT).speaks().isKnown()).isTrue();
            assertThat(session.received(Leg.CLIENT)).isEqualTo(16 * MIB + first.length);
        }
    }

    private static byte[] garbage() {
        byte[] bytes = new byte[3_000];
        new Random(9).nextBytes(bytes);
        System.arraycopy(HELLO, 0, bytes, 0, 60);
        return bytes;
    }

    @Test
    void onAnotherRouteNoByteIsLookedAt() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            passes(client, server, HELLO);
            client.fin();
            server.fin();
            EventLog.Session session = relay.log.ended();
            assertThat(session.record().client().tls()).isNull();
            assertThat(session.has(SessionEvent.TlsStepped.class)).isFalse();
        }
    }

    @Test
    void aClientThatSendsNothingIsNotSaidToSpeakAnything() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = observing(service);
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            passes(server, client, "220 mail\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            client.reset();
            assertThat(server.receiveByte()).isEqualTo(-2);
            EventLog.Session session = relay.log.ended();
            assertThat(tls(session, Leg.CLIENT).speaks().isNone()).isTrue();
            assertThat(tls(session, Leg.UPSTREAM).speaks().orNull()).isEqualTo(FirstBytes.TEXT);
            assertThat(tls(session, Leg.UPSTREAM).closeNotify().isKnown()).isFalse();
        }
    }
}
