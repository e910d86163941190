package dev.finspect.bench.host;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** All processes that the benchmark started and that have not ended; closing it ends them, and starts no more. */
public final class Processes implements AutoCloseable {
    private static final Redirect NOTHING = Redirect.from(new File("/dev/null"));

    private final Network network;
    private final Path scratch;
    private final List<RunningProcess> running = new ArrayList<>();
    private boolean closed;
    private int nextFile;

    /**
     * No processes yet.
     *
     * @param network where they will run
     * @param scratch directory in which they run and which takes their output
     */
    public Processes(Network network, Path scratch) {
        this.network = network;
        this.scratch = scratch;
    }

    /** Starts a process that reads nothing and whose output goes to files of the scratch directory. */
    public synchronized RunningProcess start(String name, Part part, List<String> command) throws IOException {
        Path output = nextFile(name + ".out");
        return start(name, part, command, NOTHING, Redirect.to(output.toFile()), output);
    }

    /** Starts a process whose standard input and output the benchmark holds. */
    public synchronized RunningProcess startPiped(String name, Part part, List<String> command) throws IOException {
        return start(name, part, command, Redirect.PIPE, Redirect.PIPE, nextFile(name + ".out"));
    }

    private RunningProcess start(String name, Part part, List<String> command, Redirect in, Redirect out, Path output)
            throws IOException {
        if (closed) {
            throw new IOException("the benchmark is ending");
        }
        Path errors = nextFile(name + ".err");
        Process process = new ProcessBuilder(network.inside(part, command))
                .directory(scratch.toFile())
                .redirectInput(in)
                .redirectOutput(out)
                .redirectError(errors.toFile())
                .start();
        RunningProcess started = new RunningProcess(name, process, output, errors);
        running.add(started);
        return started;
    }

    private Path nextFile(String suffix) {
        return scratch.resolve(nextFile++ + "-" + suffix);
    }

    /** Ends one process. */
    public synchronized void end(RunningProcess process) {
        process.end();
        running.remove(process);
    }

    /** Whether the benchmark is ending, so that processes that went away are no failure. */
    public synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void close() {
        closed = true;
        for (RunningProcess process : running) {
            process.end();
        }
        running.clear();
    }
}
