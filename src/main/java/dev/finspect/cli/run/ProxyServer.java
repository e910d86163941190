package dev.finspect.cli.run;

import dev.finspect.admin.AdminSources;
import dev.finspect.admin.Readiness;
import dev.finspect.admin.feed.FeedSources;
import dev.finspect.cli.config.Config;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.read.CaptureOfPage;
import dev.finspect.kernel.Reading;
import dev.finspect.kernel.capture.Capture;
import dev.finspect.kernel.counters.KernelCounters;
import dev.finspect.kernel.trace.KernelTrace;
import dev.finspect.log.RecordLog;
import dev.finspect.log.json.JsonExplanation;
import dev.finspect.log.json.JsonRecordEncoder;
import dev.finspect.relay.ListenerKey;
import dev.finspect.relay.PassedListener;
import dev.finspect.relay.RunningRelay;
import dev.finspect.relay.handover.Succession;
import dev.finspect.session.SessionSink;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One running finspect: relay, session log, meters, history, capture and admin server. Everything is open when {@link
 * #start} returns; everything is closed when it throws. Any thread.
 *
 * <pre>
 *   open     outputs, admin server, relay, capture        RecordOutputs, AdminPort, RelayOpening, SessionCapture
 *   reload   what differs, as a whole                     ConfigSwap
 *   end      not ready, no new clients, last sessions     ServingEnd
 *   close    relay, capture, outputs, admin server
 * </pre>
 */
public final class ProxyServer implements Reachable {
    private final Surroundings around;
    private final Readiness readiness = new Readiness();
    private final StartedRelay relay = new StartedRelay();
    private final SessionCapture capture = new SessionCapture();
    private final SessionKernelTrace trace = new SessionKernelTrace();
    private final SocketCallers callers = new SocketCallers();
    private final AdminPort admin = new AdminPort();
    private final KernelCounters counters = KernelCounters.start();
    private final RelayOpening opening;
    private final RunMeters meters;
    private final RecordOutputs outputs;
    private final ServingEnd end;
    private final Config started;
    private Optional<WarmUp> warmUp = Optional.empty();

    private ProxyServer(Config config, Surroundings around) {
        started = config;
        this.around = around;
        opening = new RelayOpening(counters, around.fatalExit(), around.before());
        meters = new RunMeters(config);
        outputs = new RecordOutputs(config, meters.metrics());
        end = new ServingEnd(config, readiness, relay);
    }

    /**
     * Opens everything: the outputs first, the listeners last.
     *
     * @param logging opens the session log; null for none
     * @param others further sinks, called after log, meters and history
     */
    public static ProxyServer start(Config config, @Nullable LogOpener logging, SessionSink... others)
            throws CommandFailure {
        return start(config, Surroundings.of(new FatalExit(System.err)), logging, others);
    }

    /**
     * Opens everything, as the other method does.
     *
     * @param around what it runs in
     */
    public static ProxyServer start(
            Config config, Surroundings around, @Nullable LogOpener logging, SessionSink... others)
            throws CommandFailure {
        ProxyServer service = new ProxyServer(config, around);
        try {
            service.open(config, logging, others);
            return service;
        } catch (CommandFailure | RuntimeException | Error e) {
            service.close();
            throw e;
        }
    }

    /**
     * What a proxy runs in.
     *
     * @param fatalExit called for errors after which a thread cannot continue
     * @param reload has the configuration read again when the admin server is asked for that
     * @param before the finspect whose place it takes; empty for none
     */
    public record Surroundings(FatalExit fatalExit, ConfigReload reload, Optional<Succession> before) {
        /** Without a file to read again, and in nobody's place. */
        public static Surroundings of(FatalExit fatalExit) {
            return new Surroundings(fatalExit, ConfigReload.none(), Optional.empty());
        }
    }

    /** Opens the session log. */
    @FunctionalInterface
    public interface LogOpener {
        /** Opens it, or fails with a message for the user. */
        RecordLog open() throws CommandFailure;
    }

    private void open(Config config, @Nullable LogOpener logging, SessionSink... others) throws CommandFailure {
        if (logging != null) {
            outputs.log(logging.open(), around.fatalExit());
        }
        if (config.capture().save().isPresent()) {
            outputs.openFolder(config.capture().save().get(), capture::file);
        }
        admin.open(config, shown(), around.before().flatMap(Succession::admin), around.fatalExit());
        SessionSink sink = trace.before(config, capture.before(config, outputs.sink(others)));
        RunningRelay running = opening.start(config, sink, admin::address);
        relay.started(running);
        meters.started(running, outputs.seen()::routes, around.reload(), counters);
        meters.capture(capture.begin(config, running));
        trace.begin();
        if (around.before().isEmpty()) {
            accept();
        }
    }

    /** Begins to accept clients. {@link #start} does it, but not for a successor: the finspect before lets go first. */
    void accept() {
        relay().accept();
        if (started.warmUp() > 0) {
            readiness.warmingUp();
            warmUp = Optional.of(WarmUp.start(started, relay(), readiness::listening));
        } else {
            readiness.listening();
        }
    }

    /** What the admin server shows and does. */
    private AdminSources shown() {
        JsonRecordEncoder encoder = new JsonRecordEncoder();
        return new AdminSources(
                meters.metrics().exposition(),
                readiness,
                relay::sessions,
                outputs.history(),
                encoder,
                capture::file,
                new JsonExplanation(),
                capture::kept,
                counters,
                new RunningRoutes(relay::ifStarted),
                around.reload(),
                callers,
                new FeedSources(relay::sessions, outputs.feed(), relay::counters, encoder),
                end,
                new CaptureOfPage());
    }

    /**
     * Puts another configuration in force. Only what a {@link ConfigChange} does not refuse may differ.
     *
     * @throws CommandFailure if something stands in the way; nothing has changed
     */
    void apply(Config before, Config next) throws CommandFailure {
        new ConfigSwap(opening, relay.get(), outputs, capture.routes(), meters, end).apply(before, next);
    }

    /** Ends the whole process, and not the relay alone, when an operator asks for it. */
    void endBy(Consumer<Duration> ending) {
        end.endBy(ending);
    }

    /** The relay. */
    public RunningRelay relay() {
        return relay.get();
    }

    @Override
    public Optional<InetSocketAddress> adminAddress() {
        return admin.address();
    }

    @Override
    public Map<String, List<InetSocketAddress>> listening() {
        return relay().listening();
    }

    @Override
    public Optional<String> adminToken() {
        return admin.token();
    }

    @Override
    public Optional<String> browserLink() {
        return admin.browserLink();
    }

    /** Whether the admin server moved because its default port was taken. */
    boolean adminMoved() {
        return admin.moved();
    }

    /** The open capture, or why it did not open; waits until that is known. Empty if none is configured. */
    Optional<Reading<Capture>> capture() {
        return capture.opened();
    }

    /** The open trace of the kernel's reasons, or why it did not open; waits until that is known. Empty if none is configured. */
    Optional<Reading<KernelTrace>> kernelTrace() {
        return trace.opened();
    }

    /** Whether packets are captured, or were to be: what is begun later needs rights that may be gone. */
    boolean captures() {
        return capture.begun();
    }

    /** Waits until the capture is open or has failed to open. */
    public void awaitCapture() {
        var unused = capture();
    }

    /** Events that errors kept from being recorded or examined; each kind of error was logged. */
    public long recordingErrors() {
        return outputs.errors() + relay.recordingErrors();
    }

    /**
     * Ends in order: not ready at once, no new clients after the configured delay, then at most this long for the open
     * sessions. A later call ends the delay and can shorten the time. Completed with the last session.
     */
    public CompletableFuture<Void> drain(Duration patience) {
        return end.begin(patience);
    }

    /** Completed when a drain has ended. */
    CompletableFuture<Void> drained() {
        return end.drained();
    }

    /** The listeners, for a successor; empty while it drains, and if the engine cannot pass any. */
    List<PassedListener> passed() {
        return end.pass();
    }

    /** The successor has ended before it was ready. */
    void passedInVain() {
        end.passedInVain();
    }

    /** A successor is about to listen on the admin server's port as well. */
    Optional<InetSocketAddress> shareAdmin() {
        return admin.share();
    }

    /** A successor has these listeners, and answers at the admin server's port: this process has both no more. */
    void handOver(List<ListenerKey> keys) {
        end.succeeded(keys);
        admin.close();
    }

    /** Reopens the log file, soon, on the log's thread; false if records go to standard output. */
    boolean reopenLog() {
        return outputs.reopenLog();
    }

    /**
     * Closes everything. Resets open sessions; to wait for them, drain first.
     *
     * @return the number of records that could not be written
     */
    public long close() {
        warmUp.ifPresent(WarmUp::close);
        relay.ifStarted().ifPresent(running -> {
            readiness.draining();
            running.drain(Duration.ZERO).join();
        });
        trace.close();
        capture.close();
        outputs.closeFolder();
        outputs.closeLog();
        // Read in this order: an end that is reported from now on is dropped by the closed log, and counted there.
        long lost = outputs.logs() ? trace.heldEnds() + capture.heldEnds() + outputs.dropped() : 0;
        admin.close();
        opening.close();
        callers.close();
        meters.close();
        counters.close();
        return lost;
    }
}
