package dev.finspect.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.record.Outcome;
import dev.finspect.relay.TestPeer.End;
import dev.finspect.relay.TestPeer.Received;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The wall clock is set while sessions live, forth and back. */
@OverBothEngines
final class ClockStepTest {
    private static final Duration STEP = Duration.ofDays(400);
    /** Guard for what a session of this test takes, far less than a step. */
    private static final Duration MOST = Duration.ofHours(1);

    private final ByteStream request = new ByteStream(31);
    private final EngineUnderTest engine;
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-02T03:04:05Z"));

    ClockStepTest(EngineUnderTest engine) {
        this.engine = engine;
    }

    @Test
    void durationsAndLimitsDoNotFollowIt() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(service)
                        .idleTimeout(MOST)
                        .wallClock(now::get)
                        .start()) {
            for (Duration step : new Duration[] {STEP, STEP.multipliedBy(-2), Duration.ZERO}) {
                Instant begun = Objects.requireNonNull(now.get());
                try (TestPeer client = relay.connect();
                        TestPeer server = service.accept()) {
                    client.send(request, 10);
                    server.receive(request, 10);
                    now.set(begun.plus(step));
                    client.send(request, 10).fin();
                    assertThat(server.receiveRest(request)).isEqualTo(new Received(20, End.FIN));
                    server.fin();
                    assertThat(client.receiveByte()).isEqualTo(-1);
                }
            }
            relay.log.awaitEnded(3);
            assertThat(relay.log.sessions()).allSatisfy(session -> {
                assertThat(session.record().outcome()).isEqualTo(Outcome.CLEAN);
                assertThat(session.record().durationNanos()).isBetween(0L, MOST.toNanos());
            });
            assertThat(relay.log.sessions().stream().map(s -> s.identity().id()))
                    .doesNotHaveDuplicates();
        }
    }
}
