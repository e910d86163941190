package dev.finspect.cli;

import dev.finspect.admin.AdminBindException;
import dev.finspect.admin.AdminLimits;
import dev.finspect.admin.AdminServer;
import dev.finspect.admin.AdminSettings;
import dev.finspect.admin.AdminSources;
import dev.finspect.admin.Readiness;
import dev.finspect.cli.config.Config;
import dev.finspect.kernel.PipeSizes;
import dev.finspect.kernel.Reading;
import dev.finspect.kernel.capture.Capture;
import dev.finspect.log.JsonRecordEncoder;
import dev.finspect.log.RecordLog;
import dev.finspect.metrics.Metrics;
import dev.finspect.relay.NamedUpstreams;
import dev.finspect.relay.Relay;
import dev.finspect.relay.RelayParts;
import dev.finspect.relay.RelayStartException;
import dev.finspect.relay.RouteSettings;
import dev.finspect.relay.RunningRelay;
import dev.finspect.relay.UpstreamTarget;
import dev.finspect.session.CaptureCounters;
import dev.finspect.session.SessionDirectory;
import dev.finspect.session.SessionHistory;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionSink;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One finspect that runs: relay, session log, meters, history and admin server, tied together. Everything is open when
 * {@link #start} returns, and nothing when it throws. Any thread.
 */
public final class Service {
    private static final Duration LOG_PATIENCE = Duration.ofSeconds(5);

    private final Metrics metrics;
    private final SessionHistory history;
    private final Readiness readiness = new Readiness();
    private final PipeSizes pipes = new PipeSizes();
    private final CaptureCounters captured = new CaptureCounters();
    private @Nullable RecordLog log;
    private @Nullable AdminServer admin;
    private @Nullable LiveCapture capture;
    private volatile @Nullable RunningRelay relay;

    private Service(Config config) {
        metrics = Metrics.of(
                config.relay().routes().stream().map(RouteSettings::name).toList());
        history = new SessionHistory(config.history());
    }

    /**
     * Opens everything: first what records are written to, last what clients connect to.
     *
     * @param logging where records are written; null writes none
     * @param others sinks beside log, meters and history, told after them
     */
    public static Service start(Config config, @Nullable LogOpener logging, SessionSink... others) throws Failure {
        Service service = new Service(config);
        try {
            service.open(config, logging, others);
            return service;
        } catch (Failure | RuntimeException | Error e) {
            service.close();
            throw e;
        }
    }

    private void open(Config config, @Nullable LogOpener logging, SessionSink... others) throws Failure {
        if (logging != null) {
            RecordLog opened = logging.open();
            log = opened;
            metrics.watchDrops(opened.name(), opened::dropped);
            metrics.watchLog(opened::written);
        }
        openAdmin(config);
        RunningRelay running = startRelay(config, sink(others));
        relay = running;
        running.counters().values().forEach(metrics::watch);
        readiness.listening();
        later(() -> metrics.watchRuntime(Version.number()));
        if (config.relay().splice()) {
            pipes.warm();
        }
        if (config.capture().any()) {
            metrics.watchCapture(captured::packets, captured::dropped);
            capture = LiveCapture.start(config, running.listening(), captured);
        }
    }

    /** What no client waits for: the runtime's meters need the platform's management classes, some tens of milliseconds. */
    private static void later(Runnable task) {
        Thread thread = new Thread(task, "finspect-meters");
        thread.setDaemon(true);
        thread.start();
    }

    private SessionSink sink(SessionSink... others) {
        RecordLog opened = log;
        Sinks own = opened == null ? new Sinks(metrics.sink(), history) : new Sinks(opened, metrics.sink(), history);
        return others.length == 0 ? own : new Sinks(own, new Sinks(others));
    }

    private void openAdmin(Config config) throws Failure {
        if (config.admin().listen().isEmpty()) {
            return;
        }
        InetSocketAddress address = config.admin().listen().get();
        boolean byName = config.admin().byName();
        int port = !byName && isTakenByARoute(config, address.getPort()) ? 0 : address.getPort();
        AdminSettings settings = new AdminSettings(address.getAddress(), port, byName, AdminLimits.DEFAULT);
        AdminSources sources =
                new AdminSources(metrics.exposition(), readiness, this::sessions, history, new JsonRecordEncoder());
        try {
            admin = AdminServer.start(settings, sources);
        } catch (AdminBindException e) {
            throw new Failure(Exit.BIND, e.getMessage() + ".");
        }
    }

    /** The default admin port gives way to a route that listens there, or to a service that lives there. */
    private static boolean isTakenByARoute(Config config, int port) {
        return config.relay().routes().stream()
                .anyMatch(route -> route.listen().stream().anyMatch(a -> a.getPort() == port)
                        || route.upstreams().stream().anyMatch(u -> u.port() == port));
    }

    private RunningRelay startRelay(Config config, SessionSink sink) throws Failure {
        List<String> hosts = config.relay().routes().stream()
                .flatMap(route -> route.upstreams().stream().map(UpstreamTarget::host))
                .toList();
        RelayParts parts = new RelayParts(
                NamedUpstreams.ofMachine(hosts),
                pipes::enlarge,
                () -> adminAddress().stream().toList());
        try {
            return Relay.start(config.relay(), sink, parts);
        } catch (RelayStartException e) {
            Exit exit = e.kind() == RelayStartException.Kind.CANNOT_BIND ? Exit.BIND : Exit.CONFIGURATION;
            throw new Failure(exit, String.valueOf(e.getMessage()));
        }
    }

    /** The relay. */
    public RunningRelay relay() {
        RunningRelay running = relay;
        if (running == null) {
            throw new IllegalStateException("the relay is not open");
        }
        return running;
    }

    /** The sessions that live now; none before the relay is open. */
    private SessionDirectory sessions() {
        RunningRelay running = relay;
        return running == null ? NobodyYet.INSTANCE : running.sessions();
    }

    /** Where the admin server listens, empty when there is none. */
    public Optional<InetSocketAddress> adminAddress() {
        return Optional.ofNullable(admin).map(AdminServer::address);
    }

    /** Whether the admin server gave way to another program on its default port. */
    boolean adminMoved() {
        return admin != null && admin.movedFromItsPort();
    }

    /** What came of opening the capture, once that is known; empty when none was asked for. */
    Optional<Reading<Capture>> capture() {
        return Optional.ofNullable(capture).map(LiveCapture::opened);
    }

    /** Takes no new connections and gives the living ones this long; called again, with less, it hurries. */
    public CompletableFuture<Void> drain(Duration patience) {
        readiness.draining();
        return relay().drain(patience);
    }

    /**
     * Closes what is open. Sessions that still live are reset; to wait for them, drain first.
     *
     * @return how many records could not be written
     */
    public long close() {
        RunningRelay running = relay;
        if (running != null) {
            readiness.draining();
            running.drain(Duration.ZERO).join();
        }
        if (capture != null) {
            capture.close();
        }
        long lost = 0;
        RecordLog opened = log;
        if (opened != null) {
            opened.close(LOG_PATIENCE);
            lost = opened.dropped();
        }
        if (admin != null) {
            admin.close();
        }
        metrics.close();
        return lost;
    }

    /** Opens the session log. */
    @FunctionalInterface
    public interface LogOpener {
        /** Fails with what the user is told. */
        RecordLog open() throws Failure;
    }

    /** No session lives before the relay does. */
    private enum NobodyYet implements SessionDirectory {
        INSTANCE;

        @Override
        public CompletableFuture<List<SessionRecord>> living(int limit) {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public CompletableFuture<Optional<SessionRecord>> find(String id) {
            return CompletableFuture.completedFuture(Optional.empty());
        }

        @Override
        public long livingCount() {
            return 0;
        }
    }
}
