package dev.finspect.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What stands in the way of a start is said, and nothing is left running. */
@OverBothEngines
final class StartTest {
    private final EngineUnderTest engine;

    StartTest(EngineUnderTest engine) {
        this.engine = engine;
    }

    @Test
    void portIsTakenByAnotherRelayOfTheSameUser() throws Exception {
        UpstreamTarget nobody = TestService.nobody();
        try (RelayUnderTest first =
                RelayUnderTest.on(engine).before(nobody).loops(2).start()) {
            for (EngineUnderTest second : EngineUnderTest.here()) {
                RelayUnderTest.Settings settings = RelayUnderTest.on(second)
                        .before(nobody)
                        .loops(2)
                        .listen(new InetSocketAddress(RelayUnderTest.loopback4(), 0), first.address());
                assertThatExceptionOfType(RelayStartException.class)
                        .isThrownBy(settings::start)
                        .withMessageContaining("route test cannot listen on")
                        .withMessageContaining("the port is in use")
                        .matches(e -> e.kind() == RelayStartException.Kind.CANNOT_BIND);
            }
        }
    }

    @Test
    void addressIsNotOurs() throws Exception {
        RelayUnderTest.Settings settings =
                RelayUnderTest.on(engine).before(TestService.nobody()).listen(new InetSocketAddress("203.0.113.77", 0));
        assertThatExceptionOfType(RelayStartException.class)
                .isThrownBy(settings::start)
                .withMessageContaining("this machine does not have that address")
                .matches(e -> e.kind() == RelayStartException.Kind.CANNOT_BIND);
    }

    @Test
    void optionThatTheEngineCannotSetIsRefused() throws Exception {
        RelayUnderTest.Settings settings = RelayUnderTest.on(engine)
                .before(TestService.nobody())
                .sockets(new SocketSettings(true, null, null, null, "no-such-control", null));
        assertThatExceptionOfType(RelayStartException.class)
                .isThrownBy(settings::start)
                .withMessageContaining("route test")
                .matches(e -> e.kind() == RelayStartException.Kind.REFUSED_BY_SYSTEM);
    }

    @Test
    void keepAliveAndBuffersAreTaken() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(service)
                        .sockets(new SocketSettings(false, Duration.ofSeconds(30), 65_536, 65_536, null, null))
                        .start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            client.send((byte) 'x');
            assertThat(server.receiveByte()).isEqualTo('x');
        }
    }

    @Test
    void severalLoopsShareTheSessions() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay =
                        RelayUnderTest.on(engine).before(service).loops(3).start()) {
            for (int i = 0; i < 60; i++) {
                try (TestPeer client = relay.connect();
                        TestPeer server = service.accept()) {
                    client.send((byte) i).fin();
                    assertThat(server.receiveByte()).isEqualTo(i);
                    assertThat(server.fin().receiveByte()).isEqualTo(-1);
                }
            }
            relay.log.awaitEnded(60);
            List<EventLog.Session> sessions = relay.log.sessions();
            assertThat(sessions.stream().map(EventLog.Session::loop).distinct().count())
                    .isGreaterThan(1);
        }
    }
}
