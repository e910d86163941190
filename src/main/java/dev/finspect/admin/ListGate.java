package dev.finspect.admin;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Limits how many lists are made at once, whoever asks for them. Those that find no room wait for some time in their order, and
 * are then turned away with 429. A list leaves when the client has taken all of it, or will not. Any thread.
 */
final class ListGate {
    private final AdminLimits.Lists limits;
    private final Duration answer;
    private final Queue<CompletableFuture<Boolean>> waiting = new ArrayDeque<>();
    private int inside;

    ListGate(AdminLimits.Lists limits, Duration answer) {
        this.limits = limits;
        this.answer = answer;
    }

    /** Makes a list when there is room; {@code list} makes its beginning, which must be there within {@code time}. */
    CompletableFuture<AdminResponse> pass(Duration time, Supplier<CompletableFuture<AdminResponse>> list) {
        CompletableFuture<Boolean> turn = enter();
        if (!turn.isDone()) {
            var unused = turn.completeOnTimeout(false, limits.patience().toNanos(), TimeUnit.NANOSECONDS);
        }
        return turn.thenCompose(entered -> entered ? inside(time, list) : CompletableFuture.completedFuture(tooMany()));
    }

    private CompletableFuture<AdminResponse> inside(Duration time, Supplier<CompletableFuture<AdminResponse>> list) {
        CompletableFuture<AdminResponse> made;
        try {
            made = list.get();
        } catch (RuntimeException e) {
            made = CompletableFuture.failedFuture(e);
        }
        CompletableFuture<AdminResponse> beginning = made.thenApply(this::leavingAtItsEnd);
        CompletableFuture<AdminResponse> inTime = new CompletableFuture<>();
        // What comes after the time is closed, so that it leaves.
        var unused = beginning.whenComplete((response, failure) -> {
            boolean taken = failure == null ? inTime.complete(response) : inTime.completeExceptionally(failure);
            if (failure != null) {
                leave();
            } else if (!taken) {
                response.discard();
            }
        });
        return inTime.orTimeout(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    private AdminResponse leavingAtItsEnd(AdminResponse response) {
        ChunkSource rest = response.rest();
        if (rest == null) {
            leave();
            return response;
        }
        return response.with(new Leaving(rest));
    }

    private synchronized CompletableFuture<Boolean> enter() {
        if (inside < limits.atOnce()) {
            inside++;
            return CompletableFuture.completedFuture(true);
        }
        waiting.removeIf(CompletableFuture::isDone); // Those that waited too long.
        CompletableFuture<Boolean> turn = new CompletableFuture<>();
        if (waiting.size() >= limits.waiting()) {
            turn.complete(false);
        } else {
            waiting.add(turn);
        }
        return turn;
    }

    private void leave() {
        CompletableFuture<Boolean> next;
        do {
            synchronized (this) {
                next = waiting.poll();
                if (next == null) {
                    inside--;
                    return;
                }
            }
        } while (!next.complete(true));
    }

    private static AdminResponse tooMany() {
        return AdminResponse.error(
                        HttpResponseStatus.TOO_MANY_REQUESTS,
                        "too_many_lists",
                        "too many lists are being made at once; try again in a second")
                .with("Retry-After", "1");
    }

    /** Leaves when it is closed, once. */
    private final class Leaving implements ChunkSource {
        private final ChunkSource source;
        private boolean left;

        Leaving(ChunkSource source) {
            this.source = source;
        }

        @Override
        public CompletableFuture<Chunk> next() {
            try {
                return source.next().orTimeout(answer.toNanos(), TimeUnit.NANOSECONDS);
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        @Override
        public void close() {
            synchronized (this) {
                if (left) {
                    return;
                }
                left = true;
            }
            source.close();
            leave();
        }
    }
}
