package dev.finspect.cli;

import dev.finspect.cli.client.AdminEndpoint;
import dev.finspect.cli.client.ExplainRequests;
import dev.finspect.cli.config.InvalidValueException;
import dev.finspect.cli.config.Scalars;
import dev.finspect.cli.process.Colors;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.ProcessContext;
import dev.finspect.cli.read.ExplainedCapture;
import dev.finspect.diagnose.catalogue.Catalogue;
import dev.finspect.session.explain.Explanation;
import java.io.File;
import java.time.Duration;
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
                    + " each of the three worst. With an ID, explains that session, open or recently closed. With a pcap"
                    + " or pcapng file, explains what is wrong in it. Times are seconds from the session's start. Dotted"
                    + " lines show what the sockets report, dashed lines captured segments.",
            "",
            "--probe sends keep-alive probes to the hosts of both peers, for up to 4 s. Their kernels answer; their"
                    + " programs do not see it, and the session does not change. A host that has lost the connection"
                    + " answers with an RST, which ends the session, as it would for any segment."
        },
        synopsisHeading = "%nUsage: ",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  finspect explain",
            "  finspect explain --probe 01K8ZQ4T9B0000000001",
            "  finspect explain capture.pcapng",
            "  finspect explain -o json | jq -r '.sessions[].findings[0].sentence'"
        })
final class ExplainCommand implements Callable<Integer> {
    private final ProcessContext context;

    /** The output formats. */
    enum Output {
        /** Text for people. */
        text,
        /** One JSON document for each finspect. */
        json
    }

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "ID|FILE", arity = "0..1", description = "A session's ID, or a capture file.")
    private @Nullable String subject;

    @Option(names = "--all", description = "Explain every session, not one for each cause.")
    private boolean all;

    @Option(
            names = "--after",
            paramLabel = "DURATION",
            description = "Explain with this in the place of all thresholds: 5s, 500ms.")
    private @Nullable String after;

    @Option(names = "--probe", description = "Send keep-alive probes to the hosts of both peers.")
    private boolean probe;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "text|json",
            defaultValue = "text",
            description = "Output format (default: text).")
    private Output output = Output.text;

    @Option(
            names = "--fail-on",
            split = ",",
            paramLabel = "FINDING",
            description =
                    "Exit with 5 if found: an id such as upstream-silent; any: likely or proved to hang; possible: what"
                            + " may hang.")
    private List<String> failOn = List.of();

    @Mixin
    private final AdminEndpoint.Options server = new AdminEndpoint.Options();

    ExplainCommand(ProcessContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws CommandFailure {
        check();
        Duration threshold = threshold();
        Set<String> found = new TreeSet<>();
        String asked = subject;
        boolean colour = output == Output.text && Colors.wanted(spec, context);
        if (asked != null && isFile(asked)) {
            found.addAll(new ExplainedCapture(context, threshold).show(asked, all, output == Output.json, colour));
        } else {
            ExplainRequests running = new ExplainRequests(context, AdminEndpoint.find(server, context));
            if (probe && asked != null) {
                running.probe(asked, output == Output.json);
            } else {
                found.addAll(running.explain(
                        asked, new ExplainRequests.Wanted(output == Output.json, colour, all, threshold)));
            }
        }
        boolean failed = found.stream().anyMatch(this::isToFail);
        return (failed ? ExitCode.FOUND : ExitCode.OK).code();
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

    private void check() {
        for (String id : failOn) {
            if (!id.equals("any")
                    && !id.equals("possible")
                    && Catalogue.standard().find(id).isEmpty()) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--fail-on '" + id + "' is no finding. Write one such as upstream-silent, any or possible.");
            }
        }
        String asked = subject;
        if (probe && (asked == null || isFile(asked))) {
            throw new ParameterException(spec.commandLine(), "--probe needs the ID of an open session.");
        }
    }

    private @Nullable Duration threshold() {
        String text = after;
        if (text == null) {
            return null;
        }
        try {
            return Scalars.duration(Duration.ofMillis(1), Duration.ofDays(1)).parse(text);
        } catch (InvalidValueException e) {
            throw new ParameterException(spec.commandLine(), "--after " + e.what() + ". " + e.remedy());
        }
    }

    /** A session's ID has neither a dot nor a slash. */
    private static boolean isFile(String subject) {
        return subject.equals("-")
                || subject.indexOf('.') >= 0
                || subject.indexOf('/') >= 0
                || new File(subject).isFile();
    }
}
