package dev.finspect.cli;

import dev.finspect.cli.config.ConfigException;
import dev.finspect.cli.process.Colors;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.ProcessContext;
import dev.finspect.tcp.Suggestions;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
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

    private static final Set<String> ABOUT_COMMANDS = Set.of("completion", "man", "help");

    private Cli() {}

    /** Runs one command and returns its exit code. Never ends the process. */
    public static int execute(ProcessContext context, String... args) {
        CommandLine line = commandLine(context, called(args));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(Colors.wanted(args, context) ? Ansi.ON : Ansi.OFF));
        return line.execute(args);
    }

    /** All commands by their names, in the order of the help. Register a new one here. */
    private static final Map<String, Function<ProcessContext, Object>> COMMANDS = commands();

    private static Map<String, Function<ProcessContext, Object>> commands() {
        Map<String, Function<ProcessContext, Object>> commands = new LinkedHashMap<>();
        commands.put("run", RunCommand::new);
        commands.put("demo", DemoCommand::new);
        commands.put("watch", WatchCommand::new);
        commands.put("read", ReadCommand::new);
        commands.put("explain", ExplainCommand::new);
        commands.put("sessions", SessionsCommand::new);
        commands.put("top", TopCommand::new);
        commands.put("close", SessionCloseCommand::new);
        commands.put("drain", DrainCommand::new);
        commands.put("open", OpenCommand::new);
        commands.put("check", CheckCommand::new);
        commands.put("reload", ReloadCommand::new);
        commands.put("healthcheck", HealthcheckCommand::new);
        commands.put("doctor", DoctorCommand::new);
        commands.put("intercept", InterceptCommand::new);
        commands.put("completion", CompletionCommand::new);
        commands.put("man", ManCommand::new);
        commands.put("help", HelpCommand::new);
        commands.put("version", VersionCommand::new);
        commands.put("train", context -> new TrainCommand(context, Cli::execute));
        return commands;
    }

    /**
     * The command that the first word names; null where others may be needed: for the program's own help, a suggestion, or a
     * command about commands. To build all takes a tenth of a second, which a start would wait for.
     */
    private static @Nullable String called(String... args) {
        String first = args.length > 0 ? args[0] : "";
        return COMMANDS.containsKey(first) && !ABOUT_COMMANDS.contains(first) ? first : null;
    }

    /** Creates all commands. */
    static CommandLine commandLine(ProcessContext context) {
        return commandLine(context, null);
    }

    /** Creates the command of this name alone; null creates all. */
    private static CommandLine commandLine(ProcessContext context, @Nullable String only) {
        CommandLine line = new CommandLine(new FinspectCommand());
        COMMANDS.forEach((name, command) -> {
            if (only == null || name.equals(only)) {
                line.addSubcommand(command.apply(context));
            }
        });
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
        err.println("finspect: " + message(e) + suggestion(e, spec));
        err.println("'" + spec.qualifiedName() + " --help' lists its options and arguments.");
        return ExitCode.USAGE.code();
    }

    /** What is wrong, with a full stop where a suggestion may follow. */
    private static String message(ParameterException e) {
        String message = String.valueOf(e.getMessage());
        List<String> words = e.getValue() == null ? List.of() : words(e.getArgSpec());
        if (!words.isEmpty()) {
            return "'" + e.getValue() + "' is not a value of " + name(e.getArgSpec()) + ". Write "
                    + String.join(" or ", words) + ".";
        }
        return message.endsWith(".") || message.endsWith("?") ? message : message + ".";
    }

    private static String suggestion(ParameterException e, CommandSpec spec) {
        if (e instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            String word = unmatched.getUnmatched().get(0).replaceFirst("=.*", "");
            return Suggestions.question(
                    word,
                    word.startsWith("-")
                            ? spec.optionsMap().keySet()
                            : spec.subcommands().keySet());
        }
        return e.getValue() == null ? "" : Suggestions.question(e.getValue(), words(e.getArgSpec()));
    }

    private static String name(@Nullable ArgSpec argument) {
        return argument instanceof OptionSpec option
                ? option.longestName()
                : argument == null ? "this command" : argument.paramLabel();
    }

    /** The words that an argument takes, where it takes words alone. */
    private static List<String> words(@Nullable ArgSpec argument) {
        if (argument == null || !argument.type().isEnum()) {
            return List.of();
        }
        return Arrays.stream(argument.type().getEnumConstants())
                .map(Object::toString)
                .toList();
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
