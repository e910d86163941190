package dev.finspect.lab.hang;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.diagnose.Confidence;
import dev.finspect.lab.net.Hosts;
import dev.finspect.lab.net.Namespace;
import dev.finspect.lab.net.PromptSocket;
import dev.finspect.lab.net.Rule;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A route of a site, a service behind it, and clients: what one scenario uses. */
final class Place implements AutoCloseable {
    /** Of a request, and of an answer: more than protocols say without wanting an answer. */
    static final int TURN_BYTES = 300;

    /** For how long anything here is waited for. */
    static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final int PATIENCE_MILLIS = (int) PATIENCE.toMillis();
    private static final long STEP_NANOS = 20_000_000;
    private static final int SMALL_BUFFER_BYTES = 16 << 10;

    final Site site;
    private final Scenario scenario;
    private final int number;
    private final List<AutoCloseable> others = new ArrayList<>();
    private final List<Socket> clients = new ArrayList<>();
    private @Nullable ServerSocket listener;
    private int subjectPort;
    private boolean heldUp;
    private boolean wasSure;

    Place(Site site, Scenario scenario, int number) {
        this.site = site;
        this.scenario = scenario;
        this.number = number;
    }

    /** Both ends of a session. */
    record Pair(Socket client, Socket server) {}

    /** An action that is repeated during a wait. */
    interface Step {
        /** Nothing. */
        Step NONE = () -> {};

        void take() throws Exception;
    }

    Hosts hosts() {
        return site.hosts;
    }

    int serverPort() {
        return Site.serverPort(number);
    }

    /** The port of the client whose session is judged. */
    int subjectPort() {
        return subjectPort;
    }

    /** The name of its upstream, where its route has {@code NAME} for one. */
    String name() {
        return Site.name(number);
    }

    /** One more address of the server's host, of this place alone. */
    InetAddress secondAddress() throws Exception {
        return hosts().secondServerAddress(number);
    }

    /** What is sent to the server, in nft's words. */
    String toServer() {
        return "tcp dport " + serverPort();
    }

    /** What the server sends. */
    String fromServer() {
        return "tcp sport " + serverPort();
    }

    /** What finspect sends to clients. */
    String toClient() {
        return "tcp sport " + site.door(number).getPort();
    }

    /** Begins to listen. */
    void listen(int backlog) throws Exception {
        listener = hosts().server().in(() -> {
            ServerSocket opened = new PromptSocket.Listener();
            opened.setReceiveBufferSize(SMALL_BUFFER_BYTES);
            opened.setReuseAddress(true);
            opened.setSoTimeout(PATIENCE_MILLIS);
            opened.bind(new InetSocketAddress(hosts().serverAddress(false), serverPort()), backlog);
            return opened;
        });
        keep(listener);
    }

    /** Connects a client; the session of the latest is judged. */
    Socket connect() throws Exception {
        return connect(hosts().client());
    }

    /** The same from another host. */
    Socket connect(Namespace from) throws Exception {
        Socket client = from.in(() -> {
            Socket socket = new PromptSocket();
            socket.setReceiveBufferSize(SMALL_BUFFER_BYTES);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.bind(null);
            subjectPort = socket.getLocalPort();
            socket.connect(site.door(number), PATIENCE_MILLIS);
            return socket;
        });
        clients.add(client);
        return client;
    }

    /** Connects from the server's own host, past finspect. */
    Socket connectPast() throws Exception {
        return keep(hosts().server().in(() -> {
            Socket socket = new PromptSocket();
            socket.connect(new InetSocketAddress(hosts().serverAddress(false), serverPort()), PATIENCE_MILLIS);
            return socket;
        }));
    }

    Socket accept() throws IOException {
        Socket accepted =
                keep(Objects.requireNonNull(listener, "nobody listens").accept());
        accepted.setSoTimeout(PATIENCE_MILLIS);
        return accepted;
    }

    /** A new session without any bytes yet. */
    Pair pair() throws Exception {
        if (listener == null) {
            listen(50);
        }
        return new Pair(connect(), accept());
    }

    /** A new session in which a request was answered. */
    Pair exchanged() throws Exception {
        Pair pair = pair();
        exchange(pair);
        return pair;
    }

    /** One more request and its answer. */
    static void exchange(Pair pair) throws IOException {
        say(pair.client());
        hear(pair.server());
        say(pair.server());
        hear(pair.client());
    }

    /** Both close, the client first. */
    static void finish(Pair pair) throws IOException {
        pair.client().shutdownOutput();
        heardTheEnd(pair.server());
        pair.server().close();
        heardTheEnd(pair.client());
        pair.client().close();
    }

    static void say(Socket socket) throws IOException {
        socket.getOutputStream().write(new byte[TURN_BYTES]);
    }

    static void hear(Socket socket) throws IOException {
        assertThat(socket.getInputStream().readNBytes(TURN_BYTES)).hasSize(TURN_BYTES);
    }

    /** Reads the end of the stream, and no byte before it. */
    static void heardTheEnd(Socket socket) throws IOException {
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }

    /** Writes until the socket is closed. */
    void pump(Socket socket) {
        Thread thread = new Thread(
                () -> {
                    byte[] some = new byte[64 << 10];
                    try {
                        while (true) {
                            socket.getOutputStream().write(some);
                        }
                    } catch (IOException e) {
                        // The scenario is over.
                        assertThat(e).isNotNull();
                    }
                },
                "pump");
        thread.setDaemon(true);
        thread.start();
    }

    /** Closed when the play is over, before anything else. */
    <T extends AutoCloseable> T keep(T other) {
        others.add(other);
        return other;
    }

    /** A rule for as long as the play lasts, unless it is closed before. */
    Rule rule(Rule rule) {
        Rule kept = rule;
        others.add(0, kept);
        return kept;
    }

    /** Away with a rule. */
    void away(Rule rule) {
        others.remove(rule);
        rule.close();
    }

    /** Waits until finspect reports the scenario's finding. */
    JsonNode hangs() throws Exception {
        return hangs(Step.NONE);
    }

    /** The same, with this step repeated meanwhile. */
    JsonNode hangs(Step step) throws Exception {
        until(
                "no session.hung of " + scenario.row(),
                step,
                () -> !told("session.hung").isEmpty());
        JsonNode line = told("session.hung").get(0);
        new Verdict(scenario).hung(line);
        return line;
    }

    /**
     * Waits until a sentence about the living session contains these words. The peer's own socket is looked up outside the
     * event loops, so that the sentence can change after the line was written.
     */
    void says(String words) throws Exception {
        until("nobody says \"" + words + "\"", Step.NONE, () -> sentences().contains(words));
    }

    /**
     * Waits until the finding of the living session is as sure as the scenario wants it, and finspect's own look at the session
     * has found that too: its record has what that look found.
     */
    void isSure() throws Exception {
        Confidence wanted = scenario.confidence();
        untilFound(
                "the finding stays less sure than " + wanted,
                finding -> finding.at("/confidence").asText().equals(wanted.label()));
        wasSure = true;
    }

    /** Waits until the finding of the living session blames the scenario's party and nobody else. */
    void blamesAlone() throws Exception {
        String blame = Objects.requireNonNull(scenario.blame()).label();
        untilFound(
                "others than " + blame + " are blamed as well",
                finding -> finding.at("/blame").asText().equals(blame));
    }

    /** Waits until the scenario's finding is so in the living session, and in finspect's own look at it. */
    private void untilFound(String otherwise, Predicate<JsonNode> isSo) throws Exception {
        until(
                otherwise,
                Step.NONE,
                () -> found().stream()
                        .filter(finding ->
                                finding.at("/id").asText().equals(scenario.row().label()))
                        .filter(isSo)
                        .anyMatch(this::isCounted));
    }

    /** Whether finspect was found as sure as the scenario wants it. */
    boolean wasSure() {
        return wasSure;
    }

    /** Whether the sweep has found it so: a look that the API asks for is not what the record will have. */
    private boolean isCounted(JsonNode finding) {
        try {
            return site.counts(
                    route(),
                    scenario.row().label(),
                    finding.at("/blame").asText(),
                    finding.at("/hang").asText());
        } catch (Exception e) {
            throw new AssertionError("there are no metrics", e);
        }
    }

    private List<JsonNode> found() {
        try {
            List<JsonNode> all = new ArrayList<>();
            living().at("/findings").forEach(all::add);
            return all;
        } catch (Exception e) {
            throw new AssertionError("the API does not answer", e);
        }
    }

    private String sentences() {
        try {
            return living().at("/findings").findValuesAsText("sentence").toString();
        } catch (Exception e) {
            throw new AssertionError("the API does not answer", e);
        }
    }

    /** Waits until finspect reports that the session recovered. */
    void recovers() throws Exception {
        until(
                "no session.recovered of " + scenario.row(),
                Step.NONE,
                () -> !told("session.recovered").isEmpty());
    }

    /** Cuts what every client needs, and waits for longer than any threshold. */
    void letPassAfter(Step cut) throws Exception {
        site.control().outlast(Step.NONE, new Every(Integer.MAX_VALUE, cut));
    }

    /** Waits for longer than any threshold, with this step repeated meanwhile. */
    void letPass(Step step) throws Exception {
        Pace pace = new Pace(step);
        site.control().outlast(pace);
        heldUp |= pace.heldUp();
    }

    /** Whether the machine kept the lab's own peers from acting in time. */
    boolean heldUp() {
        return heldUp;
    }

    /** The same, without a step. */
    void letPass() throws Exception {
        letPass(Step.NONE);
    }

    private List<JsonNode> told(String event) {
        return site.lines.of(
                route(),
                line -> ofSubject(line)
                        && line.at("/event").asText().equals(event)
                        && line.at("/finding/id").asText().equals(scenario.row().label()));
    }

    /** The lines of the session that is judged. */
    List<JsonNode> lines() {
        return site.lines.of(route(), this::ofSubject);
    }

    private String route() {
        return "scenario" + number;
    }

    private boolean ofSubject(JsonNode line) {
        return line.at("/client/network.peer.port").asInt() == subjectPort;
    }

    /** The session as the API has it while it lives. */
    JsonNode living() throws Exception {
        for (JsonNode session : site.living(route())) {
            if (ofSubject(session)) {
                return session;
            }
        }
        throw new AssertionError("the API has no living session of " + subjectPort);
    }

    /** Repeats this step every 20 ms until the condition is true. */
    static void until(String what, Step step, BooleanSupplier isSo) throws Exception {
        until(what, PATIENCE, step, isSo);
    }

    /** The same, for so long at most. */
    static void until(String what, Duration patience, Step step, BooleanSupplier isSo) throws Exception {
        long end = System.nanoTime() + patience.toNanos();
        while (!isSo.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError(what);
            }
            step.take();
            LockSupport.parkNanos(STEP_NANOS);
        }
    }

    /** Resets the clients, then waits for the closing record of the session that is checked. */
    JsonNode closed() throws Exception {
        for (AutoCloseable other : others) {
            if (other instanceof Rule rule) {
                rule.close();
            }
        }
        others.removeIf(Rule.class::isInstance);
        for (Socket client : clients) {
            if (!client.isClosed()) {
                client.setSoLinger(true, 0);
                client.close();
            }
        }
        return closedRecord();
    }

    /** Waits for the closing record of the session that is checked. */
    JsonNode closedRecord() throws Exception {
        until("no closing record", Step.NONE, () -> lines().stream().anyMatch(Place::isClosing));
        return lines().stream().filter(Place::isClosing).findFirst().orElseThrow();
    }

    private static boolean isClosing(JsonNode line) {
        return line.at("/event").asText().equals("session.closed");
    }

    @Override
    public void close() throws IOException {
        IOException failure = null;
        List<AutoCloseable> all = new ArrayList<>(others);
        all.addAll(clients);
        for (AutoCloseable each : all) {
            try {
                each.close();
            } catch (IOException e) {
                failure = e;
            } catch (Exception e) {
                failure = new IOException(e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
