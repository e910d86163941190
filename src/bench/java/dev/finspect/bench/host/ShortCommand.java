package dev.finspect.bench.host;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command that ends by itself, with less output than a pipe holds. */
public final class ShortCommand {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private ShortCommand() {}

    /** As {@link #run(List, Duration)}, within ten seconds. */
    public static String run(List<String> command) throws IOException {
        return run(command, LIMIT);
    }

    /**
     * What the command printed, standard error included, without white space at its ends.
     *
     * @throws IOException if it cannot be started, takes longer than the limit, or answers with anything but 0
     */
    public static String run(List<String> command, Duration limit) throws IOException {
        String words = String.join(" ", command);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .start();
        try {
            if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException(words + ": not done after " + limit.toSeconds() + " s");
            }
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.exitValue() != 0) {
                throw new IOException(words + ": " + printed);
            }
            return printed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(words);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
