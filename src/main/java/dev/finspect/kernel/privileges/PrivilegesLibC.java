package dev.finspect.kernel.privileges;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * The C library's calls for users and capabilities, bound by JNA when this class is initialized. Calls that change ids apply to all threads of the process (nptl(7)); {@code prctl} and {@code capset} apply to the calling thread only.
 */
final class PrivilegesLibC {
    static {
        Native.register(PrivilegesLibC.class, "c");
    }

    private PrivilegesLibC() {}

    static native @Nullable Pointer getpwnam(String name);

    static native @Nullable Pointer getpwuid(int uid);

    static native @Nullable Pointer getgrnam(String name);

    static native int geteuid();

    static native int initgroups(String user, int gid) throws LastErrorException;

    static native int setgroups(NativeLong count, @Nullable Pointer groups) throws LastErrorException;

    static native int setresgid(int real, int effective, int saved) throws LastErrorException;

    static native int setresuid(int real, int effective, int saved) throws LastErrorException;

    static native int prctl(int option, NativeLong two, NativeLong three, NativeLong four, NativeLong five)
            throws LastErrorException;

    static native int capset(Pointer header, Pointer data) throws LastErrorException;

    static native int fcntl(int descriptor, int command, int argument) throws LastErrorException;

    static native int execv(String path, Pointer arguments) throws LastErrorException;
}
