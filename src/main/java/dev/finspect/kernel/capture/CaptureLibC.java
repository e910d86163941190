package dev.finspect.kernel.capture;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;

/** The C library's calls for a packet socket, bound by JNA when this class is initialized. */
final class CaptureLibC {
    static {
        Native.register(CaptureLibC.class, "c");
    }

    private CaptureLibC() {}

    static native int socket(int domain, int type, int protocol) throws LastErrorException;

    static native int setsockopt(int descriptor, int level, int option, Pointer value, int length)
            throws LastErrorException;

    static native int getsockopt(int descriptor, int level, int option, Pointer value, Pointer length)
            throws LastErrorException;

    static native int bind(int descriptor, Pointer address, int length) throws LastErrorException;

    static native int close(int descriptor) throws LastErrorException;

    static native int poll(Pointer descriptors, NativeLong count, int timeoutMillis) throws LastErrorException;

    static native Pointer mmap(
            Pointer address, NativeLong length, int protection, int flags, int descriptor, NativeLong offset)
            throws LastErrorException;

    static native int munmap(Pointer address, NativeLong length) throws LastErrorException;

    static native int eventfd(int value, int flags) throws LastErrorException;

    static native NativeLong write(int descriptor, Pointer bytes, NativeLong length) throws LastErrorException;
}
