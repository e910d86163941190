package dev.finspect.relay;

import static dev.finspect.relay.TestService.within;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Stopping while connected clients wait in the accept queue. */
@OverBothEngines
final class DrainTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private final ByteStream request = new ByteStream(11);
    private final EngineUnderTest engine;

    DrainTest(EngineUnderTest engine) {
        this.engine = engine;
    }

    @Test
    void clientsThatWaitWhenTheTimeIsOverAreResetAndRecorded() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(service)
                        .maxSessions(1, false)
                        .start();
                TestPeer first = relay.connect();
                TestPeer firstServer = service.accept();
                TestPeer second = relay.connect();
                TestPeer third = relay.connect()) {
            first.send(request, 1);
            firstServer.receive(request, 1);
            within(relay.running().drain(Duration.ZERO));

            for (TestPeer peer : List.of(first, firstServer, second, third)) {
                assertThat(peer.receiveByte()).isEqualTo(-2);
            }
            assertThat(relay.log.sessions())
                    .hasSize(3)
                    .allSatisfy(session -> assertThat(session.closing()).startsWith("proxy.shutdown"));
        }
    }

    /** Of several listeners on one address each has a queue of its own. */
    @Test
    void queueOfEveryLoopIsServed() throws Exception {
        int clients = 40;
        try (TestService service = TestService.open();
                RelayUnderTest relay =
                        RelayUnderTest.on(engine).before(service).loops(3).start()) {
            List<TestPeer> connected = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                connected.add(relay.connect());
            }
            CompletableFuture<Void> drained = relay.running().drain(LONG);
            for (int i = 0; i < clients; i++) {
                service.accept().fin().close();
            }
            for (TestPeer client : connected) {
                assertThat(client.receiveByte()).isEqualTo(-1);
                client.close();
            }
            within(drained);

            assertThat(relay.log.sessions()).hasSize(clients);
        }
    }
}
