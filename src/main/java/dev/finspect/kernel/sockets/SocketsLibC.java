package dev.finspect.kernel.sockets;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;

/** The C library's calls for a netlink socket, bound by JNA when this class is initialized. */
final class SocketsLibC {
    static {
        Native.register(SocketsLibC.class, "c");
    }

    private SocketsLibC() {}

    static native int socket(int domain, int type, int protocol) throws LastErrorException;

    static native int setsockopt(int descriptor, int level, int option, Pointer value, int length)
            throws LastErrorException;

    static native NativeLong sendto(
            int descriptor, ByteBuffer bytes, NativeLong length, int flags, Pointer address, int addressLength)
            throws LastErrorException;

    static native NativeLong recv(int descriptor, ByteBuffer bytes, NativeLong length, int flags)
            throws LastErrorException;

    static native int close(int descriptor) throws LastErrorException;
}
