package dev.finspect.lab.hang;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.log.RecordSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Follows the log of a finspect, and checks each line against the schema. Any thread. */
final class Lines implements AutoCloseable {
    private static final long STEP_NANOS = 20_000_000;

    private final Map<String, List<JsonNode>> byRoute = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile @Nullable Throwable failure;
    private volatile boolean closed;

    Lines(Path file) {
        thread = new Thread(() -> follow(file), "log of " + file);
        thread.setDaemon(true);
        thread.start();
    }

    private void follow(Path file) {
        while (!closed && !Files.exists(file)) {
            LockSupport.parkNanos(STEP_NANOS);
        }
        if (closed) {
            return;
        }
        try (RandomAccessFile input = new RandomAccessFile(file.toFile(), "r")) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            byte[] some = new byte[64 << 10];
            while (!closed) {
                int read = input.read(some);
                if (read <= 0) {
                    LockSupport.parkNanos(STEP_NANOS);
                }
                for (int i = 0; i < read; i++) {
                    if (some[i] == '\n') {
                        add(RecordSchema.valid(line.toString(StandardCharsets.UTF_8)));
                        line.reset();
                    } else {
                        line.write(some[i]);
                    }
                }
            }
        } catch (IOException | RuntimeException | AssertionError e) {
            failure = e;
        }
    }

    private void add(JsonNode line) {
        byRoute.computeIfAbsent(line.at("/route").asText(), route -> new CopyOnWriteArrayList<>())
                .add(line);
    }

    /** Those of a route that meet a condition, so far. */
    List<JsonNode> of(String route, Predicate<JsonNode> condition) {
        Throwable failed = failure;
        if (failed != null) {
            throw new AssertionError("the log cannot be read", failed);
        }
        return byRoute.getOrDefault(route, List.of()).stream().filter(condition).toList();
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
