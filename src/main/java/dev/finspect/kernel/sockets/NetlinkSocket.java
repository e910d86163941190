package dev.finspect.kernel.sockets;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.NativeLong;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A netlink socket (netlink(7)) to one part of the kernel, which replies within two seconds or not at all. Not thread-safe. */
final class NetlinkSocket implements AutoCloseable {
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final long TIMEOUT_SECONDS = 2;
    private static final int EAGAIN = 11;
    /** More than the kernel puts into one datagram. */
    private static final int REPLY_BYTES = 1 << 16;

    private final Part part;
    private final int descriptor;
    private final ByteBuffer reply = ByteBuffer.allocateDirect(REPLY_BYTES);
    private final Memory kernel = new Memory(12);

    /** A part of the kernel that speaks netlink. */
    enum Part {
        SOCKETS(4, "sock_diag"),
        NETFILTER(12, "conntrack");

        private final int protocol;
        private final String word;

        Part(int protocol, String word) {
            this.protocol = protocol;
            this.word = word;
        }
    }

    private NetlinkSocket(Part part, int descriptor) {
        this.part = part;
        this.descriptor = descriptor;
        kernel.clear();
        kernel.setShort(0, (short) AF_NETLINK);
    }

    /**
     * Opens a socket.
     *
     * @throws IOException if that is not possible: not Linux, a sandbox, or JNA cannot be loaded; the message says which
     */
    static NetlinkSocket open(Part part) throws IOException {
        if (!System.getProperty("os.name", "").startsWith("Linux")) {
            throw new IOException("only Linux has " + part.word);
        }
        try {
            int descriptor = SocketsLibC.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, part.protocol);
            Memory timeout = new Memory(16);
            timeout.setLong(0, TIMEOUT_SECONDS);
            timeout.setLong(8, 0);
            SocketsLibC.setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, timeout, (int) timeout.size());
            return new NetlinkSocket(part, descriptor);
        } catch (LastErrorException e) {
            throw new IOException(
                    "the kernel refuses a netlink socket for " + part.word + " (errno " + e.getErrorCode()
                            + "; a seccomp filter forbids it)",
                    e);
        } catch (LinkageError e) {
            throw new IOException("JNA cannot be loaded: " + firstLine(e), e);
        }
    }

    /** Sends a request; its reply comes in one or several datagrams. */
    void send(ByteBuffer request) throws IOException {
        try {
            SocketsLibC.sendto(descriptor, request, new NativeLong(request.limit()), 0, kernel, (int) kernel.size());
        } catch (LastErrorException e) {
            throw failed(e);
        }
    }

    /** The next datagram; of use until the next one is received. */
    ByteBuffer receive() throws IOException {
        try {
            int length = SocketsLibC.recv(descriptor, reply, new NativeLong(REPLY_BYTES), 0)
                    .intValue();
            return reply.duplicate().clear().limit(length);
        } catch (LastErrorException e) {
            throw failed(e);
        }
    }

    private IOException failed(LastErrorException e) {
        return new IOException(
                e.getErrorCode() == EAGAIN
                        ? part.word + " did not reply within " + TIMEOUT_SECONDS + " s"
                        : part.word + ": errno " + e.getErrorCode(),
                e);
    }

    @Override
    public void close() {
        SocketsLibC.close(descriptor);
    }

    /** The first line of an error's message, or its name. */
    static String firstLine(Throwable error) {
        String words = error.getMessage() == null ? error.toString() : error.getMessage();
        return words.lines().findFirst().orElse("");
    }
}
