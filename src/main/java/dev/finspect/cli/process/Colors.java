package dev.finspect.cli.process;

import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;

/** When to colour text for people: the values of {@code --color}. */
public enum Colors {
    AUTO,
    ALWAYS,
    NEVER;

    /**
     * Whether to colour, as {@code --color} says; {@code auto} colours on a terminal, unless NO_COLOR is set and not empty
     * (no-color.org) or TERM is {@code dumb}. Evaluated before the command line is parsed: help and errors are coloured too.
     */
    public static boolean wanted(String[] args, ProcessContext context) {
        Colors choice = AUTO;
        for (int i = 0; i < args.length; i++) {
            String word = args[i].startsWith("--color=")
                    ? args[i].substring("--color=".length())
                    : args[i].equals("--color") && i + 1 < args.length ? args[i + 1] : "";
            for (Colors each : values()) {
                choice = each.toString().equals(word) ? each : choice;
            }
        }
        return choice.on(context);
    }

    /** Whether a command colours its output. */
    public static boolean wanted(CommandSpec command, ProcessContext context) {
        return wanted(command.commandLine().getParseResult().originalArgs().toArray(new String[0]), context);
    }

    /** Whether this choice colours text, which may go to both standard streams. */
    boolean on(ProcessContext context) {
        return switch (this) {
            case ALWAYS -> true;
            case NEVER -> false;
            case AUTO ->
                context.outIsTerminal()
                        && context.errIsTerminal()
                        && context.environment().getOrDefault("NO_COLOR", "").isEmpty()
                        && !context.environment().getOrDefault("TERM", "").equals("dumb");
        };
    }

    /** The value as written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
