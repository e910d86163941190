package dev.finspect.cli.config;

import java.util.Optional;

/**
 * The syntax of a setting; the same in the file, in the environment and in a flag.
 *
 * @param <T> the parsed type
 */
@FunctionalInterface
public interface Syntax<T> {
    /** Parses the text, which has no surrounding space. */
    T parse(String text) throws InvalidValueException;

    /** The same syntax, or {@code off}, which reads as empty. */
    default Syntax<Optional<T>> orOff() {
        return text -> text.equals("off") ? Optional.empty() : Optional.of(parse(text));
    }
}
