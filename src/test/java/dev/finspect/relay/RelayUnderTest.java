package dev.finspect.relay;

import dev.finspect.diagnose.Thresholds;
import dev.finspect.relay.names.NumericResolver;
import dev.finspect.relay.names.UpstreamResolver;
import dev.finspect.session.SessionSink;
import dev.finspect.session.watch.DiagnosisSettings;
import dev.finspect.session.watch.PeerSockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A relay with one route on loopback, started for one test; every setting has a plain default. */
final class RelayUnderTest implements AutoCloseable {
    private final RunningRelay relay;
    final EventLog log;

    private RelayUnderTest(RunningRelay relay, EventLog log) {
        this.relay = relay;
        this.log = log;
    }

    static Settings on(EngineUnderTest engine) {
        return new Settings(engine);
    }

    RunningRelay running() {
        return relay;
    }

    InetSocketAddress address() {
        return relay.listening().values().iterator().next().get(0);
    }

    TestPeer connect() throws IOException {
        return TestPeer.connect(address());
    }

    /** Stops; sessions that still live are reset. */
    @Override
    public void close() {
        try {
            relay.drain(Duration.ZERO).get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("the relay does not stop: " + log, e);
        }
    }

    /** What the relay is told. */
    static final class Settings {
        private final EngineUnderTest engine;
        private final List<UpstreamTarget> upstreams = new ArrayList<>();
        private final List<Network> allow = new ArrayList<>();
        private final List<Network> refuse = new ArrayList<>();
        private List<InetSocketAddress> listen = List.of(new InetSocketAddress(loopback4(), 0));
        private Duration connect = Duration.ofSeconds(10);
        private Duration resetDelivery = Duration.ofSeconds(1);
        private @Nullable Duration idle;
        private @Nullable Duration halfClose;
        private @Nullable Duration firstByte;
        private ClosePolicy closePolicy = ClosePolicy.PROPAGATE;
        private SocketSettings sockets = SocketSettings.DEFAULT;
        private OptionalInt maxSessions = OptionalInt.empty();
        private AdmissionLimits admission = AdmissionLimits.NONE;
        private boolean rejectWhenFull;
        private long heldBytesBudget = 64 << 20;
        private boolean splice = true;
        private int loops = 1;
        private UpstreamResolver resolver = new NumericResolver();
        private DiagnosisSettings diagnosis = DiagnosisSettings.STANDARD;
        private PeerSockets peerSockets = PeerSockets.NONE;
        private List<InetSocketAddress> ownAddresses = List.of();
        private InstantSource wallClock = InstantSource.system();
        private ProxyProtocol proxyProtocol = ProxyProtocol.NONE;
        private TlsChoice tls = TlsChoice.OFF;
        private InheritedListeners inherited = InheritedListeners.none();
        private UnaryOperator<SessionSink> told = log -> log;

        private Settings(EngineUnderTest engine) {
            this.engine = engine;
        }

        Settings before(TestService service) throws IOException {
            return before(service.target());
        }

        Settings before(UpstreamTarget target) {
            upstreams.add(target);
            return this;
        }

        Settings listen(InetSocketAddress... addresses) {
            listen = List.of(addresses);
            return this;
        }

        Settings connectTimeout(Duration duration) {
            connect = duration;
            return this;
        }

        Settings resetDelivery(Duration duration) {
            resetDelivery = duration;
            return this;
        }

        Settings idleTimeout(Duration duration) {
            idle = duration;
            return this;
        }

        Settings halfCloseTimeout(Duration duration) {
            halfClose = duration;
            return this;
        }

        Settings firstByteTimeout(Duration duration) {
            firstByte = duration;
            return this;
        }

        Settings allow(Network network) {
            allow.add(network);
            return this;
        }

        Settings refuse(Network network) {
            refuse.add(network);
            return this;
        }

        Settings maxSessions(int most, boolean reject) {
            maxSessions = OptionalInt.of(most);
            rejectWhenFull = reject;
            return this;
        }

        Settings resolver(UpstreamResolver names) {
            resolver = names;
            return this;
        }

        /** Kernel buffers of this size on all sockets of the relay, so that back-pressure comes soon. */
        Settings narrow(int bufferBytes) {
            sockets = new SocketSettings(true, null, bufferBytes, bufferBytes, null, null);
            return this;
        }

        Settings closePolicy(ClosePolicy policy) {
            closePolicy = policy;
            return this;
        }

        Settings sockets(SocketSettings settings) {
            sockets = settings;
            return this;
        }

        Settings heldBytesBudget(long bytes) {
            heldBytesBudget = bytes;
            return this;
        }

        Settings withoutSplice() {
            splice = false;
            return this;
        }

        Settings loops(int count) {
            loops = count;
            return this;
        }

        Settings thresholds(Thresholds thresholds) {
            diagnosis = new DiagnosisSettings(true, thresholds);
            return this;
        }

        Settings proxyProtocol(ProxyProtocol spoken) {
            proxyProtocol = spoken;
            return this;
        }

        Settings observingTls() {
            tls = TlsChoice.OBSERVE;
            return this;
        }

        Settings wallClock(InstantSource clock) {
            wallClock = clock;
            return this;
        }

        /** Addresses of this process besides the listeners, such as the admin server's. */
        Settings ownAddresses(InetSocketAddress... addresses) {
            ownAddresses = List.of(addresses);
            return this;
        }

        Settings peerSockets(PeerSockets sockets) {
            peerSockets = sockets;
            return this;
        }

        /** What stands between the sessions and the log of their events. */
        Settings told(UnaryOperator<SessionSink> between) {
            told = between;
            return this;
        }

        Settings admission(AdmissionLimits limits) {
            admission = limits;
            return this;
        }

        /** The one route, under another name. */
        RouteSettings route(String name) {
            return new RouteSettings(
                    name,
                    listen,
                    upstreams,
                    allow,
                    refuse,
                    new Timeouts(connect, idle, halfClose, firstByte, resetDelivery),
                    sockets,
                    sockets,
                    closePolicy,
                    diagnosis,
                    Interception.NONE,
                    proxyProtocol,
                    tls);
        }

        /** The same with these routes. */
        RelaySettings with(RouteSettings... routes) {
            return new RelaySettings(
                            List.of(routes),
                            engine.choice,
                            loops,
                            maxSessions,
                            rejectWhenFull,
                            heldBytesBudget,
                            splice,
                            null)
                    .with(admission);
        }

        /** With the listeners of another process. */
        Settings inheriting(InheritedListeners listeners) {
            inherited = listeners;
            return this;
        }

        RelayUnderTest start() throws RelayStartException {
            RelayUnderTest started = open();
            started.running().accept();
            return started;
        }

        /** Listens, and accepts nobody yet. */
        RelayUnderTest open() throws RelayStartException {
            RelaySettings settings = with(route("test"));
            EventLog log = new EventLog();
            RelayParts parts = RelayParts.of(
                            resolver, PipeSizer.NONE, () -> ownAddresses, LoopFailure.RETHROW, peerSockets)
                    .inheriting(inherited)
                    .at(wallClock);
            RunningRelay started = Relay.open(engine.starter, settings, told.apply(log), parts);
            if (!started.engineName().equals(engine.name().toLowerCase(Locale.ROOT))) {
                throw new AssertionError("runs on " + started.engineName() + " instead of " + engine);
            }
            log.living(started.sessions());
            return new RelayUnderTest(started, log);
        }
    }

    static InetAddress loopback4() {
        return InetAddress.getLoopbackAddress();
    }
}
