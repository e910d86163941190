package dev.finspect.cli.intercept;

import java.util.List;

/**
 * One command of the system, and why it is there.
 *
 * @param why a sentence for people
 * @param command the program and its arguments
 * @param input its standard input; empty for none
 * @param mayFail whether it is no error when it fails, since what it takes away may not be there
 * @param again whether it takes away one of several, and is run until there is none
 */
public record SystemCommand(String why, List<String> command, String input, boolean mayFail, boolean again) {
    static SystemCommand of(String why, String command) {
        return new SystemCommand(why, List.of(command.split(" ", -1)), "", false, false);
    }

    static SystemCommand ifThere(String why, String command) {
        return new SystemCommand(why, List.of(command.split(" ", -1)), "", true, false);
    }

    /** Takes away all of them that there are. */
    static SystemCommand each(String why, String command) {
        return new SystemCommand(why, List.of(command.split(" ", -1)), "", true, true);
    }

    static SystemCommand nft(String why, String rules) {
        return new SystemCommand(why, List.of("nft", "-f", "-"), rules, false, false);
    }

    /** As a person would type it into a shell. */
    public String shown() {
        String typed = String.join(" ", command) + (mayFail ? " 2>/dev/null || true" : "");
        return input.isEmpty() ? typed : typed + " <<'END'\n" + input + "END";
    }
}
