package dev.finspect.admin;

import dev.finspect.admin.feed.FeedSink;
import dev.finspect.admin.feed.FeedSources;
import dev.finspect.admin.upload.CaptureReading;
import dev.finspect.fixture.ExplanationIds;
import dev.finspect.fixture.SampleSession;
import dev.finspect.log.json.JsonRecordEncoder;
import dev.finspect.metrics.Metrics;
import dev.finspect.session.Exposition;
import dev.finspect.session.RecordEncoder;
import dev.finspect.session.RouteCounters;
import dev.finspect.session.SessionDirectory;
import dev.finspect.session.SessionHistory;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionRow;
import dev.finspect.session.explain.KernelCount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An admin server on a free port, with real meters and a real history, and living sessions that the test puts in. */
final class AdminHouse implements AutoCloseable {
    /** Guard of every wait in these tests, far above what it takes. */
    static final Duration GUARD = Duration.ofSeconds(30);

    final Readiness readiness = new Readiness();
    final SessionHistory history = new SessionHistory(100);
    final PlacedSessions sessions = new PlacedSessions();
    final Map<String, byte[]> captures = new java.util.HashMap<>();
    final List<String> encodingThreads = new CopyOnWriteArrayList<>();
    /** Receives what happens to the sessions that a stream shows. */
    final FeedSink feed = new FeedSink();

    final RouteCounters counters = new RouteCounters("db");
    /** With which patience it was drained. */
    final List<Optional<Duration>> drains = new CopyOnWriteArrayList<>();

    /** How often a caller's user was looked up. */
    final AtomicInteger lookUps = new AtomicInteger();
    /** Whether callers are root or finspect's own user. */
    volatile boolean trusted = true;
    /** Stands in every row and record. */
    volatile String padding = "";

    /** Reads capture files. */
    volatile CaptureReading reading = (file, records) -> new CaptureReading.Summary("nothing", null);

    private final CaptureReading files = (file, records) -> reading.read(file, records);

    /** What a reload comes to. */
    volatile Reloading.Outcome reload = new Reloading.Outcome(Reloading.Result.APPLIED, List.of("route web added."));

    /** How often a reload was asked for. */
    final AtomicInteger reloads = new AtomicInteger();

    private final Metrics metrics = Metrics.of(List.of("db"));
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(GUARD)
            .build();
    private final AdminServer server;

    /** Null stands for the house's own meters and its own list of living sessions. */
    private AdminHouse(
            AdminLimits limits,
            AdminAccess access,
            @Nullable Exposition exposition,
            @Nullable SessionDirectory directory) {
        SessionDirectory shown = directory == null ? sessions : directory;
        try {
            server = AdminServer.start(
                    new AdminSettings(Loopback.IPV4, 0, true, limits, access),
                    new AdminSources(
                            exposition == null ? metrics.exposition() : exposition,
                            readiness,
                            () -> shown,
                            history,
                            new IdsOnly(),
                            record -> java.util.Optional.ofNullable(
                                    captures.get(record.identity().id())),
                            new ExplanationIds(),
                            id -> List.of(),
                            KernelCount.Counts.NONE,
                            new OneRoute(),
                            this::reloaded,
                            new Users(),
                            new FeedSources(() -> shown, feed, () -> List.of(counters), new JsonRecordEncoder()),
                            new Operated(),
                            files));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        metrics.sink().closed(SampleSession.closed("01CLEAN", "db"));
    }

    private CompletableFuture<Reloading.Outcome> reloaded() {
        reloads.incrementAndGet();
        return CompletableFuture.completedFuture(reload);
    }

    static AdminHouse open() {
        return open(AdminLimits.DEFAULT);
    }

    static AdminHouse open(AdminLimits limits) {
        return new AdminHouse(limits, AdminAccess.STANDARD, null, null);
    }

    static AdminHouse open(AdminAccess access) {
        return new AdminHouse(AdminLimits.DEFAULT, access, null, null);
    }

    static AdminHouse showing(AdminLimits limits, Exposition exposition) {
        return new AdminHouse(limits, AdminAccess.STANDARD, exposition, null);
    }

    /** Its event loops never answer. */
    static AdminHouse deaf(AdminLimits limits) {
        return new AdminHouse(limits, AdminAccess.STANDARD, null, new SilentSessions());
    }

    /** Limits as by default, with short times. */
    static AdminLimits impatient(Duration headers, Duration idle, Duration write, Duration answer) {
        return new AdminLimits(64, headers, idle, write, answer, 4096, 8192, 16L << 20, AdminLimits.Lists.DEFAULT);
    }

    int port() {
        return server.address().getPort();
    }

    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(GUARD);
        return http.send(
                headers.length == 0 ? request.build() : request.headers(headers).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(GUARD)
                .POST(HttpRequest.BodyPublishers.noBody());
        return http.send(
                headers.length == 0 ? request.build() : request.headers(headers).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Posts a body. */
    HttpResponse<String> post(String path, byte[] body, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(GUARD)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        return http.send(
                headers.length == 0 ? request.build() : request.headers(headers).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    String token() {
        return server.token();
    }

    String browserLink() {
        return server.browserLink();
    }

    HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                        .timeout(GUARD)
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** A bare connection; reads give up after the guard. */
    Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.connect(server.address(), (int) GUARD.toMillis());
        socket.setSoTimeout((int) GUARD.toMillis());
        return socket;
    }

    /** Sends bytes as they are and returns all that comes until the server ends the connection. */
    String exchange(String bytes) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            return untilEnd(socket);
        }
    }

    static String untilEnd(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    InetSocketAddress address() {
        return server.address();
    }

    @Override
    public void close() {
        server.close();
        metrics.close();
    }

    /** Notes the drains. */
    private final class Operated implements Operation {
        @Override
        public String version() {
            return "1.2.3";
        }

        @Override
        public Duration drain(Optional<Duration> patience) {
            drains.add(patience);
            return patience.orElse(Duration.ofSeconds(30));
        }
    }

    /** A route named db, which takes every policy but one. */
    private static final class OneRoute implements RouteTable {
        private volatile String policy = "propagate";

        @Override
        public List<RouteStatus> rows() {
            return List.of(new RouteStatus("db", List.of("127.0.0.1:1"), List.of("[::1]:5432"), policy));
        }

        @Override
        public Optional<RouteStatus> closePolicy(String route, String wanted) {
            if (wanted.equals("slam")) {
                throw new IllegalArgumentException("'slam' is not a close policy. Write another.");
            }
            if (!route.equals("db")) {
                return Optional.empty();
            }
            policy = wanted;
            return Optional.of(rows().get(0));
        }
    }

    /** Writes what these tests look at, and notes the thread that it is asked on. */
    private final class IdsOnly implements RecordEncoder {
        @Override
        public byte[] encode(SessionRecord record) {
            encodingThreads.add(Thread.currentThread().getName());
            return json("record", record.identity().id());
        }

        @Override
        public byte[] encode(SessionRow row) {
            encodingThreads.add(Thread.currentThread().getName());
            return json("id", row.identity().id());
        }

        private byte[] json(String name, String id) {
            return ("{\"" + name + "\":\"" + id + "\"" + padding + "}").getBytes(StandardCharsets.UTF_8);
        }
    }

    /** Whose sockets connect. */
    private final class Users implements Callers {
        @Override
        public boolean mayRead(InetSocketAddress caller, InetSocketAddress server) {
            lookUps.incrementAndGet();
            return trusted;
        }

        @Override
        public String readers() {
            return "root and user 7";
        }
    }

    /** Lets a session of this id end cleanly. */
    void ended(String id, String route) {
        SampleSession.play(id, route, history);
    }
}
