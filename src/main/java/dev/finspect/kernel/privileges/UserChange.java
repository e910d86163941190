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
 * Makes the whole process another user's, for good: what root opened before stays open, and of root's rights nothing is left
 * but what is named, in those threads alone that need it. Linux.
 */
public final class UserChange {
    private static final int PR_SET_DUMPABLE = 4;
    private static final int PR_SET_KEEPCAPS = 8;
    private static final int LINUX_CAPABILITY_VERSION_3 = 0x2008_0522;
    private static final long PATIENCE_SECONDS = 10;

    private UserChange() {}

    /** Whether this process may change its user: as root. */
    public static boolean possible() {
        return PrivilegesLibC.geteuid() == 0;
    }

    /** Whether this process is that user's already. */
    public static boolean needless(Account account) {
        return PrivilegesLibC.geteuid() == account.uid() && account.uid() != 0;
    }

    /**
     * Changes the user of all threads, and makes sure that it did. The threads behind {@code keepers} stand still meanwhile.
     *
     * @param kept what these threads may afterwards
     * @param keepers each runs what it is given on a thread of its own, and soon
     * @throws IOException with half a sentence on what stood in the way; the process is then in no state to go on
     */
    public static void change(Account account, Set<Capability> kept, List<Executor> keepers)
            throws IOException, InterruptedException {
        try {
            if (kept.isEmpty()) {
                become(account);
            } else {
                keeping(account, Capability.mask(kept), keepers);
            }
            // The kernel hides /proc/self from a process that has changed its user; it opens it to nobody but that
            // user.
            prctl(PR_SET_DUMPABLE);
        } catch (LastErrorException e) {
            throw new IOException("the kernel refused (errno " + e.getErrorCode() + ")", e);
        }
        ThreadRights.check(account, kept);
    }

    private static void keeping(Account account, long mask, List<Executor> keepers)
            throws IOException, InterruptedException {
        CountDownLatch standing = new CountDownLatch(keepers.size());
        CountDownLatch changed = new CountDownLatch(1);
        List<CompletableFuture<Void>> done = new ArrayList<>();
        for (Executor keeper : keepers) {
            done.add(CompletableFuture.runAsync(
                    () -> {
                        prctl(PR_SET_KEEPCAPS);
                        standing.countDown();
                        await(changed);
                        reduceTo(mask);
                    },
                    keeper));
        }
        try {
            if (!standing.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("a thread did not answer for " + PATIENCE_SECONDS + " s");
            }
            become(account);
        } finally {
            changed.countDown();
        }
        try {
            CompletableFuture.allOf(done.toArray(CompletableFuture<?>[]::new)).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("a thread could not give up what it may: " + e.getMessage(), e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Groups first: without root's rights they cannot be changed. */
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

    /** Of the calling thread: effective and permitted are exactly these, nothing is handed on. */
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
