package dev.finspect.cli;

import dev.finspect.cli.client.AdminEndpoint;
import dev.finspect.cli.client.ExplainRequests;
import dev.finspect.cli.process.Colors;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.ProcessContext;
import dev.finspect.cli.read.ExplainedCapture;
import dev.finspect.diagnose.catalogue.Catalogue;
import java.io.File;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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
            "Without an ID, explains every session of a running finspect that hangs, worst first. With an ID, explains that"
                    + " session, open or recently closed. With a pcap or pcapng file, explains what is wrong in it."
                    + " Times are seconds from the session's start. Dotted lines show what the sockets report, dashed"
                    + " lines captured segments.",
            "",
            "--probe sends keep-alive probes to the hosts of both peers. Their kernels answer; their programs do not see it."
                    + " It takes up to 4 s and does not change the session. A host that has lost the connection answers"
                    + " with an RST, which ends the session, as it would for any segment."
        },
        synopsisHeading = "%nUsage: ",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  finspect explain",
            "  finspect explain 01K8ZQ4T9B0000000001",
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
            description = "Exit with 5 if this is found: an id such as upstream-silent, or any.")
    private List<String> failOn = List.of();

    @Option(names = "--admin", paramLabel = "URL", description = "Admin server: URL or ADDRESS:PORT.")
    private @Nullable String admin;

    ExplainCommand(ProcessContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws CommandFailure {
        check();
        Set<String> found = new TreeSet<>();
        String asked = subject;
        boolean colour = output == Output.text && Colors.wanted(spec, context);
        if (asked != null && isFile(asked)) {
            found.addAll(new ExplainedCapture(context).show(asked, output == Output.json, colour));
        } else {
            ExplainRequests running = new ExplainRequests(context, AdminEndpoint.find(admin, context));
            if (probe && asked != null) {
                running.probe(asked, output == Output.json);
            } else {
                found.addAll(running.explain(asked, output == Output.json, colour));
            }
        }
        boolean failed = found.stream().anyMatch(id -> failOn.contains(id))
                || (failOn.contains("any")
                        && found.stream().anyMatch(id -> !Catalogue.standard().isHarmless(id)));
        return (failed ? ExitCode.FOUND : ExitCode.OK).code();
    }

    private void check() {
        for (String id : failOn) {
            if (!id.equals("any") && Catalogue.standard().find(id).isEmpty()) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--fail-on '" + id + "' is no finding. Write one such as upstream-silent, or any.");
            }
        }
        String asked = subject;
        if (probe && (asked == null || isFile(asked))) {
            throw new ParameterException(spec.commandLine(), "--probe needs the ID of an open session.");
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
