package dev.finspect.admin.upload;

import dev.finspect.wire.capture.ByteSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The body of a request on its way from the event loop to one thread that reads it.
 *
 * <pre>
 *   socket --read while few parts wait--&gt; parts --fill--&gt; reader
 * </pre>
 *
 * <p>No more is read from the socket while enough parts wait, so that memory does not grow with the file.
 */
public final class RequestBody implements ByteSource {
    private static final int MOST_WAITING = 16;
    /** The whole may take so many times as long as one part, so that one slow client cannot keep the reader for ever. */
    private static final int MOST_PATIENCE = 10;

    private static final byte[] END = new byte[0];
    private static final byte[] BROKEN = new byte[0];

    private final Runnable readMore;
    private final Duration patience;
    private final long deadlineNanos;
    private final BlockingQueue<byte[]> parts = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile boolean discarded;
    // Confined to the reader.
    private ByteBuffer current = ByteBuffer.allocate(0);
    private boolean atEnd;
    private boolean tooSlow;

    /**
     * A body of which nothing has arrived.
     *
     * @param readMore has the event loop read on; any thread
     * @param patience how long a part may take to arrive; the whole may take ten times as long
     */
    public RequestBody(Runnable readMore, Duration patience) {
        this.readMore = readMore;
        this.patience = patience;
        this.deadlineNanos = System.nanoTime() + MOST_PATIENCE * patience.toNanos();
    }

    /** A part has arrived. */
    public void arrived(byte[] part) {
        if (!discarded && part.length > 0) {
            parts.add(part);
        }
    }

    /** The last part has arrived. */
    public void complete() {
        if (!ended.isDone()) {
            parts.add(END);
            ended.complete(null);
        }
    }

    /** The connection has ended, or the body is malformed; nothing happens after the last part. */
    public void broken() {
        if (!ended.isDone()) {
            parts.add(BROKEN);
            ended.complete(null);
        }
    }

    /** Whether the event loop is to read on. */
    public boolean wantsMore() {
        return !ended.isDone() && (discarded || parts.size() < MOST_WAITING);
    }

    /** Whether the last part has arrived. */
    public boolean isOver() {
        return ended.isDone();
    }

    /**
     * Throws away what is left; completes at its end, so that the client can then take an answer. Exceptionally after the
     * patience, and at once where the reader has waited in vain already. By the reader, or where there is none.
     */
    public CompletableFuture<Void> discard() {
        discarded = true;
        parts.clear();
        if (tooSlow) {
            return CompletableFuture.failedFuture(new TimeoutException());
        }
        if (wantsMore()) {
            readMore.run();
        }
        return ended.copy().orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int fill(ByteBuffer into) {
        while (!current.hasRemaining() && !atEnd) {
            next();
        }
        int count = Math.min(into.remaining(), current.remaining());
        into.put(into.position(), current, current.position(), count);
        into.position(into.position() + count);
        current.position(current.position() + count);
        return count;
    }

    private void next() {
        if (wantsMore()) {
            readMore.run();
        }
        try {
            long waitNanos = Math.min(patience.toNanos(), deadlineNanos - System.nanoTime());
            byte[] part = waitNanos > 0 ? parts.poll(waitNanos, TimeUnit.NANOSECONDS) : null;
            if (part == null) {
                tooSlow = true;
                throw new UncheckedIOException(new IOException("the file takes too long to arrive"));
            }
            if (part == BROKEN) {
                throw new UncheckedIOException(new IOException("the connection ended before the file did"));
            }
            atEnd = part == END;
            current = ByteBuffer.wrap(part);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("finspect ends", e));
        }
    }
}
