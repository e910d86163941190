package dev.finspect.kernel.privileges;

import com.sun.jna.LastErrorException;
import com.sun.jna.NativeLong;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Changes the user of the whole process from root to another account, in two steps. The first one acts as that user, and
 * keeps only what opening sockets needs: no path is opened as root. The second one is permanent; the capabilities that the
 * configuration still needs are kept, only in the threads that need them. Linux only.
 */
public final class UserChange {
    private static final long TIMEOUT_SECONDS = 10;
    private static final int UNCHANGED = -1;

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
     * Acts as the account from now on: in all threads, and with these capabilities in the calling thread and those that it
     * starts. The calling thread should be the one that opens everything.
     *
     * @throws IOException if that failed; the message is part of a sentence, and the process should then end
     */
    public static void act(Account account, Set<Capability> opening) throws IOException {
        try {
            leaveGroups(account);
            Map<String, String> before = ThreadCredentials.rows(Path.of("/proc/thread-self"));
            // The saved id stays root's, so that the capabilities do not go yet.
            PrivilegesLibC.setresuid(account.uid(), account.uid(), UNCHANGED);
            long mask = Capability.mask(opening) & Long.parseUnsignedLong(before.getOrDefault("CapPrm", "0"), 16);
            CapabilityCalls.set(mask, mask, 0);
            CapabilityCalls.forbidDumps();
        } catch (LastErrorException e) {
            throw refused(e);
        }
    }

    /**
     * Gives up root for good, in all threads, and checks the result. The threads behind {@code keepers} are blocked meanwhile.
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
            CapabilityCalls.forbidDumps(); // The kernel allows them again, if fs.suid_dumpable says so.
        } catch (LastErrorException e) {
            throw refused(e);
        }
        ThreadCredentials.check(account, kept);
    }

    private static IOException refused(LastErrorException e) {
        return new IOException("the kernel refused (errno " + e.getErrorCode() + ")", e);
    }

    private static void keeping(Account account, long mask, List<Executor> keepers)
            throws IOException, InterruptedException {
        CountDownLatch ready = new CountDownLatch(keepers.size());
        CountDownLatch changed = new CountDownLatch(1);
        List<CompletableFuture<Void>> done = new ArrayList<>();
        for (Executor keeper : keepers) {
            done.add(CompletableFuture.runAsync(
                    () -> {
                        CapabilityCalls.keepOverChangeOfUser();
                        ready.countDown();
                        await(changed);
                        CapabilityCalls.set(mask, mask, 0);
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

    /** Only root can change groups; after a restart with fewer rights they are those of the account already. */
    private static void leaveGroups(Account account) throws IOException {
        if (!ThreadCredentials.hasGroupOnly(account.gid())) {
            PrivilegesLibC.setgroups(new NativeLong(0), null);
            PrivilegesLibC.setresgid(account.gid(), account.gid(), account.gid());
        }
    }

    private static void become(Account account) {
        PrivilegesLibC.setresuid(account.uid(), account.uid(), account.uid());
    }
}
