package dev.finspect.cli.watch;

import dev.finspect.admin.AdminSources;
import dev.finspect.admin.Readiness;
import dev.finspect.admin.feed.FeedSources;
import dev.finspect.cli.config.WatchConfig;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.Version;
import dev.finspect.cli.read.CaptureOfPage;
import dev.finspect.cli.run.AdminPort;
import dev.finspect.cli.run.FatalExit;
import dev.finspect.cli.run.Reachable;
import dev.finspect.cli.run.RecordOutputs;
import dev.finspect.cli.run.SocketCallers;
import dev.finspect.kernel.Reading;
import dev.finspect.kernel.capture.Capture;
import dev.finspect.kernel.capture.CaptureSettings;
import dev.finspect.kernel.counters.KernelCounters;
import dev.finspect.kernel.sockets.NetlinkPeerSockets;
import dev.finspect.log.RecordLog;
import dev.finspect.log.json.JsonExplanation;
import dev.finspect.log.json.JsonRecordEncoder;
import dev.finspect.metrics.Metrics;
import dev.finspect.session.CaptureCounters;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.filter.RecordFilter;
import dev.finspect.session.kept.CaptureExport;
import dev.finspect.session.passive.PassiveConnections;
import dev.finspect.session.passive.PassiveSettings;
import dev.finspect.session.watch.RouteDiagnosis;
import dev.finspect.tcp.EpochNanos;
import dev.finspect.tcp.FourTuple;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * One running watch: capture, session log, meters, history and admin server. Everything is open when {@link #open} returns;
 * {@link #close} closes what is open. Any thread.
 */
public final class WatchServer implements Reachable, AutoCloseable {
    /** At the end, for packets that passed before it and are still in the ring. */
    private static final Duration MOST_TO_READ = Duration.ofSeconds(5);

    /** Segments come up to some tens of milliseconds after they passed. */
    private static final long LATE_NANOS = 100_000_000;

    /** For kept headers: a short connection takes 1 KB until its record is written, some seconds after its end. */
    private static final long MOST_KEPT_BYTES = 12L << 20;

    /** At most one part in so many of the heap is for kept headers. */
    private static final int SHARE_OF_HEAP = 8;

    private static final long POLL_NANOS = 5_000_000;

    private final WatchConfig watch;
    private final FatalExit fatalExit;
    private final Metrics metrics;
    private final RecordOutputs outputs;
    private final AdminPort admin = new AdminPort();
    private final SocketCallers callers = new SocketCallers();
    private final NetlinkPeerSockets sockets = new NetlinkPeerSockets();
    private final Readiness readiness = new Readiness();
    private final KernelCounters kernelCounters = KernelCounters.start();
    private final String name;
    private final CaptureExport export = new CaptureExport("finspect " + Version.number());
    private Optional<CaptureCounters> counters = Optional.empty();
    private volatile Optional<PassiveConnections> connections = Optional.empty();
    private Optional<Capture> capture = Optional.empty();
    private volatile boolean leftInRing;

    /**
     * Nothing is open yet.
     *
     * @param name stands for the watch in records and meters, as a route's does
     */
    public WatchServer(WatchConfig watch, String name, FatalExit fatalExit) {
        this.watch = watch;
        this.name = name;
        this.fatalExit = fatalExit;
        metrics = watch.config()
                .otlp()
                .map(otlp -> Metrics.of(List.of(name), otlp))
                .orElseGet(() -> Metrics.of(List.of(name)));
        outputs = new RecordOutputs(watch.config(), metrics);
    }

    /**
     * Opens everything; the capture last.
     *
     * @param following what is captured and followed
     * @param end is run when an operator asks for the end
     */
    public void open(RecordLog log, Following following, Runnable end) throws CommandFailure {
        outputs.log(log, fatalExit);
        if (watch.config().capture().save().isPresent()) {
            outputs.openFolder(watch.config().capture().save().get(), this::file);
        }
        PassiveConnections passive = new PassiveConnections(settings(following), outputs.sink());
        connections = Optional.of(passive);
        CaptureCounters counting = new CaptureCounters(passive);
        counters = Optional.of(counting);
        admin.open(watch.config(), shown(passive, end), Optional.empty(), fatalExit);
        int block =
                Math.min(CaptureSettings.BLOCK_BYTES, watch.config().capture().ringBytes() / 2);
        CaptureSettings settings = new CaptureSettings(
                following.filter().captureRules(),
                following.interfaceIndex(),
                block,
                watch.config().capture().ringBytes() / block);
        Reading<Capture> opened = Capture.open(settings, counting);
        if (opened instanceof Reading.Unavailable<Capture> refused) {
            throw new CommandFailure(ExitCode.RUNTIME, "cannot watch: " + refused.reason());
        }
        capture = Optional.of(((Reading.Value<Capture>) opened).value());
        metrics.watch(passive.counters());
        metrics.watchCapture(counting::packets, counting::dropped);
        metrics.watchDrops("watch", passive::evicted);
        kernelCounters.each(metrics::watchKernel);
        metrics.watchRuntime(Version.number());
        readiness.listening();
    }

    /**
     * What is captured and followed.
     *
     * @param filter by its terms about ports and hosts
     * @param interfaceIndex of which interface; 0 for all
     * @param mostConnections how many are followed at once
     */
    public record Following(RecordFilter filter, int interfaceIndex, int mostConnections) {}

    private PassiveSettings settings(Following following) {
        return new PassiveSettings(
                name,
                RouteDiagnosis.of(watch.diagnosis(), sockets),
                following.mostConnections(),
                tuple -> following.filter().mayTake(tuple) && !isOwn(tuple),
                Optional.ofNullable(watch.config().relay().progressInterval()).orElse(Duration.ZERO),
                Math.min(MOST_KEPT_BYTES, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP),
                EpochNanos.of(Instant.now()),
                new SecureRandom().nextInt() & 0x3fff_ffffL);
    }

    /** Whether it is a connection to the watch's own admin server. */
    private boolean isOwn(FourTuple tuple) {
        Optional<InetSocketAddress> own = admin.address();
        return own.isPresent()
                && (own.get().getPort() == tuple.destinationPort() || own.get().getPort() == tuple.sourcePort());
    }

    /** What the admin server shows and does. */
    private AdminSources shown(PassiveConnections passive, Runnable end) {
        JsonRecordEncoder encoder = new JsonRecordEncoder();
        WatchedRoute route = new WatchedRoute(name, watch.diagnosis().thresholds(), end);
        return new AdminSources(
                metrics.exposition(),
                readiness,
                passive::directory,
                outputs.history(),
                encoder,
                this::file,
                new JsonExplanation(),
                passive::kept,
                kernelCounters,
                route,
                route,
                callers,
                new FeedSources(passive::directory, outputs.feed(), () -> List.of(passive.counters()), encoder),
                route,
                new CaptureOfPage());
    }

    /** The captured headers of a session as a pcapng file; empty where none are kept. */
    private Optional<byte[]> file(SessionRecord record) {
        return connections.flatMap(
                passive -> export.pcapng(passive.kept(record.identity().id()), record));
    }

    @Override
    public Optional<InetSocketAddress> adminAddress() {
        return admin.address();
    }

    @Override
    public Optional<String> adminToken() {
        return admin.token();
    }

    /** It listens nowhere. */
    @Override
    public Map<String, List<InetSocketAddress>> listening() {
        return Map.of(name, List.of());
    }

    @Override
    public Optional<String> browserLink() {
        return admin.browserLink();
    }

    /** What is captured beyond the filter, as text; empty if nothing is. */
    public Optional<String> widened() {
        return capture.flatMap(Capture::widened);
    }

    /** Whether packets are still captured. */
    public boolean capturing() {
        return capture.map(Capture::running).orElse(false);
    }

    /** Packets seen so far. */
    public long packets() {
        return counters.map(CaptureCounters::packets).orElse(0L);
    }

    /** Packets for which the kernel had no room. */
    public long droppedPackets() {
        return counters.map(CaptureCounters::dropped).orElse(0L);
    }

    /** Connections followed so far. */
    public long followed() {
        return connections.map(each -> each.counters().acceptedSessions.sum()).orElse(0L);
    }

    /** Connections that were let go because there were too many. */
    public long evicted() {
        return connections.map(PassiveConnections::evicted).orElse(0L);
    }

    /** Records that could not be written, and events that errors kept from being recorded. Valid after the close. */
    public long lost() {
        return outputs.dropped() + outputs.errors();
    }

    /** What the ring still has belongs to the records. */
    private void readWhatPassed() {
        long wantedNanos = System.nanoTime() + LATE_NANOS;
        while (capturing()
                && !counters.map(each -> each.caughtUpSince(wantedNanos)).orElse(true)) {
            if (System.nanoTime() - wantedNanos > MOST_TO_READ.toNanos()) {
                leftInRing = true;
                return;
            }
            LockSupport.parkNanos(this, POLL_NANOS);
        }
    }

    /** Whether packets were left in the ring at the end, since reading them took too long. Valid after the close. */
    public boolean leftInRing() {
        return leftInRing;
    }

    /** Ends the capture, writes the records of what lives, and closes everything. */
    @Override
    public void close() {
        readiness.draining();
        readWhatPassed();
        capture.ifPresent(Capture::close);
        connections.ifPresent(each -> each.ended(null));
        outputs.closeFolder();
        outputs.closeLog();
        admin.close();
        callers.close();
        sockets.close();
        kernelCounters.close();
        metrics.close();
    }
}
