package dev.finspect.kernel.probe;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import dev.finspect.kernel.Reading;

/** Probes how large a pipe may become (pipe(7)). */
public final class PipeProbe {
    private static final int F_SETPIPE_SZ = 1031;
    private static final int F_GETPIPE_SZ = 1032;

    private PipeProbe() {}

    /** Capacity of a new pipe after requesting {@code bytes}; smaller if the kernel refused. */
    public static Reading<Integer> grownTo(int bytes) {
        return ProbeLibC.run(() -> {
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
