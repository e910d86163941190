package dev.finspect.relay;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** One end of a TCP connection in the hands of a test: a client of the relay, or a connection that a service took. */
final class TestPeer implements AutoCloseable {
    private static final int CHUNK = 64 * 1024;

    private final SocketChannel channel;
    private long sent;
    private long received;

    TestPeer(SocketChannel channel) {
        this.channel = channel;
    }

    /** How a stream of bytes ended. */
    enum End {
        FIN,
        RST
    }

    /** What was read up to the end of a stream. */
    record Received(long bytes, End end) {}

    static TestPeer connect(InetSocketAddress address) throws IOException {
        return new TestPeer(SocketChannel.open(address));
    }

    /** A client whose kernel holds little, so that back-pressure comes soon. */
    static TestPeer connectNarrow(InetSocketAddress address, int bufferBytes) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, bufferBytes);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, bufferBytes);
        channel.connect(address);
        return new TestPeer(channel);
    }

    /** Sends the next {@code bytes} of the stream; blocks until the kernel has them. */
    TestPeer send(ByteStream stream, long bytes) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocateDirect((int) Math.min(CHUNK, Math.max(1, bytes)));
        long end = sent + bytes;
        while (sent < end) {
            chunk.clear().limit((int) Math.min(chunk.capacity(), end - sent));
            stream.fill(chunk, sent);
            chunk.flip();
            while (chunk.hasRemaining()) {
                sent += channel.write(chunk);
            }
        }
        return this;
    }

    /**
     * Sends as much of the stream as the kernel takes, until it has taken nothing for {@code quiet} or {@code most} bytes.
     *
     * @return how many bytes it took
     */
    long sendUntilBlocked(ByteStream stream, long most, Duration quiet) throws IOException {
        long before = sent;
        channel.configureBlocking(false);
        try (Selector selector = Selector.open()) {
            channel.register(selector, SelectionKey.OP_WRITE);
            ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
            while (sent - before < most && selector.select(quiet.toMillis()) > 0) {
                selector.selectedKeys().clear();
                chunk.clear();
                stream.fill(chunk, sent);
                chunk.flip();
                sent += channel.write(chunk);
            }
        }
        channel.configureBlocking(true);
        return sent - before;
    }

    /** Sends one byte of urgent data. */
    TestPeer sendUrgent(int value) throws IOException {
        channel.socket().sendUrgentData(value);
        return this;
    }

    /** Sends these bytes, which are no part of a stream. */
    TestPeer send(byte... bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        return this;
    }

    /** Reads exactly {@code bytes} more of the stream. */
    TestPeer receive(ByteStream stream, long bytes) throws IOException {
        long end = received + bytes;
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
        while (received < end) {
            chunk.clear().limit((int) Math.min(CHUNK, end - received));
            int read = channel.read(chunk);
            if (read < 0) {
                throw new AssertionError("FIN after " + received + " of " + end + " bytes");
            }
            chunk.flip();
            stream.check(chunk, received);
            received += read;
        }
        return this;
    }

    /** Reads one byte; -1 for a FIN, -2 for an RST. */
    int receiveByte() throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        try {
            return channel.read(one) < 0 ? -1 : one.get(0) & 0xff;
        } catch (IOException e) {
            requireReset(e);
            return -2;
        }
    }

    /** Reads the stream on to its end. {@code bytes} counts from the connection's beginning. */
    Received receiveRest(ByteStream stream) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
        while (true) {
            chunk.clear();
            int read;
            try {
                read = channel.read(chunk);
            } catch (IOException e) {
                requireReset(e);
                return new Received(received, End.RST);
            }
            if (read < 0) {
                return new Received(received, End.FIN);
            }
            chunk.flip();
            stream.check(chunk, received);
            received += read;
        }
    }

    /** Sends one byte after another until the connection is found to be reset. */
    void sendUntilReset() throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        try {
            while (true) {
                one.clear();
                channel.write(one);
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            requireReset(e);
        }
    }

    /** Sends a FIN. */
    TestPeer fin() throws IOException {
        channel.shutdownOutput();
        return this;
    }

    /** Sends an RST and is gone. */
    void reset() throws IOException {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        channel.close();
    }

    InetSocketAddress local() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static void requireReset(IOException error) throws IOException {
        String message = String.valueOf(error.getMessage());
        if (!message.contains("reset") && !message.contains("Broken pipe")) {
            throw error;
        }
    }
}
