package dev.finspect.lab.longterm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of {@code config/longterm}, with this test's addresses and paths in place of those it gives as examples. */
final class Example {
    private static final Path FOLDER = Path.of("config", "longterm");

    private String text;

    private Example(String text) {
        this.text = text;
    }

    /** The file of this name. */
    static Example of(String name) throws IOException {
        return new Example(Files.readString(path(name)));
    }

    /** Where it is. */
    static Path path(String name) {
        return FOLDER.resolve(name);
    }

    /** Puts something in place of a word, which must be there. */
    Example with(String word, Object replacement) {
        assertThat(text).contains(word);
        text = text.replace(word, replacement.toString());
        return this;
    }

    /** What it is now. */
    @Override
    public String toString() {
        return text;
    }
}
