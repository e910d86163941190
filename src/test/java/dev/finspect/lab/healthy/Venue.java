package dev.finspect.lab.healthy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lab.Background;
import dev.finspect.lab.Children;
import dev.finspect.lab.LabFolder;
import dev.finspect.lab.Program;
import dev.finspect.lab.net.Hosts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Where one kind of traffic is played: a server on its host, a route of finspect before it, and clients on theirs. */
final class Venue implements AutoCloseable {
    /** Ten times what an answer takes on a busy machine: who waits for longer is not healthy. */
    static final int PATIENCE_MILLIS = 120_000;

    final LabFolder folder = new LabFolder();
    final String name;
    final int doorPort;
    private final Hosts hosts;
    private final Players players;
    private final List<AutoCloseable> open = new ArrayList<>();
    private int serverPort = Background.freePort();

    Venue(String name, int doorPort, Hosts hosts, Players players) throws IOException {
        this.name = name;
        this.doorPort = doorPort;
        this.hosts = hosts;
        this.players = players;
    }

    Hosts hosts() {
        return hosts;
    }

    Players players() {
        return players;
    }

    /** The server's address. */
    String serverAddress() {
        return hosts.serverAddress(false).getHostAddress();
    }

    /** Where the server listens. */
    int serverPort() {
        return serverPort;
    }

    /** The server has chosen a port by itself. */
    void listensOn(int port) {
        serverPort = port;
    }

    /** The address of finspect. */
    String door() {
        return hosts.middleAddress(false).getHostAddress();
    }

    /** Where finspect listens, as {@code ADDRESS:PORT}. */
    String doorAndPort() {
        return door() + ":" + doorPort;
    }

    /** Closes it with the venue, the last first. */
    <T extends AutoCloseable> T keep(T closeable) {
        open.add(closeable);
        return closeable;
    }

    /** A program on the server's host that runs until the venue is closed. */
    Background background(String what, List<String> command) throws IOException {
        return keep(Background.start(folder.path(what + ".log"), hosts.server().command(command)));
    }

    /** The same on the client's host. */
    Background ofClient(String what, List<String> command) throws IOException {
        return keep(Background.start(folder.path(what + ".log"), hosts.client().command(command)));
    }

    /** The server, once it listens. */
    Background serve(List<String> command) throws IOException {
        return background("server", command).listeningOn(serverPort);
    }

    /** A server of our own: a thread for each connection. What it does badly, fails. */
    void serve(Talk talk) throws Exception {
        serveSlowly(0, talk);
    }

    /** The same with receive buffers of this size; 0 for the system's. */
    void serveSlowly(int bufferBytes, Talk talk) throws Exception {
        ServerSocket listener = hosts.server().in(() -> {
            ServerSocket opened = new ServerSocket();
            if (bufferBytes > 0) {
                opened.setReceiveBufferSize(bufferBytes);
            }
            opened.bind(new InetSocketAddress(serverAddress(), serverPort), 50);
            return opened;
        });
        keep(listener);
        Thread accepting = new Thread(
                () -> {
                    while (true) {
                        try {
                            Socket accepted = listener.accept();
                            Thread thread = new Thread(() -> play(accepted, talk), name + " server");
                            thread.setDaemon(true);
                            thread.start();
                        } catch (IOException e) {
                            return;
                        }
                    }
                },
                name + " accepting");
        accepting.setDaemon(true);
        accepting.start();
    }

    /** What a server does with a connection, until it returns. */
    interface Talk {
        void play(Socket socket) throws Exception;
    }

    private void play(Socket socket, Talk talk) {
        try (socket) {
            talk.play(socket);
        } catch (Exception | AssertionError e) {
            players.failures().add(name + " server: " + e);
        }
    }

    /** Plays it once for each name, on the client's host. */
    void once(String who, Players.Part part) {
        players.once(hosts.client(), full(who), part);
    }

    /** Plays it again and again, on the client's host. */
    void repeat(String who, List<Integer> restSeconds, Players.Part part) {
        players.repeat(hosts.client(), full(who), restSeconds, part);
    }

    /** Waits, and answers whether the time is not over. */
    boolean goesOn(double seconds) {
        return players.goesOn(seconds);
    }

    /** Waits for so long, whether the time is over or not. */
    void rest(long millis) {
        long end = System.nanoTime() + millis * 1_000_000;
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            java.util.concurrent.locks.LockSupport.parkNanos(left);
        }
    }

    /** Something was done, and was right. */
    void did(String who) {
        players.did(full(who));
    }

    /** How often. */
    long times(String who) {
        return players.times(full(who));
    }

    /** Its name in the report. */
    String full(String who) {
        return (hosts.isInARow() ? "row " : "loopback ") + name + " " + who;
    }

    /** Connects to finspect. Called by what is played. */
    Socket connect() throws IOException {
        return connect(new Socket());
    }

    /** Connects a socket to finspect. */
    Socket connect(Socket socket) throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(new InetSocketAddress(door(), doorPort), PATIENCE_MILLIS);
        return socket;
    }

    /** Sends this text. */
    static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Reads exactly this text. */
    static void hear(Socket socket, String text) throws IOException {
        byte[] heard = socket.getInputStream().readNBytes(text.length());
        assertThat(new String(heard, StandardCharsets.US_ASCII)).isEqualTo(text);
    }

    /** Reads until the other end closes. */
    static void hearTheEnd(Socket socket) throws IOException {
        InputStream input = socket.getInputStream();
        assertThat(input.read()).isEqualTo(-1);
    }

    /** A program on the client's host, which must end well; answers with what it wrote. */
    String run(String... command) {
        return Program.of(hosts.client().command(List.of(command)))
                .within(Duration.ofMinutes(5))
                .succeed()
                .text();
    }

    /** The same with an exit code of its own. */
    void run(int exit, String... command) {
        Program.Ran ran = Program.of(hosts.client().command(List.of(command)))
                .within(Duration.ofMinutes(5))
                .run();
        assertThat(ran.exit()).as(ran.text() + ran.errors()).isEqualTo(exit);
    }

    /** A program on the client's host that is spoken to. */
    Spoken spoken(List<String> command) throws IOException {
        Process process = Children.start(new ProcessBuilder(hosts.client().command(command))
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        folder.path("spoken.err").toFile())));
        return new Spoken(process);
    }

    /** A copy of a script of ours, which every user may read. */
    String script(String file) throws IOException {
        Path copy = folder.path(file);
        if (!Files.exists(copy)) {
            try (InputStream input = Venue.class.getResourceAsStream("/healthy/" + file)) {
                assertThat(input).as(file).isNotNull();
                Files.copy(input, copy, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return copy.toString();
    }

    @Override
    public void close() throws IOException {
        AssertionError failed = null;
        for (int i = open.size() - 1; i >= 0; i--) {
            try {
                open.get(i).close();
            } catch (Exception | AssertionError e) {
                failed = new AssertionError("cannot close " + name, e);
            }
        }
        folder.close();
        if (failed != null) {
            throw failed;
        }
    }

    /** A running program with its standard input and output. */
    static final class Spoken implements AutoCloseable {
        private final Process process;
        private final PrintWriter in;
        private final BufferedReader out;

        Spoken(Process process) {
            this.process = process;
            in = new PrintWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8), true);
            out = process.inputReader(StandardCharsets.UTF_8);
        }

        void say(String line) {
            in.println(line);
        }

        void hear(String line) throws IOException {
            assertThat(out.readLine()).isEqualTo(line);
        }

        /** What it writes, until it ends. */
        java.util.stream.Stream<String> lines() {
            return out.lines();
        }

        boolean isAlive() {
            return process.isAlive();
        }

        /** Ends its input, and waits for it. */
        void ends() throws InterruptedException {
            in.close();
            assertThat(process.waitFor()).isZero();
        }

        @Override
        public void close() {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
