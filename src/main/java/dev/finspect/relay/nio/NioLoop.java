package dev.finspect.relay.nio;

import dev.finspect.relay.HeldBytes;
import dev.finspect.relay.LoopSessions;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;

/**
 * What all legs of one NIO loop share. Confined to the loop.
 *
 * @param sessions with the loop itself
 * @param shortage called when no descriptor was left for an upstream, so that accepting more clients is useless
 */
record NioLoop(LoopSessions sessions, ByteBufAllocator allocator, Runnable shortage) {
    /** For closing a channel: its descriptor is closed either way. */
    static final GenericFutureListener<Future<Object>> IGNORE = done -> {};

    HeldBytes heldBytes() {
        return sessions.core().heldBytes();
    }

    /** Readies a channel for a leg. */
    NioSocket prepared(NioSocket channel) {
        return channel.under(heldBytes(), allocator);
    }

    /** Puts a channel on this loop; at once, since the caller is on it. */
    void register(Channel channel) {
        sessions.eventLoop().register(channel).addListener(IGNORE);
    }
}
