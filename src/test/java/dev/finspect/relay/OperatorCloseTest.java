package dev.finspect.relay;

import static dev.finspect.relay.TestService.within;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.record.Outcome;
import dev.finspect.record.ProxyReason;
import dev.finspect.relay.TestPeer.End;
import dev.finspect.relay.TestPeer.Received;
import dev.finspect.session.Change;
import dev.finspect.session.ChangedSession;
import dev.finspect.session.CloseRequest;
import dev.finspect.session.SessionDirectory;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionRecord;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An operator ends a session, and those who follow the sessions see what happens in them. */
@OverBothEngines
final class OperatorCloseTest {
    private final ByteStream request = new ByteStream(1);
    private final ByteStream answer = new ByteStream(2);
    private final EngineUnderTest engine;

    OperatorCloseTest(EngineUnderTest engine) {
        this.engine = engine;
    }

    @Test
    void finReachesBothPeersBehindEverythingThatWasSent() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            client.send(request, 1_000);
            server.receive(request, 1_000).send(answer, 500);
            client.receive(answer, 100);
            assertThat(close(relay, CloseRequest.FIN)).isEqualTo(CloseRequest.Result.BEGUN);
            assertThat(client.receiveRest(answer)).isEqualTo(new Received(500, End.FIN));
            assertThat(server.receiveRest(request)).isEqualTo(new Received(1_000, End.FIN));

            EventLog.Session session = relay.log.ended();
            assertThat(session.one(SessionEvent.ProxyEnded.class).reason()).isEqualTo(ProxyReason.OPERATOR_CLOSE);
            SessionRecord record = session.record();
            assertThat(record.outcome()).isEqualTo(Outcome.PROXY);
            assertThat(record.errorType()).isEqualTo("operator_close");
            assertThat(record.close().order().get(0).label()).isEqualTo("proxy.close");
        }
    }

    @Test
    void resetReachesBothPeers() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            client.send(request, 10);
            server.receive(request, 10);
            assertThat(close(relay, CloseRequest.RESET)).isEqualTo(CloseRequest.Result.BEGUN);
            assertThat(client.receiveRest(answer).end()).isEqualTo(End.RST);
            assertThat(server.receiveRest(request).end()).isEqualTo(End.RST);
            assertThat(relay.log.ended().record().proxyReason()).isEqualTo(ProxyReason.OPERATOR_RESET);
            assertThat(within(relay.running().sessions().close("01NOBODY", CloseRequest.FIN)))
                    .isEmpty();
        }
    }

    @Test
    void halfClosedSessionIsClosedToo() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            client.send(request, 10).fin();
            assertThat(server.receiveRest(request)).isEqualTo(new Received(10, End.FIN));
            assertThat(close(relay, CloseRequest.FIN)).isEqualTo(CloseRequest.Result.BEGUN);
            assertThat(client.receiveRest(answer)).isEqualTo(new Received(0, End.FIN));
            EventLog.Session session = relay.log.ended();
            assertThat(session.closing())
                    .containsExactly("client.fin", "upstream.shut", "proxy.operator_close", "client.shut");
        }
    }

    @Test
    void changedSessionsAreTakenOnceAndIdsCanBeCompleted() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start()) {
            SessionDirectory sessions = relay.running().sessions();
            sessions.follow(true);
            // Each loop follows by now.
            assertThat(within(sessions.changed(10, 10))).isEmpty();
            try (TestPeer client = relay.connect();
                    TestPeer server = service.accept()) {
                client.send(request, 10);
                server.receive(request, 10).send(answer, 10);
                client.receive(answer, 10);
                relay.log.session(0).await(SessionEvent.FirstByte.class);
                ChangedSession changed = taken(sessions).get(0);
                assertThat(changed.changes()).contains(Change.OPENED, Change.CONNECTED, Change.FIRST_BYTES);
                String id = changed.record().identity().id();
                assertThat(within(sessions.ids(id.substring(0, 12), 5))).containsExactly(id);
                assertThat(within(sessions.ids(id.toLowerCase(java.util.Locale.ROOT), 5)))
                        .containsExactly(id);
                assertThat(within(sessions.ids("X", 5))).isEmpty();
                server.fin();
                client.receiveRest(answer);
                ChangedSession halfClosed = taken(sessions).get(0);
                assertThat(halfClosed.changes()).contains(Change.HALF_CLOSED);
                assertThat(halfClosed.record().upstream().close().peerFin().isKnown())
                        .isTrue();
                client.fin();
                relay.log.ended();
                sessions.follow(false);
                assertThat(within(sessions.changed(10, 10))).isEmpty();
            }
        }
    }

    private static CloseRequest.Result close(RelayUnderTest relay, CloseRequest how) throws Exception {
        SessionDirectory sessions = relay.running().sessions();
        String id = within(sessions.ids("", 1)).get(0);
        return within(sessions.close(id, how)).orElseThrow();
    }

    /** Waits until something has changed. */
    private static List<ChangedSession> taken(SessionDirectory sessions) throws Exception {
        while (true) {
            List<ChangedSession> taken = within(sessions.changed(10, 10));
            if (!taken.isEmpty()) {
                return taken;
            }
        }
    }
}
