package dev.finspect.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lab.Await;
import dev.finspect.relay.TestPeer.End;
import dev.finspect.relay.TestPeer.Received;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionSink;
import dev.finspect.tcp.Leg;
import org.junit.jupiter.api.Test;

/** A sink that fails at every call: traffic goes on unchanged, and each failure is counted. */
@OverBothEngines
final class FailingSinkTest {
    private static final int BYTES = 300_000;

    private final ByteStream request = new ByteStream(1);
    private final ByteStream answer = new ByteStream(2);
    private final EngineUnderTest engine;

    FailingSinkTest(EngineUnderTest engine) {
        this.engine = engine;
    }

    @Test
    void bytesAndFinsPassThrough() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(service)
                        .told(Failing::new)
                        .start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            client.send(request, BYTES).fin();
            assertThat(server.receiveRest(request)).isEqualTo(new Received(BYTES, End.FIN));
            server.send(answer, BYTES).fin();
            assertThat(client.receiveRest(answer)).isEqualTo(new Received(BYTES, End.FIN));

            EventLog.Session session = relay.log.ended();
            assertThat(session.received(Leg.CLIENT)).isEqualTo(BYTES);
            // The last one is counted after the record was given out.
            int events = session.events().size();
            Await.until(
                    () -> relay.running().recordingErrors() + " errors of " + events + " events",
                    () -> relay.running().recordingErrors() >= events);
        }
    }

    /** Passes everything on, and then throws. */
    private record Failing(SessionSink next) implements SessionSink {
        @Override
        public void happened(SessionIdentity session, SessionEvent event) {
            next.happened(session, event);
            throw new IllegalStateException("the sink is full");
        }

        @Override
        public void closed(SessionRecord record) {
            next.closed(record);
            throw new IllegalStateException("the sink is full");
        }
    }
}
