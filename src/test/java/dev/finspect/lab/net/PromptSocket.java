package dev.finspect.lab.net;

import dev.finspect.lab.Children;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketImpl;

/**
 * A socket that the kernel closes when {@link #close} says so, and not later, when a process that another thread is starting has
 * closed its copy. What arrives until then would be acknowledged instead of refused.
 */
public final class PromptSocket extends Socket {
    /** One that is not connected. */
    public PromptSocket() {}

    private PromptSocket(SocketImpl none) throws SocketException {
        super(none);
    }

    /** A listener whose connections are such sockets, and that is closed as promptly. */
    public static final class Listener extends ServerSocket {
        /** One that is not bound. */
        public Listener() throws IOException {}

        @Override
        @SuppressWarnings("NullAway") // as ServerSocket.accept() does it
        public Socket accept() throws IOException {
            Socket accepted = new PromptSocket((SocketImpl) null);
            implAccept(accepted);
            return accepted;
        }

        @Override
        public void close() throws IOException {
            Children.closeWhileNoneStarts(super::close);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        Children.closeWhileNoneStarts(super::close);
    }
}
