package dev.finspect.kernel.privileges;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.NativeLong;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Changes the user of the whole process from root to another account, permanently. What root opened stays open. Of root's
 * capabilities only the given ones are kept, and only in the threads that need them. Linux only.
 */
public final class UserChange {
    private static final int PR_SET_DUMPABLE = 4;
    private static final int PR_SET_KEEPCAPS = 8;
    private static final int LINUX_CAPABILITY_VERSION_3 = 0x2008_0522;
    private static final long TIMEOUT_SECONDS = 10;

    private UserChange() {}

    /** Whether this process may change its user, which only root may. */
    public static boolean possible() {
        return PrivilegesLibC.geteuid() == 0;
    }

    /** Whether this process already runs as that account. */
    public static boolean needless(Account account) {
        return PrivilegesLibC.geteuid() == account.uid() && account.uid() != 0;
    }

    /**
     * Changes the user of all threads and checks the result. The threads behind {@code keepers} are blocked meanwhile.
     *
     * @param kept capabilities that those threads keep
     * @param keepers each runs its tasks soon, on one thread of its own
     * @throws IOException if that failed; the message is part of a sentence, and the process should then end
     */
    public static void change(Account account, Set<Capability> kept, List<Executor> keepers)
            throws IOException, InterruptedException {
        try {
            if (kept.isEmpty()) {
                become(account);
            } else {
                keeping(account, Capability.mask(kept), keepers);
            }
            // After a change of user the kernel hides /proc/self from the process; this makes it readable for that user
            // // only.
            prctl(PR_SET_DUMPABLE);
        } catch (LastErrorException e) {
            throw new IOException("the kernel refused (errno " + e.getErrorCode() + ")", e);
        }
        ThreadCredentials.check(account, kept);
    }

    private static void keeping(Account account, long mask, List<Executor> keepers)
            throws IOException, InterruptedException {
        CountDownLatch ready = new CountDownLatch(keepers.size());
        CountDownLatch changed = new CountDownLatch(1);
        List<CompletableFuture<Void>> done = new ArrayList<>();
        for (Executor keeper : keepers) {
            done.add(CompletableFuture.runAsync(
                    () -> {
                        prctl(PR_SET_KEEPCAPS);
                        ready.countDown();
                        await(changed);
                        reduceTo(mask);
                    },
                    keeper));
        }
        try {
            if (!ready.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("a thread did not respond for " + TIMEOUT_SECONDS + " s");
            }
            become(account);
        } finally {
            changed.countDown();
        }
        try {
            CompletableFuture.allOf(done.toArray(CompletableFuture<?>[]::new)).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("a thread could not drop its capabilities: " + e.getMessage(), e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sets groups first, since only root can change them. */
    private static void become(Account account) {
        String name = account.name();
        if (name == null) {
            PrivilegesLibC.setgroups(new NativeLong(0), null);
        } else {
            PrivilegesLibC.initgroups(name, account.gid());
        }
        PrivilegesLibC.setresgid(account.gid(), account.gid(), account.gid());
        PrivilegesLibC.setresuid(account.uid(), account.uid(), account.uid());
    }

    private static void prctl(int option) {
        NativeLong none = new NativeLong(0);
        PrivilegesLibC.prctl(option, new NativeLong(1), none, none, none);
    }

    /** Sets the effective and permitted capabilities of the calling thread to these, and the inheritable ones to none. */
    private static void reduceTo(long mask) {
        try (Memory header = new Memory(2L * Integer.BYTES);
                Memory data = new Memory(6L * Integer.BYTES)) {
            header.clear();
            data.clear();
            header.setInt(0, LINUX_CAPABILITY_VERSION_3);
            data.setInt(0, (int) mask);
            data.setInt(Integer.BYTES, (int) mask);
            PrivilegesLibC.capset(header, data);
        }
    }
}
