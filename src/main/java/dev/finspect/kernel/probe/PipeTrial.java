package dev.finspect.kernel.probe;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import dev.finspect.kernel.Reading;

/** Tries how far a pipe may grow (pipe(7)). */
public final class PipeTrial {
    private static final int F_SETPIPE_SZ = 1031;
    private static final int F_GETPIPE_SZ = 1032;

    private PipeTrial() {}

    /** The bytes that a new pipe holds once as many were asked for; fewer where the kernel refused. */
    public static Reading<Integer> grownTo(int bytes) {
        return ProbeLibC.trial(() -> {
            Memory pipe = new Memory(8);
            ProbeLibC.pipe(pipe);
            try {
                return new Reading.Value<>(ProbeLibC.fcntl(pipe.getInt(0), F_SETPIPE_SZ, bytes));
            } catch (LastErrorException e) {
                return new Reading.Value<>(ProbeLibC.fcntl(pipe.getInt(0), F_GETPIPE_SZ, 0));
            } finally {
                ProbeLibC.close(pipe.getInt(0));
                ProbeLibC.close(pipe.getInt(4));
            }
        });
    }
}
