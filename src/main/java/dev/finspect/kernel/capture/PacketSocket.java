package dev.finspect.kernel.capture;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import dev.finspect.wire.filter.FilterProgram;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A packet socket on every interface, with a ring that it shares with the kernel (packet(7), TPACKET_V3). It is created
 * without a protocol, so that no packet arrives before the filter is attached.
 *
 * <p>One thread waits, reads the ring and closes. {@link #attach} and {@link #wake} may be called by any thread, also after the
 * close.
 */
final class PacketSocket implements AutoCloseable {
    private static final int AF_PACKET = 17;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_ERROR = 4;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int SOL_PACKET = 263;
    private static final int PACKET_RX_RING = 5;
    private static final int PACKET_STATISTICS = 6;
    private static final int PACKET_VERSION = 10;
    private static final int TPACKET_V3 = 2;
    private static final int ETH_P_ALL = 3;
    private static final int FRAME_BYTES = 2048;
    private static final int RETIRE_MILLIS = 20;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;
    private static final int EFD_CLOEXEC = 0x80000;
    private static final int EFD_NONBLOCK = 0x800;
    private static final short POLLIN = 1;
    private static final short POLLERR = 8;
    private static final int ENETDOWN = 100;

    private final CaptureSettings settings;
    private final Memory pollDescriptors = new Memory(16);
    private int socket = -1;
    private int wakeUp = -1;
    private @Nullable Pointer map;

    private PacketSocket(CaptureSettings settings) {
        this.settings = settings;
    }

    /** Opens a socket with this filter. If it throws, everything is closed. */
    static PacketSocket open(CaptureSettings settings, FilterProgram filter) throws CaptureStepRefused {
        PacketSocket opened = new PacketSocket(settings);
        try {
            opened.open(filter);
            return opened;
        } catch (CaptureStepRefused | RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    private void open(FilterProgram filter) throws CaptureStepRefused {
        wakeUp = call(CaptureStep.WAKE, () -> CaptureLibC.eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
        socket = call(CaptureStep.SOCKET, () -> CaptureLibC.socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        Memory version = ints(TPACKET_V3);
        call(CaptureStep.VERSION, () -> CaptureLibC.setsockopt(socket, SOL_PACKET, PACKET_VERSION, version, 4));
        attach(filter);
        int frames = (int) (settings.ringBytes() / FRAME_BYTES);
        Memory ring = ints(settings.blockBytes(), settings.blocks(), FRAME_BYTES, frames, RETIRE_MILLIS, 0, 0);
        call(
                CaptureStep.RING,
                () -> CaptureLibC.setsockopt(socket, SOL_PACKET, PACKET_RX_RING, ring, (int) ring.size()));
        call(CaptureStep.MAP, () -> {
            NativeLong length = new NativeLong(settings.ringBytes());
            map = CaptureLibC.mmap(Pointer.NULL, length, PROT_READ_WRITE, MAP_SHARED, socket, new NativeLong(0));
            return 0;
        });
        Memory address = new Memory(20);
        address.clear();
        address.setShort(0, (short) AF_PACKET);
        address.getByteBuffer(0, address.size()).order(ByteOrder.BIG_ENDIAN).putShort(2, (short) ETH_P_ALL);
        address.setInt(4, settings.interfaceIndex());
        call(CaptureStep.BIND, () -> CaptureLibC.bind(socket, address, (int) address.size()));
        pollDescriptors.setInt(0, socket);
        pollDescriptors.setInt(8, wakeUp);
    }

    /** Replaces the filter; no packet passes unfiltered meanwhile. Does nothing after the close. */
    synchronized void attach(FilterProgram filter) throws CaptureStepRefused {
        if (socket < 0) {
            return;
        }
        Memory code = new Memory((long) filter.length() * FilterProgram.INSTRUCTION_BYTES);
        filter.writeTo(code.getByteBuffer(0, code.size()).order(ByteOrder.nativeOrder()));
        Memory program = new Memory(2L * Native.POINTER_SIZE);
        program.clear();
        program.setShort(0, (short) filter.length());
        program.setPointer(Native.POINTER_SIZE, code);
        try {
            call(
                    CaptureStep.FILTER,
                    () -> CaptureLibC.setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, program, (int) program.size()));
        } finally {
            Reference.reachabilityFence(code);
        }
    }

    /** The memory of the ring; must not be accessed after the close. */
    ByteBuffer ring() {
        if (map == null) {
            throw new IllegalStateException("the socket is closed");
        }
        return map.getByteBuffer(0, settings.ringBytes()).order(ByteOrder.nativeOrder());
    }

    /** Waits for a block or for {@link #wake}; false after {@code millis}. */
    boolean await(int millis) {
        for (int at = 0; at < 16; at += 8) {
            pollDescriptors.setShort(at + 4, POLLIN);
            pollDescriptors.setShort(at + 6, (short) 0);
        }
        boolean any = true;
        try {
            any = CaptureLibC.poll(pollDescriptors, new NativeLong(2), millis) > 0;
        } catch (LastErrorException e) {
            if (e.getErrorCode() != CaptureStep.EINTR) {
                throw e;
            }
        }
        if ((pollDescriptors.getShort(6) & POLLERR) != 0) {
            int error = option(SOL_SOCKET, SO_ERROR, 4).getInt(0);
            // One interface went down; the others still work.
            if (error != 0 && error != ENETDOWN) {
                throw new LastErrorException(error);
            }
        }
        return any;
    }

    /** Packets dropped since the last call because the ring was full. */
    long takeDropped() {
        return Integer.toUnsignedLong(option(SOL_PACKET, PACKET_STATISTICS, 12).getInt(4));
    }

    /** Makes {@link #await} return, now and from now on. */
    synchronized void wake() {
        if (wakeUp >= 0) {
            Memory one = new Memory(8);
            one.setLong(0, 1);
            CaptureLibC.write(wakeUp, one, new NativeLong(8));
        }
    }

    @Override
    public synchronized void close() {
        if (map != null) {
            CaptureLibC.munmap(map, new NativeLong(settings.ringBytes()));
            map = null;
        }
        for (int descriptor : new int[] {socket, wakeUp}) {
            if (descriptor >= 0) {
                CaptureLibC.close(descriptor);
            }
        }
        socket = -1;
        wakeUp = -1;
    }

    private Memory option(int level, int option, int bytes) {
        Memory value = new Memory(bytes);
        CaptureLibC.getsockopt(socket, level, option, value, ints(bytes));
        return value;
    }

    private static Memory ints(int... values) {
        Memory memory = new Memory(4L * values.length);
        memory.write(0, values, 0, values.length);
        return memory;
    }

    private static int call(CaptureStep step, NativeCall call) throws CaptureStepRefused {
        try {
            return call.make();
        } catch (LastErrorException e) {
            throw new CaptureStepRefused(step, e.getErrorCode());
        }
    }

    /** A call into the C library. */
    private interface NativeCall {
        int make() throws LastErrorException;
    }
}
