package dev.finspect.cli;

import dev.finspect.cli.client.AdminEndpoint;
import dev.finspect.cli.client.ExplainRequests;
import dev.finspect.cli.host.ExplainedHost;
import dev.finspect.cli.process.Colors;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.OutputFormat;
import dev.finspect.cli.process.ProcessContext;
import dev.finspect.cli.read.ExplainedCapture;
import dev.finspect.cli.read.FailOn;
import dev.finspect.diagnose.catalogue.Catalogue;
import dev.finspect.session.explain.Explanation;
import dev.finspect.session.filter.RecordFilter;
import java.io.File;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Explains which sessions hang, which side is at fault and the evidence: of a running finspect or of a capture file. */
@Command(
        name = "explain",
        header = "Explain what hangs: which side is at fault, and the evidence.",
        description = {
            "",
            "Without an ID, lists what hangs in a running finspect, a line for each cause, and explains one session of"
                    + " each of the three worst; with an ID that session; with a capture file what is wrong in it. Times are"
                    + " seconds from the start; dotted lines are by sockets, dashed lines by captured segments.",
            "--host explains what hangs on this host, without finspect in the path: it reads the kernel's socket tables"
                    + " twice. FILTER is one of 'finspect read'.",
            "--probe sends keep-alive probes to both peers' hosts, for up to 4 s. Their programs do not see it. A host"
                    + " that has lost the connection answers with an RST, which ends the session."
        },
        synopsisHeading = "%nUsage: ",
        customSynopsis = "finspect explain [OPTIONS] [ID | FILE [ID] | FILTER]",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  finspect explain",
            "  finspect explain --host port:5432",
            "  finspect explain -o json | jq -r '.sessions[].findings[0].sentence'"
        })
final class ExplainCommand implements Callable<Integer> {
    private static final int MOST_PORT = 65_535;

    private final ProcessContext context;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(
            paramLabel = "ID|FILE",
            arity = "0..2",
            description = "An ID, a capture file and an ID in it, or a filter (--host).")
    private List<String> subjects = new ArrayList<>();

    @Option(names = "--all", description = "Explain every session, not one for each cause.")
    private boolean all;

    @Option(
            names = "--after",
            paramLabel = "TIME",
            description = "Explain with this in the place of all thresholds: 5s, 500ms.")
    private @Nullable String after;

    @Option(names = "--host", description = "Explain the connections of this host.")
    private boolean host;

    @Option(names = "--pid", paramLabel = "PID", description = "The same, only of this process.")
    private @Nullable Long pid;

    @Option(names = "--port", paramLabel = "PORT", description = "The same, only with this port at either end.")
    private @Nullable Integer port;

    @Option(names = "--probe", description = "Send keep-alive probes to the hosts of both peers.")
    private boolean probe;

    @Option(
            names = {"-o", "--output"},
            paramLabel = OutputFormat.LABEL,
            description = "text (default), table (a line for each cause), json, ndjson.")
    private OutputFormat output = OutputFormat.TEXT;

    @Option(names = "--anonymise", description = "Show other addresses and names of hosts and programs.")
    private boolean anonymise;

    @Option(
            names = "--fail-on",
            split = ",",
            paramLabel = "FINDING",
            completionCandidates = FailOn.Words.class,
            description = "Exit with 5 if found: an id; any: likely or proved; possible.")
    private List<String> failOn = List.of();

    @Mixin
    private final AdminEndpoint.Options server = new AdminEndpoint.Options();

    ExplainCommand(ProcessContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws CommandFailure {
        boolean ofHost = host || pid != null || port != null;
        boolean file = !ofHost && !subjects.isEmpty() && isFile(subjects.get(0));
        check(file, ofHost);
        Set<String> found = new TreeSet<>(
                ofHost ? ofHost() : file ? ofFile() : ofRunning(subjects.isEmpty() ? null : subjects.get(0)));
        boolean failed = found.stream().anyMatch(this::isToFail);
        return (failed ? ExitCode.FOUND : ExitCode.OK).code();
    }

    private Set<String> ofHost() throws CommandFailure {
        String filter = String.join(" ", subjects);
        try {
            return new ExplainedHost(context, threshold(), anonymise)
                    .show(new ExplainedHost.Wanted(ExplainedHost.choice(filter, port), pid, all, output, colour()));
        } catch (RecordFilter.Misunderstood e) {
            throw new ParameterException(spec.commandLine(), "--host '" + filter + "', " + e.getMessage());
        }
    }

    private Set<String> ofFile() throws CommandFailure {
        String id = subjects.size() > 1 ? subjects.get(1) : null;
        return new ExplainedCapture(context, threshold(), anonymise)
                .show(subjects.get(0), new ExplainedCapture.Wanted(id, all, output, colour()));
    }

    private Set<String> ofRunning(@Nullable String id) throws CommandFailure {
        ExplainRequests running = new ExplainRequests(context, AdminEndpoint.find(server, context));
        if (probe && id != null) {
            running.probe(id, output.isJson(), anonymise);
            return Set.of();
        }
        return running.explain(id, new ExplainRequests.Wanted(output, colour(), all, threshold(), anonymise));
    }

    private boolean colour() {
        return !output.isJson() && Colors.wanted(spec, context);
    }

    /** A label of {@link Explanation#standing()}: the id of a finding, marked where it is only possible that it hangs. */
    private boolean isToFail(String label) {
        boolean possible = label.endsWith(Explanation.POSSIBLE_MARK);
        String id = possible ? label.substring(0, label.length() - Explanation.POSSIBLE_MARK.length()) : label;
        boolean hang = !Catalogue.standard().isHarmless(id);
        return failOn.contains(id)
                || (hang && failOn.contains("possible"))
                || (hang && !possible && failOn.contains("any"));
    }

    private void check(boolean file, boolean ofHost) {
        FailOn.of(failOn, spec);
        if (probe && (ofHost || subjects.isEmpty() || file)) {
            throw new ParameterException(spec.commandLine(), "--probe needs the ID of an open session.");
        }
        if ((port != null && (port < 1 || port > MOST_PORT)) || (pid != null && pid < 1)) {
            throw new ParameterException(spec.commandLine(), "A port is 1 to " + MOST_PORT + ", a process 1 or more.");
        }
        if (subjects.size() > 1 && !file && !ofHost) {
            throw new ParameterException(
                    spec.commandLine(),
                    "'" + subjects.get(1) + "' is one ID too many. Only a file may stand before it.");
        }
    }

    private @Nullable Duration threshold() {
        String text = after;
        return text == null ? null : Durations.option("--after", text, Duration.ofMillis(1), Duration.ofDays(1), spec);
    }

    /** A session's ID has neither a dot nor a slash. */
    private static boolean isFile(String subject) {
        return subject.equals("-")
                || subject.indexOf('.') >= 0
                || subject.indexOf('/') >= 0
                || new File(subject).isFile();
    }
}
