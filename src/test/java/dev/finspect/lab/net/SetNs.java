package dev.finspect.lab.net;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;

/** The calls that take a thread to a namespace (setns(2)). */
final class SetNs {
    static final int CLONE_NEWNET = 0x40000000;

    static {
        Native.register(SetNs.class, "c");
    }

    private SetNs() {}

    static native int setns(int descriptor, int kind) throws LastErrorException;

    static native int open(String path, int flags) throws LastErrorException;

    static native int close(int descriptor) throws LastErrorException;
}
