package dev.finspect.relay;

import static dev.finspect.relay.TestService.later;
import static dev.finspect.relay.TestService.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.finspect.record.ProxyReason;
import dev.finspect.relay.TestPeer.End;
import dev.finspect.session.SessionEvent;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Other settings for a relay that runs: what lives goes on as it began, what begins follows them. */
@OverBothEngines
final class ReloadTest {
    private final ByteStream request = new ByteStream(31);
    private final EngineUnderTest engine;

    ReloadTest(EngineUnderTest engine) {
        this.engine = engine;
    }

    @Test
    void sessionsThatLiveGoOnAsTheyBeganAndTheNextFollowTheNewSettings() throws Exception {
        try (TestService before = TestService.open();
                TestService after = TestService.open();
                RelayUnderTest relay =
                        RelayUnderTest.on(engine).before(before).loops(2).start();
                TestPeer old = relay.connect();
                TestPeer oldServer = before.accept()) {
            InetSocketAddress address = relay.address();
            var next = RelayUnderTest.on(engine)
                    .before(after)
                    .idleTimeout(Duration.ofMillis(50))
                    .loops(2);

            change(relay, next.with(next.route("test")));

            assertThat(relay.address()).isEqualTo(address);
            try (TestPeer young = relay.connect();
                    TestPeer youngServer = after.accept()) {
                assertThat(young.receiveRest(request).end()).isEqualTo(End.RST);
                assertThat(youngServer.receiveRest(request).end()).isEqualTo(End.RST);
            }
            relay.log.awaitEnded(1);
            assertThat(relay.log.session(1).one(SessionEvent.ProxyEnded.class).reason())
                    .isEqualTo(ProxyReason.IDLE_TIMEOUT);
            old.send(request, 10);
            oldServer.receive(request, 10);
            assertThat(Objects.requireNonNull(relay.running().counters().get("test"))
                            .activeSessions
                            .sum())
                    .isEqualTo(1);
            assertThat(relay.running().livingOn()).hasSize(1);
            old.fin();
            oldServer.fin();
            await(() -> relay.running().livingOn().isEmpty());
        }
    }

    @Test
    void aRemovedRouteTakesNobodyAndItsSessionsLiveOnWhileAnAddedOneServes() throws Exception {
        try (TestService service = TestService.open();
                TestService other = TestService.open();
                RelayUnderTest relay =
                        RelayUnderTest.on(engine).before(service).loops(2).start();
                TestPeer old = relay.connect();
                TestPeer oldServer = service.accept()) {
            InetSocketAddress gone = relay.address();
            var next = RelayUnderTest.on(engine).before(other).loops(2);

            change(relay, next.with(next.route("added")));

            awaitRefusal(gone);
            try (TestPeer young = relay.connect();
                    TestPeer youngServer = other.accept()) {
                young.send(request, 10);
                youngServer.receive(request, 10);
            }
            old.send(request, 10);
            oldServer.receive(request, 10);
            assertThat(relay.running().counters()).containsOnlyKeys("test", "added");
            assertThat(relay.running().listening()).containsOnlyKeys("added");
            assertThat(relay.running().livingOn())
                    .singleElement()
                    .extracting(RouteSettings::name)
                    .isEqualTo("test");
        }
    }

    @Test
    void aChangeThatCannotBindChangesNothing() throws Exception {
        try (TestService service = TestService.open();
                ServerSocket taken = new ServerSocket(0, 1, RelayUnderTest.loopback4());
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start()) {
            InetSocketAddress address = relay.address();
            var free = RelayUnderTest.on(engine).before(service);
            var busy = RelayUnderTest.on(engine)
                    .before(service)
                    .listen(new InetSocketAddress(taken.getInetAddress(), taken.getLocalPort()));

            assertThatThrownBy(() -> relay.running()
                            .prepare(free.with(free.route("test"), free.route("more"), busy.route("busy")), Set.of()))
                    .isInstanceOf(RelayStartException.class)
                    .hasMessageContaining("route busy cannot listen")
                    .hasMessageContaining("in use");

            assertThat(relay.running().listening()).containsOnlyKeys("test");
            try (TestPeer client = TestPeer.connect(address);
                    TestPeer server = service.accept()) {
                client.send(request, 10);
                server.receive(request, 10);
            }
        }
    }

    @Test
    void anAbandonedChangeLeavesNothingBound() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay =
                        RelayUnderTest.on(engine).before(service).loops(2).start()) {
            var next = RelayUnderTest.on(engine).before(service).loops(2);
            RelayChange change = relay.running().prepare(next.with(next.route("test"), next.route("more")), Set.of());
            InetSocketAddress more =
                    change.listening().getOrDefault("more", List.of()).get(0);
            assertThat(change.listening().get("test")).containsExactly(relay.address());

            change.abandon();

            awaitRefusal(more);
            assertThat(relay.running().listening()).containsOnlyKeys("test");
        }
    }

    /** One loop, and so a socket that was bound without SO_REUSEPORT. */
    @Test
    void anAddressMayGiveWayToAWiderOneOnTheSamePort() throws Exception {
        assumeThat(engine).isEqualTo(EngineUnderTest.EPOLL);
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start();
                TestPeer old = relay.connect();
                TestPeer oldServer = service.accept()) {
            int port = relay.address().getPort();
            InetSocketAddress narrow = new InetSocketAddress(RelayUnderTest.loopback4(), port);
            var wide = RelayUnderTest.on(engine).before(service).listen(new InetSocketAddress("0.0.0.0", port));
            var again = RelayUnderTest.on(engine).before(service).listen(narrow);
            for (int i = 0; i < 5; i++) {
                change(relay, wide.with(wide.route("wide")));
                exchange(narrow, service);
                change(relay, again.with(again.route("test")));
                exchange(narrow, service);
            }
            old.send(request, 10);
            oldServer.receive(request, 10);
        }
    }

    @Test
    void limitsHoldForThoseThatComeAfterTheChange() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(service)
                        .maxSessions(1, false)
                        .start();
                TestPeer first = relay.connect();
                TestPeer firstServer = service.accept();
                TestPeer waiting = relay.connect()) {
            waiting.send(request, 10);
            CompletableFuture<TestPeer> served = later(service::accept);
            var wider = RelayUnderTest.on(engine).before(service).maxSessions(2, true);

            change(relay, wider.with(wider.route("test")));

            try (TestPeer server = within(served)) {
                server.receive(request, 10);
                try (TestPeer third = relay.connect()) {
                    third.sendUntilReset();
                } catch (SocketException e) {
                    // Reset so early that connect() already fails.
                }
                first.send(request, 5);
                firstServer.receive(request, 5);
            }
        }
    }

    @Test
    void aSwitchedPolicyReachesSessionsThatBeganBeforeTheRouteChangedAndAReloadSetsItBack() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start();
                TestPeer old = relay.connect();
                TestPeer oldServer = service.accept()) {
            var next = RelayUnderTest.on(engine).before(service).connectTimeout(Duration.ofSeconds(9));
            RelaySettings settings = next.with(next.route("test"));
            change(relay, settings);
            assertThat(relay.running().closePolicy("test", ClosePolicy.FULL_CLOSE))
                    .isTrue();
            change(relay, settings);
            assertThat(relay.running().closePolicies()).containsEntry("test", ClosePolicy.PROPAGATE);

            old.fin();
            oldServer.sendUntilReset();
            assertThat(relay.log.ended().one(SessionEvent.ProxyEnded.class).reason())
                    .isEqualTo(ProxyReason.CLOSE_POLICY_FULL_CLOSE);
        }
    }

    @Test
    void aRelayThatDrainsTakesNoOtherSettings() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = RelayUnderTest.on(engine).before(service).start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            var next = RelayUnderTest.on(engine).before(service);
            RelayChange change = relay.running().prepare(next.with(next.route("test"), next.route("more")), Set.of());
            InetSocketAddress more =
                    change.listening().getOrDefault("more", List.of()).get(0);
            var drained = relay.running().drain(Duration.ofMinutes(5));

            assertThat(change.commit()).isFalse();

            awaitRefusal(more);
            client.send(request, 10).fin();
            server.receive(request, 10).fin();
            within(drained);
        }
    }

    private static void change(RelayUnderTest relay, RelaySettings settings) throws RelayStartException {
        assertThat(relay.running().prepare(settings, Set.of()).commit()).isTrue();
        assertThat(relay.running().routes()).isEqualTo(settings.routes());
    }

    private void exchange(InetSocketAddress address, TestService service) throws Exception {
        try (TestPeer client = TestPeer.connect(address);
                TestPeer server = service.accept()) {
            client.send(request, 10);
            server.receive(request, 10);
        }
    }

    /** A listener that ends lets those in who are already connecting; one of NIO is closed at the next turn of its loop. */
    private static void awaitRefusal(InetSocketAddress address) {
        await(() -> {
            try (TestPeer client = TestPeer.connect(address)) {
                return client == null;
            } catch (ConnectException e) {
                return true;
            } catch (IOException e) {
                return false; // Reset while it connected.
            }
        });
    }

    private static void await(BooleanSupplier isSo) {
        long deadlineNanos = System.nanoTime() + Duration.ofSeconds(100).toNanos();
        while (!isSo.getAsBoolean()) {
            assertThat(System.nanoTime() - deadlineNanos).as("waited in vain").isNegative();
            LockSupport.parkNanos(5_000_000);
        }
    }
}
