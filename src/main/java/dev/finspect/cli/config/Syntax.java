package dev.finspect.cli.config;

import java.util.Optional;

/**
 * How a setting is written; one and the same in the file, in the environment and in a flag.
 *
 * @param <T> what the text means
 */
@FunctionalInterface
public interface Syntax<T> {
    /** Reads the text, which has no space around it. */
    T parse(String text) throws InvalidValueException;

    /** The same, or {@code off}, which is empty. */
    default Syntax<Optional<T>> orOff() {
        return text -> text.equals("off") ? Optional.empty() : Optional.of(parse(text));
    }
}
