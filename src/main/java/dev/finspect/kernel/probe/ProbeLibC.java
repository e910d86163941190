package dev.finspect.kernel.probe;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.finspect.kernel.Reading;

/** The C library's calls for the probes, bound by JNA when this class is initialized. */
final class ProbeLibC {
    static {
        Native.register(ProbeLibC.class, "c");
    }

    private ProbeLibC() {}

    static native int socket(int domain, int type, int protocol) throws LastErrorException;

    static native int bind(int descriptor, Pointer address, int length) throws LastErrorException;

    static native int listen(int descriptor, int backlog) throws LastErrorException;

    static native int accept(int descriptor, Pointer address, Pointer length) throws LastErrorException;

    static native int getsockname(int descriptor, Pointer address, Pointer length) throws LastErrorException;

    static native int setsockopt(int descriptor, int level, int option, Pointer value, int length)
            throws LastErrorException;

    static native int getsockopt(int descriptor, int level, int option, Pointer value, Pointer length)
            throws LastErrorException;

    static native int pipe(Pointer descriptors) throws LastErrorException;

    static native int fcntl(int descriptor, int command, int argument) throws LastErrorException;

    static native int close(int descriptor) throws LastErrorException;

    /** A pointer to an int. */
    static Memory pointerTo(int value) {
        Memory memory = new Memory(4);
        memory.setInt(0, value);
        return memory;
    }

    /** Runs a probe; if the kernel or JNA refuses it, the result says why. */
    static <T> Reading<T> run(Probe<T> probe) {
        try {
            return probe.run();
        } catch (LastErrorException e) {
            return new Reading.Unavailable<>("the kernel refused it: " + e.getMessage());
        } catch (java.io.IOException e) {
            return new Reading.Unavailable<>("sockets on loopback do not work: " + e.getMessage());
        } catch (LinkageError e) {
            return new Reading.Unavailable<>("JNA cannot be loaded: " + e.getMessage());
        }
    }

    /** One probe. */
    interface Probe<T> {
        Reading<T> run() throws LastErrorException, java.io.IOException;
    }
}
