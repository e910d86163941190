package dev.finspect.cli;

import dev.finspect.cli.config.Config;
import dev.finspect.cli.config.ConfigException;
import dev.finspect.cli.config.ConfigSource;
import dev.finspect.cli.config.WatchConfig;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.ProcessContext;
import dev.finspect.cli.run.FatalExit;
import dev.finspect.cli.run.FoundBy;
import dev.finspect.cli.run.PortFile;
import dev.finspect.cli.run.SignalHandlers;
import dev.finspect.cli.run.StartReport;
import dev.finspect.cli.watch.WatchServer;
import dev.finspect.session.filter.RecordFilter;
import dev.finspect.tcp.HumanUnits;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Watches connections of others until a signal ends it. */
@Command(
        name = "watch",
        header = "Watch connections from beside: records, and what hangs while it hangs.",
        description = {
            "",
            "Captures headers, no payload, and never touches the traffic; needs CAP_NET_RAW. Each connection is followed"
                    + " as 'read' follows it in a file. 'explain', 'sessions', 'top' and 'open' show what lives.",
            "",
            "The filter is that of 'read --filter'. Its terms on ports and hosts choose the connections"
                    + " (port:NUMBER, host:ADDRESS or host:ADDRESS/BITS); what none wants is not even captured."
                    + " Other terms choose the records that are written.",
            "",
            "SIGTERM or SIGINT ends it, with a record of each connection that is still open."
        },
        synopsisHeading = "%nUsage: ",
        abbreviateSynopsis = true,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  finspect watch port:5432",
            "  finspect watch -i eth0 port:80,8080 -o json | jq -r '.findings[0].sentence // empty'",
            "  finspect watch port:443 & finspect explain"
        })
final class WatchCommand implements Callable<Integer> {
    /** As many as 'read' follows at once. */
    private static final String MOST_CONNECTIONS = "16384";

    private static final int MOST_OF_ALL = 1_000_000;
    private static final Duration END = Duration.ofSeconds(20);

    private final ProcessContext context;
    private final CountDownLatch ended = new CountDownLatch(1);

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "FILTER", arity = "0..*", description = "Which connections (all).")
    private List<String> filter = List.of();

    @Option(
            names = {"-i", "--interface"},
            paramLabel = "IF",
            description = "Capture on this interface (all of this network namespace).")
    private @Nullable String interfaceName;

    @Mixin
    private final RunningOptions running = new RunningOptions();

    @Option(
            names = "--admin",
            paramLabel = "ADDR:PORT",
            description = "Live page, metrics, health and API (127.0.0.1:9600), or off.")
    private @Nullable String admin;

    @Option(
            names = "--port-file",
            paramLabel = "FILE",
            description = "Write @admin=PORT once packets are captured; removed at the end.")
    private @Nullable Path portFile;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = MOST_CONNECTIONS,
            description = "Most connections followed at once; beyond, the longest silent is let go (${DEFAULT-VALUE}).")
    private int mostConnections;

    @Option(
            names = "--save-pcap",
            paramLabel = "DIR",
            description = "Save a pcapng of the headers of each session that failed or hung.")
    private @Nullable String savePcap;

    @Option(names = "--name", paramLabel = "NAME", description = "The route's name in records and metrics (watch).")
    private String name = "watch";

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Take diagnosis, log, admin, otlp, history and capture from this file; not its routes.")
    private @Nullable Path file;

    WatchCommand(ProcessContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        RecordFilter chosen = filter();
        WatchConfig watch = config();
        int index = interfaceIndex();
        if (mostConnections < 1 || mostConnections > MOST_OF_ALL) {
            throw misused("--connections must be from 1 to " + MOST_OF_ALL);
        }
        if (portFile != null) {
            PortFile.probe(portFile);
        }
        FatalExit fatalExit = new FatalExit(context.err()).watchOver();
        Runnable end = () -> {
            fatalExit.expectEnd(END);
            ended.countDown();
        };
        SignalHandlers.handle("TERM", end);
        SignalHandlers.handle("INT", end);
        boolean failed;
        WatchServer server = new WatchServer(watch, name, fatalExit);
        try (server;
                FoundBy files = new FoundBy(portFile, running.instances(), context.err())) {
            server.open(
                    OpenedLog.of(watch.config(), spec, context),
                    new WatchServer.Following(chosen, index, mostConnections),
                    end);
            files.writeInstance(server);
            report(server);
            files.writePorts(server);
            failed = !watch(server);
        }
        say(totals(server));
        OpenedLog.requireAllWritten(server.lost(), watch.config());
        return (failed ? ExitCode.RUNTIME : ExitCode.OK).code();
    }

    /** Waits for the end, and says when packets are lost; false if the capture ended by itself. */
    private boolean watch(WatchServer server) throws InterruptedException {
        long saidAt = 0;
        while (!ended.await(1, TimeUnit.SECONDS)) {
            long dropped = server.droppedPackets();
            if (dropped > 0 && dropped >= 2 * saidAt) {
                saidAt = dropped;
                say("warning: the kernel had no room for " + HumanUnits.count(dropped, "packet")
                        + " so far, which records lack; capture.ring enlarges the room, a filter needs less");
            }
            if (!server.capturing()) {
                return false;
            }
        }
        return true;
    }

    private void report(WatchServer server) {
        say("watching " + (filter.isEmpty() ? "all connections" : String.join(" ", filter)) + " on "
                + (interfaceName == null ? "all interfaces" : interfaceName) + ", headers only, no payload"
                + server.widened().map(wider -> "; " + wider).orElse(""));
        StartReport.admin(server, context.err());
    }

    private static String totals(WatchServer server) {
        return HumanUnits.count(server.packets(), "packet") + ", "
                + HumanUnits.count(server.followed(), "connection") + ", "
                + HumanUnits.count(server.droppedPackets(), "packet") + " lost"
                + (server.leftInRing() ? "; the end came before all that was captured had been read" : "")
                + (server.evicted() == 0
                        ? ""
                        : ", " + HumanUnits.count(server.evicted(), "connection")
                                + " let go, because too many were open");
    }

    private RecordFilter filter() {
        try {
            return RecordFilter.of(String.join(" ", filter));
        } catch (RecordFilter.Misunderstood e) {
            throw misused("the filter '" + String.join(" ", filter) + "', " + e.getMessage());
        }
    }

    private WatchConfig config() throws ConfigException {
        WatchConfig read = running.over(new ConfigSource(context))
                .flag("--admin", "admin.listen", admin)
                .flag("--save-pcap", "capture.save", savePcap)
                .watch(file);
        if (filter.isEmpty()) {
            return read;
        }
        Config.Log log = read.config().log();
        Config.Log.Lines lines = log.lines();
        return new WatchConfig(
                read.config()
                        .with(log.with(new Config.Log.Lines(
                                lines.detail(),
                                Optional.of(String.join(" ", filter)),
                                lines.sample(),
                                lines.instance()))),
                read.diagnosis());
    }

    private int interfaceIndex() {
        if (interfaceName == null) {
            return 0;
        }
        try {
            NetworkInterface found = NetworkInterface.getByName(interfaceName);
            if (found != null && found.getIndex() > 0) {
                return found.getIndex();
            }
            throw misused("there is no interface '" + interfaceName + "'. There are "
                    + NetworkInterface.networkInterfaces()
                            .map(NetworkInterface::getName)
                            .sorted()
                            .collect(Collectors.joining(", ")));
        } catch (SocketException e) {
            throw misused("the interfaces cannot be listed: " + e.getMessage());
        }
    }

    private ParameterException misused(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private void say(String what) {
        context.err().println("finspect: " + what);
    }
}
