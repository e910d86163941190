package dev.finspect.relay.epoll;

import dev.finspect.wire.TcpInfo;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.socket.SocketProtocolFamily;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Reads {@code tcp_info}, and a socket's memory, into buffers that are used again. Confined to one loop. */
final class TcpInfoReader {
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_INFO = 11;
    private static final int SOL_SOCKET = 1;
    private static final int SO_MEMINFO = 55;
    /** Nine numbers of 32 bits, SK_MEMINFO_RMEM_ALLOC the first (linux/sock_diag.h). */
    private static final int MEMINFO_BYTES = 36;

    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(TcpInfo.MAX_LENGTH).order(ByteOrder.nativeOrder());
    private final ByteBuffer memory = ByteBuffer.allocateDirect(MEMINFO_BYTES).order(ByteOrder.nativeOrder());
    private final int length;

    /** Takes the length that {@link #kernelLength} found. */
    TcpInfoReader(int length) {
        this.length = length;
    }

    /**
     * How many bytes of the structure this kernel fills. Netty drops the length that getsockopt(2) returns, so an unused
     * socket is read twice, over two different patterns: what keeps both was not written.
     */
    static int kernelLength() throws IOException {
        LinuxSocket socket = LinuxSocket.newSocketStream(SocketProtocolFamily.INET);
        try {
            ByteBuffer first = filled((byte) 0x55);
            ByteBuffer second = filled((byte) 0xaa);
            socket.getRawOpt(IPPROTO_TCP, TCP_INFO, first);
            socket.getRawOpt(IPPROTO_TCP, TCP_INFO, second);
            int length = TcpInfo.MAX_LENGTH;
            while (length > 0 && first.get(length - 1) == 0x55 && second.get(length - 1) == (byte) 0xaa) {
                length--;
            }
            return length;
        } finally {
            socket.close();
        }
    }

    /** The present reading; null when the socket does not give one. */
    @Nullable
    TcpInfo read(LinuxSocket socket) {
        buffer.clear();
        try {
            socket.getRawOpt(IPPROTO_TCP, TCP_INFO, buffer);
        } catch (IOException e) {
            return null;
        }
        return TcpInfo.decode(buffer, length);
    }

    /** What the received segments take that nobody has read, those out of order among them; -1 where the kernel does not say. */
    long receiveMemoryBytes(LinuxSocket socket) {
        memory.clear();
        memory.putInt(0, -1);
        try {
            socket.getRawOpt(SOL_SOCKET, SO_MEMINFO, memory);
        } catch (IOException e) {
            return -1;
        }
        return memory.getInt(0);
    }

    private static ByteBuffer filled(byte pattern) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(TcpInfo.MAX_LENGTH);
        for (int i = 0; i < buffer.capacity(); i++) {
            buffer.put(i, pattern);
        }
        return buffer;
    }
}
