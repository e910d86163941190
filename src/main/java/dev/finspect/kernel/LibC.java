package dev.finspect.kernel;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;

/** The C library's {@code fcntl}, bound by JNA when this class is initialized. */
final class LibC implements PipeSizes.Fcntl {
    static {
        Native.register(LibC.class, "c");
    }

    @Override
    public int call(int descriptor, int command, int argument) throws LastErrorException {
        return fcntl(descriptor, command, argument);
    }

    private static native int fcntl(int descriptor, int command, int argument) throws LastErrorException;
}
