package dev.finspect.bench.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A process that the benchmark started, with its descendants: a master and its worker, a launcher and its child.
 *
 * <p>CPU and memory are those of all of them together.
 */
public final class RunningProcess {
    private static final long POLL_MILLIS = 2;
    private static final int POLLS = 15_000;
    private static final int TERM_SECONDS = 5;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final int TOLD_LINES = 5;

    private final String name;
    private final Process process;
    private final Path output;
    private final Path errors;
    private final long startNanos = System.nanoTime();
    private volatile double listensAfterMillis = Double.NaN;

    RunningProcess(String name, Process process, Path output, Path errors) {
        this.name = name;
        this.process = process;
        this.output = output;
        this.errors = errors;
    }

    /** The started process itself, for its streams. */
    public Process process() {
        return process;
    }

    /** Waits until somebody in the process's network listens on the port, without connecting to it. */
    public void awaitListening(int port) throws IOException, InterruptedException {
        for (int poll = 0; poll < POLLS; poll++) {
            requireAlive();
            if (listens("tcp", port) || listens("tcp6", port)) {
                listensAfterMillis = (System.nanoTime() - startNanos) / NANOS_PER_MILLI;
                return;
            }
            Thread.sleep(POLL_MILLIS);
        }
        throw new IOException(name + " does not listen on port " + port + "; " + lastErrors());
    }

    private boolean listens(String table, int port) throws IOException {
        return read(process.pid(), "net/" + table).stream().anyMatch(line -> ProcFormat.listensOn(line, port));
    }

    private static List<String> read(long pid, String file) throws IOException {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid), file), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /** Fails, with the last lines of its standard error, if the process has ended. */
    public void requireAlive() throws IOException {
        if (!process.isAlive()) {
            throw new IOException(name + " ended with exit code " + process.exitValue() + "; " + lastErrors());
        }
    }

    private String lastErrors() throws IOException {
        List<String> lines = Files.exists(errors) ? Files.readAllLines(errors) : List.of();
        return "its last errors: " + lines.subList(Math.max(0, lines.size() - TOLD_LINES), lines.size());
    }

    /** How many lines with such a beginning it has written to its standard output, if that is a file; otherwise 0. */
    public long outputLines(String beginning) throws IOException {
        if (!Files.exists(output)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(output, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.startsWith(beginning)).count();
        }
    }

    /** Deletes what it has written to its standard output. */
    public void deleteOutput() throws IOException {
        Files.deleteIfExists(output);
    }

    private List<ProcessHandle> family() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
    }

    /** CPU time since the start, user and system, in seconds, to 10 ms. */
    public double cpuSeconds() throws IOException {
        requireAlive();
        long ticks = 0;
        for (ProcessHandle member : family()) {
            ticks += read(member.pid(), "stat").stream()
                    .mapToLong(ProcFormat::cpuTicks)
                    .sum();
        }
        return ticks / ProcFormat.TICKS_PER_SECOND;
    }

    /** The troubles of TCP in the network that the process is in. */
    public TcpTroubles tcpTroubles() throws IOException {
        return TcpTroubles.parse(read(process.pid(), "net/netstat"));
    }

    /** Resident memory in kB: Pss, shared pages counted by share; VmRSS where the kernel does not report Pss. */
    public long residentKilobytes() throws IOException {
        requireAlive();
        long sum = 0;
        for (ProcessHandle member : family()) {
            long pss = ProcFormat.kilobytes(read(member.pid(), "smaps_rollup"), "Pss");
            sum += pss > 0 ? pss : ProcFormat.kilobytes(read(member.pid(), "status"), "VmRSS");
        }
        return sum;
    }

    /** Memory of its own in kB, RssAnon. */
    public long anonymousKilobytes() throws IOException {
        requireAlive();
        long sum = 0;
        for (ProcessHandle member : family()) {
            sum += ProcFormat.kilobytes(read(member.pid(), "status"), "RssAnon");
        }
        return sum;
    }

    /** From its start until it was seen to listen, to 2 ms; not a number before. */
    public double listensAfterMillis() {
        return listensAfterMillis;
    }

    /** Ends the process and its descendants: by SIGTERM, and what is left after five seconds by SIGKILL. */
    void end() {
        List<ProcessHandle> family = family();
        family.forEach(ProcessHandle::destroy);
        try {
            allExited(family).get(TERM_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            family.forEach(ProcessHandle::destroyForcibly);
        } catch (InterruptedException e) {
            family.forEach(ProcessHandle::destroyForcibly);
            Thread.currentThread().interrupt();
        }
    }

    private static CompletableFuture<Void> allExited(List<ProcessHandle> family) {
        return CompletableFuture.allOf(
                family.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new));
    }
}
