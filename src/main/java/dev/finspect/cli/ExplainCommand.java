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

/** Says what hangs, whose fault it is and what proves it: of a running finspect, or of a capture. */
@Command(
        name = "explain",
        header = "Ask a running finspect what hangs, whose fault it is, and what proves it.",
        description = {
            "",
            "Without an ID: every session that hangs, worst first. With one: that session, living or just closed. With a"
                    + " pcap or pcapng file: what is wrong in the capture. Times are seconds from the session's start."
                    + " What only sockets know is drawn with dots, captured segments with dashes.",
            "",
            "--probe asks the hosts of both peers for a sign of life by keep-alive probes, which their kernels answer and"
                    + " their programs never see. It takes up to 4 s and leaves the session as it is; only a host that no"
                    + " longer knows the connection answers with an RST, which ends it as any other segment would."
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

    /** How it is shown. */
    enum Output {
        /** For people. */
        text,
        /** One document for each finspect that is asked. */
        json
    }

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "ID|FILE", arity = "0..1", description = "A session, or a capture.")
    private @Nullable String subject;

    @Option(names = "--probe", description = "Ask the hosts of the session's peers for a sign of life.")
    private boolean probe;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "text|json",
            defaultValue = "text",
            description = "How it is shown (text).")
    private Output output = Output.text;

    @Option(
            names = "--fail-on",
            split = ",",
            paramLabel = "FINDING",
            description = "Exit code 5 where it is found: an id such as upstream-silent, or any.")
    private List<String> failOn = List.of();

    @Option(names = "--admin", paramLabel = "URL", description = "The admin server: a URL or ADDRESS:PORT.")
    private @Nullable String admin;

    ExplainCommand(ProcessContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws CommandFailure {
        check();
        Set<String> found = new TreeSet<>();
        String asked = subject;
        boolean colour = output == Output.text
                && Colors.wanted(
                        spec.commandLine().getParseResult().originalArgs().toArray(new String[0]), context);
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
                        && found.stream()
                                .anyMatch(id -> !Catalogue.standard().isHarmless(id)));
        return (failed ? ExitCode.FOUND : ExitCode.OK).code();
    }

    private void check() {
        for (String id : failOn) {
            if (!id.equals("any")
                    && Catalogue.standard().find(id).isEmpty()) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--fail-on '" + id + "' is no finding. Write one such as upstream-silent, or any.");
            }
        }
        String asked = subject;
        if (probe && (asked == null || isFile(asked))) {
            throw new ParameterException(spec.commandLine(), "--probe wants the ID of a living session.");
        }
    }

    /** An id has neither a dot nor a slash. */
    private static boolean isFile(String subject) {
        return subject.equals("-")
                || subject.indexOf('.') >= 0
                || subject.indexOf('/') >= 0
                || new File(subject).isFile();
    }
}
