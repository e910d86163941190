package dev.finspect.relay.nio;

import dev.finspect.relay.HeldBytes;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;

/**
 * How long the next read of a NIO leg may be: it grows while reads come back full, shrinks while they do not, and stays
 * within the budget of held bytes. One read a wake-up, since its bytes must be taken before the next.
 */
final class NioReadSize extends DefaultMaxMessagesRecvByteBufAllocator {
    private static final int LEAST_BYTES = 2 * 1024;
    private static final int MOST_BYTES = 128 * 1024;

    private final HeldBytes budget;

    NioReadSize(HeldBytes budget) {
        super(1);
        this.budget = budget;
    }

    @Override
    @SuppressWarnings("deprecation") // the type that Netty's interface asks for
    public RecvByteBufAllocator.Handle newHandle() {
        return new Sizes();
    }

    private final class Sizes extends MaxMessageHandle {
        private int next = LEAST_BYTES;

        @Override
        public int guess() {
            return budget.readLimit(next);
        }

        @Override
        public void readComplete() {
            int read = totalBytesRead();
            if (read >= next) {
                next = Math.min(MOST_BYTES, next * 4);
            } else if (read < next / 4) {
                next = Math.max(LEAST_BYTES, next / 2);
            }
        }
    }
}
