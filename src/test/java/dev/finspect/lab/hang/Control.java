package dev.finspect.lab.hang;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.diagnose.Blame;
import dev.finspect.lab.net.PromptSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A service that answers the first request of a session and never the second, behind a route whose thresholds are longer
 * than those of all scenarios. When finspect reports that a session with it hangs, it has examined every session that began
 * earlier, after all of their thresholds.
 */
final class Control implements AutoCloseable {
    /** Longer than the longest threshold of a scenario. */
    static final String THRESHOLDS = "{silence: 10s, unread: 10s, accept: 10s}";

    private final Site site;
    private @Nullable ServerSocket listener;
    private final List<Socket> accepted = new ArrayList<>();

    Control(Site site) {
        this.site = site;
    }

    private synchronized void serve() throws Exception {
        if (listener != null) {
            return;
        }
        ServerSocket opened = site.hosts.server().in(() -> {
            ServerSocket socket = new PromptSocket.Listener();
            socket.bind(new InetSocketAddress(site.hosts.serverAddress(false), Site.serverPort(0)), 50);
            return socket;
        });
        listener = opened;
        Thread thread = new Thread(() -> swallow(opened), "control");
        thread.setDaemon(true);
        thread.start();
    }

    private void swallow(ServerSocket opened) {
        try {
            while (true) {
                Socket socket = opened.accept();
                synchronized (accepted) {
                    accepted.add(socket);
                }
                // On a thread of its own, since a late client must not keep the others waiting.
                Thread thread = new Thread(() -> answerOnce(socket), "control session");
                thread.setDaemon(true);
                thread.start();
            }
        } catch (IOException e) {
            if (!opened.isClosed()) {
                throw new AssertionError(e);
            }
        }
    }

    private static void answerOnce(Socket socket) {
        try {
            Place.hear(socket);
            Place.say(socket);
            Place.hear(socket);
        } catch (IOException | AssertionError e) {
            // The client is gone: its scenario has failed, or is over.
            assertThat(e).isNotNull();
        }
    }

    /** Repeats this step, from now on, until finspect reports that a session that begins now hangs. */
    void outlast(Place.Step step) throws Exception {
        outlast(step, step);
    }

    /**
     * The same.
     *
     * @param first repeated in the place of the step until that session has had an answer, which what the step does may bar
     */
    void outlast(Place.Step first, Place.Step step) throws Exception {
        serve();
        InetSocketAddress door = site.door(0);
        try (Socket socket = site.hosts.client().in(() -> new Socket(door.getAddress(), door.getPort()))) {
            // The first answer may take long; the step must not wait for it.
            FutureTask<Duration> asking = new FutureTask<>(() -> ask(socket));
            Thread thread = new Thread(asking, "control client");
            thread.setDaemon(true);
            thread.start();
            Place.until("the control does not answer", first, asking::isDone);
            try {
                // A service may be silent for twice the longest time that it took before.
                Place.until(
                        "the control does not hang",
                        Place.PATIENCE.plus(asking.get().multipliedBy(2)),
                        step,
                        new Hanging(socket.getLocalPort()));
            } catch (AssertionError e) {
                throw new AssertionError(e.getMessage() + "\n" + site.living("control"), e);
            }
            socket.setSoLinger(true, 0);
        }
    }

    /** The request that is answered, and the one that is not; returns how long the answer took. */
    private static Duration ask(Socket socket) throws IOException {
        long askedAtNanos = System.nanoTime();
        Place.say(socket);
        Place.hear(socket);
        Duration took = Duration.ofNanos(System.nanoTime() - askedAtNanos);
        Place.say(socket);
        return took;
    }

    /**
     * Whether finspect reports that the session of a client hangs: by a line, or, once a second, in the list of living sessions,
     * because of many such sessions only the first in a minute have a line of their own.
     */
    private final class Hanging implements BooleanSupplier {
        private static final long ASK_NANOS = 1_000_000_000L;

        private final int clientPort;
        private long askedAtNanos = System.nanoTime();

        Hanging(int clientPort) {
            this.clientPort = clientPort;
        }

        @Override
        public boolean getAsBoolean() {
            if (hasLine()) {
                return true;
            }
            if (System.nanoTime() - askedAtNanos < ASK_NANOS) {
                return false;
            }
            askedAtNanos = System.nanoTime();
            return isListed();
        }

        private boolean hasLine() {
            return !site.lines
                    .of(
                            "control",
                            line -> isOfClient(line)
                                    && line.at("/event").asText().equals("session.hung"))
                    .isEmpty();
        }

        private boolean isListed() {
            try {
                for (JsonNode session : site.living("control")) {
                    for (JsonNode finding : session.at("/findings")) {
                        if (isOfClient(session)
                                && !finding.at("/blame").asText().equals(Blame.NOBODY.label())) {
                            return true;
                        }
                    }
                }
                return false;
            } catch (Exception e) {
                throw new AssertionError("the API does not answer", e);
            }
        }

        private boolean isOfClient(JsonNode session) {
            return session.at("/client/network.peer.port").asInt() == clientPort;
        }
    }

    @Override
    public synchronized void close() throws IOException {
        ServerSocket opened = listener;
        if (opened != null) {
            opened.close();
        }
        synchronized (accepted) {
            for (Socket socket : accepted) {
                try {
                    socket.close();
                } catch (SocketException e) {
                    throw new IOException(e);
                }
            }
        }
    }
}
