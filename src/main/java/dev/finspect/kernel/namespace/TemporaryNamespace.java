package dev.finspect.kernel.namespace;

import com.sun.jna.LastErrorException;
import dev.finspect.kernel.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An unnamed network namespace with one thread in it (network_namespaces(7)). Thread-safe: any thread may submit work to that
 * thread.
 *
 * <p>Sockets that the work opens, and threads and programs that it starts, belong to the namespace too. Nothing else refers to
 * it, so the kernel removes it, with its interfaces, rules and routes, when the last of them ends. That is also true if this
 * process is killed.
 */
public final class TemporaryNamespace implements AutoCloseable {
    private static final int EPERM = 1;

    private final ExecutorService thread;
    private final long threadId;

    private TemporaryNamespace(ExecutorService thread, long threadId) {
        this.thread = thread;
        this.threadId = threadId;
    }

    /** Creates a namespace that has only a loopback interface, which is down. Needs CAP_SYS_ADMIN. */
    public static Reading<TemporaryNamespace> make() throws InterruptedException {
        ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(task, "finspect-namespace");
            made.setDaemon(true);
            return made;
        });
        Reading<TemporaryNamespace> made = null;
        try {
            made = thread.submit(() -> enter(thread)).get();
            return made;
        } catch (ExecutionException e) {
            throw new IllegalStateException("creating a namespace failed unexpectedly", e.getCause());
        } finally {
            if (!(made instanceof Reading.Value<?>)) {
                thread.shutdown();
            }
        }
    }

    private static Reading<TemporaryNamespace> enter(ExecutorService thread) {
        try {
            // "123/task/456": the last number is the thread id.
            Path self = Files.readSymbolicLink(Path.of("/proc/thread-self"));
            NamespaceLibC.unshare(NamespaceLibC.CLONE_NEWNET);
            return new Reading.Value<>(
                    new TemporaryNamespace(thread, Long.parseLong(String.valueOf(self.getFileName()))));
        } catch (LastErrorException e) {
            return new Reading.Unavailable<>(
                    e.getErrorCode() == EPERM
                            ? "creating a network namespace is not permitted here (unshare: EPERM)"
                            : "the kernel did not create a network namespace: " + e.getMessage());
        } catch (IOException e) {
            return new Reading.Unavailable<>("/proc/thread-self cannot be read: " + e.getMessage());
        } catch (LinkageError e) {
            return new Reading.Unavailable<>("JNA cannot be loaded: " + e.getMessage());
        }
    }

    /** Id of its thread, which identifies the namespace for {@code ip link ... netns ID}. */
    public long threadId() {
        return threadId;
    }

    /** Runs this on its thread and waits for the result. Throws what the work throws. */
    public <T> T in(Callable<T> work) throws Exception {
        try {
            return thread.submit(work).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** Ends its thread. The kernel removes the namespace when everything opened or started in it has ended. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
