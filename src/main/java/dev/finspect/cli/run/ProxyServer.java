package dev.finspect.cli.run;

import dev.finspect.admin.AdminAccess;
import dev.finspect.admin.AdminBindException;
import dev.finspect.admin.AdminLimits;
import dev.finspect.admin.AdminServer;
import dev.finspect.admin.AdminSettings;
import dev.finspect.admin.AdminSources;
import dev.finspect.admin.Readiness;
import dev.finspect.cli.config.Addresses;
import dev.finspect.cli.config.Config;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.TokenFile;
import dev.finspect.cli.process.Version;
import dev.finspect.kernel.PipeSizes;
import dev.finspect.kernel.Reading;
import dev.finspect.kernel.ThreadPriority;
import dev.finspect.kernel.capture.Capture;
import dev.finspect.kernel.sockets.HandshakeCount;
import dev.finspect.kernel.sockets.LocalPorts;
import dev.finspect.kernel.sockets.NetlinkPeerSockets;
import dev.finspect.kernel.sockets.SocketCensus;
import dev.finspect.log.CaptureFolder;
import dev.finspect.log.RecordLog;
import dev.finspect.log.json.JsonExplanation;
import dev.finspect.log.json.JsonRecordEncoder;
import dev.finspect.metrics.Metrics;
import dev.finspect.relay.Relay;
import dev.finspect.relay.RelayParts;
import dev.finspect.relay.RelayStartException;
import dev.finspect.relay.RouteSettings;
import dev.finspect.relay.RunningRelay;
import dev.finspect.relay.UpstreamTarget;
import dev.finspect.relay.names.NamedUpstreams;
import dev.finspect.session.CaptureCounters;
import dev.finspect.session.LivingSession;
import dev.finspect.session.SessionDirectory;
import dev.finspect.session.SessionHistory;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionSink;
import dev.finspect.session.SessionWalk;
import dev.finspect.session.join.CaptureExport;
import dev.finspect.session.join.CaptureJoin;
import dev.finspect.session.join.KeptCapture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running finspect: relay, session log, meters, history, capture and admin server. Everything is open when {@link
 * #start} returns; everything is closed when it throws. Any thread.
 */
public final class ProxyServer {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyServer.class);
    /** How long the capture gets for the last segments: usually it takes a tenth of a second, on a busy machine seconds. */
    private static final Duration CAPTURE_WAIT = Duration.ofSeconds(10);
    /** How long a closed capture gets to report what it still holds. */
    private static final Duration LATE_CAPTURE_WAIT = Duration.ofSeconds(5);

    private static final long POLL_NANOS = 5_000_000;
    private static final Duration LOG_WAIT = Duration.ofSeconds(5);

    private final Metrics metrics;
    private final SessionHistory history;
    private final Readiness readiness = new Readiness();
    private final PipeSizes pipes = new PipeSizes();
    private final NetlinkPeerSockets sockets = new NetlinkPeerSockets();
    private final SocketCallers callers = new SocketCallers();
    private final CaptureExport export = new CaptureExport("finspect " + Version.number());
    private final ObservedUpstreams seen = new ObservedUpstreams();
    private @Nullable SocketCensus census;
    private @Nullable CaptureJoin join;
    private final FatalExit fatalExit;
    private final Duration drainDelay;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private boolean draining;
    private @Nullable RecordLog log;
    private @Nullable Sinks sinks;
    private @Nullable AdminServer admin;
    private @Nullable LiveCapture capture;
    private @Nullable CaptureFolder folder;
    private volatile @Nullable RunningRelay relay;

    private ProxyServer(Config config, FatalExit fatalExit) {
        this.fatalExit = fatalExit;
        this.drainDelay = config.drainDelay();
        List<String> routes =
                config.relay().routes().stream().map(RouteSettings::name).toList();
        metrics = config.otlp().map(otlp -> Metrics.of(routes, otlp)).orElseGet(() -> Metrics.of(routes));
        history = new SessionHistory(config.history());
    }

    /**
     * Opens everything: the outputs first, the listeners last.
     *
     * @param logging opens the session log; null for none
     * @param others further sinks, called after log, meters and history
     */
    public static ProxyServer start(Config config, @Nullable LogOpener logging, SessionSink... others)
            throws CommandFailure {
        return start(config, new FatalExit(System.err), logging, others);
    }

    /**
     * Opens everything, as the other method does.
     *
     * @param fatalExit called for errors after which a thread cannot continue
     */
    public static ProxyServer start(
            Config config, FatalExit fatalExit, @Nullable LogOpener logging, SessionSink... others)
            throws CommandFailure {
        ProxyServer service = new ProxyServer(config, fatalExit);
        try {
            service.open(config, logging, others);
            return service;
        } catch (CommandFailure | RuntimeException | Error e) {
            service.close();
            throw e;
        }
    }

    private void open(Config config, @Nullable LogOpener logging, SessionSink... others) throws CommandFailure {
        if (logging != null) {
            RecordLog opened = logging.open();
            log = opened;
            fatalExit.flushBy(opened::close);
            metrics.watchDrops(opened.name(), opened::dropped);
            metrics.watchLog(opened::written, opened::deleted);
        }
        if (config.capture().save().isPresent()) {
            openFolder(config.capture().save().get());
        }
        openAdmin(config);
        Sinks all = sinks(others);
        sinks = all;
        CaptureJoin joining = config.capture().any() ? CapturedRoutes.join(config, all) : null;
        join = joining;
        RunningRelay running = startRelay(config, joining == null ? all : joining);
        relay = running;
        running.counters().values().forEach(metrics::watch);
        metrics.watchNetty(running::heapBytes, running::directBytes);
        watchKernel(running);
        readiness.listening();
        onOwnThread(() -> metrics.watchRuntime(Version.number()));
        if (config.relay().splice() && running.engineName().equals("epoll")) {
            pipes.warm();
        }
        if (joining != null) {
            CaptureCounters captured = new CaptureCounters(joining);
            metrics.watchCapture(captured::packets, captured::dropped);
            joining.begin(CapturedRoutes.watched(config, running.listening()), CapturedRoutes.epochNanos());
            capture = LiveCapture.start(config, running.listening(), captured);
        }
    }

    /** Meters of what the kernel keeps after sockets are closed, and of local ports. */
    private void watchKernel(RunningRelay running) {
        Map<Integer, String> listeners = new HashMap<>();
        running.listening()
                .forEach((route, addresses) -> addresses.forEach(address -> listeners.put(address.getPort(), route)));
        SocketCensus counting = new SocketCensus(() -> new SocketCensus.Places(listeners, seen.routes()));
        census = counting;
        for (String route : running.listening().keySet()) {
            metrics.watchClosedSockets(
                    route, (leg, state) -> counting.kept(route, leg, state), () -> counting.portsTaken(route));
        }
        metrics.watchLocalPorts(LocalPorts::count);
    }

    /** Enlarges a splice pipe; on event loops. */
    private boolean enlarge(int descriptor) {
        boolean isFinal = pipes.loaded();
        Reading<Integer> unused = pipes.enlarge(descriptor);
        return isFinal;
    }

    private void openFolder(Config.Save save) throws CommandFailure {
        try {
            CaptureFolder opened = CaptureFolder.open(
                    save.folder(), save.maxBytes(), save.maxAge().orElse(null), this::captured, ThreadPriority::lower);
            folder = opened;
            metrics.watchDrops(opened.name(), opened::dropped);
        } catch (AccessDeniedException e) {
            LOG.warn(
                    "Captures are not saved: user {} may not write to {}. Name a directory that this user can write to",
                    System.getProperty("user.name"),
                    save.folder());
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    "cannot save captures in " + save.folder() + " ("
                            + (e instanceof FileSystemException refused && refused.getReason() != null
                                    ? refused.getReason()
                                    : e.getClass().getSimpleName())
                            + "). Name a directory that finspect can write to.");
        }
    }

    /** Runs a task that no client waits for, such as one that loads classes for some tens of milliseconds. */
    private static void onOwnThread(Runnable task) {
        Thread thread = new Thread(task, "finspect-later");
        thread.setDaemon(true);
        thread.start();
    }

    private Sinks sinks(SessionSink... others) {
        List<SessionSink> all = new ArrayList<>();
        if (log != null) {
            all.add(log);
        }
        all.add(metrics.sink());
        all.add(history);
        all.add(seen);
        if (folder != null) {
            all.add(folder);
        }
        all.addAll(List.of(others));
        return new Sinks(all.toArray(SessionSink[]::new));
    }

    private void openAdmin(Config config) throws CommandFailure {
        if (config.admin().listen().isEmpty()) {
            return;
        }
        InetSocketAddress address = config.admin().listen().get();
        boolean explicit = config.admin().explicit();
        int port = !explicit && isTakenByARoute(config, address.getPort()) ? 0 : address.getPort();
        AdminSettings settings =
                new AdminSettings(address.getAddress(), port, explicit, AdminLimits.DEFAULT, access(config));
        AdminSources sources = new AdminSources(
                metrics.exposition(),
                readiness,
                this::sessions,
                history,
                new JsonRecordEncoder(),
                this::captured,
                new JsonExplanation(),
                this::kept,
                new RunningRoutes(config.relay().routes(), () -> relay),
                callers);
        try {
            AdminServer opened = AdminServer.start(settings, sources);
            opened.onLoopFailure(error -> fatalExit.failed("the admin server", error));
            admin = opened;
        } catch (AdminBindException e) {
            throw new CommandFailure(ExitCode.BIND, e.getMessage() + ".");
        }
    }

    /** A token file is made where it is missing, but not as root for another user, who may have put something in its way. */
    private static AdminAccess access(Config config) throws CommandFailure {
        Config.AdminRights rights = config.admin().access();
        String token = null;
        if (rights.tokenFile().isPresent()) {
            Path file = rights.tokenFile().get();
            token = config.user().isPresent() ? TokenFile.read(file) : TokenFile.readOrCreate(file);
        }
        return new AdminAccess(token, rights.open(), rights.hosts());
    }

    /** Whether a route listens on this port or an upstream uses it; the default admin port then gives way. */
    private static boolean isTakenByARoute(Config config, int port) {
        return config.relay().routes().stream()
                .anyMatch(route -> route.listen().stream().anyMatch(a -> a.getPort() == port)
                        || route.upstreams().stream().anyMatch(u -> u.port() == port));
    }

    private RunningRelay startRelay(Config config, SessionSink sink) throws CommandFailure {
        List<String> hosts = config.relay().routes().stream()
                .flatMap(route -> route.upstreams().stream())
                .filter(upstream -> !upstream.isOriginal())
                .map(UpstreamTarget::host)
                .toList();
        RelayParts parts = new RelayParts(
                NamedUpstreams.ofMachine(hosts),
                this::enlarge,
                () -> adminAddress().stream().toList(),
                error -> fatalExit.failed("an event loop", error),
                sockets,
                ports -> CompletableFuture.supplyAsync(() -> HandshakeCount.of(ports), ProxyServer::onOwnThread));
        try {
            return Relay.start(Engines.of(config.relay().engine()), config.relay(), sink, parts);
        } catch (RelayStartException e) {
            ExitCode exit = e.kind() == RelayStartException.Kind.CANNOT_BIND ? ExitCode.BIND : ExitCode.CONFIGURATION;
            throw new CommandFailure(exit, String.valueOf(e.getMessage()));
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

    /** The open sessions; none before the relay is open. */
    private SessionDirectory sessions() {
        RunningRelay running = relay;
        return running == null ? NoSessions.INSTANCE : running.sessions();
    }

    /** The admin server's address; empty if there is none. */
    public Optional<InetSocketAddress> adminAddress() {
        return Optional.ofNullable(admin).map(AdminServer::address);
    }

    /** The token for the admin server's POST requests; empty if there is no admin server. */
    public Optional<String> adminToken() {
        return Optional.ofNullable(admin).map(AdminServer::token);
    }

    /** A new one-time link to the admin server, for a browser on this machine; empty if there is no admin server. */
    Optional<String> browserLink() {
        return Optional.ofNullable(admin).map(server -> {
            InetSocketAddress address = server.address();
            InetSocketAddress asked = address.getAddress().isAnyLocalAddress()
                    ? new InetSocketAddress(InetAddress.getLoopbackAddress(), address.getPort())
                    : address;
            return "http://" + Addresses.shown(asked) + server.browserLink();
        });
    }

    /** Whether the admin server moved because its default port was taken. */
    boolean adminMoved() {
        return admin != null && admin.usesFallbackPort();
    }

    /** The open capture, or why it did not open; waits until that is known. Empty if none is configured. */
    Optional<Reading<Capture>> capture() {
        return Optional.ofNullable(capture).map(LiveCapture::opened);
    }

    /** The captured headers of a session. */
    private List<KeptCapture> kept(String id) {
        CaptureJoin joining = join;
        return joining == null ? List.of() : joining.kept(id);
    }

    /** Waits until the capture is open or has failed to open. */
    public void awaitCapture() {
        if (capture != null) {
            capture.opened();
        }
    }

    /** The captured headers of a session as a pcapng file. */
    private Optional<byte[]> captured(SessionRecord record) {
        CaptureJoin joining = join;
        return joining == null
                ? Optional.empty()
                : export.pcapng(joining.kept(record.identity().id()), record);
    }

    /** Events that errors kept from being recorded or examined; each kind of error was logged. */
    public long recordingErrors() {
        return (sinks == null ? 0 : sinks.errors()) + (relay == null ? 0 : relay.recordingErrors());
    }

    /**
     * Ends in order: not ready at once, no new clients after the configured delay, then at most this long for the open
     * sessions. A later call ends the delay and can shorten the time. Completed with the last session.
     */
    public synchronized CompletableFuture<Void> drain(Duration patience) {
        readiness.draining();
        boolean waits = !draining && !drainDelay.isZero() && !patience.isZero();
        draining = true;
        if (waits) {
            CompletableFuture.delayedExecutor(drainDelay.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(() -> stopAccepting(patience));
        } else {
            stopAccepting(patience);
        }
        return drained;
    }

    private void stopAccepting(Duration patience) {
        var unused = relay().drain(patience).whenComplete((done, error) -> drained.complete(null));
    }

    /** Reopens the log file, soon, on the log's thread; false if records go to standard output. */
    boolean reopenLog() {
        RecordLog opened = log;
        return opened != null && opened.reopen();
    }

    /** Completed when a drain has ended. */
    CompletableFuture<Void> drained() {
        return drained;
    }

    /**
     * Closes everything. Resets open sessions; to wait for them, drain first.
     *
     * @return the number of records that could not be written
     */
    public long close() {
        RunningRelay running = relay;
        if (running != null) {
            readiness.draining();
            running.drain(Duration.ZERO).join();
        }
        if (capture != null) {
            awaitHeldEnds(CAPTURE_WAIT);
            capture.close();
            awaitHeldEnds(LATE_CAPTURE_WAIT);
        }
        if (folder != null) {
            folder.close();
        }
        long lost = 0;
        RecordLog opened = log;
        if (opened != null) {
            opened.close(LOG_WAIT);
            lost = heldEnds(); // Read first: what is reported from now on is dropped by the closed log, and counted
            // there.
            lost += opened.dropped();
        }
        if (admin != null) {
            admin.close();
        }
        sockets.close();
        callers.close();
        if (census != null) {
            census.close();
        }
        metrics.close();
        return lost;
    }

    /** Waits for the ends that the capture holds back until it has the last segments; its thread may be late. */
    private void awaitHeldEnds(Duration most) {
        long deadlineNanos = System.nanoTime() + most.toNanos();
        while (heldEnds() > 0 && System.nanoTime() - deadlineNanos < 0) {
            LockSupport.parkNanos(this, POLL_NANOS);
        }
    }

    private int heldEnds() {
        CaptureJoin joining = join;
        return joining == null ? 0 : joining.waiting();
    }

    /** Opens the session log. */
    @FunctionalInterface
    public interface LogOpener {
        /** Opens it, or fails with a message for the user. */
        RecordLog open() throws CommandFailure;
    }

    /** The empty directory, until the relay is open. */
    private enum NoSessions implements SessionDirectory {
        INSTANCE;

        @Override
        public SessionWalk walk(Selection selection) {
            return NoWalk.INSTANCE;
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

    /** Meets nobody. */
    private enum NoWalk implements SessionWalk {
        INSTANCE;

        @Override
        public CompletableFuture<List<LivingSession>> next(int most) {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public void close() {
            // Nothing to release.
        }
    }
}
