package dev.finspect.cli;

import dev.finspect.cli.config.Addresses;
import dev.finspect.cli.config.Config;
import dev.finspect.cli.config.KernelTraceChoice;
import dev.finspect.cli.config.Location;
import dev.finspect.cli.config.Scalars;
import dev.finspect.cli.demo.Demo;
import dev.finspect.cli.demo.DemoScreen;
import dev.finspect.cli.process.Colors;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.ProcessContext;
import dev.finspect.cli.run.FatalExit;
import dev.finspect.cli.run.ProxyServer;
import dev.finspect.cli.run.SignalHandlers;
import dev.finspect.relay.EngineChoice;
import dev.finspect.relay.RelaySettings;
import dev.finspect.wire.filter.FilterMode;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs finspect with demo services and clients in this process. */
@Command(
        name = "demo",
        header = "Show finspect at work on small services, some of which misbehave.",
        description = {
            "",
            "Services, clients and the proxy run in this process, on free loopback ports. Ctrl-C ends it."
        },
        synopsisHeading = "%nUsage: ",
        footerHeading = "%nExamples:%n",
        footer = {"  finspect demo", "  finspect demo --for 10s"})
final class DemoCommand implements Callable<Integer> {
    private static final int REFRESH_MILLIS = 200;
    private static final int HISTORY = 1_000;
    private static final long HELD_BYTES = 8 << 20;

    private final ProcessContext context;
    private final CountDownLatch ended = new CountDownLatch(1);

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    private static final Duration END = Duration.ofSeconds(15);

    @Option(names = "--for", paramLabel = "TIME", description = "End after this time, such as 10s (default: never).")
    private @Nullable String lasting;

    @Option(names = "--seconds", paramLabel = "N", hidden = true, description = "The older form of --for.")
    private @Nullable Integer seconds;

    DemoCommand(ProcessContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        Duration most = lasting();
        FatalExit fatalExit = new FatalExit(context.err()).watchOver();
        SignalHandlers.handle("TERM", () -> end(fatalExit));
        SignalHandlers.handle("INT", () -> end(fatalExit));
        boolean dumb = context.isDumbTerminal();
        DemoScreen screen =
                new DemoScreen(context.out(), context.outIsTerminal() && !dumb, Colors.wanted(spec, context));
        try (Demo demo = Demo.start()) {
            ProxyServer service = ProxyServer.start(config(demo), ProxyServer.Surroundings.of(fatalExit), null, screen);
            try {
                screen.introduce(demo, ports(service), admin(service), end(most));
                service.awaitCapture(); // Otherwise the first sessions lack their handshake.
                demo.drive(service.relay().listening());
                watch(screen, service, most);
            } finally {
                service.drain(Duration.ZERO).join();
                service.close();
            }
            screen.finish();
        }
        return ExitCode.OK.code();
    }

    private void end(FatalExit fatalExit) {
        fatalExit.expectEnd(END);
        ended.countDown();
    }

    private void watch(DemoScreen screen, ProxyServer service, @Nullable Duration most) throws InterruptedException {
        long endNanos = System.nanoTime() + (most == null ? 0 : most.toNanos());
        while (!ended.await(REFRESH_MILLIS, TimeUnit.MILLISECONDS)) {
            screen.refresh(service.relay().sessions());
            if (most != null && System.nanoTime() - endNanos >= 0) {
                return;
            }
        }
    }

    private static Config config(Demo demo) {
        Location location = Location.of("demo");
        RelaySettings relay = new RelaySettings(
                demo.routes(), EngineChoice.AUTO, 1, OptionalInt.empty(), false, HELD_BYTES, true, null);
        return new Config(
                Config.Admin.standard(location),
                new Config.Log(Optional.empty(), Optional.empty(), 0, 0),
                Optional.empty(),
                relay,
                Optional.empty(),
                Duration.ZERO,
                Duration.ZERO,
                HISTORY,
                new Config.Capture(
                        Collections.nCopies(demo.routes().size(), FilterMode.LIFECYCLE),
                        false,
                        8 << 20,
                        Optional.empty(),
                        KernelTraceChoice.OFF),
                0,
                List.of());
    }

    private static Map<String, Integer> ports(ProxyServer service) {
        return service.relay().listening().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, e -> e.getValue().get(0).getPort()));
    }

    private static String admin(ProxyServer service) {
        return service.adminAddress().map(Addresses::shown).orElse("(off)");
    }

    private static String end(@Nullable Duration most) {
        return most == null ? "Press Ctrl-C to end." : "Ends after " + Scalars.shown(most) + ".";
    }

    private @Nullable Duration lasting() {
        String text = lasting == null && seconds != null ? seconds + "s" : lasting;
        return text == null ? null : Durations.option("--for", text, Duration.ofSeconds(1), Duration.ofDays(1), spec);
    }
}
