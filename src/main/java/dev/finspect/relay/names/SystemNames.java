package dev.finspect.relay.names;

import dev.finspect.record.Lookup;
import dev.finspect.record.NameSource;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The system's own resolver ({@code getaddrinfo}), asked on a few daemon threads of its own because it blocks. Any thread.
 */
final class SystemNames implements AutoCloseable {
    private static final int THREADS = 4;
    private static final int WAITING = 256;
    private static final String NOT_NOW = "Temporary failure in name resolution";

    private final ThreadPoolExecutor threads;

    SystemNames() {
        threads = new ThreadPoolExecutor(
                THREADS, THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(WAITING), task -> {
                    Thread thread = new Thread(task, "finspect-names");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /** All addresses of {@code name}; fails with a {@link LookUpFailure} in the system's words. */
    CompletableFuture<Resolved> ask(String name) {
        CompletableFuture<Resolved> answer = new CompletableFuture<>();
        try {
            threads.execute(() -> {
                try {
                    answer.complete(Resolved.by(NameSource.SYSTEM, List.of(InetAddress.getAllByName(name))));
                } catch (UnknownHostException | RuntimeException e) {
                    answer.completeExceptionally(failure(withoutName(name, FailureText.of(e))));
                }
            });
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(new LookUpFailure(
                    Lookup.Result.NO_ANSWER,
                    threads.isShutdown() ? "finspect is stopping" : WAITING + " other look-ups are waiting"));
        }
        return answer;
    }

    /** Runs a task that may block, beside the look-ups; dropped when too many wait. */
    void run(Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            return;
        }
    }

    /** getaddrinfo(3) says EAI_AGAIN where no name server has answered, and whatever else where one has. */
    private static LookUpFailure failure(String words) {
        return new LookUpFailure(words.startsWith(NOT_NOW) ? Lookup.Result.NO_ANSWER : Lookup.Result.NO_ADDRESS, words);
    }

    private static String withoutName(String name, String message) {
        return message.startsWith(name + ": ") ? message.substring(name.length() + 2) : message;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
