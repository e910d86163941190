package dev.finspect.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lab.Await;
import dev.finspect.lab.Children;
import dev.finspect.lab.PackagedJar;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A {@code finspect run} in a process of its own, under conditions that a test chooses. */
final class Run implements AutoCloseable {
    private final Path directory;
    private final Path err;
    private final Process process;

    private Run(Path directory, Path err, Process process) {
        this.directory = directory;
        this.err = err;
        this.process = process;
    }

    static Conditions in(Path directory) {
        return new Conditions(directory);
    }

    /** What the process finds. */
    static final class Conditions {
        private final Path directory;
        private final List<String> jvm = new ArrayList<>();
        private Path jar = PackagedJar.path();
        private int descriptors;
        private String out;
        private String err = "err";
        private final Map<String, String> environment = new HashMap<>();

        private Conditions(Path directory) {
            this.directory = directory;
            this.out = directory.resolve("out").toString();
        }

        Conditions jar(Path path) {
            jar = path;
            return this;
        }

        Conditions jvm(String option) {
            jvm.add(option);
            return this;
        }

        /** So many file descriptors at most. */
        Conditions descriptors(int most) {
            descriptors = most;
            return this;
        }

        /** Standard output goes there. */
        Conditions out(String path) {
            out = path;
            return this;
        }

        /** A second process in the directory: standard error and output go to files of these names. */
        Conditions second(String name) {
            err = name + ".err";
            out = directory.resolve(name + ".out").toString();
            return this;
        }

        Conditions with(String variable, String value) {
            environment.put(variable, value);
            return this;
        }

        Run start(String... arguments) throws IOException {
            List<String> command = new ArrayList<>();
            if (descriptors > 0) {
                command.addAll(List.of("sh", "-c", "ulimit -n " + descriptors + " && exec \"$@\"", "sh"));
            }
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of("-XX:+UseSerialGC", "-Xmx160m"));
            command.addAll(jvm);
            command.addAll(List.of("-jar", jar.toString(), "run", "--admin", "127.0.0.1:0"));
            command.addAll(List.of(arguments));
            if (!command.contains("--port-file")) {
                command.addAll(List.of("--port-file", directory.resolve("ports").toString()));
            }
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectOutput(Path.of(out).toFile())
                    .redirectError(directory.resolve(err).toFile());
            builder.environment().putAll(environment);
            builder.environment().put("XDG_RUNTIME_DIR", directory.toString());
            return new Run(directory, directory.resolve(err), Children.start(builder));
        }
    }

    Process process() {
        return process;
    }

    /** Where the route, or {@code @admin}, listens; waits until everything does. */
    int port(String name) throws IOException {
        Path file = directory.resolve("ports");
        Await.until(() -> "it does not start\n" + said(), () -> {
            assertThat(process.isAlive()).as(said()).isTrue();
            return Files.exists(file);
        });
        Map<String, Integer> ports = Files.readAllLines(file).stream()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(l -> l[0], l -> Integer.valueOf(l[1])));
        return Objects.requireNonNull(ports.get(name), name);
    }

    Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port("default")));
        return socket;
    }

    Run sigterm() {
        process.destroy();
        return this;
    }

    /** Its exit code; the guard is ten times what it may take at most. */
    int exit() throws InterruptedException {
        assertThat(process.waitFor(100, TimeUnit.SECONDS))
                .as("it ends\n" + said())
                .isTrue();
        return process.exitValue();
    }

    /** What it has written to standard error. */
    String said() {
        try {
            return Files.readString(err);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
