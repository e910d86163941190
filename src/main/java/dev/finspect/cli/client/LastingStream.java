package dev.finspect.cli.client;

import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The live stream of a finspect and of those that follow it at the same address: a stream that ends is opened again. Not for
 * several threads at once, but {@link #close}.
 */
public final class LastingStream implements AutoCloseable {
    /** The name of an event of this reader's own: the stream has ended, and {@link #next} will wait for another. */
    public static final String ENDED = "ended";

    private static final long BETWEEN_TRIALS_MILLIS = 500;

    private final @Nullable String filter;
    private final Duration patience;
    private final AdminEndpoint server;
    private volatile @Nullable EventStream stream;
    private volatile boolean closed;

    /**
     * Opens it.
     *
     * @param filter null for all sessions
     * @param patience how long nobody may answer before {@link #next} fails
     */
    public static LastingStream open(AdminEndpoint server, @Nullable String filter, Duration patience)
            throws CommandFailure {
        return new LastingStream(server, filter, patience);
    }

    private LastingStream(AdminEndpoint server, @Nullable String filter, Duration patience) throws CommandFailure {
        this.server = server;
        this.filter = filter;
        this.patience = patience;
        this.stream = EventStream.open(server, filter);
    }

    /** The next event; one named {@link #ENDED} where the stream has ended. A further one begins with {@code hello}. */
    public EventStream.Event next() throws CommandFailure, InterruptedException {
        EventStream open = stream;
        if (open == null) {
            open = again();
        }
        try {
            return open.next();
        } catch (CommandFailure e) {
            if (closed) {
                throw e;
            }
            open.close();
            stream = null;
            return new EventStream.Event(ENDED, Map.of());
        }
    }

    private EventStream again() throws CommandFailure, InterruptedException {
        long begunNanos = System.nanoTime();
        while (true) {
            try {
                EventStream opened = EventStream.open(server.again(), filter);
                stream = opened;
                if (closed) {
                    opened.close();
                }
                return opened;
            } catch (CommandFailure e) {
                if (closed || System.nanoTime() - begunNanos > patience.toNanos()) {
                    throw new CommandFailure(
                            ExitCode.RUNTIME,
                            server.base() + " has ended the stream, and does not answer since: " + e.getMessage());
                }
            }
            TimeUnit.MILLISECONDS.sleep(BETWEEN_TRIALS_MILLIS);
        }
    }

    /** Ends it; a call of {@link #next} that waits fails. Any thread. */
    @Override
    public void close() {
        closed = true;
        EventStream open = stream;
        if (open != null) {
            open.close();
        }
    }
}
