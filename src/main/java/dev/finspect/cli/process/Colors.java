package dev.finspect.cli.process;

import java.util.Locale;

/** When text for people is coloured. */
public enum Colors {
    AUTO,
    ALWAYS,
    NEVER;

    /**
     * Whether to colour: {@code --color} decides; {@code auto} colours on a terminal, unless NO_COLOR is set and not empty
     * (no-color.org) or TERM is {@code dumb}. Read before the command line is, since help and errors have colours too.
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

    /** Whether this choice colours text that goes to both standard streams. */
    boolean on(ProcessContext context) {
        return switch (this) {
            case ALWAYS -> true;
            case NEVER -> false;
            case AUTO ->
                context.outIsTerminal()
                        && context.errIsTerminal()
                        && context
                                .environment()
                                .getOrDefault("NO_COLOR", "")
                                .isEmpty()
                        && !context.environment().getOrDefault("TERM", "").equals("dumb");
        };
    }

    /** The word on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
