package dev.finspect.relay.epoll;

import dev.finspect.wire.SynSegment;
import io.netty.channel.epoll.LinuxSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads the SYN that the kernel kept for an accepted socket (TCP_SAVE_SYN, tcp(7)). Confined to one loop. */
final class SavedSynReader {
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_SAVE_SYN = 27;
    private static final int TCP_SAVED_SYN = 28;
    /** Room for the longest IPv4 and TCP headers, and for IPv6 with some extension headers. */
    private static final int MAX_LENGTH = 256;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_LENGTH);

    /** Asks the kernel to keep the SYN of whatever this listener accepts. */
    static void enable(LinuxSocket listener) throws IOException {
        listener.setIntOpt(IPPROTO_TCP, TCP_SAVE_SYN, 1);
    }

    /** The SYN; null when the kernel has none (SYN cookies). The kernel gives it once. */
    @Nullable
    SynSegment read(LinuxSocket accepted) {
        buffer.clear();
        buffer.put(0, (byte) 0);
        try {
            accepted.getRawOpt(IPPROTO_TCP, TCP_SAVED_SYN, buffer);
        } catch (IOException e) {
            return null;
        }
        buffer.clear();
        return SynSegment.decode(buffer);
    }
}
