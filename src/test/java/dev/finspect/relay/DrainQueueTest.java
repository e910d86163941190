package dev.finspect.relay;

import static dev.finspect.relay.TestService.within;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.relay.TestPeer.End;
import dev.finspect.relay.TestPeer.Received;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Stopping the epoll engine while clients wait in the accept queue. The portable engine closes at once. */
final class DrainQueueTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private final ByteStream request = new ByteStream(11);

    /** One at a time, because the session limit lets one in at a time. */
    @Test
    void clientsInTheQueueAreServedWithinTheDrainTime() throws Exception {
        int waiting = 3;
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(EngineUnderTest.EPOLL)
                        .before(service)
                        .maxSessions(1, false)
                        .start();
                TestPeer first = relay.connect();
                TestPeer firstServer = service.accept()) {
            List<TestPeer> clients = new ArrayList<>();
            for (int i = 0; i < waiting; i++) {
                clients.add(relay.connect());
            }
            CompletableFuture<Void> drained = relay.running().drain(LONG);
            first.fin();
            firstServer.fin();
            for (TestPeer client : clients) {
                client.send(request, 10).fin();
                try (TestPeer server = service.accept()) {
                    assertThat(server.receiveRest(request)).isEqualTo(new Received(10, End.FIN));
                    server.fin();
                }
                assertThat(client.receiveByte()).isEqualTo(-1);
                client.close();
            }
            within(drained);

            assertThat(relay.log.sessions())
                    .hasSize(1 + waiting)
                    .allSatisfy(session ->
                            assertThat(session.closing()).doesNotContain("proxy.shutdown", "proxy.session_limit"));
        }
    }
}
