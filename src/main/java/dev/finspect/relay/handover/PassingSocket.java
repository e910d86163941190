package dev.finspect.relay.handover;

import io.netty.channel.unix.Socket;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One end of a connection over which lines of text and descriptors pass in order (unix(7), SCM_RIGHTS). Each call waits, up
 * to a deadline. One thread.
 */
final class PassingSocket implements AutoCloseable {
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
    /** {@code struct ucred}: pid, uid, gid. */
    private static final int CREDENTIAL_BYTES = 12;

    private static final int MOST_LINE = 4096;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Socket socket;
    private final long deadlineNanos;
    private final ByteBuffer one = ByteBuffer.allocateDirect(1);

    PassingSocket(Socket socket, long waitNanos) {
        this.socket = socket;
        this.deadlineNanos = System.nanoTime() + waitNanos;
    }

    /** The user at the other end when it connected, or began to listen. */
    long peerUser() throws IOException {
        ByteBuffer credentials = ByteBuffer.allocateDirect(CREDENTIAL_BYTES).order(ByteOrder.nativeOrder());
        socket.getRawOpt(SOL_SOCKET, SO_PEERCRED, credentials);
        return Integer.toUnsignedLong(credentials.getInt(Integer.BYTES));
    }

    void writeLine(String line) throws IOException {
        byte[] text = (line + "\n").getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocateDirect(text.length);
        bytes.put(text).flip();
        while (bytes.hasRemaining()) {
            int sent = socket.send(bytes, bytes.position(), bytes.limit());
            if (sent > 0) {
                bytes.position(bytes.position() + sent);
            } else {
                pause("the other process takes nothing");
            }
        }
    }

    /** One byte at a time, since what follows may belong to a descriptor. */
    String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.length() < MOST_LINE) {
            int read = socket.recv(one, 0, 1);
            if (read < 0) {
                throw new EOFException("the other process has closed the connection");
            }
            if (read == 0) {
                pause("the other process says nothing");
                continue;
            }
            char letter = (char) one.get(0);
            if (letter == '\n') {
                return line.toString();
            }
            line.append(letter);
        }
        throw new IOException("the other process says too much");
    }

    void sendDescriptor(int descriptor) throws IOException {
        while (socket.sendFd(descriptor) <= 0) {
            pause("the other process takes no descriptors");
        }
    }

    /** A descriptor, which belongs to the caller. */
    int receiveDescriptor() throws IOException {
        for (int descriptor = socket.recvFd(); ; descriptor = socket.recvFd()) {
            if (descriptor > 0) {
                return descriptor;
            }
            if (descriptor < 0) {
                throw new EOFException("the other process has sent no descriptor");
            }
            pause("the other process sends no descriptors");
        }
    }

    private void pause(String what) throws IOException {
        if (System.nanoTime() - deadlineNanos > 0) {
            throw new SilenceException(what);
        }
        LockSupport.parkNanos(PAUSE_NANOS);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // The other process sees its end.
        }
    }
}
