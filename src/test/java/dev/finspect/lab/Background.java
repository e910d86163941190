package dev.finspect.lab;

import dev.finspect.lab.net.Sockets;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A program that runs beside the test until it is closed. Its output goes to a file. */
public final class Background implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 180;
    private static final int FIRST_PORT = 20_000;
    private static final int PORTS = 12_000;
    private static final AtomicInteger NEXT_PORT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(PORTS));

    private final List<String> command;
    private final Process process;
    private final Path log;

    private Background(List<String> command, Process process, Path log) {
        this.command = command;
        this.process = process;
        this.log = log;
    }

    /** Starts it; both its outputs are appended to {@code log}. */
    public static Background start(Path log, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(new java.io.File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        return new Background(command, Children.start(builder), log);
    }

    /**
     * A free port of the loopback, for programs that cannot choose one themselves. No test gets a port that another test has
     * had, and the kernel gives none of them to a connection, since they are below the range of its ephemeral ports.
     */
    public static int freePort() throws IOException {
        for (int tried = 0; tried < PORTS; tried++) {
            int port = FIRST_PORT + Math.floorMod(NEXT_PORT.getAndIncrement(), PORTS);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException e) {
                // Another program listens there: the next one is tried.
            }
        }
        throw new AssertionError("no port is free");
    }

    /** Waits until something listens on this port, without a connection that the program would count. */
    public Background listeningOn(int port) {
        Await.until(() -> command + " does not listen on " + port + "\n" + output(), () -> {
            if (!process.isAlive()) {
                throw new AssertionError(command + " ended with " + process.exitValue() + "\n" + output());
            }
            return Sockets.isListening(Path.of("/proc", String.valueOf(process.pid()), "net"), port);
        });
        return this;
    }

    /** What it has written so far. */
    public String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "no output to be read: " + e;
        }
    }

    /** Its process. */
    public Process process() {
        return process;
    }

    /** Asks it to end (SIGTERM), waits, and answers with its exit code. */
    public int stop() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return process.exitValue();
            }
            throw new AssertionError(command + " does not end\n" + output());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while stopping " + command, e);
        } finally {
            children.forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            stop();
        }
    }
}
