package dev.finspect.kernel.namespace;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;

/** The C library's {@code unshare}, bound by JNA when this class is initialized. */
final class NamespaceLibC {
    static final int CLONE_NEWNET = 0x40000000;

    static {
        Native.register(NamespaceLibC.class, "c");
    }

    private NamespaceLibC() {}

    static native int unshare(int flags) throws LastErrorException;
}
