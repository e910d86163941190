package dev.finspect.admin;

import dev.finspect.fixture.ExplanationIds;
import dev.finspect.fixture.SampleSession;
import dev.finspect.metrics.Metrics;
import dev.finspect.session.Exposition;
import dev.finspect.session.LivingSession;
import dev.finspect.session.PeerProbe;
import dev.finspect.session.RecordEncoder;
import dev.finspect.session.SessionDirectory;
import dev.finspect.session.SessionHistory;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionRow;
import dev.finspect.session.SessionWalk;
import dev.finspect.tcp.Leg;
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
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An admin server on a free port, with real meters and a real history, and living sessions that the test puts in. */
final class AdminHouse implements AutoCloseable {
    /** Guard of every wait in these tests, far above what it takes. */
    static final Duration GUARD = Duration.ofSeconds(30);

    final Readiness readiness = new Readiness();
    final SessionHistory history = new SessionHistory(100);
    final Map<String, byte[]> captures = new java.util.HashMap<>();
    final List<SessionRecord> living = new CopyOnWriteArrayList<>();
    final List<String> encodingThreads = new CopyOnWriteArrayList<>();
    /** Walks that were begun and not ended. */
    final AtomicInteger walks = new AtomicInteger();
    /** Sessions that walks have met. */
    final AtomicInteger met = new AtomicInteger();
    /** Records of living sessions that were asked for. */
    final AtomicInteger records = new AtomicInteger();
    /** How often a caller's user was looked up. */
    final AtomicInteger lookUps = new AtomicInteger();
    /** Whether callers are root or finspect's own user. */
    volatile boolean trusted = true;
    /** Stands in every row and record. */
    volatile String padding = "";

    private final Metrics metrics = Metrics.of(List.of("db"));
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(GUARD)
            .build();
    final Set<String> hung = ConcurrentHashMap.newKeySet();
    private final AdminServer server;

    /** Null stands for the house's own meters and its own list of living sessions. */
    private AdminHouse(
            AdminLimits limits,
            AdminAccess access,
            @Nullable Exposition exposition,
            @Nullable SessionDirectory directory) {
        SessionDirectory sessions = directory == null ? new Living() : directory;
        try {
            server = AdminServer.start(
                    new AdminSettings(Loopback.IPV4, 0, true, limits, access),
                    new AdminSources(
                            exposition == null ? metrics.exposition() : exposition,
                            readiness,
                            () -> sessions,
                            history,
                            new IdsOnly(),
                            record -> java.util.Optional.ofNullable(
                                    captures.get(record.identity().id())),
                            new ExplanationIds(),
                            id -> List.of(),
                            new OneRoute(),
                            new Users()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        metrics.sink().closed(SampleSession.closed("01CLEAN", "db"));
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
        return new AdminHouse(limits, AdminAccess.STANDARD, null, new Deaf());
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

    private final class Living implements SessionDirectory {
        @Override
        public SessionWalk walk(Selection selection) {
            walks.incrementAndGet();
            return new Walk(living.stream()
                    .filter(r -> selection.route() == null
                            || selection.route().equals(r.identity().route()))
                    .filter(r -> !selection.hung() || hung.contains(r.identity().id()))
                    .iterator());
        }

        @Override
        public CompletableFuture<Optional<SessionRecord>> find(String id) {
            return CompletableFuture.completedFuture(
                    living.stream().filter(r -> r.identity().id().equals(id)).findFirst());
        }

        @Override
        public CompletableFuture<Optional<List<PeerProbe>>> probe(String id) {
            return find(id).thenApply(found -> found.map(
                    record -> List.of(new PeerProbe(Leg.CLIENT, PeerProbe.Verdict.HOST_ALIVE, 1, "It answered."))));
        }

        @Override
        public long livingCount() {
            return living.size();
        }
    }

    /** Counts the sessions that it has met, and whether it was ended. */
    private final class Walk implements SessionWalk {
        private final Iterator<SessionRecord> left;
        private boolean ended;

        Walk(Iterator<SessionRecord> left) {
            this.left = left;
        }

        @Override
        public CompletableFuture<List<LivingSession>> next(int most) {
            List<LivingSession> some = new ArrayList<>();
            while (some.size() < most && left.hasNext()) {
                met.incrementAndGet();
                some.add(new Met(left.next()));
            }
            return CompletableFuture.completedFuture(some);
        }

        @Override
        public synchronized void close() {
            walks.addAndGet(ended ? 0 : -1);
            ended = true;
        }
    }

    /** A session that lives, whose whole record is made on request. */
    private final class Met implements LivingSession {
        private final SessionRecord record;

        Met(SessionRecord record) {
            this.record = record;
        }

        @Override
        public SessionRow row() {
            return SessionRow.of(record);
        }

        @Override
        public CompletableFuture<Optional<SessionRecord>> record() {
            records.incrementAndGet();
            return CompletableFuture.completedFuture(Optional.of(record));
        }
    }

    /** Takes questions and never answers. */
    private static final class Deaf implements SessionDirectory {
        @Override
        public SessionWalk walk(Selection selection) {
            return new SessionWalk() {
                @Override
                public CompletableFuture<List<LivingSession>> next(int most) {
                    return new CompletableFuture<>();
                }

                @Override
                public void close() {
                    // Nothing to release.
                }
            };
        }

        @Override
        public CompletableFuture<Optional<SessionRecord>> find(String id) {
            return new CompletableFuture<>();
        }

        @Override
        public long livingCount() {
            return 0;
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
