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

/** Runs system commands in order and reports failures in words. */
final class CommandRunner {
    private static final int TIMEOUT_SECONDS = 30;
    /** Most repetitions of a command that removes one rule at a time. */
    private static final int MAX_REPEATS = 100;

    /** The message of ip if a rule or route already exists, which is no error. */
    private static final String ALREADY_EXISTS = "File exists";

    private CommandRunner() {}

    /**
     * The result of a command.
     *
     * @param worked whether it ran and exited with 0
     * @param said its output including errors; if it did not run, why
     */
    record Answer(boolean worked, String said) {}

    /** Whether the program is on the PATH. */
    static boolean exists(String program) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> new File(folder, program))
                .anyMatch(file -> file.isFile() && file.canExecute());
    }

    /** Runs the commands in order; stops at the first failure of one that must succeed. */
    static void run(List<SystemCommand> lines) throws CommandFailure {
        for (SystemCommand line : lines) {
            Answer answer = ask(line);
            for (int i = 1; line.again() && answer.worked() && i < MAX_REPEATS; i++) {
                answer = ask(line);
            }
            if (!answer.worked() && !line.mayFail() && !answer.said().contains(ALREADY_EXISTS)) {
                throw new CommandFailure(
                        ExitCode.RUNTIME,
                        line.command().get(0) + " failed: " + answer.said() + "\n" + advice(answer.said())
                                + "The command was: " + line.shown());
            }
        }
    }

    /** Runs one command and returns its result. */
    static Answer ask(SystemCommand line) {
        String program = line.command().get(0);
        try {
            Process process =
                    new ProcessBuilder(line.command()).redirectErrorStream(true).start();
            String unread = feed(process, line.input());
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Answer(false, program + " did not end within " + TIMEOUT_SECONDS + " s");
            }
            return new Answer(process.exitValue() == 0, said.isEmpty() ? unread : said);
        } catch (IOException e) {
            return new Answer(
                    false,
                    program + " cannot be run (" + e.getMessage()
                            + "). Install it (Debian: nft is in the package nftables, ip in iproute2).");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(false, "interrupted");
        }
    }

    /**
     * Writes its input; returns why that failed, or an empty string. It is no failure by itself: a program may end without
     * reading, and its exit code counts.
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
                ? "Run it as root, or with CAP_NET_ADMIN in this network namespace.\n"
                : "";
    }
}
