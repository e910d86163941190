package dev.finspect.session.feed;

import java.util.ArrayDeque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one reader of the live stream: messages up to a number of bytes. A reader that is slower loses what comes then,
 * and all that follows until it has {@link #resume caught up}: it must not miss a message in the middle. Any thread.
 *
 * <pre>
 *   offer(message) -&gt; [ waiting, at most so many bytes ] -&gt; next()
 *                 \-&gt; lost, from the first that has no room
 * </pre>
 */
public final class FeedReader {
    /** A part that is handed over is not much longer; a message is never cut. */
    private static final int PART_BYTES = 64 << 10;

    private final long mostBytes;
    private final Runnable drained;
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private long lost;
    private boolean behind;
    private boolean closed;
    private @Nullable CompletableFuture<byte[]> asked;

    /** {@code drained} is called when nothing waits any more: often, and on the thread that takes the messages. */
    public FeedReader(long mostBytes, Runnable drained) {
        this.mostBytes = mostBytes;
        this.drained = drained;
    }

    /**
     * Adds a message, where there is room.
     *
     * @param items how many rows and ids of sessions are in it, to be counted if it is lost
     */
    public void offer(byte[] message, int items) {
        CompletableFuture<byte[]> waits;
        byte[] part;
        synchronized (this) {
            if (closed) {
                return;
            }
            if (behind || waitingBytes + message.length > mostBytes) {
                behind = true;
                lost += items;
                return;
            }
            waiting.add(message);
            waitingBytes += message.length;
            waits = asked;
            asked = null;
            if (waits == null) {
                return;
            }
            part = take();
        }
        waits.complete(part);
        drained.run();
    }

    /** The next part, when there is one. Not to be asked again before it is there. */
    public CompletableFuture<byte[]> next() {
        byte[] part;
        synchronized (this) {
            if (closed) {
                return CompletableFuture.failedFuture(new CancellationException("the stream has ended"));
            }
            if (waiting.isEmpty()) {
                CompletableFuture<byte[]> waits = new CompletableFuture<>();
                asked = waits;
                return waits;
            }
            part = take();
            if (!waiting.isEmpty()) {
                return CompletableFuture.completedFuture(part);
            }
        }
        drained.run();
        return CompletableFuture.completedFuture(part);
    }

    private byte[] take() {
        byte[] part = waiting.remove();
        waitingBytes -= part.length;
        int length = part.length;
        int more = 0;
        for (byte[] each : waiting) {
            if (length + each.length > PART_BYTES) {
                break;
            }
            length += each.length;
            more++;
        }
        if (more == 0) {
            return part;
        }
        byte[] all = new byte[length];
        System.arraycopy(part, 0, all, 0, part.length);
        int at = part.length;
        for (; more > 0; more--) {
            byte[] each = waiting.remove();
            waitingBytes -= each.length;
            System.arraycopy(each, 0, all, at, each.length);
            at += each.length;
        }
        return all;
    }

    /** Whether messages were lost since the reader last caught up, and it has taken all from before. */
    public synchronized boolean canCatchUp() {
        return behind && waiting.isEmpty();
    }

    /** From now on messages are taken again; what was lost stays lost. */
    public synchronized void resume() {
        behind = false;
    }

    /** Whether messages were lost, and are being lost. */
    public synchronized boolean isBehind() {
        return behind;
    }

    /** Whether nothing waits. */
    public synchronized boolean isDrained() {
        return waiting.isEmpty();
    }

    /** How many rows and ids it has lost in all. */
    public synchronized long lost() {
        return lost;
    }

    /** Takes no more, and forgets what waits: who asks for a part, or waits for one, gets a failure. */
    public void close() {
        CompletableFuture<byte[]> waits;
        synchronized (this) {
            closed = true;
            waiting.clear();
            waitingBytes = 0;
            waits = asked;
            asked = null;
        }
        if (waits != null) {
            waits.completeExceptionally(new CancellationException("the stream has ended"));
        }
    }

    /** Whether it was closed. */
    public synchronized boolean isClosed() {
        return closed;
    }
}
