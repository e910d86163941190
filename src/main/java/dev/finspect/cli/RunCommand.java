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
import dev.finspect.log.FileTrouble;
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

/** Runs the proxy until it is told to end. */
@Command(
        name = "run",
        header = "Stand before a service: relay its connections, and write a record of each.",
        description = {
            "",
            "Records go to standard output, everything else to standard error. SIGTERM and SIGINT end it with exit"
                    + " code 0: it takes no new sessions and waits for the living ones; a second signal ends those."
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
            description = "Where clients connect; repeat for more. :PORT is every address, port 0 any free one.")
    private List<String> listen = List.of();

    @Option(
            names = "--upstream",
            paramLabel = "HOST:PORT",
            split = ",",
            description = "The service; repeat for more, which are tried in their order.")
    private List<String> upstream = List.of();

    @Option(names = "--name", paramLabel = "NAME", description = "The route's name in records and metrics (default).")
    private @Nullable String name;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Several routes from a file, in the place of the three above.")
    private @Nullable Path file;

    @Option(
            names = "--admin",
            paramLabel = "ADDR:PORT",
            description = "Metrics, health and API (127.0.0.1:9600); off for none.")
    private @Nullable String admin;

    @Option(
            names = "--log-format",
            paramLabel = "json|text",
            description = "How a record is written (text on a terminal, else json).")
    private @Nullable String logFormat;

    @Option(names = "--log-file", paramLabel = "FILE", description = "Where records are written (standard output).")
    private @Nullable String logFile;

    @Option(names = "--port-file", paramLabel = "FILE", description = "Write NAME=PORT lines once everything listens.")
    private @Nullable Path portFile;

    @Option(names = "--sessions", paramLabel = "N", description = "Living sessions at most; the next ones wait (off).")
    private @Nullable String sessions;

    @Option(
            names = "--drain",
            paramLabel = "TIME",
            description = "How long living sessions may take to end after a signal (30s).")
    private @Nullable String drain;

    @Option(
            names = "--user",
            paramLabel = "USER",
            description = "Started as root: become this user once everything is open.")
    private @Nullable String user;

    @Option(names = "--loops", paramLabel = "N", description = "Event loops (one for every two processors).")
    private @Nullable String loops;

    @Option(names = "--engine", paramLabel = "NAME", description = "The data path: auto, epoll, nio (auto).")
    private @Nullable String engine;

    @Option(
            names = "--capture",
            paramLabel = "MODE",
            description = "Of every route: off, lifecycle, headers (lifecycle, where permitted).")
    private @Nullable String capture;

    @Option(
            names = "--save-pcap",
            paramLabel = "DIR",
            description = "Save a pcapng of headers of each session that ends badly or hung.")
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
        if (portFile != null) {
            PortFile.probe(portFile);
        }
        Listeners.probe(config);
        FatalExit fatalExit = new FatalExit(context.err()).watchOver();
        Shutdown ending = new Shutdown(config.drain(), context.err(), fatalExit);
        ending.watch();
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
                            + ". Look for a full disk, or at what reads it.");
        }
        if (service.bookErrors() > 0) {
            throw new CommandFailure(
                    ExitCode.RUNTIME,
                    service.bookErrors() + " times something could not be recorded because of an error within finspect,"
                            + " so records, metrics or findings may lack it; lines above say what. The traffic was"
                            + " not touched.");
        }
        return ExitCode.OK.code();
    }

    /** Tells everyone that the service is open, and waits for its end. */
    private void serve(ProxyServer service, StartReport report, Shutdown ending, Optional<RunAsUser> other)
            throws CommandFailure, InterruptedException {
        Optional<InstanceFile> instance = instanceFile(service, report);
        try {
            report.listening(service);
            report.captured(service);
            if (portFile != null) {
                PortFile.write(portFile, service.relay().listening(), service.adminAddress());
            }
            if (other.isPresent()) {
                other.get().become(service);
                instance = instanceFile(service, report); // For that user's commands as well as for root's.
                report.runsAs(other.get());
            }
            report.lookUpNames();
            ending.opened(service);
            ending.await();
        } finally {
            instance.ifPresent(InstanceFile::close);
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
            throw misused("-c names routes, and so do --listen, --upstream and --name: give one or the other");
        }
        if (!route) {
            return file == null ? source.fromEnvironment() : source.fromFile(file);
        }
        if (listen.isEmpty()) {
            throw misused("--listen is missing: where do clients connect? For example --listen 127.0.0.1:15432");
        }
        if (upstream.isEmpty()) {
            throw misused("--upstream is missing: which service? For example --upstream 127.0.0.1:5432");
        }
        return source.fromFlags(name, listen, upstream);
    }

    private ParameterException misused(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** The configuration held to the descriptors that this process may open. */
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
                            : LogSettings.standardOutput(format, Colors.wanted(arguments(), context)));
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.CONFIGURATION, e.getMessage() + ".");
        }
    }

    private String[] arguments() {
        return spec.commandLine().getParseResult().originalArgs().toArray(new String[0]);
    }

    /** Later commands find this process by it; without it they must be told the admin address. */
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
            report.warn("other commands will not find this finspect by themselves: its file in "
                    + System.getProperty("java.io.tmpdir") + " or XDG_RUNTIME_DIR cannot be written ("
                    + (e instanceof FileSystemException ? FileTrouble.words(e) : e.getMessage()) + ")");
            return Optional.empty();
        }
    }
}
