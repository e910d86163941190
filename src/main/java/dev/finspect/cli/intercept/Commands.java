package dev.finspect.cli.intercept;

import dev.finspect.cli.Exit;
import dev.finspect.cli.Failure;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the system's commands one after the other, and says in words when one fails. */
final class Commands {
    private static final int PATIENCE_SECONDS = 30;

    private Commands() {}

    /** Runs them in order; the first that fails, and may not, ends it. */
    static void run(List<Line> lines) throws Failure {
        for (Line line : lines) {
            run(line);
        }
    }

    /** Whether a command that changes nothing succeeds. */
    static boolean succeeds(Line line) {
        try {
            run(line);
            return true;
        } catch (Failure e) {
            return false;
        }
    }

    private static void run(Line line) throws Failure {
        String program = line.command().get(0);
        try {
            Process process =
                    new ProcessBuilder(line.command()).redirectErrorStream(true).start();
            try (OutputStream input = process.getOutputStream()) {
                input.write(line.input().getBytes(StandardCharsets.UTF_8));
            }
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new Failure(Exit.RUNTIME, program + " does not end. Run it by hand: " + line.shown());
            }
            if (process.exitValue() != 0 && !line.mayFail()) {
                throw new Failure(
                        Exit.RUNTIME,
                        program + " failed: " + said + "\n" + advice(said) + "It was asked to: " + line.shown());
            }
        } catch (IOException e) {
            throw new Failure(
                    Exit.RUNTIME,
                    program + " cannot be run (" + e.getMessage() + "). Install it: Debian has nft in the package"
                            + " nftables and ip in iproute2.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(Exit.RUNTIME, "interrupted while " + program + " ran.");
        }
    }

    private static String advice(String said) {
        return said.contains("not permitted") || said.contains("ermission denied")
                ? "Rules need root, or CAP_NET_ADMIN in this network namespace.\n"
                : "";
    }
}
