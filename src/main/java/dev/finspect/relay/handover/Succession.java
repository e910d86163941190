package dev.finspect.relay.handover;

import dev.finspect.relay.InheritedListeners;
import dev.finspect.relay.ListenerKey;
import dev.finspect.relay.PassedListener;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;

/** The connection of a process to the running finspect whose place it takes; see {@link PassingServer}. One thread. */
public final class Succession implements AutoCloseable {
    private final Path path;
    private final PassingSocket socket;
    private final InheritedListeners listeners;
    private final Optional<InetSocketAddress> admin;

    private Succession(
            Path path, PassingSocket socket, InheritedListeners listeners, Optional<InetSocketAddress> admin) {
        this.path = path;
        this.socket = socket;
        this.admin = admin;
        this.listeners = listeners;
    }

    /**
     * Asks for the listeners.
     *
     * @param path of the running finspect's socket
     * @param mayGive whether a process of the user with this id may be believed
     * @throws IOException if there are none to be had; the message is part of a sentence
     */
    public static Succession ask(Path path, LongPredicate mayGive) throws IOException {
        Socket connection = Socket.newSocketDomain();
        PassingSocket socket = new PassingSocket(connection, PassingServer.WAIT_NANOS);
        List<PassedListener> passed = new ArrayList<>();
        Optional<InetSocketAddress> admin = Optional.empty();
        try {
            connection.connect(new DomainSocketAddress(path.toString()));
            if (!mayGive.test(socket.peerUser())) {
                throw new IOException("the process at " + path + " is another user's");
            }
            greet(socket);
            for (String line = socket.readLine(); !line.equals(PassingServer.END); line = socket.readLine()) {
                if (line.startsWith(PassingServer.REFUSED)) {
                    throw new IOException(line.substring(PassingServer.REFUSED.length()));
                }
                if (line.startsWith(PassingServer.ADMIN)) {
                    admin = Optional.of(ListenerLines.address(line.substring(PassingServer.ADMIN.length())));
                    continue;
                }
                ListenerLines.Described described = ListenerLines.read(line);
                List<Integer> descriptors = new ArrayList<>();
                passed.add(described.with(List.of()));
                for (int i = 0; i < described.sockets(); i++) {
                    descriptors.add(socket.receiveDescriptor());
                    passed.set(passed.size() - 1, described.with(descriptors));
                }
            }
            return new Succession(path, socket, new InheritedListeners(passed), admin);
        } catch (IOException e) {
            passed.forEach(Succession::close);
            socket.close();
            throw e;
        }
    }

    /** Says hello. A process that refuses may have closed before: its answer is read all the same, or its end. */
    private static void greet(PassingSocket socket) {
        try {
            socket.writeLine(PassingServer.HELLO);
        } catch (IOException e) {
            // The answer says why, or ends.
        }
    }

    /** What the process before has listened with. */
    public InheritedListeners listeners() {
        return listeners;
    }

    /** Where its admin server listens, which shares that port from now on. */
    public Optional<InetSocketAddress> admin() {
        return admin;
    }

    /** Everything is open: the process before releases what was taken, and will end. Returns when it has. */
    public void ready() throws IOException {
        socket.writeLine(PassingServer.READY + ProcessHandle.current().pid());
        for (ListenerKey key : listeners.taken()) {
            socket.writeLine(ListenerLines.key(key));
        }
        socket.writeLine(PassingServer.END);
        if (!socket.readLine().equals(PassingServer.RELEASED)) {
            throw new IOException("the finspect before does not release its listeners");
        }
    }

    /** Whether the process before still serves: it would pass its listeners again, or it may yet answer. */
    public boolean formerServes() {
        try (Succession again = ask(path, user -> true)) {
            return true;
        } catch (SilenceException e) {
            return true;
        } catch (IOException e) {
            return false; // It has ended, or says that it does.
        }
    }

    /** Closes what nobody has taken; the process before still has it. */
    @Override
    public void close() {
        listeners.discard().forEach(Succession::close);
        socket.close();
    }

    private static void close(PassedListener listener) {
        for (int descriptor : listener.descriptors()) {
            try {
                new FileDescriptor(descriptor).close();
            } catch (IOException e) {
                // The process before has it as well.
            }
        }
    }
}
