package dev.finspect.relay.handover;

import dev.finspect.relay.ListenerKey;
import dev.finspect.relay.PassedListener;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Unix socket of a running finspect at which a successor asks for its listeners. It is served by an event loop of its own,
 * which sleeps until somebody connects, and may be blocked by one that is slow.
 *
 * <pre>
 *   successor                          this process
 *   take-over 1          -&gt;
 *                        &lt;-  admin ADDRESS; listener ... and its descriptors, for each; end      (or: refused REASON)
 *   (opens everything)
 *   ready PID, a line for each taken, end  -&gt;
 *                        &lt;-  released                 and drains
 * </pre>
 *
 * A successor that ends before it is ready changes nothing.
 */
public final class PassingServer implements EpollIoHandle {
    private static final Logger LOG = LoggerFactory.getLogger(PassingServer.class);
    static final String HELLO = "take-over 1";
    static final String ADMIN = "admin ";
    static final String END = "end";
    static final String READY = "ready ";
    static final String RELEASED = "released";
    static final String REFUSED = "refused ";
    static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int BACKLOG = 4;

    private final Socket socket;
    private final Path path;
    private final LongPredicate mayTakeOver;
    private final Passing passing;
    private final MultiThreadIoEventLoopGroup loop = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("finspect-take-over", true), EpollIoHandler.newFactory());
    private final byte[] peerAddress = new byte[128];
    private volatile boolean closed;

    /** What is passed on. */
    public interface Passing {
        /** The listeners, for a successor that begins; empty if there are none that can be passed. */
        List<PassedListener> passed();

        /** A successor begins. Where the admin server listens, which shares its port with the successor from now on. */
        Optional<InetSocketAddress> shareAdmin();

        /** The successor has ended, or was given up, before it was ready: it changes nothing. */
        void abandoned();

        /** The successor listens with these, and is ready: this process releases them, and will end. */
        void taken(long successor, List<ListenerKey> keys);
    }

    private PassingServer(Socket socket, Path path, LongPredicate mayTakeOver, Passing passing) {
        this.socket = socket;
        this.path = path;
        this.mayTakeOver = mayTakeOver;
        this.passing = passing;
    }

    /**
     * Listens at this path, in a directory that only this user may enter.
     *
     * @param mayTakeOver whether a process of the user with this id may
     */
    public static PassingServer open(Path path, LongPredicate mayTakeOver, Passing passing) throws IOException {
        Files.deleteIfExists(path);
        Socket socket = Socket.newSocketDomain();
        try {
            socket.bind(new DomainSocketAddress(path.toString()));
            socket.listen(BACKLOG);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        PassingServer server = new PassingServer(socket, path, mayTakeOver, passing);
        server.loop.register(server).syncUninterruptibly().getNow().submit(EpollIoOps.EPOLLIN);
        return server;
    }

    @Override
    public FileDescriptor fd() {
        return socket;
    }

    /** Serves those that have connected, one after the other. */
    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        try {
            for (int descriptor = accepted(); descriptor >= 0; descriptor = accepted()) {
                try (PassingSocket successor = new PassingSocket(new Socket(descriptor), WAIT_NANOS)) {
                    pass(successor);
                }
            }
        } catch (IOException | RuntimeException e) {
            if (!closed) {
                LOG.warn("A take-over has failed, and finspect goes on: {}", e.getMessage());
            }
        }
    }

    private int accepted() throws IOException {
        return closed ? -1 : socket.accept(peerAddress);
    }

    private void pass(PassingSocket successor) throws IOException {
        long user = successor.peerUser();
        if (!mayTakeOver.test(user)) {
            successor.writeLine(REFUSED + "user " + user + " may not take over this finspect");
            throw new IOException(String.format(Locale.ROOT, "user %d may not", user));
        }
        if (!successor.readLine().equals(HELLO)) {
            throw new IOException("the other process does not speak this version");
        }
        List<PassedListener> all = passing.passed();
        if (all.isEmpty()) {
            successor.writeLine(REFUSED + "it is ending, or runs on the nio engine, which cannot pass listeners");
            return;
        }
        Taken taken;
        try {
            taken = passed(successor, all);
        } catch (IOException | RuntimeException e) {
            passing.abandoned();
            throw e;
        }
        passing.taken(taken.successor(), taken.keys());
        successor.writeLine(RELEASED);
    }

    /** What a successor listens with. */
    private record Taken(long successor, List<ListenerKey> keys) {}

    /** Sends the listeners, and waits until the successor is ready. */
    private Taken passed(PassingSocket successor, List<PassedListener> all) throws IOException {
        Optional<InetSocketAddress> admin = passing.shareAdmin();
        if (admin.isPresent()) {
            successor.writeLine(ADMIN + ListenerLines.address(admin.get()));
        }
        for (PassedListener each : all) {
            successor.writeLine(ListenerLines.line(each));
            for (int descriptor : each.descriptors()) {
                successor.sendDescriptor(descriptor);
            }
        }
        successor.writeLine(END);
        String ready = successor.readLine();
        if (!ready.startsWith(READY)) {
            throw new IOException("the other process is not ready: " + ready);
        }
        List<String> taken = new ArrayList<>();
        for (String line = successor.readLine(); !line.equals(END); line = successor.readLine()) {
            taken.add(line);
        }
        return new Taken(
                Long.parseLong(ready.substring(READY.length())),
                all.stream()
                        .map(PassedListener::key)
                        .filter(key -> taken.contains(ListenerLines.key(key)))
                        .toList());
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            socket.close();
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.debug("closing {}", path, e);
        }
        var unused = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
