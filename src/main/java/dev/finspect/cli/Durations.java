package dev.finspect.cli;

import dev.finspect.cli.config.InvalidValueException;
import dev.finspect.cli.config.Scalars;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Durations as options: a whole number with its unit, as in the configuration. */
final class Durations {
    private Durations() {}

    /** The value of an option within bounds. */
    static Duration option(String option, String text, Duration least, Duration most, CommandSpec command) {
        try {
            return Scalars.duration(least, most).parse(text);
        } catch (InvalidValueException e) {
            throw new ParameterException(
                    command.commandLine(), option + ": " + e.what() + ". " + e.remedy() + unit(text));
        }
    }

    /** The same, or {@code off}: empty. */
    static Optional<Duration> optionOrOff(
            String option, String text, Duration least, Duration most, CommandSpec command) {
        try {
            return Scalars.duration(least, most).orOff().parse(text);
        } catch (InvalidValueException e) {
            throw new ParameterException(
                    command.commandLine(),
                    option + ": " + e.what() + ". " + e.remedy() + " Or write off." + unit(text));
        }
    }

    /** A number alone most likely means seconds. */
    private static String unit(String text) {
        return text.matches("[0-9]{1,9}") ? " Did you mean '" + text + "s'?" : "";
    }
}
