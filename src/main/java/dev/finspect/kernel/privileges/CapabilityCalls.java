package dev.finspect.kernel.privileges;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.NativeLong;

/** System calls for the capabilities of the calling thread (capabilities(7), prctl(2)). */
final class CapabilityCalls {
    private static final int PR_SET_DUMPABLE = 4;
    private static final int PR_SET_KEEPCAPS = 8;
    private static final int PR_CAPBSET_DROP = 24;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int LINUX_CAPABILITY_VERSION_3 = 0x2008_0522;
    private static final int EINVAL = 22;
    /** Capabilities are bits of a 64-bit number. */
    private static final int MOST = Long.SIZE;

    private CapabilityCalls() {}

    /** Keeps the permitted capabilities of this thread when the process leaves root. */
    static void keepOverChangeOfUser() {
        prctl(PR_SET_KEEPCAPS, 1);
    }

    /** From now on this thread, and what it starts or executes, gains no rights by executing a file. For good. */
    static void gainNothingByExecuting() {
        prctl(PR_SET_NO_NEW_PRIVS, 1);
    }

    /** No core dump of this process, whose memory holds payload; and no other process of its user may look into it. */
    static void forbidDumps() {
        prctl(PR_SET_DUMPABLE, 0);
    }

    /** Removes all but these from the bounding set of this thread, for good; needs CAP_SETPCAP. */
    static void boundTo(long mask) {
        for (int bit = 0; bit < MOST; bit++) {
            if ((mask & (1L << bit)) == 0) {
                try {
                    prctl(PR_CAPBSET_DROP, bit);
                } catch (LastErrorException e) {
                    if (e.getErrorCode() == EINVAL) {
                        return; // The kernel's last one was the one before.
                    }
                    throw e;
                }
            }
        }
    }

    /** Sets the capabilities of this thread. */
    static void set(long effective, long permitted, long inheritable) {
        try (Memory header = new Memory(2L * Integer.BYTES);
                Memory data = new Memory(6L * Integer.BYTES)) {
            header.clear();
            header.setInt(0, LINUX_CAPABILITY_VERSION_3);
            long[] sets = {effective, permitted, inheritable};
            for (int half = 0; half < 2; half++) {
                for (int i = 0; i < sets.length; i++) {
                    data.setInt(
                            (long) (half * sets.length + i) * Integer.BYTES, (int) (sets[i] >>> (half * Integer.SIZE)));
                }
            }
            PrivilegesLibC.capset(header, data);
        }
    }

    private static void prctl(int option, int argument) {
        NativeLong none = new NativeLong(0);
        PrivilegesLibC.prctl(option, new NativeLong(argument), none, none, none);
    }
}
