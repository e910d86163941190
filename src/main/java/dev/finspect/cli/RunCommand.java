package dev.finspect.cli;

import dev.finspect.admin.Instance;
import dev.finspect.admin.InstanceFile;
import dev.finspect.admin.RuntimeDirectory;
import dev.finspect.cli.config.Config;
import dev.finspect.cli.config.ConfigException;
import dev.finspect.cli.config.ConfigProblem;
import dev.finspect.cli.config.ConfigSource;
import dev.finspect.cli.process.Colors;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.ProcessContext;
import dev.finspect.cli.process.Version;
import dev.finspect.cli.run.DescriptorBudget;
import dev.finspect.cli.run.FatalExit;
import dev.finspect.cli.run.Listeners;
import dev.finspect.cli.run.PortFile;
import dev.finspect.cli.run.ProxyServer;
import dev.finspect.cli.run.RunAsUser;
import dev.finspect.cli.run.Shutdown;
import dev.finspect.cli.run.StartReport;
import dev.finspect.kernel.Descriptors;
import dev.finspect.kernel.Reading;
import dev.finspect.kernel.ThreadPriority;
import dev.finspect.log.FileErrorText;
import dev.finspect.log.LogSettings;
import dev.finspect.log.RecordLog;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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
            "Records go to standard output, everything else to standard error. SIGTERM or SIGINT drains: no new"
                    + " sessions, and exit with code 0 once the open ones have ended. A second signal resets them."
        },
        synopsisHeading = "%nUsage: ",
        abbreviateSynopsis = true,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  finspect run --listen 127.0.0.1:15432 --upstream 127.0.0.1:5432 --name db",
            "  finspect run --listen :8080 --upstream a.example:80 --upstream b.example:80",
            "  finspect run -c config/finspect.yaml --log-format json --log-file sessions.ndjson"
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
            description = "Where clients connect; repeatable. :PORT is every address, port 0 any free port.")
    private List<String> listen = List.of();

    @Option(
            names = "--upstream",
            paramLabel = "HOST:PORT",
            split = ",",
            description = "The service; repeatable, tried in this order.")
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

    @Option(
            names = "--log-format",
            paramLabel = "json|text",
            description = "Format of records (text on a terminal, else json).")
    private @Nullable String logFormat;

    @Option(names = "--log-file", paramLabel = "FILE", description = "Write records to this file (standard output).")
    private @Nullable String logFile;

    @Option(
            names = "--port-file",
            paramLabel = "FILE",
            description = "Write NAME=PORT lines once everything listens; removed at the end.")
    private @Nullable Path portFile;

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

    @Option(names = "--engine", paramLabel = "NAME", description = "The data path: auto, epoll, nio (auto).")
    private @Nullable String engine;

    @Option(
            names = "--capture",
            paramLabel = "MODE",
            description = "Packet capture: off, lifecycle, headers (lifecycle, if permitted).")
    private @Nullable String capture;

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
        Listeners.probe(config);
        if (other.isPresent()) {
            other.get().restrict();
        }
        FatalExit fatalExit = new FatalExit(context.err()).watchOver();
        Shutdown ending = new Shutdown(config.drainDelay(), config.drain(), context.err(), fatalExit);
        ending.watch();
        if (other.isPresent()) {
            other.get().act();
        }
        if (portFile != null) {
            PortFile.probe(portFile);
        }
        ProxyServer service = ProxyServer.start(config, fatalExit, () -> openLog(config));
        long lost;
        try {
            serve(service, report, ending, other);
        } catch (Error e) {
            fatalExit.failed("the command", e);
            throw e;
        } finally {
            lost = service.close();
        }
        if (lost > 0) {
            throw new CommandFailure(
                    ExitCode.RUNTIME,
                    lost + " records could not be written to "
                            + config.log().file().map(Path::toString).orElse("standard output")
                            + ". Check for a full disk, or whether its reader has stopped.");
        }
        if (service.recordingErrors() > 0) {
            throw new CommandFailure(
                    ExitCode.RUNTIME,
                    service.recordingErrors()
                            + " events could not be recorded because of errors in finspect (see the messages above)."
                            + " Records, metrics or findings may be incomplete. Traffic was not affected.");
        }
        return ExitCode.OK.code();
    }

    /** Reports that everything is open, and waits for the end. */
    private void serve(ProxyServer service, StartReport report, Shutdown ending, Optional<RunAsUser> other)
            throws CommandFailure, InterruptedException {
        try (FoundBy files = new FoundBy()) {
            files.instance = instanceFile(service, report);
            report.listening(service);
            report.captured(service);
            if (other.isPresent()) {
                other.get().become(service);
                report.runsAs(other.get());
            }
            if (portFile != null) {
                files.ports =
                        Optional.of(PortFile.write(portFile, service.relay().listening(), service.adminAddress()));
            }
            report.lookUpNames();
            ending.opened(service);
            ending.await();
        }
    }

    /** The files by which others find this process; they go with it. */
    private static final class FoundBy implements AutoCloseable {
        private Optional<InstanceFile> instance = Optional.empty();
        private Optional<PortFile> ports = Optional.empty();

        @Override
        public void close() {
            instance.ifPresent(InstanceFile::close);
            ports.ifPresent(PortFile::close);
        }
    }

    private Config config() throws ConfigException, CommandFailure {
        ConfigSource source = new ConfigSource(context)
                .flag("--admin", "admin.listen", admin)
                .flag("--log-format", "log.format", logFormat)
                .flag("--log-file", "log.file", logFile)
                .flag("--save-pcap", "capture.save", savePcap)
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

    private RecordLog openLog(Config config) throws CommandFailure {
        Config.Log log = config.log();
        boolean text = log.format()
                .map(f -> f == Config.Log.Format.TEXT)
                .orElse(log.file().isEmpty() && context.outIsTerminal());
        LogSettings.Format format = text ? LogSettings.Format.TEXT : LogSettings.Format.JSON;
        try {
            return RecordLog.open(
                    log.file().isPresent()
                            ? LogSettings.file(format, log.file().get(), log.maxBytes(), log.keep())
                                    .withMode(log.mode())
                            : LogSettings.standardOutput(format, Colors.wanted(spec, context)),
                    ThreadPriority::lower);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.CONFIGURATION, e.getMessage() + ".");
        }
    }

    /** Writes the file by which later commands find this process; without it they need --admin. */
    private static Optional<InstanceFile> instanceFile(ProxyServer service, StartReport report) {
        try {
            Instance instance = Instance.ofThisProcess(
                    Version.number(),
                    Instant.now(),
                    service.adminAddress().orElse(null),
                    service.adminToken().orElse(null),
                    service.relay().listening());
            return Optional.of(InstanceFile.write(RuntimeDirectory.ofThisUser(), instance));
        } catch (IOException e) {
            report.warn("other commands cannot find this finspect without --admin: cannot write its instance file to "
                    + System.getProperty("java.io.tmpdir") + " or XDG_RUNTIME_DIR ("
                    + (e instanceof FileSystemException ? FileErrorText.of(e) : e.getMessage()) + ")");
            return Optional.empty();
        }
    }
}
