package dev.finspect.relay;

import static dev.finspect.relay.TestService.later;
import static dev.finspect.relay.TestService.within;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.relay.TestPeer.End;
import dev.finspect.relay.TestPeer.Received;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.Leg;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A peer that does not read holds its other peer back; the relay itself holds little. */
@OverBothEngines
final class BackPressureTest {
    private static final int MIB = 1 << 20;
    private static final int NARROW = 32 * 1024;
    private static final Duration QUIET = Duration.ofSeconds(1);
    private static final long PATIENCE_NANOS = Duration.ofSeconds(60).toNanos();

    private final ByteStream request = new ByteStream(5);
    private final ByteStream answer = new ByteStream(6);
    private final EngineUnderTest engine;

    BackPressureTest(EngineUnderTest engine) {
        this.engine = engine;
    }

    @Test
    void serviceSleepsAndClientIsHeldBack() throws Exception {
        try (TestService service = TestService.open(RelayUnderTest.loopback4(), 10, NARROW);
                RelayUnderTest relay =
                        RelayUnderTest.on(engine).before(service).narrow(NARROW).start();
                TestPeer client = TestPeer.connectNarrow(relay.address(), NARROW);
                TestPeer server = service.accept()) {
            long accepted = client.sendUntilBlocked(request, 64 * MIB, QUIET);
            assertThat(accepted).isLessThan(4 * MIB);
            EventLog.Session session = relay.log.session(0);
            assertThat(session.await(SessionEvent.Paused.class).leg()).isEqualTo(Leg.CLIENT);
            assertThat(session.standsStill()).isTrue();
            long held = session.received(Leg.CLIENT) - session.sent(Leg.UPSTREAM);
            assertThat(held).isPositive().isLessThanOrEqualTo(2 * MIB);

            CompletableFuture<Received> reading = later(() -> server.receiveRest(request));
            client.send(request, MIB).fin();
            assertThat(within(reading)).isEqualTo(new Received(accepted + MIB, End.FIN));
            server.fin();
            assertThat(client.receiveByte()).isEqualTo(-1);
            session.awaitEnd();
            assertThat(session.await(SessionEvent.Resumed.class).leg()).isEqualTo(Leg.CLIENT);
            assertThat(session.traffic(Leg.UPSTREAM, data -> data.relay().heldBytesMax()))
                    .isBetween(held, 2L * MIB);
        }
    }

    @Test
    void clientSleepsAndServiceIsHeldBack() throws Exception {
        try (TestService service = TestService.open(RelayUnderTest.loopback4(), 10, NARROW);
                RelayUnderTest relay =
                        RelayUnderTest.on(engine).before(service).narrow(NARROW).start();
                TestPeer client = TestPeer.connectNarrow(relay.address(), NARROW);
                TestPeer server = service.accept()) {
            long accepted = server.sendUntilBlocked(answer, 64 * MIB, QUIET);
            assertThat(accepted).isLessThan(8 * MIB);
            EventLog.Session session = relay.log.session(0);
            assertThat(session.await(SessionEvent.Paused.class).leg()).isEqualTo(Leg.UPSTREAM);
            CompletableFuture<TestPeer> rest =
                    later(() -> server.send(answer, MIB).fin());

            assertThat(client.receiveRest(answer)).isEqualTo(new Received(accepted + MIB, End.FIN));
            within(rest);
            assertThat(session.await(SessionEvent.Resumed.class).leg()).isEqualTo(Leg.UPSTREAM);
        }
    }

    /** Both write and neither reads; then both read: a relay that read only when it may write both ways would stand still. */
    @Test
    void bothSleepAndBothWake() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            long asked = client.sendUntilBlocked(request, 64 * MIB, QUIET);
            long answered = server.sendUntilBlocked(answer, 64 * MIB, QUIET);
            EventLog.Session session = relay.log.session(0);
            session.await(SessionEvent.Paused.class, paused -> paused.leg() == Leg.CLIENT);
            session.await(SessionEvent.Paused.class, paused -> paused.leg() == Leg.UPSTREAM);
            client.fin();
            server.fin();
            CompletableFuture<Received> reading = later(() -> server.receiveRest(request));

            assertThat(client.receiveRest(answer)).isEqualTo(new Received(answered, End.FIN));
            assertThat(within(reading)).isEqualTo(new Received(asked, End.FIN));
            assertThat(relay.log.ended().closing()).hasSize(4).doesNotContain("client.rst", "upstream.rst");
        }
    }

    /** One that stands still does not hold back others on its loop. */
    @Test
    void blockedSessionLeavesOthersAlone() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start();
                TestPeer blocked = relay.connect();
                TestPeer sleeper = service.accept()) {
            blocked.sendUntilBlocked(request, 64 * MIB, QUIET);
            relay.log.session(0).await(SessionEvent.Paused.class);
            try (TestPeer client = relay.connect();
                    TestPeer server = service.accept()) {
                CompletableFuture<TestPeer> asking =
                        later(() -> client.send(request, 10 * MIB).fin());
                assertThat(server.receiveRest(request)).isEqualTo(new Received(10 * MIB, End.FIN));
                server.send(answer, 1).fin();
                assertThat(client.receiveRest(answer)).isEqualTo(new Received(1, End.FIN));
                within(asking);
            }
            sleeper.receive(request, 1);
        }
    }

    /**
     * As many sessions as the descriptors of this process allow, up to 5,000, whose services do not read: what the relay
     * holds for them stays within its budget, and every byte arrives when they read at last.
     */
    @Test
    void thousandsOfBlockedPeersStayWithinTheBudget() throws Exception {
        long budget = 4 * MIB;
        int count = (int) Math.min(5_000, (freeDescriptors() - 300) / 4);
        List<TestPeer> clients = new ArrayList<>(count);
        List<TestPeer> servers = new ArrayList<>(count);
        try (TestService service = TestService.open(RelayUnderTest.loopback4(), 4096, 4096);
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(service)
                        .narrow(4096)
                        .heldBytesBudget(budget)
                        .withoutSplice()
                        .start()) {
            long[] accepted = new long[count];
            for (int i = 0; i < count; i++) {
                clients.add(TestPeer.connectNarrow(relay.address(), 4096));
                servers.add(service.accept());
            }
            // A relay that is late leaves room for more: until most of the sessions stand still, all clients send
            // again.
            long begunNanos = System.nanoTime();
            do {
                for (int i = 0; i < count; i++) {
                    accepted[i] += clients.get(i).sendUntilBlocked(request, MIB, Duration.ofMillis(1));
                }
            } while (stillStanding(relay) <= count / 2 && System.nanoTime() - begunNanos < PATIENCE_NANOS);
            List<SessionRecord> living = relay.log.livingRecords(2 * count);
            long held = 0;
            for (SessionRecord record : living) {
                held += record.leg(Leg.CLIENT).data().traffic().bytesReceived().or(0L)
                        - record.leg(Leg.UPSTREAM).data().traffic().bytesSent().or(0L);
            }
            assertThat(living).hasSize(count);
            assertThat(stillStanding(relay)).isGreaterThan(count / 2);
            assertThat(held).isPositive().isLessThanOrEqualTo(budget + (long) count * HeldBytes.LEAST_READ);

            for (int i = 0; i < count; i++) {
                clients.get(i).fin();
                assertThat(servers.get(i).receiveRest(request)).isEqualTo(new Received(accepted[i], End.FIN));
                servers.get(i).close();
                clients.get(i).close();
            }
            relay.log.awaitEnded(count);
        }
    }

    private static long stillStanding(RelayUnderTest relay) {
        return relay.log.sessions().stream()
                .filter(EventLog.Session::standsStill)
                .count();
    }

    private static long freeDescriptors() throws Exception {
        long limit = 1024;
        for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
            if (line.startsWith("Max open files")) {
                limit = Long.parseLong(line.split("\\s+", -1)[3]);
            }
        }
        return limit - Descriptors.open();
    }

    /** Counts this process's descriptors. */
    static final class Descriptors {
        private Descriptors() {}

        static int open() throws Exception {
            int count = 0;
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
                for (Path ignored : entries) {
                    count++;
                }
            }
            return count - 1;
        }
    }
}
