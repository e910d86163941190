package dev.finspect.cli;

import dev.finspect.cli.process.ProcessContext;
import dev.finspect.tcp.Suggestions;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the help of a command, as {@code --help} behind it does. */
@Command(
        name = "help",
        header = "Print the help of a command.",
        synopsisHeading = "%nUsage: ",
        footerHeading = "%nExamples:%n",
        footer = {"  finspect help run", "  finspect help"})
final class HelpCommand implements Runnable {
    private final ProcessContext context;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "COMMAND", arity = "0..1", description = "The command (default: finspect itself).")
    private @Nullable String command;

    HelpCommand(ProcessContext context) {
        this.context = context;
    }

    @Override
    public void run() {
        named(spec, command).usage(new PrintWriter(context.out(), true, StandardCharsets.UTF_8));
    }

    /** The command of this name; the program itself where none is given. */
    static CommandLine named(CommandSpec asking, @Nullable String name) {
        CommandSpec root = asking.root();
        CommandLine named =
                name == null ? root.commandLine() : root.subcommands().get(name);
        if (named == null) {
            throw new ParameterException(
                    asking.commandLine(),
                    "There is no command '" + name + "'. The commands are "
                            + String.join(", ", root.subcommands().keySet()) + "."
                            + Suggestions.question(
                                    String.valueOf(name), root.subcommands().keySet()));
        }
        return named;
    }
}
