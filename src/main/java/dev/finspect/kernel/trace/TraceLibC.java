package dev.finspect.kernel.trace;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;

/** The C library's calls that read a file without waiting for it, bound by JNA when this class is initialized. */
final class TraceLibC {
    static final int O_RDONLY = 0;
    static final int O_NONBLOCK = 0x800;
    static final int O_CLOEXEC = 0x80000;

    static {
        Native.register(TraceLibC.class, "c");
    }

    private TraceLibC() {}

    static native int open(String path, int flags) throws LastErrorException;

    static native NativeLong read(int descriptor, Pointer bytes, NativeLong length) throws LastErrorException;

    static native int close(int descriptor) throws LastErrorException;
}
