package dev.finspect.cli.intercept;

import java.util.List;

/**
 * A command to run on this system, and its reason.
 *
 * @param why the reason, a sentence
 * @param command the program and its arguments
 * @param input its standard input; empty for none
 * @param mayFail whether failure is no error, because what it removes may not exist
 * @param again whether it removes one of several items and is repeated until none is left
 */
public record SystemCommand(String why, List<String> command, String input, boolean mayFail, boolean again) {
    static SystemCommand of(String why, String command) {
        return new SystemCommand(why, List.of(command.split(" ", -1)), "", false, false);
    }

    static SystemCommand ifThere(String why, String command) {
        return new SystemCommand(why, List.of(command.split(" ", -1)), "", true, false);
    }

    /** A command that is repeated until nothing is left to remove. */
    static SystemCommand each(String why, String command) {
        return new SystemCommand(why, List.of(command.split(" ", -1)), "", true, true);
    }

    static SystemCommand nft(String why, String rules) {
        return new SystemCommand(why, List.of("nft", "-f", "-"), rules, false, false);
    }

    /** The command as typed into a shell. */
    public String shown() {
        String typed = String.join(" ", command) + (mayFail ? " 2>/dev/null || true" : "");
        return input.isEmpty() ? typed : typed + " <<'END'\n" + input + "END";
    }
}
