package dev.finspect.lab.soak;

import dev.finspect.lab.net.PromptSocket;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The service behind finspect: does what each connection's {@link Ending} says. */
final class SoakService implements AutoCloseable {
    private static final int BACKLOG = 512;

    private final ServerSocket listener;
    private final ExecutorService threads = Executors.newCachedThreadPool(SoakService::daemon);
    private final AtomicLong requestBytes = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> wrong = new AtomicReference<>();

    SoakService() throws IOException {
        listener = new PromptSocket.Listener();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        threads.execute(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** The first thing that it saw and that should not be; null while all is well. */
    @Nullable
    Throwable wrong() {
        return wrong.get();
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "soak-service");
        thread.setDaemon(true);
        return thread;
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                threads.execute(() -> serve(socket));
            }
        } catch (IOException e) {
            // The soak is over.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            serve(socket, in, Ending.valueOf(in.readUTF()), in.readInt(), in.readInt());
        } catch (IOException e) {
            // A silent client, or one that has sent a reset; it knows whether it did.
        } catch (AssertionError e) {
            wrong.compareAndSet(null, e);
        }
    }

    private void serve(Socket socket, DataInputStream in, Ending ending, int request, int answer) throws IOException {
        if (ending == Ending.HALF_CLOSED_BY_SERVICE) {
            socket.shutdownOutput();
        }
        Pattern.check(in, request, request, () -> {});
        requestBytes.addAndGet(request);
        switch (ending) {
            case HALF_CLOSED_BY_SERVICE -> expectEnd(in);
            case SERVICE_RESETS -> {
                Pattern.write(socket.getOutputStream(), answer / 2, answer);
                Ending.reset(socket);
            }
            case CLIENT_FIRST -> {
                expectEnd(in);
                Pattern.write(socket.getOutputStream(), answer, answer);
            }
            case SERVICE_FIRST -> {
                Pattern.write(socket.getOutputStream(), answer, answer);
                socket.shutdownOutput();
                expectEnd(in);
            }
            case SLOW_READER, CLIENT_RESETS -> {
                Pattern.write(socket.getOutputStream(), answer, answer);
                expectEnd(in);
            }
            case SILENT -> throw new AssertionError("a silent client has spoken");
        }
    }

    private static void expectEnd(DataInputStream in) throws IOException {
        if (in.read() >= 0) {
            throw new AssertionError("a byte after the request");
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
    }
}
