package dev.finspect.kernel.privileges;

import com.sun.jna.LastErrorException;
import com.sun.jna.NativeLong;
import com.sun.jna.StringArray;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Executes this program once more, in the same process, with the restrictions that a thread can only give to what it starts:
 * {@code no_new_privs} and the bounding set. A running JVM cannot give them to its own threads that run no Java.
 *
 * <p>The new program is still root, with only the capabilities that opening needs. It has them through the inheritable set,
 * not the bounding set. Linux only.
 */
public final class RestrictedRestart {
    private static final int STANDARD_ERROR = 2;
    private static final int F_SETFD = 2;
    private static final int FD_CLOEXEC = 1;
    private static final int EBADF = 9;
    private static final Path SELF = Path.of("/proc/self");

    private RestrictedRestart() {}

    /**
     * Whether this program is to be executed once more, because its threads are not restricted yet.
     *
     * @param bounding capabilities that the bounding set may have
     */
    public static boolean isDue(Set<Capability> bounding) throws IOException {
        Map<String, String> rows = ThreadCredentials.rows(SELF);
        return !"1".equals(rows.get("NoNewPrivs"))
                || (!isBounded(rows, Capability.mask(bounding)) && Capability.SETPCAP.in(bits(rows, "CapPrm")));
    }

    private static boolean isBounded(Map<String, String> rows, long mask) {
        return (Long.parseUnsignedLong(bits(rows, "CapBnd"), 16) & ~mask) == 0;
    }

    private static String bits(Map<String, String> rows, String set) {
        return rows.getOrDefault(set, "0");
    }

    /**
     * Leaves the supplementary groups, changes the group, restricts the calling thread's successor and executes the program;
     * returns only by an exception.
     *
     * @param opening capabilities that the new program has at first
     * @param bounding capabilities that stay in the bounding set
     */
    public static void execute(Account account, Collection<Capability> opening, Set<Capability> bounding)
            throws IOException, InterruptedException {
        String[] arguments = Files.readString(SELF.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                .split("\0", -1);
        StringArray list = new StringArray(
                java.util.Arrays.copyOf(arguments, arguments.length - 1), StandardCharsets.ISO_8859_1.name());
        Path found = Files.readSymbolicLink(SELF.resolve("exe"));
        String program = (Files.isExecutable(found) ? found : SELF.resolve("exe")).toString();
        long permitted = Long.parseUnsignedLong(bits(ThreadCredentials.rows(SELF), "CapPrm"), 16);
        long kept = permitted
                & (Capability.mask(opening) | Capability.mask(EnumSet.of(Capability.SETUID, Capability.DAC_OVERRIDE)));
        closeOnExecute();
        // A thread of its own, so that a failure leaves the others as they were.
        CompletableFuture<Void> failed = new CompletableFuture<>();
        new Thread(
                        () -> {
                            try {
                                restrict(account, permitted, kept, Capability.mask(bounding));
                                PrivilegesLibC.execv(program, list);
                            } catch (RuntimeException | Error e) {
                                failed.completeExceptionally(e);
                            }
                        },
                        "finspect-restart")
                .start();
        try {
            failed.get();
        } catch (ExecutionException e) {
            throw new IOException(
                    e.getCause() instanceof LastErrorException refused
                            ? "the kernel refused to restart with fewer rights (errno " + refused.getErrorCode() + ")"
                            : "cannot restart with fewer rights: " + e.getCause(),
                    e);
        }
    }

    /** The JVM leaves its archives open for the new program, and does not close what it has inherited. */
    private static void closeOnExecute() throws IOException {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(SELF.resolve("fd"))) {
            for (Path each : descriptors) {
                int descriptor = Integer.parseInt(String.valueOf(each.getFileName()));
                if (descriptor > STANDARD_ERROR) {
                    closeOnExecute(descriptor);
                }
            }
        }
    }

    /** Leaves out the descriptor of the list itself, and one that another thread has closed meanwhile. */
    private static void closeOnExecute(int descriptor) {
        try {
            PrivilegesLibC.fcntl(descriptor, F_SETFD, FD_CLOEXEC);
        } catch (LastErrorException e) {
            if (e.getErrorCode() != EBADF) {
                throw e;
            }
        }
    }

    private static void restrict(Account account, long permitted, long kept, long bounding) {
        PrivilegesLibC.setgroups(new NativeLong(0), null);
        PrivilegesLibC.setresgid(account.gid(), account.gid(), account.gid());
        CapabilityCalls.gainNothingByExecuting();
        CapabilityCalls.set(permitted, permitted, kept);
        if (Capability.SETPCAP.in(Long.toHexString(permitted))) {
            CapabilityCalls.boundTo(bounding);
        }
        CapabilityCalls.set(kept, kept, kept);
    }
}
