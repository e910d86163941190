package dev.finspect.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lab.Await;
import dev.finspect.lab.EchoService;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A new process takes the place of a running one, under load. {@code -Preload} does it with 5,000 sessions. */
@EnabledOnOs(OS.LINUX)
final class TakeOverIT {
    private static final int SESSIONS = Integer.getInteger("reload.sessions", 150);
    private static final int CLIENTS = 4;
    private static final int PATIENCE_MILLIS = 100_000;
    private static final int MOST_DESCRIPTORS = 20_000;

    @TempDir
    private Path directory;

    @Test
    void aTakeOverUnderLoadRefusesNoClientAndCutsNoSession() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        List<java.net.Socket> sessions = new ArrayList<>();
        Path notify = directory.resolve("notify");
        Epoll.ensureAvailability();
        Socket manager = Socket.newSocketDomainDgram();
        manager.bind(new DomainSocketAddress(notify.toString()));
        try (EchoService service = new EchoService();
                Run first =
                        conditions().with("NOTIFY_SOCKET", notify.toString()).start(arguments(service, ""))) {
            int port = first.port("web");
            int admin = first.port("@admin");
            for (int i = 0; i < SESSIONS; i++) {
                sessions.add(new java.net.Socket(InetAddress.getLoopbackAddress(), port));
                exchange(sessions.get(i));
            }
            AtomicBoolean over = new AtomicBoolean();
            AtomicInteger served = new AtomicInteger();
            List<Future<Integer>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(threads.submit(untilOver(port, over, served)));
            }
            Await.until(first::said, () -> served.get() > CLIENTS);
            try (Run second = conditions().second("second").start(arguments(service, "", "--take-over"))) {
                Await.until(
                        () -> "not taken over\n" + second.said() + first.said(),
                        () -> second.said().contains("taken over;"));
                int before = served.get();
                Await.until(second::said, () -> served.get() > before + CLIENTS * 10);
                over.set(true);
                int connections = 0;
                for (Future<Integer> client : clients) {
                    connections += client.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
                }
                Files.writeString(
                        Path.of("target", "take-over.txt"),
                        String.format(
                                Locale.ROOT,
                                "a take-over under %d sessions: %d connections, none refused%n",
                                SESSIONS,
                                connections));
                for (java.net.Socket session : sessions) {
                    exchange(session);
                }
                assertThat(first.process().isAlive()).as(first.said()).isTrue();
                assertThat(message(manager))
                        .isEqualTo("MAINPID=" + second.process().pid());
                assertThat(ready(admin)).isEqualTo(200);
                close(sessions);
                assertThat(first.exit()).as(first.said()).isZero();
                assertThat(second.port("web")).isEqualTo(port);
                assertThat(second.port("@admin")).isEqualTo(admin);
                assertThat(directory.resolve("finspect").resolve(first.process().pid() + ".json"))
                        .doesNotExist();
                assertThat(second.sigterm().exit()).as(second.said()).isZero();
                assertThat(LoggedEnd.of(directory.resolve("log")))
                        .hasSize(SESSIONS + connections)
                        .allMatch(end -> end.outcome().equals("clean"));
            }
        } finally {
            manager.close();
            close(sessions);
            threads.shutdownNow();
        }
    }

    /** It has the listener already when it finds that it cannot have the other. */
    @Test
    void aSuccessorThatCannotStartLeavesTheOneBeforeServing() throws Exception {
        try (EchoService service = new EchoService();
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Run first = conditions().start(arguments(service, ""))) {
            int port = first.port("web");
            String more = route("more", "127.0.0.1:" + taken.getLocalPort(), service);
            try (Run second = conditions().second("second").start(arguments(service, more, "--take-over"))) {
                assertThat(second.exit()).as(second.said()).isEqualTo(4);
                assertThat(second.said()).contains("route more cannot listen");
            }
            for (int i = 0; i < 20; i++) {
                try (java.net.Socket client = new java.net.Socket(InetAddress.getLoopbackAddress(), port)) {
                    exchange(client);
                }
            }
            assertThat(first.port("web")).isEqualTo(port);
            assertThat(first.sigterm().exit()).as(first.said()).isZero();
        }
    }

    /** What both have is passed; the rest is opened by the one and closed by the other. */
    @Test
    @SuppressWarnings("try") // The first ends once its last session is closed.
    void aSuccessorMayHaveOtherRoutes() throws Exception {
        try (EchoService service = new EchoService();
                Run first = conditions().start(arguments(service, route("gone", "127.0.0.1:0", service)))) {
            int port = first.port("web");
            int gone = first.port("gone");
            try (java.net.Socket living = new java.net.Socket(InetAddress.getLoopbackAddress(), gone)) {
                exchange(living);
                String other = route("new", "0.0.0.0:" + gone, service);
                try (Run second = conditions().second("second").start(arguments(service, other, "--take-over"))) {
                    Await.until(
                            () -> "not taken over\n" + second.said() + first.said(),
                            () -> second.said().contains("1 listener taken over"));
                    for (int each : new int[] {port, gone}) {
                        try (java.net.Socket client = new java.net.Socket(InetAddress.getLoopbackAddress(), each)) {
                            exchange(client);
                        }
                    }
                    exchange(living);
                    living.close();
                    assertThat(first.exit()).as(first.said()).isZero();
                    assertThat(second.sigterm().exit()).as(second.said()).isZero();
                }
            }
        }
    }

    @Test
    void withoutAnotherFinspectItSimplyStarts() throws Exception {
        try (EchoService service = new EchoService();
                Run only = conditions().start(arguments(service, "", "--take-over"))) {
            try (java.net.Socket client = new java.net.Socket(InetAddress.getLoopbackAddress(), only.port("web"))) {
                exchange(client);
            }
            assertThat(only.said()).contains("no finspect of this user listens where this one is to");
            assertThat(only.sigterm().exit()).as(only.said()).isZero();
        }
    }

    private Run.Conditions conditions() {
        return Run.in(directory).descriptors(MOST_DESCRIPTORS);
    }

    private String[] arguments(EchoService service, String routes, String... more) throws IOException {
        Path file = directory.resolve("finspect" + (more.length > 0 ? "-next" : "") + ".yaml");
        Files.writeString(
                file,
                "drain: 10m\nlog: {file: '" + directory.resolve("log")
                        + "', format: json, detail: full, max_size: 4GiB}\nroutes:\n"
                        + route("web", "127.0.0.1:0", service) + routes);
        List<String> arguments = new ArrayList<>(List.of("-c", file.toString()));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    private static String route(String name, String listen, EchoService service) throws IOException {
        return "- {name: " + name + ", listen: '" + listen + "', upstream: '127.0.0.1:" + service.port() + "'}\n";
    }

    /** Connects, asks and gets an answer, again and again; whatever else comes fails it. */
    private static Callable<Integer> untilOver(int port, AtomicBoolean over, AtomicInteger served) {
        return () -> {
            int count = 0;
            while (!over.get()) {
                try (java.net.Socket client = new java.net.Socket(InetAddress.getLoopbackAddress(), port)) {
                    exchange(client);
                    count++;
                    served.incrementAndGet();
                }
            }
            return count;
        };
    }

    private static void exchange(java.net.Socket client) throws IOException {
        client.setSoTimeout(PATIENCE_MILLIS);
        client.getOutputStream().write(7);
        assertThat(client.getInputStream().read()).isEqualTo(7);
    }

    private static String message(Socket manager) throws IOException {
        ByteBuffer text = ByteBuffer.allocateDirect(256);
        int[] length = {0};
        Await.until(() -> "no message for the service manager", () -> {
            try {
                length[0] = manager.recv(text, 0, text.capacity());
                return length[0] > 0;
            } catch (IOException e) {
                return false;
            }
        });
        byte[] bytes = new byte[length[0]];
        text.get(0, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static int ready(int admin) throws IOException {
        return ((HttpURLConnection) URI.create("http://127.0.0.1:" + admin + "/readyz")
                        .toURL()
                        .openConnection())
                .getResponseCode();
    }

    private static void close(List<java.net.Socket> sockets) throws IOException {
        for (java.net.Socket socket : sockets) {
            socket.close();
        }
    }
}
