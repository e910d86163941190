package dev.finspect.kernel;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/** The size of a terminal (ioctl_tty(2), TIOCGWINSZ). */
public final class TerminalSize {
    private static final long TIOCGWINSZ = 0x5413;
    /** Rows, columns, and both in pixels: {@code struct winsize}. */
    private static final int FIELDS = 4;

    private static final int COLUMNS = 1;

    private TerminalSize() {}

    /** The columns of the terminal that this descriptor is; empty if it is none, or cannot be asked. Loads JNA. */
    public static OptionalInt columns(int descriptor) {
        String folder = System.getProperty("jna.tmpdir", System.getProperty("java.io.tmpdir", ""));
        if (!System.getProperty("os.name", "").equals("Linux") || !Files.isWritable(Path.of(folder))) {
            return OptionalInt.empty();
        }
        short[] size = new short[FIELDS];
        try {
            Calls.ioctl(descriptor, TIOCGWINSZ, size);
        } catch (LastErrorException | LinkageError e) {
            return OptionalInt.empty();
        }
        int columns = Short.toUnsignedInt(size[COLUMNS]);
        return columns == 0 ? OptionalInt.empty() : OptionalInt.of(columns);
    }

    /** Bound by JNA when this class is initialized. */
    private static final class Calls {
        static {
            Native.register(Calls.class, "c");
        }

        static native int ioctl(int descriptor, long request, short[] size) throws LastErrorException;
    }
}
