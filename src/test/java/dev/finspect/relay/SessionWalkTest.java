package dev.finspect.relay;

import static dev.finspect.relay.TestService.within;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.session.LivingSession;
import dev.finspect.session.SessionDirectory;
import dev.finspect.session.SessionDirectory.Selection;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionWalk;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A walk through the living sessions while sessions begin and end. */
@OverBothEngines
final class SessionWalkTest {
    private static final int CLIENTS = 8;

    private final ByteStream request = new ByteStream(1);
    private final EngineUnderTest engine;

    SessionWalkTest(EngineUnderTest engine) {
        this.engine = engine;
    }

    @Test
    void whoLivesFromItsBeginningToItsEndIsMetOnceAndWhoHasEndedIsNotMet() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start()) {
            List<TestPeer> clients = new ArrayList<>();
            List<TestPeer> servers = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                begin(relay, service, clients, servers);
            }
            SessionDirectory sessions = relay.running().sessions();
            SessionWalk walk = sessions.walk(Selection.ALL);
            LivingSession first = within(walk.next(1)).get(0);
            int at = clients.get(0).local().equals(first.row().identity().client()) ? 1 : 0;
            TestPeer ended = clients.get(at);
            ended.fin();
            servers.get(at).receiveRest(request);
            servers.get(at).fin();
            relay.log.session(at).await(SessionEvent.Ended.class);
            begin(relay, service, clients, servers);

            Set<InetSocketAddress> met =
                    new HashSet<>(Set.of(first.row().identity().client()));
            for (List<LivingSession> some = within(walk.next(3)); !some.isEmpty(); some = within(walk.next(3))) {
                assertThat(some).hasSizeLessThanOrEqualTo(3);
                for (LivingSession each : some) {
                    assertThat(met.add(each.row().identity().client())).isTrue();
                    assertThat(each.row().client().receivedBytes()).isEqualTo(100);
                }
            }
            walk.close();
            assertThat(met)
                    .hasSize(CLIENTS - 1)
                    .doesNotContain(ended.local(), clients.get(CLIENTS).local());
            assertThat(within(sessions.first(100, Selection.ALL))).hasSize(CLIENTS);
            assertThat(within(sessions.first(100, new Selection("other", false))))
                    .isEmpty();
            assertThat(within(sessions.first(100, new Selection(null, true)))).isEmpty();
            end(clients, servers);
        }
    }

    @Test
    void sessionThatHasEndedHasNoRecordOfItsLifeAnyMore() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start()) {
            List<TestPeer> clients = new ArrayList<>();
            List<TestPeer> servers = new ArrayList<>();
            begin(relay, service, clients, servers);
            SessionWalk walk = relay.running().sessions().walk(Selection.ALL);
            LivingSession met = within(walk.next(10)).get(0);
            assertThat(within(met.record()).orElseThrow().identity())
                    .isEqualTo(met.row().identity());
            String id = met.row().identity().id();
            assertThat(within(relay.running().sessions().find(id))).isPresent();
            clients.get(0).fin();
            servers.get(0).receiveRest(request);
            servers.get(0).fin();
            relay.log.session(0).await(SessionEvent.Ended.class);
            assertThat(within(met.record())).isEmpty();
            assertThat(within(relay.running().sessions().find(id))).isEmpty();
            assertThat(within(walk.next(10))).isEmpty();
            walk.close();
            assertThat(within(walk.next(10))).as("after its end").isEmpty();
            end(clients, servers);
        }
    }

    @Test
    void relayThatHasStoppedHasNobodyToMeet() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start()) {
            SessionDirectory sessions = relay.running().sessions();
            within(relay.running().drain(Duration.ZERO));
            assertThat(within(sessions.first(10, Selection.ALL))).isEmpty();
            assertThat(within(sessions.find("none"))).isEmpty();
            assertThat(within(sessions.probe("none"))).isEmpty();
            within(sessions.askPeers(null));
            sessions.walk(Selection.ALL).close();
        }
    }

    private void begin(RelayUnderTest relay, TestService service, List<TestPeer> clients, List<TestPeer> servers)
            throws Exception {
        TestPeer client = relay.connect();
        clients.add(client);
        client.send(request, 100);
        TestPeer server = service.accept();
        servers.add(server);
        server.receive(request, 100);
    }

    private static void end(List<TestPeer> clients, List<TestPeer> servers) throws IOException {
        for (TestPeer client : clients) {
            client.close();
        }
        for (TestPeer server : servers) {
            server.close();
        }
    }
}
