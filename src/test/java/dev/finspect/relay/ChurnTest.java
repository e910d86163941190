package dev.finspect.relay;

import static dev.finspect.relay.TestService.later;
import static dev.finspect.relay.TestService.within;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.record.Outcome;
import dev.finspect.record.Relayed;
import dev.finspect.session.RouteCounters;
import dev.finspect.session.SessionEvent;
import dev.finspect.tcp.Leg;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Ten thousand short sessions, a third of them ended by an RST: every FIN and RST arrives, and nothing is left over. */
@OverBothEngines
@EnabledOnOs(value = OS.LINUX, disabledReason = "counts descriptors in /proc")
final class ChurnTest {
    private static final int SESSIONS = 10_000;
    private static final int AT_ONCE = 4;

    private final EngineUnderTest engine;
    private final AtomicInteger next = new AtomicInteger();
    private final Map<Ending, AtomicInteger> clientSaw = counts();
    private final Map<Ending, AtomicInteger> serverSaw = counts();
    private final Map<Ending, AtomicInteger> done = counts();

    ChurnTest(EngineUnderTest engine) {
        this.engine = engine;
    }

    /** Who ends a session, and how; the byte that the client sends tells the service. */
    private enum Ending {
        CLIENT_FIN('a', true, false),
        SERVER_FIN('b', false, false),
        CLIENT_RST('c', true, true),
        CLIENT_FIN_AGAIN('d', true, false),
        SERVER_FIN_AGAIN('e', false, false),
        SERVER_RST('f', false, true);

        private final char code;
        private final boolean byClient;
        private final boolean reset;

        Ending(char code, boolean byClient, boolean reset) {
            this.code = code;
            this.byClient = byClient;
            this.reset = reset;
        }

        static Ending of(int code) {
            for (Ending ending : values()) {
                if (ending.code == code) {
                    return ending;
                }
            }
            throw new AssertionError("no ending has the code " + code);
        }
    }

    @Test
    void tenThousandShortSessions() throws Exception {
        loadWhatTheFirstSessionsLoad();
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start()) {
            int descriptorsBefore = BackPressureTest.Descriptors.open();
            run(service, relay, SESSIONS);
            relay.log.awaitEnded(SESSIONS);

            awaitDescriptors(descriptorsBefore);
            RouteCounters counters =
                    relay.running().counters().values().iterator().next();
            assertThat(counters.acceptedSessions.sum()).isEqualTo(SESSIONS);
            assertThat(counters.activeSessions.sum()).isZero();
            assertThat(counters.halfClosedByClient.sum()).isZero();
            assertThat(counters.halfClosedByUpstream.sum()).isZero();
            assertThat(counters.acceptErrors.sum()).isZero();
            assertThat(relay.running().sessions().livingCount()).isZero();
            assertBothEndsAgree();
            assertRecordsAgree(relay.log.sessions());
        }
    }

    /** A closed NIO channel gives its descriptor back at the loop's next turn. */
    private static void awaitDescriptors(int most) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        int open = BackPressureTest.Descriptors.open();
        while (open > most && System.nanoTime() - end < 0) {
            Thread.onSpinWait();
            open = BackPressureTest.Descriptors.open();
        }
        assertThat(open).isLessThanOrEqualTo(most);
    }

    /** Classes out of jars, each of which stays open. */
    private void loadWhatTheFirstSessionsLoad() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start()) {
            run(service, relay, Ending.values().length);
        }
        List.of(clientSaw, serverSaw, done).forEach(counts -> counts.values().forEach(count -> count.set(0)));
    }

    /** Whoever did not end the session saw the ending that the other made. */
    private void assertBothEndsAgree() {
        for (Ending ending : Ending.values()) {
            Map<Ending, AtomicInteger> saw = ending.byClient ? serverSaw : clientSaw;
            assertThat(count(done, ending)).isPositive();
            assertThat(count(saw, ending)).as("%s", ending).isEqualTo(count(done, ending));
        }
    }

    private void assertRecordsAgree(List<EventLog.Session> sessions) throws Exception {
        int clientResets = 0;
        int upstreamResets = 0;
        int clean = 0;
        for (EventLog.Session session : sessions) {
            List<String> closing = session.closing();
            clientResets += closing.contains("client.rst") ? 1 : 0;
            upstreamResets += closing.contains("upstream.rst") ? 1 : 0;
            clean += closing.contains("client.shut") && closing.contains("upstream.shut") ? 1 : 0;
            assertThat(session.has(SessionEvent.ProxyEnded.class)).isFalse();
            boolean reset = closing.contains("client.rst") || closing.contains("upstream.rst");
            assertThat(session.record().outcome()).isEqualTo(reset ? Outcome.RESET : Outcome.CLEAN);
            assertThat(session.record().close().relaying().relayed())
                    .as("%s", session.record().close())
                    .isEqualTo(reset && !engine.readsTcpInfo ? Relayed.UNKNOWN : Relayed.FAITHFUL);
            assertThat(session.received(Leg.CLIENT)).isEqualTo(1);
            assertThat(session.sent(Leg.CLIENT)).isEqualTo(1);
        }
        assertThat(clientResets).isEqualTo(count(done, Ending.CLIENT_RST));
        assertThat(upstreamResets).isEqualTo(count(done, Ending.SERVER_RST));
        assertThat(clean).isEqualTo(sessions.size() - clientResets - upstreamResets);
    }

    private void run(TestService service, RelayUnderTest relay, int count) throws Exception {
        next.set(0);
        AtomicInteger served = new AtomicInteger();
        List<CompletableFuture<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            all.add(later(() -> {
                while (served.getAndIncrement() < count) {
                    serve(service.take());
                }
                return true;
            }));
            all.add(later(() -> {
                for (int number = next.getAndIncrement(); number < count; number = next.getAndIncrement()) {
                    ask(relay, Ending.values()[number % Ending.values().length]);
                }
                return true;
            }));
        }
        for (CompletableFuture<Boolean> one : all) {
            assertThat(within(one)).isTrue();
        }
    }

    private void ask(RelayUnderTest relay, Ending ending) throws Exception {
        try (TestPeer client = relay.connect()) {
            client.send((byte) ending.code);
            assertThat(client.receiveByte()).isEqualTo('!');
            if (ending.byClient) {
                end(client, ending);
            } else {
                add(clientSaw, ending, client.receiveByte() == seen(ending));
            }
        }
    }

    private void serve(TestPeer accepted) throws Exception {
        try (TestPeer server = accepted) {
            Ending ending = Ending.of(server.receiveByte());
            server.send((byte) '!');
            if (ending.byClient) {
                add(serverSaw, ending, server.receiveByte() == seen(ending));
            } else {
                end(server, ending);
            }
            add(done, ending, true);
        }
    }

    /** Ends it, and for a FIN waits for the other's. */
    private static void end(TestPeer peer, Ending ending) throws Exception {
        if (ending.reset) {
            peer.reset();
        } else {
            assertThat(peer.fin().receiveByte()).isEqualTo(-1);
        }
    }

    private static int seen(Ending ending) {
        return ending.reset ? -2 : -1;
    }

    private static Map<Ending, AtomicInteger> counts() {
        Map<Ending, AtomicInteger> counts = new EnumMap<>(Ending.class);
        for (Ending ending : Ending.values()) {
            counts.put(ending, new AtomicInteger());
        }
        return counts;
    }

    private static void add(Map<Ending, AtomicInteger> counts, Ending ending, boolean one) {
        if (one) {
            requireNonNull(counts.get(ending)).incrementAndGet();
        }
    }

    private static int count(Map<Ending, AtomicInteger> counts, Ending ending) {
        return requireNonNull(counts.get(ending)).get();
    }
}
