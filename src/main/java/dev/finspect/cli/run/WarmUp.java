package dev.finspect.cli.run;

import dev.finspect.cli.config.Config;
import dev.finspect.cli.config.KernelTraceChoice;
import dev.finspect.cli.config.Location;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.warmup.BulkLoad;
import dev.finspect.cli.warmup.EchoService;
import dev.finspect.cli.warmup.RequestLoad;
import dev.finspect.kernel.ThreadPriority;
import dev.finspect.log.LogSettings;
import dev.finspect.log.RecordLog;
import dev.finspect.relay.ClosePolicy;
import dev.finspect.relay.Interception;
import dev.finspect.relay.ProxyProtocol;
import dev.finspect.relay.RelaySettings;
import dev.finspect.relay.RouteSettings;
import dev.finspect.relay.RunningRelay;
import dev.finspect.relay.SocketSettings;
import dev.finspect.relay.Timeouts;
import dev.finspect.relay.TlsChoice;
import dev.finspect.relay.UpstreamTarget;
import dev.finspect.session.watch.DiagnosisSettings;
import dev.finspect.wire.filter.FilterMode;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions that finspect drives through itself after its start, so that Java's compilers have compiled what clients need
 * before they depend on it.
 *
 * <p>They pass a second {@link ProxyServer} of this process, with a loopback route, a log that writes nowhere and meters that
 * nobody reads: no record and no meter of a user counts them. What is compiled is the same code. The clients run on threads of
 * a low priority, and leave the processor to sessions of others.
 */
final class WarmUp implements AutoCloseable {
    /** A slow machine is ready after this time as well. */
    static final Duration MOST = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final int AT_ONCE = 20;
    private static final int KEPT = 10;
    private static final int REQUESTS = 50;
    private static final long BULK_BYTES = 8 << 20;
    private static final long HELD_BYTES = 8 << 20;
    private static final int HISTORY = 100;
    private static final int RING_BYTES = 1 << 20;
    private static final String NAME = "warm-up";

    private final Config config;
    private final RunningRelay others;
    private final Thread thread;
    private final long dueNanos = System.nanoTime() + MOST.toNanos();
    private volatile boolean closed;

    private WarmUp(Config config, RunningRelay others, Runnable over) {
        this.config = config;
        this.others = others;
        this.thread = new Thread(() -> run(over), "finspect-warm-up");
        thread.setDaemon(true);
    }

    /**
     * Starts it.
     *
     * @param config of the finspect that is warmed up, with the number of sessions
     * @param others its relay: sessions of clients take the place of as many sessions of the warm-up
     * @param over called on a thread of its own when it is over, or has failed; perhaps twice
     */
    static WarmUp start(Config config, RunningRelay others, Runnable over) {
        WarmUp warmUp = new WarmUp(config, others, over);
        warmUp.thread.start();
        return warmUp;
    }

    private void run(Runnable over) {
        try {
            drive(over);
        } catch (CommandFailure | IOException | RuntimeException e) {
            if (!closed) {
                LOG.warn("The warm-up has ended early: {}. The first sessions may be slower", e.toString());
            }
        } finally {
            over.run();
        }
    }

    private void drive(Runnable over) throws CommandFailure, IOException {
        ThreadPriority.lower();
        BooleanSupplier goesOn = this::goesOn;
        try (EchoService service = EchoService.start(ThreadPriority::lower)) {
            ProxyServer server = ProxyServer.start(
                    privately(service.address()),
                    ProxyServer.Surroundings.of(new FatalExit(silent(), code -> {})),
                    () -> RecordLog.nowhere(LogSettings.Format.COMPACT, ThreadPriority::lower));
            try {
                InetSocketAddress route = Objects.requireNonNull(
                                server.relay().listening().get(NAME))
                        .get(0);
                server.awaitCapture();
                RequestLoad.run(new RequestLoad.Order(route, config.warmUp(), AT_ONCE, 1), goesOn);
                RequestLoad.run(new RequestLoad.Order(route, KEPT, KEPT, REQUESTS), goesOn);
                BulkLoad.run(route, BULK_BYTES, goesOn);
            } finally {
                over.run();
                server.close();
            }
        }
    }

    private static PrintStream silent() {
        return new PrintStream(java.io.OutputStream.nullOutputStream(), false, java.nio.charset.StandardCharsets.UTF_8);
    }

    private boolean goesOn() {
        return !closed && System.nanoTime() - dueNanos < 0 && accepted() < config.warmUp();
    }

    private long accepted() {
        long sum = 0;
        for (var counters : others.counters().values()) {
            sum += counters.acceptedSessions.sum();
        }
        return sum;
    }

    private Config privately(InetSocketAddress service) throws IOException {
        InetSocketAddress free = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0);
        RouteSettings route = new RouteSettings(
                NAME,
                List.of(free),
                List.of(new UpstreamTarget(service.getAddress().getHostAddress(), service.getPort())),
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
        RelaySettings relay = new RelaySettings(
                List.of(route),
                config.relay().engine(),
                1,
                OptionalInt.empty(),
                false,
                HELD_BYTES,
                config.relay().splice(),
                null);
        FilterMode capture = config.capture().any() ? FilterMode.LIFECYCLE : FilterMode.OFF;
        Location location = Location.of(NAME);
        return new Config(
                new Config.Admin(Optional.empty(), true, config.admin().access(), location),
                new Config.Log(Optional.empty(), Optional.empty(), 0, 0),
                Optional.empty(),
                relay,
                Optional.empty(),
                Duration.ZERO,
                Duration.ZERO,
                HISTORY,
                new Config.Capture(List.of(capture), false, RING_BYTES, Optional.empty(), KernelTraceChoice.OFF),
                0,
                List.of());
    }

    /** Ends it at once, and waits until its relay is closed. */
    @Override
    public void close() {
        closed = true;
        boolean interrupted = false;
        try {
            thread.join(MOST.toMillis());
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
