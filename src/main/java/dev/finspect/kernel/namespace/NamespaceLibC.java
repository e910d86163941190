package dev.finspect.kernel.namespace;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;

/** The C library's calls for namespaces, bound by JNA when this class is initialized. */
final class NamespaceLibC {
    static final int CLONE_NEWNET = 0x40000000;

    static {
        Native.register(NamespaceLibC.class, "c");
    }

    private NamespaceLibC() {}

    static final int O_CLOEXEC = 0x80000;

    static native int open(String path, int flags) throws LastErrorException;

    static native int setns(int descriptor, int type) throws LastErrorException;

    static native int close(int descriptor) throws LastErrorException;

    static native int unshare(int flags) throws LastErrorException;
}
