package dev.finspect.kernel;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;

/** The C library's {@code fcntl} and {@code nice}, bound by JNA when this class is initialized. */
final class LibC implements PipeSizes.Fcntl {
    static {
        Native.register(LibC.class, "c");
    }

    @Override
    public int call(int descriptor, int command, int argument) throws LastErrorException {
        return fcntl(descriptor, command, argument);
    }

    static native int nice(int increment) throws LastErrorException;

    private static native int fcntl(int descriptor, int command, int argument) throws LastErrorException;
}
