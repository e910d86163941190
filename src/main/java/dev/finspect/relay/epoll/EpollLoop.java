package dev.finspect.relay.epoll;

import dev.finspect.relay.HeldBytes;
import dev.finspect.relay.LoopSessions;
import dev.finspect.relay.OwnDials;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.IoEventLoop;
import io.netty.channel.unix.Buffer;
import java.nio.ByteBuffer;

/**
 * What all sockets of one epoll loop share: the scratch buffer through which every copied byte goes, the buffers for
 * kernel readings, the splice pipes. Confined to the loop.
 */
final class EpollLoop {
    /** One read at most. */
    static final int SCRATCH_BYTES = 128 * 1024;

    final IoEventLoop eventLoop;
    final LoopSessions sessions;
    final TcpInfoReader tcpInfo;
    final SavedSynReader savedSyn = new SavedSynReader();
    final OriginalDestination originalDestination = new OriginalDestination();
    final SplicePipes pipes;
    final HeldBytes heldBytes;
    final DescriptorShortage shortage;
    final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES);
    final long scratchAddress = Buffer.memoryAddress(scratch);
    /** The dials of this loop whose local ends are not known yet. */
    final OwnDials.Turn ownDialling;

    final byte[] peerAddress = new byte[26];
    private final ByteBufAllocator allocator;

    EpollLoop(IoEventLoop eventLoop, LoopSessions sessions, EpollShared shared) {
        this.eventLoop = eventLoop;
        this.sessions = sessions;
        this.ownDialling = sessions.core().ownDials().ofOneLoop();
        this.tcpInfo = new TcpInfoReader(shared.tcpInfoLength());
        this.pipes = new SplicePipes(
                shared.openPipes(),
                () -> sessions.core().settings().pipes(),
                sessions.parts().pipeSizer());
        this.heldBytes = sessions.core().heldBytes();
        this.allocator = shared.allocator();
        this.shortage = shared.shortage();
    }

    /** Whether bulk goes by splice(2), as of now. */
    boolean splices() {
        return sessions.core().settings().splice();
    }

    /** A copy of scratch bytes that a peer did not take, taken out of the budget; {@link #release} gives it back. */
    ByteBuf hold(int offset, int end) {
        ByteBuf held = allocator.directBuffer(end - offset, end - offset);
        scratch.limit(end).position(offset);
        held.writeBytes(scratch);
        scratch.clear();
        heldBytes.take(held.capacity());
        return held;
    }

    /** Frees what {@link #hold} took. */
    void release(ByteBuf held) {
        heldBytes.giveBack(held.capacity());
        held.release();
    }
}
