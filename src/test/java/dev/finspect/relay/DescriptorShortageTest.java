package dev.finspect.relay;

import static dev.finspect.relay.TestService.later;
import static dev.finspect.relay.TestService.within;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.relay.names.NumericResolver;
import dev.finspect.session.RouteCounters;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.watch.DiagnosisSettings;
import dev.finspect.session.watch.PeerSockets;
import dev.finspect.tcp.ConnectResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A relay in a process of its own that has fewer descriptors than its clients want. */
@OverBothEngines
@EnabledOnOs(value = OS.LINUX, disabledReason = "sets the limit by the shell's ulimit, as Linux counts it")
final class DescriptorShortageTest {
    private static final int LIMIT = 200;
    private static final int CLIENTS = 150;

    private final EngineUnderTest engine;

    DescriptorShortageTest(EngineUnderTest engine) {
        this.engine = engine;
    }

    @Test
    void sessionsGoOnWhileNoDescriptorIsLeftAndOthersComeInAfterwards() throws Exception {
        try (TestService service = TestService.open()) {
            CompletableFuture<Boolean> echoing = later(() -> echo(service));
            try (Relayed relay = new Relayed(service, engine)) {
                try (TestPeer living = TestPeer.connect(relay.address)) {
                    assertThat(living.send((byte) 'a').receiveByte()).isEqualTo('a');
                    List<TestPeer> crowd = new ArrayList<>();
                    for (int i = 0; i < CLIENTS; i++) {
                        crowd.add(TestPeer.connect(relay.address));
                    }
                    relay.awaitShortage();
                    assertThat(living.send((byte) 'c').receiveByte()).isEqualTo('c');
                    for (TestPeer peer : crowd) {
                        peer.reset();
                    }
                    assertThat(living.send((byte) 'd').receiveByte()).isEqualTo('d');
                    assertThat(answeredAtLast(relay.address)).isEqualTo('e');
                    assertThat(living.send((byte) 'f').receiveByte()).isEqualTo('f');
                }
                assertThat(relay.stop()).isEqualTo("active 0");
            }
            assertThat(echoing).isNotCompletedExceptionally();
        }
    }

    /** What a new client gets once the crowd is gone; those that the shortage still turns away try again. */
    private static int answeredAtLast(InetSocketAddress address) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        int answer = -2;
        while (answer == -2 && System.nanoTime() - end < 0) {
            try (TestPeer late = TestPeer.connect(address)) {
                answer = late.send((byte) 'e').receiveByte();
            }
        }
        return answer;
    }

    /** Takes connections for as long as the service is there, each on a thread of its own that sends back what comes. */
    private static boolean echo(TestService service) throws IOException {
        while (true) {
            TestPeer server;
            try {
                server = service.take();
            } catch (IOException e) {
                return true;
            }
            var unused = later(() -> {
                try (TestPeer peer = server) {
                    for (int read = peer.receiveByte(); read >= 0; read = peer.receiveByte()) {
                        peer.send((byte) read);
                    }
                }
                return true;
            });
        }
    }

    /** The relay's process. */
    private static final class Relayed implements AutoCloseable {
        private final Process process;
        private final BufferedReader said;
        private final InetSocketAddress address;

        Relayed(TestService service, EngineUnderTest engine) throws Exception {
            String java =
                    Path.of(System.getProperty("java.home"), "bin", "java").toString();
            process = new ProcessBuilder(
                            "sh",
                            "-c",
                            "ulimit -n " + LIMIT + " && exec \"$@\"",
                            "sh",
                            java,
                            "-cp",
                            System.getProperty("java.class.path"),
                            DescriptorShortageTest.class.getName(),
                            engine.name(),
                            String.valueOf(service.address().getPort()))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String port = within(later(said::readLine));
            address = new InetSocketAddress(RelayUnderTest.loopback4(), Integer.parseInt(port));
        }

        void awaitShortage() throws Exception {
            assertThat(within(later(said::readLine))).isEqualTo("shortage");
        }

        /** Ends the relay; what it said last. */
        String stop() throws Exception {
            process.getOutputStream().close();
            String last = within(later(said::readLine));
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return last;
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    /**
     * Runs a relay on the engine and before the port of the arguments, until its input ends. Prints its port, then
     * {@code shortage} when accept() or socket() has failed, and last how many sessions are left.
     */
    public static void main(String[] args) throws Exception {
        RouteSettings route = route("test", new UpstreamTarget("127.0.0.1", Integer.parseInt(args[1])));
        RouteSettings failing = route("failing", TestService.nobody());
        RelaySettings settings = new RelaySettings(
                List.of(route, failing),
                EngineUnderTest.valueOf(args[0]).choice,
                1,
                OptionalInt.empty(),
                false,
                1 << 20,
                false,
                null);
        EventLog log = new EventLog();
        RunningRelay relay = Relay.start(
                EngineUnderTest.valueOf(args[0]).starter,
                settings,
                log,
                RelayParts.of(new NumericResolver(), PipeSizer.NONE, List::of, LoopFailure.RETHROW, PeerSockets.NONE));
        InetSocketAddress address =
                relay.listening().getOrDefault("test", List.of()).get(0);
        loadWhatAFailureLoads(
                relay.listening().getOrDefault("failing", List.of()).get(0));
        loadWhatAnAnswerLoads(address, log);
        System.out.println(address.getPort());
        RouteCounters counters = relay.counters().values().iterator().next();
        Thread watch = new Thread(() -> {
            while (counters.acceptErrors.sum() == 0 && !anyWithoutDescriptor(log)) {
                LockSupport.parkNanos(1_000_000);
            }
            System.out.println("shortage");
        });
        watch.setDaemon(true);
        watch.start();
        assertThat(System.in.read()).isEqualTo(-1);
        relay.drain(Duration.ofSeconds(5)).get(60, TimeUnit.SECONDS);
        System.out.println("active " + counters.activeSessions.sum());
    }

    private static RouteSettings route(String name, UpstreamTarget target) {
        return new RouteSettings(
                name,
                List.of(new InetSocketAddress(RelayUnderTest.loopback4(), 0)),
                List.of(target),
                List.of(),
                List.of(),
                Timeouts.DEFAULT,
                SocketSettings.DEFAULT,
                SocketSettings.DEFAULT,
                ClosePolicy.PROPAGATE,
                DiagnosisSettings.STANDARD,
                Interception.NONE,
                ProxyProtocol.NONE,
                TlsChoice.OFF);
    }

    /** Here classes lie in folders, and loading one takes a descriptor; from the jar of a user it takes none. */
    private static void loadWhatAFailureLoads(InetSocketAddress failing) throws IOException {
        try (TestPeer client = TestPeer.connect(failing)) {
            assertThat(client.receiveByte()).isEqualTo(-2);
        }
    }

    /** The same of a session that was looked at once. */
    private static void loadWhatAnAnswerLoads(InetSocketAddress address, EventLog log) throws Exception {
        try (TestPeer client = TestPeer.connect(address)) {
            assertThat(client.send((byte) 'a').receiveByte()).isEqualTo('a');
            log.session(1).await(SessionEvent.TurnsCounted.class);
        }
        log.awaitEnded(2);
    }

    private static boolean anyWithoutDescriptor(EventLog log) {
        return log.sessions().stream()
                .flatMap(session -> session.events().stream())
                .anyMatch(event -> event instanceof SessionEvent.AttemptFailed failed
                        && failed.result() == ConnectResult.NO_DESCRIPTOR);
    }
}
