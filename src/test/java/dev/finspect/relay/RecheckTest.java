package dev.finspect.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.record.Lookup;
import dev.finspect.record.Lookup.Purpose;
import dev.finspect.record.NameSource;
import dev.finspect.relay.names.Resolved;
import dev.finspect.relay.names.UpstreamResolver;
import dev.finspect.session.SessionEvent;
import dev.finspect.tcp.ConnectResult;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A name is asked for again when an address of an answer that was kept fails. */
@OverBothEngines
final class RecheckTest {
    private final ByteStream request = new ByteStream(7);
    private final EngineUnderTest engine;

    RecheckTest(EngineUnderTest engine) {
        this.engine = engine;
    }

    @Test
    void nameHasAnotherAddressByNowWhichServes() throws Exception {
        UpstreamTarget nobody = TestService.nobody();
        try (TestService service = TestService.beside(nobody);
                RelayUnderTest relay = before(nobody, new Names(20, List.of(second())));
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            client.send(request, 10).fin();
            server.receiveRest(request);
            server.fin();

            EventLog.Session session = relay.log.ended();
            assertThat(purposes(session)).containsExactly(Purpose.CONNECT, Purpose.RECHECK);
            assertThat(session.one(SessionEvent.AttemptFailed.class).result()).isEqualTo(ConnectResult.REFUSED);
            assertThat(session.one(SessionEvent.Connected.class).peer().getAddress())
                    .isEqualTo(second());
        }
    }

    @Test
    void nameHasNothingElse() throws Exception {
        UpstreamTarget nobody = TestService.nobody();
        try (RelayUnderTest relay = before(nobody, new Names(20, List.of(first())));
                TestPeer client = relay.connect()) {
            assertThat(client.receiveByte()).isEqualTo(-2);
            EventLog.Session session = relay.log.ended();
            assertThat(purposes(session)).containsExactly(Purpose.CONNECT, Purpose.RECHECK);
            assertThat(session.one(SessionEvent.ConnectGivenUp.class).result()).isEqualTo(ConnectResult.REFUSED);
        }
    }

    @Test
    void answerThatCameJustNowIsNotAskedForAgain() throws Exception {
        UpstreamTarget nobody = TestService.nobody();
        try (RelayUnderTest relay = before(nobody, new Names(0, List.of(second())));
                TestPeer client = relay.connect()) {
            assertThat(client.receiveByte()).isEqualTo(-2);
            EventLog.Session session = relay.log.ended();
            assertThat(purposes(session)).containsExactly(Purpose.CONNECT);
            assertThat(session.one(SessionEvent.ConnectGivenUp.class).result()).isEqualTo(ConnectResult.REFUSED);
        }
    }

    @Test
    void nobodyAnswersTheSecondTimeAndTheClientIsNotKeptForLong() throws Exception {
        UpstreamTarget nobody = TestService.nobody();
        try (RelayUnderTest relay = before(nobody, new Names(20, List.of()));
                TestPeer client = relay.connect()) {
            assertThat(client.receiveByte()).isEqualTo(-2);
            EventLog.Session session = relay.log.ended();
            assertThat(results(session)).containsExactly(Lookup.Result.ANSWERED, Lookup.Result.NO_ANSWER);
            assertThat(session.one(SessionEvent.ConnectGivenUp.class).result()).isEqualTo(ConnectResult.REFUSED);
        }
    }

    private RelayUnderTest before(UpstreamTarget nobody, UpstreamResolver names) throws Exception {
        return RelayUnderTest.on(engine)
                .before(new UpstreamTarget("service.test", nobody.port()))
                .resolver(names)
                .start();
    }

    private static List<Purpose> purposes(EventLog.Session session) {
        return lookedUp(session).stream().map(SessionEvent.LookedUp::purpose).toList();
    }

    private static List<Lookup.Result> results(EventLog.Session session) {
        return lookedUp(session).stream().map(it -> it.end().result()).toList();
    }

    private static List<SessionEvent.LookedUp> lookedUp(EventLog.Session session) {
        return session.events().stream()
                .filter(SessionEvent.LookedUp.class::isInstance)
                .map(SessionEvent.LookedUp.class::cast)
                .toList();
    }

    private static InetAddress first() throws Exception {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    private static InetAddress second() throws Exception {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 2});
    }

    /** 127.0.0.1 from an answer of this age, and something else when asked again; nothing at all where that is empty. */
    private static final class Names implements UpstreamResolver {
        private static final InetSocketAddress SERVER = new InetSocketAddress("127.0.0.1", 53);
        private static final UnderWay ASKED = () -> SERVER;

        private final long ageSeconds;
        private final List<InetAddress> newer;

        Names(long ageSeconds, List<InetAddress> newer) {
            this.ageSeconds = ageSeconds;
            this.newer = newer;
        }

        @Override
        public UnderWay resolve(String host, Duration oldest, EventLoop loop, Callback answer) {
            boolean again = !oldest.equals(ANY_AGE);
            if (!again || !newer.isEmpty()) {
                loop.execute(() -> answer.resolved(again ? found(newer, 0) : found(old(), ageSeconds)));
            }
            return ASKED;
        }

        private static List<InetAddress> old() {
            try {
                return List.of(first());
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        private static Resolved found(List<InetAddress> addresses, long ageSeconds) {
            return new Resolved(
                    addresses,
                    NameSource.NAME_SERVER,
                    SERVER,
                    new Resolved.Time(
                            System.nanoTime() - ageSeconds * 1_000_000_000L, 1_000_000, Duration.ofSeconds(30)));
        }

        @Override
        public void close() {}
    }
}
