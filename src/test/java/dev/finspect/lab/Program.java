package dev.finspect.lab;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A program that runs to its end within a time limit; after it the program and its children are killed. */
public final class Program {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final List<String> command;
    private final Map<String, String> environment = new TreeMap<>();
    private File input = new File("/dev/null");
    private Duration limit = LIMIT;

    private Program(List<String> command) {
        this.command = command;
    }

    /** The program, by its path, and its arguments. */
    public static Program of(String... command) {
        return new Program(List.of(command));
    }

    /** The program, by its path, and its arguments. */
    public static Program of(List<String> command) {
        return new Program(List.copyOf(command));
    }

    /** What it reads from standard input; nothing without this. */
    public Program input(Path file) {
        input = file.toFile();
        return this;
    }

    /** A variable of its environment. */
    public Program with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** How long it may take; five minutes without this. */
    public Program within(Duration duration) {
        limit = duration;
        return this;
    }

    /** Runs it, and fails when its exit code is not 0. */
    public Ran succeed() {
        Ran ran = run();
        if (ran.exit() != 0) {
            throw new AssertionError(command + " ended with " + ran.exit() + "\n" + ran.text() + ran.errors());
        }
        return ran;
    }

    /** Runs it. */
    public Ran run() {
        try {
            Path out = Files.createTempFile("finspect-lab-", ".out");
            Path err = Files.createTempFile("finspect-lab-", ".err");
            try {
                int exit = exitCode(out, err);
                return new Ran(exit, Files.readAllBytes(out), Files.readString(err));
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new AssertionError("cannot run " + command, e);
        }
    }

    private int exitCode(Path out, Path err) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(input)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = Children.start(builder);
        try {
            if (process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                return process.exitValue();
            }
            throw new AssertionError(command + " did not end within " + limit + "\n" + Files.readString(err));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while " + command + " ran", e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /**
     * How it ended.
     *
     * @param output standard output
     * @param errors standard error
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares two of them
    public record Ran(int exit, byte[] output, String errors) {
        /** Standard output as text. */
        public String text() {
            return new String(output, StandardCharsets.UTF_8);
        }
    }
}
