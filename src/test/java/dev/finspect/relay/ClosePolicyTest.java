package dev.finspect.relay;

import static dev.finspect.relay.TestService.later;
import static dev.finspect.relay.TestService.within;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.record.ProxyReason;
import dev.finspect.relay.TestPeer.End;
import dev.finspect.relay.TestPeer.Received;
import dev.finspect.session.SessionEvent;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What other proxies do to a half-close, played on purpose. */
@OverBothEngines
final class ClosePolicyTest {
    private final ByteStream request = new ByteStream(1);
    private final ByteStream answer = new ByteStream(2);
    private final EngineUnderTest engine;

    ClosePolicyTest(EngineUnderTest engine) {
        this.engine = engine;
    }

    @Test
    void fullCloseGivesTheClientAnEmptyEndThoughTheServerStillAnswers() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = on(ClosePolicy.FULL_CLOSE, service).start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            client.send(request, 10_000).fin();

            assertThat(client.receiveRest(answer)).isEqualTo(new Received(0, End.FIN));
            assertThat(server.receiveRest(request)).isEqualTo(new Received(10_000, End.FIN));
            server.sendUntilReset();

            EventLog.Session session = relay.log.ended();
            assertThat(session.closing())
                    .containsExactly("client.fin", "upstream.shut", "proxy.close_policy_full_close");
            assertThat(session.one(SessionEvent.ProxyEnded.class).reason())
                    .isEqualTo(ProxyReason.CLOSE_POLICY_FULL_CLOSE);
        }
    }

    @Test
    void resetMeetsBothPeersAfterEverythingBeforeTheFinHasArrived() throws Exception {
        long bytes = 5 << 20;
        try (TestService service = TestService.open();
                RelayUnderTest relay = on(ClosePolicy.RESET, service)
                        .resetDelivery(Duration.ofSeconds(3))
                        .start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            CompletableFuture<TestPeer> sending =
                    later(() -> server.send(answer, bytes).fin());
            assertThat(client.receiveRest(answer)).isEqualTo(new Received(bytes, End.FIN));
            within(sending);
            assertThat(server.receiveRest(request)).isEqualTo(new Received(0, End.RST));
            client.sendUntilReset();

            EventLog.Session session = relay.log.ended();
            assertThat(session.one(SessionEvent.ProxyEnded.class).reason()).isEqualTo(ProxyReason.CLOSE_POLICY_RESET);
        }
    }

    @Test
    void lingerLetsTheOtherDirectionFlowForItsTimeAndThenCloses() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay =
                        on(ClosePolicy.linger(Duration.ofSeconds(2)), service).start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            client.send(request, 5);
            server.receive(request, 5);
            client.send(request, 5).fin();
            assertThat(server.receiveRest(request)).isEqualTo(new Received(10, End.FIN));
            server.send(answer, 7);

            assertThat(client.receiveRest(answer)).isEqualTo(new Received(7, End.FIN));

            EventLog.Session session = relay.log.ended();
            assertThat(session.one(SessionEvent.ProxyEnded.class).reason()).isEqualTo(ProxyReason.CLOSE_POLICY_LINGER);
            long finAt = session.one(SessionEvent.PeerFin.class).atNanos();
            assertThat(session.one(SessionEvent.ProxyEnded.class).atNanos() - finAt)
                    .isGreaterThanOrEqualTo(Duration.ofMillis(1990).toNanos());
        }
    }

    @Test
    void lingerLeavesASessionAloneWhoseSecondFinComesInTime() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay =
                        on(ClosePolicy.linger(Duration.ofMinutes(10)), service).start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            client.send(request, 10).fin();
            assertThat(server.receiveRest(request)).isEqualTo(new Received(10, End.FIN));
            server.send(answer, 7).fin();

            assertThat(client.receiveRest(answer)).isEqualTo(new Received(7, End.FIN));
            EventLog.Session session = relay.log.ended();
            assertThat(session.has(SessionEvent.ProxyEnded.class)).isFalse();
            assertThat(session.closing()).containsExactly("client.fin", "upstream.shut", "upstream.fin", "client.shut");
        }
    }

    @Test
    void aPolicySwitchedWhileASessionLivesHoldsForItsFirstFin() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = on(ClosePolicy.PROPAGATE, service).start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            client.send(request, 1);
            server.receive(request, 1);
            assertThat(relay.running().closePolicy("nobody", ClosePolicy.RESET)).isFalse();
            assertThat(relay.running().closePolicy("test", ClosePolicy.FULL_CLOSE))
                    .isTrue();
            assertThat(relay.running().closePolicies()).containsEntry("test", ClosePolicy.FULL_CLOSE);

            server.fin();

            assertThat(client.receiveRest(answer)).isEqualTo(new Received(0, End.FIN));
            assertThat(server.receiveRest(request)).isEqualTo(new Received(1, End.FIN));
            assertThat(relay.log.ended().one(SessionEvent.ProxyEnded.class).reason())
                    .isEqualTo(ProxyReason.CLOSE_POLICY_FULL_CLOSE);
        }
    }

    private RelayUnderTest.Settings on(ClosePolicy policy, TestService service) throws Exception {
        return RelayUnderTest.on(engine).before(service).closePolicy(policy);
    }
}
