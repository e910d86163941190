package dev.finspect.cli;

import dev.finspect.cli.config.Config;
import dev.finspect.cli.config.ConfigException;
import dev.finspect.cli.config.ConfigProblem;
import dev.finspect.cli.config.ConfigSource;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.OutputFormat;
import dev.finspect.cli.process.ProcessContext;
import dev.finspect.cli.run.ConfigReload;
import dev.finspect.cli.run.DescriptorBudget;
import dev.finspect.cli.run.FatalExit;
import dev.finspect.cli.run.FoundBy;
import dev.finspect.cli.run.Listeners;
import dev.finspect.cli.run.PortFile;
import dev.finspect.cli.run.ProxyServer;
import dev.finspect.cli.run.RunAsUser;
import dev.finspect.cli.run.RunningConfig;
import dev.finspect.cli.run.Shutdown;
import dev.finspect.cli.run.StartReport;
import dev.finspect.cli.run.TakeOver;
import dev.finspect.kernel.Descriptors;
import dev.finspect.kernel.Reading;
import dev.finspect.relay.handover.PassingServer;
import dev.finspect.relay.handover.Succession;
import dev.finspect.tcp.HumanUnits;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the proxy until a signal ends it. */
@Command(
        name = "run",
        header = "Run in front of a service: forward its connections, and write a record of each.",
        description = {
            "",
            "Records go to standard output, everything else to standard error. SIGTERM or SIGINT drains; a second one"
                    + " resets what is open. SIGHUP reads the file again, and closes nothing."
        },
        synopsisHeading = "%nUsage: ",
        abbreviateSynopsis = true,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  finspect run --listen 127.0.0.1:15432 --upstream 127.0.0.1:5432 --name db",
            "  finspect run --listen :8080 --upstream a.example:80 --upstream b.example:80",
            "  finspect run -c config/finspect.yaml -o json --log-file sessions.ndjson"
        })
final class RunCommand implements Callable<Integer> {
    private final ProcessContext context;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--listen",
            paramLabel = "ADDR:PORT",
            split = ",",
            description = "Where clients connect; repeatable. :PORT is any address, 0 any port.")
    private List<String> listen = List.of();

    @Option(
            names = "--upstream",
            paramLabel = "HOST:PORT",
            split = ",",
            hideParamSyntax = true,
            description = "The service; repeatable or with commas, tried in this order.")
    private List<String> upstream = List.of();

    @Option(names = "--name", paramLabel = "NAME", description = "The route's name in records and metrics (default).")
    private @Nullable String name;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Configuration file, instead of the three options above.")
    private @Nullable Path file;

    @Option(
            names = "--admin",
            paramLabel = "ADDR:PORT",
            description = "Metrics, health and API (127.0.0.1:9600), or off.")
    private @Nullable String admin;

    @Mixin
    private final RunningOptions running = new RunningOptions();

    @Option(names = "--log-format", paramLabel = OutputFormat.LABEL, hidden = true, description = "The same as -o.")
    private @Nullable String logFormat;

    @Option(
            names = "--port-file",
            paramLabel = "FILE",
            description = "Write NAME=PORT lines once everything listens; removed at the end.")
    private @Nullable Path portFile;

    @Option(names = "--take-over", description = "Take the listeners of the running finspect, which then drains.")
    private boolean takeOver;

    @Option(names = "--sessions", paramLabel = "N", description = "Most open sessions; further clients wait (off).")
    private @Nullable String sessions;

    @Option(
            names = "--drain",
            paramLabel = "TIME",
            description = "How long open sessions may go on after a signal (30s).")
    private @Nullable String drain;

    @Option(
            names = "--user",
            paramLabel = "USER",
            description = "If started as root: open all files as this user, then become it.")
    private @Nullable String user;

    @Option(names = "--loops", paramLabel = "N", description = "Event loops (one for every two processors).")
    private @Nullable String loops;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            completionCandidates = OptionWords.Engines.class,
            description = "The data path: auto, epoll, nio (auto).")
    private @Nullable String engine;

    @Option(
            names = "--capture",
            paramLabel = "MODE",
            completionCandidates = OptionWords.Captures.class,
            description = "Packet capture: off, lifecycle, headers (lifecycle, if permitted).")
    private @Nullable String capture;

    @Option(
            names = "--kernel-trace",
            paramLabel = "MODE",
            completionCandidates = OptionWords.KernelTraces.class,
            description = "The kernel's own reasons for resets, as root: off, auto, on (off).")
    private @Nullable String kernelTrace;

    @Option(
            names = "--save-pcap",
            paramLabel = "DIR",
            description = "Save a pcapng of the headers of each session that failed or hung.")
    private @Nullable String savePcap;

    RunCommand(ProcessContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        Config written = config();
        StartReport report = new StartReport(written, context.err());
        Config config = withinDescriptors(written, report);
        Optional<RunAsUser> other = RunAsUser.of(config);
        if (!takeOver) {
            Listeners.probe(config);
        }
        if (other.isPresent()) {
            other.get().restrict();
        }
        FatalExit fatalExit = new FatalExit(context.err()).watchOver();
        ConfigReload reload = new ConfigReload(this::readAgain, context.err());
        Shutdown ending = new Shutdown(config.drainDelay(), config.drain(), reload, context.err(), fatalExit);
        ending.watch();
        if (other.isPresent()) {
            other.get().act();
        }
        if (portFile != null) {
            PortFile.probe(portFile);
        }
        Optional<Succession> before = takeOver ? TakeOver.ask(config, context.err()) : Optional.empty();
        ProxyServer service;
        try {
            service = ProxyServer.start(
                    config,
                    new ProxyServer.Surroundings(fatalExit, reload, before),
                    () -> OpenedLog.of(config, spec, context));
        } catch (CommandFailure | RuntimeException | Error e) {
            before.ifPresent(Succession::close);
            throw e;
        }
        long lost;
        try {
            serve(config, service, report, new Control(reload, ending, before), other);
        } catch (Error e) {
            fatalExit.failed("the command", e);
            throw e;
        } finally {
            before.ifPresent(Succession::close);
            lost = service.close();
        }
        OpenedLog.requireAllWritten(lost, config);
        if (service.recordingErrors() > 0) {
            throw new CommandFailure(
                    ExitCode.RUNTIME,
                    HumanUnits.count(service.recordingErrors(), "event")
                            + " could not be recorded because of errors in finspect (see the messages above)."
                            + " Records, metrics or findings may be incomplete. Traffic was not affected.");
        }
        return ExitCode.OK.code();
    }

    /** What changes or ends a running finspect. */
    private record Control(ConfigReload reload, Shutdown ending, Optional<Succession> before) {}

    /** Reports that everything is open, and waits for the end. */
    private void serve(
            Config config, ProxyServer service, StartReport report, Control control, Optional<RunAsUser> other)
            throws CommandFailure, InterruptedException {
        try (FoundBy files = new FoundBy(portFile, running.instances(), context.err())) {
            files.writeInstance(service);
            report.listening(service);
            report.captured(service);
            report.traced(service);
            if (other.isPresent()) {
                other.get().become(service);
                report.runsAs(other.get());
            }
            if (control.before().isEmpty()) {
                files.writePorts(service);
            }
            report.lookUpNames();
            if (control.before().isPresent()) {
                if (control.ending().isSignalled()) {
                    context.err().println("take-over: given up; the finspect before goes on");
                    return;
                }
                TakeOver.complete(control.before().get(), service, files, context.err());
            }
            control.reload().opened(new RunningConfig(config, service, other, next -> {
                control.ending().times(next.drainDelay(), next.drain());
                files.rewrite(service);
                new StartReport(next, context.err()).lookUpNames();
            }));
            control.ending().opened(service);
            Optional<PassingServer> successors =
                    TakeOver.allow(service, files, control.ending(), context.err(), context.environment());
            try {
                control.ending().await();
            } finally {
                successors.ifPresent(PassingServer::close);
            }
        }
    }

    /** The configuration as it is now; empty if no file was named at the start. */
    private Optional<Config> readAgain() throws ConfigException, CommandFailure {
        boolean named = file != null
                || !context.environment().getOrDefault("FINSPECT_CONFIG", "").isBlank();
        if (!listen.isEmpty() || !named) {
            return Optional.empty();
        }
        new ConfigSource(context).requireReadableAgain(file);
        Config again = config();
        return Optional.of(withinDescriptors(again, new StartReport(again, context.err())));
    }

    private Config config() throws ConfigException, CommandFailure {
        ConfigSource source = running.over(new ConfigSource(context))
                .flag("--admin", "admin.listen", admin)
                .flag("--log-format", "log.format", running.hasFormat() ? null : logFormat)
                .flag("--save-pcap", "capture.save", savePcap)
                .flag("--kernel-trace", "capture.kernel_trace", kernelTrace)
                .flag("--sessions", "limits.sessions", sessions)
                .flag("--drain", "drain", drain)
                .flag("--user", "user", user)
                .flag("--loops", "loops", loops)
                .flag("--engine", "engine", engine)
                .flag("--capture", "routes[].capture", capture);
        boolean route = !listen.isEmpty() || !upstream.isEmpty() || name != null;
        if (route && file != null) {
            throw misused("-c cannot be combined with --listen, --upstream or --name: use one or the other");
        }
        if (!route) {
            return file == null ? source.fromEnvironment() : source.fromFile(file);
        }
        if (listen.isEmpty()) {
            throw misused("--listen is missing: say where clients connect, for example --listen 127.0.0.1:15432");
        }
        if (upstream.isEmpty()) {
            throw misused("--upstream is missing: name the service, for example --upstream 127.0.0.1:5432");
        }
        return source.fromFlags(name, listen, upstream);
    }

    private ParameterException misused(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** The configuration, limited to the file descriptors that this process may open. */
    private static Config withinDescriptors(Config config, StartReport report) throws ConfigException {
        if (!(Descriptors.read() instanceof Reading.Value<Descriptors> reading)) {
            return config;
        }
        DescriptorBudget budget = DescriptorBudget.of(config, reading.value().softLimit());
        Optional<ConfigProblem> problem = budget.problem();
        if (problem.isPresent()) {
            throw ConfigException.conflict(List.of(problem.get()));
        }
        budget.warning(config.relay()).ifPresent(report::warn);
        return config.with(budget.apply(config.relay()));
    }
}
