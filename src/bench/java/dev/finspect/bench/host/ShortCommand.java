package dev.finspect.bench.host;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command that ends by itself within seconds, with little output. */
public final class ShortCommand {
    private static final int LIMIT_SECONDS = 10;

    private ShortCommand() {}

    /**
     * What the command printed, standard error included, without white space at its ends.
     *
     * @throws IOException if it cannot be started, takes too long, or answers with anything but 0
     */
    public static String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .start();
        try {
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + ": " + printed);
            }
            return printed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(String.join(" ", command));
        } finally {
            process.destroyForcibly();
        }
    }
}
