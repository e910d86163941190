package dev.finspect.relay.epoll;

import io.netty.buffer.ByteBufAllocator;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What all epoll loops share. Any thread.
 *
 * @param tcpInfoLength bytes of tcp_info that this kernel fills
 * @param openPipes splice pipes of the process
 * @param allocator of the bytes that peers do not take
 * @param shortage whether accept() fails
 */
record EpollShared(
        int tcpInfoLength, AtomicInteger openPipes, ByteBufAllocator allocator, DescriptorShortage shortage) {}
