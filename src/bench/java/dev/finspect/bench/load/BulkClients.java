package dev.finspect.bench.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Streams that read all the source sends, a thread each; the result counts bytes. */
final class BulkClients implements Load {
    @Override
    public LoadResult run(LoadOrder order) throws IOException, InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(order.clients());
        List<BulkStream> streams = new ArrayList<>();
        try {
            long startNanos = System.nanoTime();
            long deadlineNanos = startNanos + TimeUnit.MILLISECONDS.toNanos(order.millis());
            for (int i = 0; i < order.clients(); i++) {
                streams.add(new BulkStream(Place.of(order.host(), order.port()), deadlineNanos));
            }
            long bytes = 0;
            for (Future<Long> stream : streams.stream().map(threads::submit).toList()) {
                bytes += bytesOf(stream, deadlineNanos);
            }
            return new LoadResult(bytes, System.nanoTime() - startNanos, 0, 0);
        } finally {
            threads.shutdownNow();
            for (BulkStream stream : streams) {
                stream.close();
            }
        }
    }

    private static long bytesOf(Future<Long> stream, long deadlineNanos) throws IOException, InterruptedException {
        long stallNanos = TimeUnit.MILLISECONDS.toNanos(Stall.MILLIS);
        try {
            return stream.get(deadlineNanos + stallNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new IOException("a stream stalled", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        }
    }
}
