package dev.finspect.cli;

import dev.finspect.cli.client.AdminEndpoint;
import dev.finspect.cli.client.SessionActs;
import dev.finspect.cli.process.Colors;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.OutputFormat;
import dev.finspect.cli.process.ProcessContext;
import dev.finspect.cli.top.TopOnce;
import dev.finspect.cli.top.TopTerminal;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows the open sessions of a running finspect in a terminal, as they change. */
@Command(
        name = "top",
        header = "Watch the open sessions of a running finspect in a terminal.",
        description = {
            "",
            "Those that hang come first. The lines below the table show of the selected session what hangs or who has the"
                    + " turn, and how long it spent in each phase.",
            "",
            "Keys: arrows select, Enter explains, k closes a session (it asks first), s sorts, / filters, p pauses, q"
                    + " leaves. FILTER is the language of finspect read --filter."
        },
        synopsisHeading = "%nUsage: ",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {"  finspect top", "  finspect top route:db 'idle>30s'", "  finspect top --once -o json"})
final class TopCommand implements Callable<Integer> {
    private final ProcessContext context;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "FILTER", arity = "0..*", description = "Only sessions of which all this holds.")
    private List<String> filter = List.of();

    @Option(names = "--once", description = "Print the table once, and end.")
    private boolean once;

    @Option(
            names = {"-o", "--output"},
            paramLabel = OutputFormat.LABEL,
            description = "With --once: text (default) or table; json or ndjson, which are the same here.")
    private OutputFormat output = OutputFormat.TEXT;

    @Mixin
    private final AdminEndpoint.Options server = new AdminEndpoint.Options();

    TopCommand(ProcessContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws CommandFailure {
        if (output.isJson() && !once) {
            throw new ParameterException(spec.commandLine(), "-o " + output + " needs --once");
        }
        if (!once && (!context.outIsTerminal() || context.isDumbTerminal())) {
            throw new ParameterException(
                    spec.commandLine(), "standard output is no terminal in which a table can be drawn: use --once");
        }
        AdminEndpoint endpoint = SessionActs.one(AdminEndpoint.find(server, context));
        String text = String.join(" ", filter);
        if (once) {
            TopOnce.print(endpoint, text, output.isJson(), context.out());
        } else {
            new TopTerminal(endpoint, text, Colors.wanted(spec, context)).run();
        }
        return ExitCode.OK.code();
    }
}
