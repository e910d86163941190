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
 * A network namespace without a name, in which one thread of its own lives (network_namespaces(7)). Any thread may give that
 * thread work.
 *
 * <p>Sockets that the work opens, threads and programs that it starts are in the namespace as well. Nothing outside refers to
 * it, so the kernel takes it away, with its interfaces, rules and routes, as soon as the last of them has ended: whatever ends
 * this process, SIGKILL among it, nothing stays behind.
 */
public final class ThrowawayNamespace implements AutoCloseable {
    private static final int EPERM = 1;

    private final ExecutorService thread;
    private final long threadId;

    private ThrowawayNamespace(ExecutorService thread, long threadId) {
        this.thread = thread;
        this.threadId = threadId;
    }

    /** Makes one, with nothing in it but a loopback interface that is down. Needs CAP_SYS_ADMIN. */
    public static Reading<ThrowawayNamespace> make() throws InterruptedException {
        ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(task, "finspect-namespace");
            made.setDaemon(true);
            return made;
        });
        Reading<ThrowawayNamespace> made = null;
        try {
            made = thread.submit(() -> enter(thread)).get();
            return made;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a namespace could neither be made nor refused", e.getCause());
        } finally {
            if (!(made instanceof Reading.Value<?>)) {
                thread.shutdown();
            }
        }
    }

    private static Reading<ThrowawayNamespace> enter(ExecutorService thread) {
        try {
            // "123/task/456", and the last is the thread's own number.
            Path self = Files.readSymbolicLink(Path.of("/proc/thread-self"));
            NamespaceLibC.unshare(NamespaceLibC.CLONE_NEWNET);
            return new Reading.Value<>(
                    new ThrowawayNamespace(thread, Long.parseLong(String.valueOf(self.getFileName()))));
        } catch (LastErrorException e) {
            return new Reading.Unavailable<>(
                    e.getErrorCode() == EPERM
                            ? "a network namespace of its own may not be made here (unshare: EPERM)"
                            : "the kernel makes no network namespace: " + e.getMessage());
        } catch (IOException e) {
            return new Reading.Unavailable<>("/proc/thread-self cannot be read: " + e.getMessage());
        } catch (LinkageError e) {
            return new Reading.Unavailable<>("JNA cannot be loaded: " + e.getMessage());
        }
    }

    /** The number of its thread, by which {@code ip link ... netns NUMBER} knows the namespace. */
    public long threadId() {
        return threadId;
    }

    /** Does this on its thread, and waits for it. Throws what the work throws. */
    public <T> T in(Callable<T> work) throws Exception {
        try {
            return thread.submit(work).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** Lets its thread end; the namespace goes when what was opened and started in it has gone too. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
