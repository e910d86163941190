package dev.finspect.relay;

import static dev.finspect.relay.TestService.later;
import static dev.finspect.relay.TestService.within;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.record.ProxyReason;
import dev.finspect.relay.TestPeer.End;
import dev.finspect.relay.TestPeer.Received;
import dev.finspect.relay.names.SlowNames;
import dev.finspect.session.SessionEvent;
import dev.finspect.tcp.ConnectResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults for which other proxies have got a CVE number, tried here. The page threat-model.md lists them. */
@OverBothEngines
final class OtherProxiesFaultsTest {
    private static final Network LOOPBACK = new Network(RelayUnderTest.loopback4(), 8);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofMinutes(5);

    private final ByteStream request = new ByteStream(21);
    private final ByteStream answer = new ByteStream(22);
    private final EngineUnderTest engine;

    OtherProxiesFaultsTest(EngineUnderTest engine) {
        this.engine = engine;
    }

    /** CVE-2025-62409: a connection ends while the upstream still sends, and reading is paused for back-pressure. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void clientEndsWhileTheUpstreamIsHeldBack(boolean byReset) throws Exception {
        int sessions = 12;
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(service)
                        .narrow(8 << 10)
                        .start()) {
            for (int i = 0; i < sessions; i++) {
                try (TestPeer server = blocked(service, relay, byReset)) {
                    server.sendUntilReset();
                }
            }
            relay.log.awaitEnded(sessions);
            assertThat(relay.running().sessions().livingCount()).isZero();
            try (TestPeer client = relay.connect();
                    TestPeer server = service.accept()) {
                client.send(request, 10).fin();
                assertThat(server.receiveRest(request)).isEqualTo(new Received(10, End.FIN));
            }
        }
    }

    /** The server of a session that it could not send more in, and whose client has ended it. */
    private TestPeer blocked(TestService service, RelayUnderTest relay, boolean byReset) throws Exception {
        try (TestPeer client = relay.connect()) {
            TestPeer server = service.accept();
            client.send(request, 1);
            server.receive(request, 1);
            server.sendUntilBlocked(answer, Long.MAX_VALUE, SHORT);
            if (byReset) {
                client.reset();
            }
            return server; // Otherwise the client is closed with unread bytes, so that the kernel resets.
        }
    }

    /** CVE-2026-25949: a few bytes at the beginning lift the time limit; one byte after another must not prolong it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 192.0.2.1 192.0.2.2 4000 4",
                "\r\n\r\n\0\r\nQUIT\n",
                "\0\0\0\b\u0004\u00d2\u0016/",
                "P"
            })
    void aPrefixDoesNotLiftTheTimeLimitOfTheHeader(String prefix) throws Exception {
        byte[] bytes = prefix.getBytes(StandardCharsets.ISO_8859_1);
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(service)
                        .proxyProtocol(new ProxyProtocol(List.of(LOOPBACK), SHORT, 0))
                        .start();
                TestPeer client = relay.connect()) {
            for (byte each : bytes) {
                try {
                    client.send(new byte[] {each});
                } catch (IOException e) {
                    break; // No header begins like that, or the time is over.
                }
            }
            assertThat(client.receiveByte()).as("the end").isNegative();
            assertThat(relay.log.ended().record().proxyReason())
                    .isIn(ProxyReason.PROXY_HEADER_TIMEOUT, ProxyReason.PROXY_HEADER_INVALID);
        }
    }

    /** The same behind a whole header: the limit of the first byte applies. */
    @Test
    void aHeaderDoesNotLiftTheLimitOfTheFirstByte() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(service)
                        .firstByteTimeout(SHORT)
                        .proxyProtocol(new ProxyProtocol(List.of(LOOPBACK), LONG, 0))
                        .start();
                TestPeer client = relay.connect()) {
            client.send("PROXY TCP4 192.0.2.1 192.0.2.2 4000 443\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(client.receiveByte()).isEqualTo(-2);
            assertThat(relay.log.ended().closing()).startsWith("proxy.first_byte_timeout");
        }
    }

    /** CVE-2025-23217: a client reaches the admin server through the proxy, by a name that leads there. */
    @Test
    void aNameThatLeadsToTheAdminServerIsNotDialled() throws Exception {
        try (TestService admin = TestService.open();
                SlowNames names = new SlowNames("service.test", "127.0.0.1");
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(new UpstreamTarget(
                                "service.test", admin.address().getPort()))
                        .resolver(names.resolver())
                        .ownAddresses(admin.address())
                        .start();
                TestPeer client = relay.connect()) {
            CompletableFuture<Integer> end = later(client::receiveByte);
            names.answer();
            assertThat(within(end)).isEqualTo(-2);
            assertThat(relay.log.ended().one(SessionEvent.ConnectGivenUp.class).result())
                    .isEqualTo(ConnectResult.LOOP);
        }
    }

    /** CVE-2024-23325: a header with addresses of an IP version that the host lacks; here, that no socket here has. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP6 2001:db8::1 2001:db8::2 4000 443\r\n",
                "PROXY TCP6 ::ffff:192.0.2.1 fe80::1 4000 443\r\n",
                "PROXY TCP6 :: ::1 1 65535\r\n"
            })
    void aHeaderWithIpv6IsPassedOnWhereEverySocketIsIpv4(String header) throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(service)
                        .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .proxyProtocol(new ProxyProtocol(List.of(LOOPBACK), LONG, 1))
                        .start()) {
            for (int i = 0; i < 2; i++) {
                try (TestPeer client = relay.connect()) {
                    client.send((header + "q").getBytes(StandardCharsets.US_ASCII))
                            .fin();
                    try (TestPeer server = service.accept()) {
                        StringBuilder read = new StringBuilder();
                        for (int next = server.receiveByte(); next >= 0; next = server.receiveByte()) {
                            read.append((char) next);
                        }
                        assertThat(read.toString()).startsWith("PROXY TCP6 ").endsWith("\r\nq");
                    }
                }
            }
            relay.log.awaitEnded(2);
        }
    }
}
