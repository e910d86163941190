package dev.finspect.relay;

import static dev.finspect.relay.TestService.later;
import static dev.finspect.relay.TestService.within;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lifecycle.turn.Answers;
import dev.finspect.lifecycle.turn.DurationSummary;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.Leg;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Who is slow in a session that goes on: the one who is. */
@OverBothEngines
final class SlownessTest {
    private static final int TURNS = 5;
    private static final int NARROW = 16 * 1024;
    private static final int CHUNK = 64 * 1024;
    private static final long HELD_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(90);

    private final ByteStream request = new ByteStream(7);
    private final ByteStream answer = new ByteStream(8);
    private final EngineUnderTest engine;

    SlownessTest(EngineUnderTest engine) {
        this.engine = engine;
    }

    @Test
    void answerTimeIsTheUpstreamsAndThinkingTimeTheClients() throws Exception {
        long served = 0;
        long thought = 0;
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            for (int turn = 0; turn < TURNS; turn++) {
                client.send(request, 100);
                server.receive(request, 100);
                served += held();
                server.send(answer, 1_000);
                client.receive(answer, 1_000);
                thought += turn < TURNS - 1 ? held() : 0;
            }
            client.fin();
            assertThat(server.receiveByte()).isEqualTo(-1);
            server.fin();
            assertThat(client.receiveByte()).isEqualTo(-1);
            SessionRecord record = ended(relay);
            DurationSummary answers = firsts(record, Leg.UPSTREAM);
            DurationSummary thinking = firsts(record, Leg.CLIENT);
            assertThat(record.interleaved()).isFalse();
            assertThat(answers.count()).isEqualTo(TURNS);
            assertThat(thinking.count()).isEqualTo(TURNS - 1);
            if (engine == EngineUnderTest.EPOLL) { // The portable engine learns only later that its bytes are written.
                assertThat(answers.totalNanos()).isGreaterThanOrEqualTo(served);
                assertThat(thinking.totalNanos()).isGreaterThanOrEqualTo(thought);
            }
            assertThat(answers.totalNanos() + thinking.totalNanos()).isLessThan(record.durationNanos());
            assertThat(counted(relay)).isEqualTo(TURNS);
        }
    }

    /** What the events said of answers, in batches, is all of them. */
    private static long counted(RelayUnderTest relay) throws InterruptedException {
        return relay.log.session(0).events().stream()
                .filter(SessionEvent.TurnsCounted.class::isInstance)
                .map(SessionEvent.TurnsCounted.class::cast)
                .map(SessionEvent.TurnsCounted::answers)
                .filter(Objects::nonNull)
                .mapToLong(batch -> batch.count())
                .sum();
    }

    @Test
    void clientThatReadsNothingLimitsWhatIsSentToIt() throws Exception {
        Assumptions.assumeTrue(engine == EngineUnderTest.EPOLL, "the portable engine has no tcp_info");
        AtomicBoolean over = new AtomicBoolean();
        try (TestService service = TestService.open(RelayUnderTest.loopback4(), 10, NARROW);
                RelayUnderTest relay =
                        RelayUnderTest.on(engine).before(service).narrow(NARROW).start();
                TestPeer client = TestPeer.connectNarrow(relay.address(), NARROW);
                TestPeer server = service.accept()) {
            CompletableFuture<Long> sending = sendUntil(over, server, answer);
            EventLog.Session session = relay.log.session(0);
            // A slow machine's sender fills the buffers slowly, which is nobody's or its own time.
            awaitThat(() -> {
                long network =
                        session.traffic(Leg.CLIENT, data -> data.transfer().network());
                long source =
                        session.traffic(Leg.CLIENT, data -> data.transfer().source());
                long peer = session.traffic(Leg.CLIENT, data -> data.transfer().peer());
                return peer >= TimeUnit.SECONDS.toNanos(1) && peer > network + source;
            });
            over.set(true);
            CompletableFuture<TestPeer.Received> reading = later(() -> client.receiveRest(answer));
            within(sending);
            server.fin();
            within(reading);
        }
    }

    @Test
    void upstreamThatSendsByAndByLimitsWhatIsSentToTheClient() throws Exception {
        Assumptions.assumeTrue(engine == EngineUnderTest.EPOLL, "the portable engine has no tcp_info");
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            client.send(request, 10);
            server.receive(request, 10);
            EventLog.Session session = relay.log.session(0);
            long end = System.nanoTime() + PATIENCE_NANOS;
            while (session.traffic(Leg.CLIENT, data -> data.transfer().source()) < TimeUnit.SECONDS.toNanos(1)) {
                assertThat(System.nanoTime()).as("waited in vain").isLessThan(end);
                server.send(answer, 100);
                client.receive(answer, 100);
                held();
            }
            assertThat(session.traffic(Leg.CLIENT, data -> data.transfer().peer()))
                    .as("the client less than the upstream")
                    .isLessThan(
                            session.traffic(Leg.CLIENT, data -> data.transfer().source()));
        }
    }

    @Test
    void peersThatSpeakAtOnceTakeNoTurns() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            CompletableFuture<TestPeer.Received> asked = later(() -> server.receiveRest(request));
            CompletableFuture<TestPeer.Received> answered = later(() -> client.receiveRest(answer));
            CompletableFuture<Long> asking = sendUntil(over, client, request);
            CompletableFuture<Long> answering = sendUntil(over, server, answer);
            relay.log
                    .session(0)
                    .await(
                            SessionEvent.TurnsCounted.class,
                            turns -> turns.answers() == null && turns.interleaved() > 2);
            over.set(true);
            within(asking);
            within(answering);
            client.fin();
            server.fin();
            within(asked);
            within(answered);
            assertThat(ended(relay).interleaved()).isTrue();
        }
    }

    private static CompletableFuture<Long> sendUntil(AtomicBoolean over, TestPeer peer, ByteStream stream) {
        return later(() -> {
            long sent = 0;
            while (!over.get()) {
                peer.send(stream, CHUNK);
                sent += CHUNK;
            }
            return sent;
        });
    }

    private static void awaitThat(Callable<Boolean> isSo) throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!isSo.call()) {
            assertThat(System.nanoTime()).as("waited in vain").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    /** A peer takes its time; returns how much. */
    private static long held() {
        long since = System.nanoTime();
        while (System.nanoTime() - since < HELD_NANOS) {
            Thread.onSpinWait();
        }
        return HELD_NANOS;
    }

    private static SessionRecord ended(RelayUnderTest relay) throws InterruptedException {
        return relay.log.ended().record();
    }

    private static DurationSummary firsts(SessionRecord record, Leg leg) {
        Answers answers = Objects.requireNonNull(record.answers(leg).orNull());
        return Objects.requireNonNull(answers.firsts());
    }
}
