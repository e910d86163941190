package dev.finspect.relay;

import static dev.finspect.relay.TestService.later;
import static dev.finspect.relay.TestService.within;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.record.Outcome;
import dev.finspect.relay.TestPeer.End;
import dev.finspect.relay.TestPeer.Received;
import dev.finspect.relay.names.SlowNames;
import dev.finspect.session.RouteCounters;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionRecord;
import java.net.ConnectException;
import java.net.SocketException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** Session limit, time-outs and stopping: what finspect ends by itself. */
@OverBothEngines
final class LimitTest {
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofMinutes(5);

    private final ByteStream request = new ByteStream(9);
    private final ByteStream answer = new ByteStream(10);
    private final EngineUnderTest engine;

    LimitTest(EngineUnderTest engine) {
        this.engine = engine;
    }

    @Test
    void clientAtTheLimitWaitsInTheBacklog() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(service)
                        .maxSessions(1, false)
                        .start();
                TestPeer first = relay.connect();
                TestPeer firstServer = service.accept();
                TestPeer second = relay.connect()) {
            second.send(request, 10);
            CompletableFuture<TestPeer> secondServer = later(service::accept);
            first.send(request, 5);
            firstServer.receive(request, 5);
            assertThat(relay.log.sessions()).hasSize(1);
            assertThat(relay.running().sessions().livingCount()).isEqualTo(1);
            first.fin();
            firstServer.fin();

            try (TestPeer server = within(secondServer)) {
                server.receive(request, 10);
                assertThat(relay.log.session(0).has(SessionEvent.Ended.class)).isTrue();
            }
        }
    }

    @Test
    void clientAtTheLimitIsRejected() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(service)
                        .maxSessions(1, true)
                        .start();
                TestPeer first = relay.connect();
                TestPeer firstServer = service.accept();
                TestPeer second = relay.connect()) {
            assertThat(second.receiveByte()).isEqualTo(-2);
            relay.log.awaitEnded(1);
            assertThat(relay.log.session(1).closing()).containsExactly("proxy.session_limit", "client.reset");
            first.send(request, 5);
            firstServer.receive(request, 5);
            first.fin();
            firstServer.fin();
            relay.log.awaitEnded(2);

            try (TestPeer third = relay.connect();
                    TestPeer thirdServer = service.accept()) {
                third.send(request, 1);
                thirdServer.receive(request, 1);
            }
        }
    }

    @Test
    void clientWithTooManySessionsIsRejectedUntilOneIsOver() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(service)
                        .admission(new AdmissionLimits(OptionalInt.of(1), OptionalInt.empty()))
                        .start();
                TestPeer first = relay.connect();
                TestPeer firstServer = service.accept();
                TestPeer second = relay.connect()) {
            assertThat(second.receiveByte()).isEqualTo(-2);
            relay.log.awaitEnded(1);
            assertThat(relay.log.session(1).closing()).containsExactly("proxy.client_limit", "client.reset");
            SessionRecord refused = relay.log.session(1).record();
            assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED_BY_POLICY);
            first.send(request, 5);
            firstServer.receive(request, 5);
            first.fin();
            firstServer.fin();
            relay.log.awaitEnded(2);

            try (TestPeer third = relay.connect();
                    TestPeer thirdServer = service.accept()) {
                third.send(request, 1);
                thirdServer.receive(request, 1);
            }
        }
    }

    @Test
    void sessionThatHasNotSpokenKeepsAnotherOutUntilAPeerSpeaks() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(service)
                        .admission(new AdmissionLimits(OptionalInt.empty(), OptionalInt.of(1)))
                        .start();
                TestPeer first = relay.connect();
                TestPeer firstServer = service.accept();
                TestPeer second = relay.connect()) {
            assertThat(second.receiveByte()).isEqualTo(-2);
            relay.log.awaitEnded(1);
            assertThat(relay.log.session(1).closing()).containsExactly("proxy.unspoken_limit", "client.reset");
            firstServer.send(request, 5);
            first.receive(request, 5);

            try (TestPeer third = relay.connect();
                    TestPeer thirdServer = service.accept()) {
                third.send(request, 1);
                thirdServer.receive(request, 1);
            }
        }
    }

    @Test
    void idleSessionIsResetOnBothLegs() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(service)
                        .idleTimeout(SHORT)
                        .start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            client.send(request, 10);

            assertThat(server.receiveRest(request)).isEqualTo(new Received(10, End.RST));
            assertThat(client.receiveByte()).isEqualTo(-2);
            assertEndedBy(relay, "proxy.idle_timeout");
        }
    }

    @Test
    void busySessionIsNotIdle() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(service)
                        .idleTimeout(Duration.ofSeconds(2))
                        .start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
            while (System.nanoTime() - end < 0) {
                client.send(request, 1);
                server.receive(request, 1);
            }
            assertThat(relay.log.session(0).has(SessionEvent.ProxyEnded.class)).isFalse();
        }
    }

    @Test
    void halfClosedSessionIsResetOnBothLegs() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(service)
                        .halfCloseTimeout(SHORT)
                        .idleTimeout(LONG)
                        .start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            client.send(request, 10).fin();

            assertThat(server.receiveRest(request)).isEqualTo(new Received(10, End.FIN));
            assertThat(client.receiveByte()).isEqualTo(-2);
            EventLog.Session session = relay.log.ended();
            assertThat(session.closing())
                    .startsWith("client.fin", "upstream.shut", "proxy.half_close_timeout")
                    .contains("client.reset", "upstream.reset");
        }
    }

    @Test
    void serviceThatNeverAnswersIsResetWithItsClient() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(service)
                        .firstByteTimeout(SHORT)
                        .idleTimeout(LONG)
                        .start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            assertThat(client.receiveByte()).isEqualTo(-2);
            assertThat(server.receiveByte()).isEqualTo(-2);
            assertEndedBy(relay, "proxy.first_byte_timeout");
        }
    }

    @Test
    void serviceThatHasAnsweredOnceMayBeSilent() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(service)
                        .firstByteTimeout(Duration.ofSeconds(1))
                        .idleTimeout(Duration.ofSeconds(3))
                        .start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            server.send(answer, 1);
            client.receive(answer, 1);

            assertThat(client.receiveByte()).isEqualTo(-2);
            assertEndedBy(relay, "proxy.idle_timeout");
        }
    }

    @Test
    void drainWaitsForSessionsAndLetsNobodyIn() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            client.send(request, 10);
            server.receive(request, 10);
            CompletableFuture<Void> drained = relay.running().drain(LONG);
            awaitRefused(relay);
            client.send(request, 10).fin();
            assertThat(server.receiveRest(request)).isEqualTo(new Received(20, End.FIN));
            assertThat(drained).isNotDone();
            server.send(answer, 30).fin();

            assertThat(client.receiveRest(answer)).isEqualTo(new Received(30, End.FIN));
            within(drained);
            assertThat(relay.log.session(0).has(SessionEvent.ProxyEnded.class)).isFalse();
        }
    }

    @Test
    void drainRunsOutAndResetsBothLegs() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            client.send(request, 10);
            server.receive(request, 10);
            CompletableFuture<Void> drained = relay.running().drain(LONG);
            CompletableFuture<Void> again = relay.running().drain(Duration.ZERO);

            assertThat(client.receiveByte()).isEqualTo(-2);
            assertThat(server.receiveByte()).isEqualTo(-2);
            within(drained);
            within(again);
            assertEndedBy(relay, "proxy.shutdown");
            RouteCounters counters =
                    relay.running().counters().values().iterator().next();
            assertThat(counters.activeSessions.sum()).isZero();
            assertThat(counters.clientBytesReceived.sum()).isEqualTo(10);
            assertThat(counters.upstreamBytesSent.sum()).isEqualTo(10);
        }
    }

    @Test
    void drainEndsASessionThatIsStillConnecting() throws Exception {
        try (SlowNames names = new SlowNames("service.test", "127.0.0.1");
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(new UpstreamTarget("service.test", 80))
                        .resolver(names.resolver())
                        .start();
                TestPeer client = relay.connect()) {
            relay.log.session(0);
            within(relay.running().drain(Duration.ZERO));

            assertThat(client.receiveByte()).isEqualTo(-2);
            assertThat(relay.log.ended().closing()).containsExactly("proxy.shutdown", "client.reset");
        }
    }

    private static void assertEndedBy(RelayUnderTest relay, String reason) throws Exception {
        assertThat(relay.log.ended().closing()).startsWith(reason).contains("client.reset", "upstream.reset");
        assertThat(relay.log.ended().closing()).hasSize(3);
    }

    /** Connects, and resets at once, until the listener is gone. */
    private static void awaitRefused(RelayUnderTest relay) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (System.nanoTime() - end < 0) {
            try {
                relay.connect().reset();
            } catch (ConnectException e) {
                return;
            } catch (SocketException e) {
                // It waited in the backlog when the listener was closed, which resets it; the next one is refused.
            }
        }
        Assertions.fail("the listener is still there");
    }

    @Test
    void memoryThatNobodyHoldsIsNothingAndNotLess() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start()) {
            assertThat(relay.running().heapBytes()).isNotNegative();
            assertThat(relay.running().directBytes()).isNotNegative();
        }
    }
}
