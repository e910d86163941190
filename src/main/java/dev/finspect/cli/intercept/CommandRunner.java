package dev.finspect.cli.intercept;

import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the system's commands one after the other, and says in words when one fails. */
final class CommandRunner {
    private static final int PATIENCE_SECONDS = 30;
    /** More rules of one kind than anybody has; one that is taken away for ever is none. */
    private static final int MOST_TIMES = 100;

    /** What ip says of something that is set already, which is as good. */
    private static final String THERE_ALREADY = "File exists";

    private CommandRunner() {}

    /**
     * What came of a command.
     *
     * @param worked whether it ran and ended with 0
     * @param said its output, errors among it; in words why it did not run
     */
    record Answer(boolean worked, String said) {}

    /** Whether there is such a program on the PATH. */
    static boolean exists(String program) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> new File(folder, program))
                .anyMatch(file -> file.isFile() && file.canExecute());
    }

    /** Runs them in order; the first that fails, and may not, ends it. */
    static void run(List<SystemCommand> lines) throws CommandFailure {
        for (SystemCommand line : lines) {
            Answer answer = ask(line);
            for (int i = 1; line.again() && answer.worked() && i < MOST_TIMES; i++) {
                answer = ask(line);
            }
            if (!answer.worked() && !line.mayFail() && !answer.said().contains(THERE_ALREADY)) {
                throw new CommandFailure(
                        ExitCode.RUNTIME,
                        line.command().get(0) + " failed: " + answer.said() + "\n" + advice(answer.said())
                                + "It was asked to: " + line.shown());
            }
        }
    }

    /** Runs one and tells what came of it. */
    static Answer ask(SystemCommand line) {
        String program = line.command().get(0);
        try {
            Process process =
                    new ProcessBuilder(line.command()).redirectErrorStream(true).start();
            String unread = feed(process, line.input());
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Answer(false, program + " does not end");
            }
            return new Answer(process.exitValue() == 0, said.isEmpty() ? unread : said);
        } catch (IOException e) {
            return new Answer(
                    false,
                    program + " cannot be run (" + e.getMessage()
                            + "). Install it: Debian has nft in the package nftables" + " and ip in iproute2.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(false, "interrupted");
        }
    }

    /**
     * Writes its input, and tells why it could not. That is no failure by itself: a program may end without reading, and
     * its exit status says how it fared.
     */
    private static String feed(Process process, String input) {
        try (OutputStream to = process.getOutputStream()) {
            to.write(input.getBytes(StandardCharsets.UTF_8));
            return "";
        } catch (IOException e) {
            return "it did not read its input (" + e.getMessage() + ")";
        }
    }

    private static String advice(String said) {
        return said.contains("not permitted") || said.contains("ermission denied")
                ? "Rules need root, or CAP_NET_ADMIN in this network namespace.\n"
                : "";
    }
}
