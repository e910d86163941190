package dev.finspect.lab.soak;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** Clients that connect one after another, each with an {@link Ending} by chance, until they are stopped. */
final class SoakClients {
    private static final List<Ending> ENDINGS = List.of(Ending.values());
    private static final int CLIENTS = 16;
    /** Length of the name, and both sizes. */
    private static final int HEADER_BYTES = 2 + 4 + 4;

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1_200);
    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int MOST_BYTES = 256 << 10;
    private static final int PATIENCE_MILLIS = 120_000;

    private final int port;
    private final int refusedPort;
    private final Map<Ending, AtomicLong> done = new EnumMap<>(Ending.class);
    private final AtomicLong refused = new AtomicLong();
    /** Bytes that clients sent and received in connections that ended cleanly. */
    private final AtomicLong sentBytes = new AtomicLong();

    private final AtomicLong receivedBytes = new AtomicLong();
    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads;
    private volatile boolean stopped;

    /** Towards a route whose service answers, and one whose upstream refuses. */
    SoakClients(int port, int refusedPort) {
        this.port = port;
        this.refusedPort = refusedPort;
        for (Ending each : Ending.values()) {
            done.put(each, new AtomicLong());
        }
        threads = IntStream.range(0, CLIENTS)
                .mapToObj(i -> new Thread(this::play, "soak-client-" + i))
                .toList();
        threads.forEach(Thread::start);
    }

    private void play() {
        ThreadLocalRandom chance = ThreadLocalRandom.current();
        while (!stopped) {
            int choice = chance.nextInt(ENDINGS.size() + 1);
            Ending ending = choice < ENDINGS.size() ? ENDINGS.get(choice) : null;
            try {
                if (ending == null) {
                    beRefused();
                } else {
                    play(ending, chance.nextInt(MOST_BYTES) + 1, chance.nextInt(MOST_BYTES) + 2);
                }
            } catch (IOException | AssertionError e) {
                wrong.add((ending == null ? "refused" : ending) + ": " + e);
            }
            LockSupport.parkNanos(chance.nextLong(PAUSE_NANOS));
        }
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private void play(Ending ending, int request, int answer) throws IOException {
        try (Socket socket = connect(port)) {
            done(ending).incrementAndGet();
            if (ending == Ending.SILENT) {
                return;
            }
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeUTF(ending.name());
            out.writeInt(request);
            out.writeInt(answer);
            InputStream in = socket.getInputStream();
            if (ending == Ending.HALF_CLOSED_BY_SERVICE) {
                expectEnd(in);
            }
            Pattern.write(out, request, request);
            switch (ending) {
                case CLIENT_FIRST -> {
                    socket.shutdownOutput();
                    Pattern.check(in, answer, answer, () -> {});
                    expectEnd(in);
                }
                case SERVICE_FIRST -> {
                    Pattern.check(in, answer, answer, () -> {});
                    expectEnd(in);
                }
                case SLOW_READER -> Pattern.check(in, answer, answer, () -> LockSupport.parkNanos(SLOW_NANOS));
                case CLIENT_RESETS -> {
                    Pattern.check(in, answer / 2, answer, () -> {});
                    Ending.reset(socket);
                }
                case SERVICE_RESETS -> expectReset(in, answer);
                default -> {}
            }
            if (ending.isClean) {
                sentBytes.addAndGet(HEADER_BYTES + ending.name().length() + request);
                receivedBytes.addAndGet(ending == Ending.HALF_CLOSED_BY_SERVICE ? 0 : answer);
            }
        }
    }

    private static void expectEnd(InputStream in) throws IOException {
        if (in.read() >= 0) {
            throw new AssertionError("a byte too much");
        }
    }

    /** The answer can be cut short, but not be changed, and the end must be a reset. */
    private static void expectReset(InputStream in, int answer) throws IOException {
        try {
            Pattern.check(in, answer, answer, () -> {});
        } catch (java.net.SocketException e) {
            return;
        }
        throw new AssertionError("the reset of the service was not passed on");
    }

    private void beRefused() throws IOException {
        try (Socket socket = connect(refusedPort)) {
            refused.incrementAndGet();
            socket.getInputStream().read();
        } catch (java.net.SocketException e) {
            // As it should be: nobody listens behind that route.
            return;
        }
        throw new AssertionError("a connection without an upstream was not reset");
    }

    private AtomicLong done(Ending ending) {
        return java.util.Objects.requireNonNull(done.get(ending));
    }

    /** Connections so far. */
    long connections() {
        return refused.get() + done.values().stream().mapToLong(AtomicLong::get).sum();
    }

    /** Connections that ended badly so far. */
    long bad() {
        return refused.get()
                + done(Ending.CLIENT_RESETS).get()
                + done(Ending.SERVICE_RESETS).get();
    }

    long sentBytes() {
        return sentBytes.get();
    }

    long receivedBytes() {
        return receivedBytes.get();
    }

    /** What went wrong, at most some of it. */
    List<String> wrong() {
        return wrong.stream().limit(20).toList();
    }

    /** Ends them all. */
    void stop() throws InterruptedException {
        stopped = true;
        for (Thread each : threads) {
            each.join();
        }
    }

    @Override
    public String toString() {
        return connections() + " connections: " + done + ", refused " + refused;
    }
}
