package dev.finspect.cli;

import dev.finspect.cli.config.ConfigException;
import dev.finspect.cli.config.Nearest;
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

/** The command line: all commands, how their help looks, and which exit code each failure has. */
public final class Cli {
    /** Help with its examples first. */
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

    /** Runs one command and answers with its exit code. Never ends the process. */
    public static int execute(Surroundings surroundings, String... args) {
        CommandLine line = commandLine(surroundings);
        line.setColorScheme(
                CommandLine.Help.defaultColorScheme(Colors.wanted(args, surroundings) ? Ansi.ON : Ansi.OFF));
        return line.execute(args);
    }

    /** The commands. A new one is registered here. */
    static CommandLine commandLine(Surroundings surroundings) {
        CommandLine line = new CommandLine(new FinspectCommand())
                .addSubcommand(new RunCommand(surroundings))
                .addSubcommand(new DemoCommand(surroundings))
                .addSubcommand(new ReadCommand(surroundings))
                .addSubcommand(new ExplainCommand(surroundings))
                .addSubcommand(new CheckCommand(surroundings))
                .addSubcommand(new HealthcheckCommand(surroundings))
                .addSubcommand(new DoctorCommand(surroundings))
                .addSubcommand(new InterceptCommand(surroundings))
                .addSubcommand(new CompletionCommand(surroundings))
                .addSubcommand(new ManCommand(surroundings));
        line.setOut(writer(surroundings.out()));
        line.setErr(writer(surroundings.err()));
        line.setUsageHelpWidth(100);
        line.setUsageHelpLongOptionsMaxWidth(30);
        line.setHelpSectionKeys(HELP);
        line.setExpandAtFiles(false);
        line.setParameterExceptionHandler((e, args) -> misunderstood(e));
        line.setExecutionExceptionHandler((e, failed, result) -> failed(e, surroundings));
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
        err.println("'" + spec.qualifiedName() + " --help' shows what it takes.");
        return Exit.USAGE.code();
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
        return Nearest.to(word, known);
    }

    private static int failed(Exception e, Surroundings surroundings) {
        if (e instanceof ConfigException wrong) {
            wrong.complaints().forEach(surroundings.err()::println);
            return (wrong.isUsage() ? Exit.USAGE : Exit.CONFIGURATION).code();
        }
        if (e instanceof Failure failure) {
            surroundings.err().println("finspect: " + failure.getMessage());
            return failure.exit().code();
        }
        surroundings.err().println("finspect: " + e);
        if (surroundings.environment().containsKey("FINSPECT_DEBUG")) {
            Arrays.stream(e.getStackTrace()).forEach(frame -> surroundings.err().println("    at " + frame));
        } else {
            surroundings
                    .err()
                    .println("This should not have happened; FINSPECT_DEBUG=1 in the environment shows where.");
        }
        return Exit.RUNTIME.code();
    }
}
