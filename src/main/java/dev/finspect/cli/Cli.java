package dev.finspect.cli;

import dev.finspect.cli.config.ConfigException;
import dev.finspect.cli.config.Suggestions;
import dev.finspect.cli.process.Colors;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.ProcessContext;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: all commands, the layout of their help, and the exit code of each failure. */
public final class Cli {
    /** The sections of a help page, examples first. */
    private static final List<String> HELP = List.of(
            UsageMessageSpec.SECTION_KEY_HEADER,
            UsageMessageSpec.SECTION_KEY_FOOTER_HEADING,
            UsageMessageSpec.SECTION_KEY_FOOTER,
            UsageMessageSpec.SECTION_KEY_SYNOPSIS_HEADING,
            UsageMessageSpec.SECTION_KEY_SYNOPSIS,
            UsageMessageSpec.SECTION_KEY_DESCRIPTION,
            UsageMessageSpec.SECTION_KEY_PARAMETER_LIST,
            UsageMessageSpec.SECTION_KEY_OPTION_LIST,
            UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING,
            UsageMessageSpec.SECTION_KEY_COMMAND_LIST,
            UsageMessageSpec.SECTION_KEY_EXIT_CODE_LIST_HEADING,
            UsageMessageSpec.SECTION_KEY_EXIT_CODE_LIST);

    private Cli() {}

    /** Runs one command and returns its exit code. Never ends the process. */
    public static int execute(ProcessContext context, String... args) {
        CommandLine line = commandLine(context);
        line.setColorScheme(CommandLine.Help.defaultColorScheme(Colors.wanted(args, context) ? Ansi.ON : Ansi.OFF));
        return line.execute(args);
    }

    /** Creates all commands. Register a new one here. */
    static CommandLine commandLine(ProcessContext context) {
        CommandLine line = new CommandLine(new FinspectCommand())
                .addSubcommand(new RunCommand(context))
                .addSubcommand(new DemoCommand(context))
                .addSubcommand(new ReadCommand(context))
                .addSubcommand(new ExplainCommand(context))
                .addSubcommand(new OpenCommand(context))
                .addSubcommand(new CheckCommand(context))
                .addSubcommand(new HealthcheckCommand(context))
                .addSubcommand(new DoctorCommand(context))
                .addSubcommand(new InterceptCommand(context))
                .addSubcommand(new CompletionCommand(context))
                .addSubcommand(new ManCommand(context));
        line.setOut(writer(context.out()));
        line.setErr(writer(context.err()));
        line.setUsageHelpWidth(100);
        line.setUsageHelpLongOptionsMaxWidth(30);
        line.setHelpSectionKeys(HELP);
        line.setExpandAtFiles(false);
        line.setParameterExceptionHandler((e, args) -> misunderstood(e));
        line.setExecutionExceptionHandler((e, failed, result) -> failed(e, context));
        return line;
    }

    private static PrintWriter writer(java.io.PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    private static int misunderstood(ParameterException e) {
        CommandSpec spec = e.getCommandLine().getCommandSpec();
        PrintWriter err = e.getCommandLine().getErr();
        err.println("finspect: " + e.getMessage()
                + suggestion(e, spec).map(s -> ". Did you mean '" + s + "'?").orElse(""));
        err.println("'" + spec.qualifiedName() + " --help' lists its options and arguments.");
        return ExitCode.USAGE.code();
    }

    private static Optional<String> suggestion(ParameterException e, CommandSpec spec) {
        if (!(e instanceof UnmatchedArgumentException unmatched)
                || unmatched.getUnmatched().isEmpty()) {
            return Optional.empty();
        }
        String word = unmatched.getUnmatched().get(0).replaceFirst("=.*", "");
        Set<String> known = word.startsWith("-")
                ? spec.optionsMap().keySet()
                : spec.subcommands().keySet();
        return Suggestions.to(word, known);
    }

    private static int failed(Exception e, ProcessContext context) {
        if (e instanceof ConfigException wrong) {
            wrong.problems().forEach(context.err()::println);
            return (wrong.isUsage() ? ExitCode.USAGE : ExitCode.CONFIGURATION).code();
        }
        if (e instanceof CommandFailure failure) {
            context.err().println("finspect: " + failure.getMessage());
            return failure.exit().code();
        }
        context.err().println("finspect: " + e);
        if (context.environment().containsKey("FINSPECT_DEBUG")) {
            Arrays.stream(e.getStackTrace()).forEach(frame -> context.err().println("    at " + frame));
        } else {
            context.err().println("This is a bug in finspect. Run it again with FINSPECT_DEBUG=1 for a stack trace.");
        }
        return ExitCode.RUNTIME.code();
    }
}
