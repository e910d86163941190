package dev.finspect.cli.train;

import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.ProcessContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * {@code finspect run} in this process, with files of its own in one directory, where no other command finds it; and the
 * commands that ask it.
 */
final class TrainedRun implements AutoCloseable {
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long OPENING_SECONDS = 120;
    private static final long ENDING_MILLIS = TimeUnit.SECONDS.toMillis(120);
    private static final String ADMIN = "@admin";

    private final Commands commands;
    private final Path folder;
    private final Map<String, String> environment = new HashMap<>();
    private final ByteArrayOutputStream messages = new ByteArrayOutputStream();
    private final Thread thread;
    private volatile int exit = -1;
    private Map<String, Integer> ports = Map.of();

    private TrainedRun(Commands commands, Path folder, Map<String, String> environment) {
        this.commands = commands;
        this.folder = folder;
        environment.forEach((name, value) -> {
            if (!name.startsWith("FINSPECT_")) {
                this.environment.put(name, value);
            }
        });
        this.thread = new Thread(this::run, "finspect-train");
        thread.setDaemon(true);
    }

    /**
     * Starts it, and waits until it listens.
     *
     * @param folder a private directory
     * @param routes the address of the service by the name of its route
     */
    static TrainedRun start(
            Commands commands, Path folder, Map<String, InetSocketAddress> routes, Map<String, String> environment)
            throws IOException {
        Files.writeString(folder.resolve("finspect.yaml"), configuration(folder, routes));
        TrainedRun run = new TrainedRun(commands, folder, environment);
        run.thread.start();
        run.awaitPorts();
        return run;
    }

    private static String configuration(Path folder, Map<String, InetSocketAddress> routes) {
        StringBuilder text = new StringBuilder(
                """
                admin: {listen: 127.0.0.1:0, token_file: %s}
                log: {file: %s, max_size: 8MiB, keep: 1}
                diagnosis: {silence: 1s, zero_window: 1s, not_closing: 1s}
                warm_up: 0
                drain: 0s
                routes:
                """.formatted(quoted(folder.resolve("token")), quoted(folder.resolve("sessions.ndjson"))));
        routes.forEach((name, service) -> text.append("""
                  - {name: %s, listen: "127.0.0.1:0", upstream: "127.0.0.1:%d"}
                """.formatted(name, service.getPort())));
        return text.toString();
    }

    private static String quoted(Path path) {
        return '"' + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private void run() {
        exit = commands.run(
                context(printing(OutputStream.nullOutputStream()), printing(messages)),
                "run",
                "-c",
                folder.resolve("finspect.yaml").toString(),
                "--port-file",
                folder.resolve("ports").toString(),
                "--instances",
                folder.resolve("instances").toString());
    }

    private static PrintStream printing(OutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    private ProcessContext context(PrintStream out, PrintStream err) {
        return new ProcessContext(new ByteArrayInputStream(new byte[0]), out, err, environment, false, false);
    }

    private void awaitPorts() throws IOException {
        Path file = folder.resolve("ports");
        long dueNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(OPENING_SECONDS);
        while (!Files.exists(file)) {
            if (!thread.isAlive() || System.nanoTime() - dueNanos > 0) {
                throw new IOException("finspect does not start: " + messages());
            }
            LockSupport.parkNanos(this, POLL_NANOS);
        }
        Map<String, Integer> read = new LinkedHashMap<>();
        for (String line : Files.readAllLines(file)) {
            int equals = line.indexOf('=');
            read.put(line.substring(0, equals), Integer.parseInt(line.substring(equals + 1)));
        }
        ports = read;
    }

    private String messages() {
        return messages.toString(StandardCharsets.UTF_8).strip();
    }

    /** Where a route listens. */
    InetSocketAddress route(String name) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.getOrDefault(name, 0));
    }

    private String admin() {
        return "127.0.0.1:" + ports.getOrDefault(ADMIN, 0);
    }

    /** Runs a command that asks it, and answers with what it prints. */
    String ask(String... command) throws IOException {
        Answer answer = answer(command);
        if (answer.exit() != ExitCode.OK.code()) {
            throw new IOException(String.join(" ", command) + " has failed: " + answer.errors());
        }
        return answer.text();
    }

    /** The same for a command whose subject may just have gone. */
    void tryToAsk(String... command) {
        Answer unused = answer(command);
    }

    private record Answer(int exit, String text, String errors) {}

    private Answer answer(String... command) {
        String[] words = java.util.Arrays.copyOf(command, command.length + 4);
        words[command.length] = "--admin";
        words[command.length + 1] = admin();
        words[command.length + 2] = "--token-file";
        words[command.length + 3] = folder.resolve("token").toString();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = commands.run(context(printing(out), printing(err)), words);
        return new Answer(
                exit,
                out.toString(StandardCharsets.UTF_8),
                err.toString(StandardCharsets.UTF_8).strip());
    }

    /** Reads a page of its admin server. */
    void read(String path) throws IOException {
        HttpURLConnection request = (HttpURLConnection)
                URI.create("http://" + admin() + path).toURL().openConnection(Proxy.NO_PROXY);
        String token = Files.readString(folder.resolve("token")).strip();
        request.setRequestProperty("Authorization", "Bearer " + token);
        try (InputStream body = request.getInputStream()) {
            body.transferTo(OutputStream.nullOutputStream());
        }
    }

    /** Ends it, and waits for that; fails if it has reported an error. */
    void end() throws IOException, InterruptedException {
        var unused = ask("drain", "--patience", "0s");
        thread.join(ENDING_MILLIS);
        if (exit != ExitCode.OK.code()) {
            throw new IOException("finspect has not ended well: " + messages());
        }
    }

    /** Ends it if it has not ended. */
    @Override
    public void close() throws InterruptedException {
        if (thread.isAlive()) {
            try {
                end();
            } catch (IOException e) {
                return; // Its thread ends with the process, which has failed for another reason.
            }
        }
    }
}
