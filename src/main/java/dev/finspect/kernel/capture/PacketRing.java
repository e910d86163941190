package dev.finspect.kernel.capture;

import dev.finspect.wire.TcpSegment.Direction;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The packet ring that the kernel fills (linux/if_packet.h, TPACKET_V3). The kernel hands over blocks in order; each block has
 * several packets. Not thread-safe; a block must not be read after {@link #release}.
 *
 * <pre>
 *  ring   | block 0 | block 1 | ... |      each block: owned by the kernel or by this reader
 *  block  | header: status, count, offset of first | packet | packet | ...
 *  packet | header: offset of next, time, lengths, status | address | IP header ...
 * </pre>
 *
 * <p>The status of a block is read with acquire and written with release semantics, since it guards the packets.
 */
final class PacketRing {
    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private static final int TP_STATUS_KERNEL = 0;
    private static final int TP_STATUS_USER = 1;
    private static final int TP_STATUS_LOSING = 4;
    private static final int TP_STATUS_CSUMNOTREADY = 8;
    private static final int TP_STATUS_CSUM_VALID = 1 << 7;

    private static final int BLOCK_STATUS = 8;
    private static final int BLOCK_PACKETS = 12;
    private static final int BLOCK_FIRST = 16;

    private static final int NEXT = 0;
    private static final int SECONDS = 4;
    private static final int NANOSECONDS = 8;
    private static final int SNAP_LENGTH = 12;
    private static final int LENGTH = 16;
    private static final int STATUS = 20;
    private static final int NETWORK_AT = 26;
    private static final int ADDRESS_AT = 48;
    private static final int INTERFACE = ADDRESS_AT + 4;
    private static final int HARDWARE_TYPE = ADDRESS_AT + 8;
    private static final int PACKET_TYPE = ADDRESS_AT + 10;

    private static final int LOOPBACK_HARDWARE = 772;
    private static final int PACKET_MULTICAST = 2;
    private static final int PACKET_OUTGOING = 4;
    private static final long NANOS_A_SECOND = 1_000_000_000;

    private final ByteBuffer memory;
    private final int blockBytes;
    private final int blocks;
    private int block;
    private int packetsLeft;
    private int next;
    private int packet;

    /** Creates a reader for this memory, in the kernel's byte order, before the first block is filled. */
    PacketRing(ByteBuffer memory, int blockBytes, int blocks) {
        this.memory = memory;
        this.blockBytes = blockBytes;
        this.blocks = blocks;
    }

    /** Whether the kernel has handed over the next block; if so, reading starts before its first packet. */
    boolean ready() {
        int start = start();
        if (((int) INT.getAcquire(memory, start + BLOCK_STATUS) & TP_STATUS_USER) == 0) {
            return false;
        }
        packetsLeft = memory.getInt(start + BLOCK_PACKETS);
        next = start + memory.getInt(start + BLOCK_FIRST);
        return true;
    }

    /** Whether the kernel has put packets into the next block and not handed it over yet; only if {@link #ready()} was false. */
    boolean filling() {
        return memory.getInt(start() + BLOCK_PACKETS) > 0;
    }

    /** Number of packets of the block that were not read yet. */
    int packetsLeft() {
        return packetsLeft;
    }

    /** Whether the kernel had dropped packets, not yet queried, when it handed over the block. */
    boolean losing() {
        return (memory.getInt(start() + BLOCK_STATUS) & TP_STATUS_LOSING) != 0;
    }

    /** Advances to the next packet; only if {@link #packetsLeft()} is greater than 0. */
    void advance() {
        packet = next;
        next = packet + memory.getInt(packet + NEXT);
        packetsLeft--;
    }

    /** Time of the packet: wall clock, nanoseconds since the Unix epoch. */
    long atNanos() {
        return Integer.toUnsignedLong(memory.getInt(packet + SECONDS)) * NANOS_A_SECOND
                + memory.getInt(packet + NANOSECONDS);
    }

    /** Number of bytes of the packet that the filter kept. */
    int snapLength() {
        return memory.getInt(packet + SNAP_LENGTH);
    }

    /** Length of the packet. */
    int length() {
        return memory.getInt(packet + LENGTH);
    }

    /** Copies the bytes that the filter kept, from the IP header on. */
    void copyPacket(byte[] target, int at) {
        memory.get(packet + (memory.getShort(packet + NETWORK_AT) & 0xffff), target, at, snapLength());
    }

    /** The system's index of the interface. */
    int interfaceIndex() {
        return memory.getInt(packet + INTERFACE);
    }

    /** Direction of the packet; UNKNOWN on loopback, where it is sent and received at once. */
    Direction direction() {
        if ((memory.getShort(packet + HARDWARE_TYPE) & 0xffff) == LOOPBACK_HARDWARE) {
            return Direction.UNKNOWN;
        }
        int type = memory.get(packet + PACKET_TYPE);
        if (type == PACKET_OUTGOING) {
            return Direction.OUTGOING;
        }
        return type <= PACKET_MULTICAST ? Direction.INCOMING : Direction.UNKNOWN;
    }

    /** Whether TCP's checksum is not computed yet because of checksum offload. */
    boolean checksumNotReady() {
        return (memory.getInt(packet + STATUS) & TP_STATUS_CSUMNOTREADY) != 0;
    }

    /** Whether the kernel or the network card verified TCP's checksum. */
    boolean checksumValid() {
        return (memory.getInt(packet + STATUS) & TP_STATUS_CSUM_VALID) != 0;
    }

    /** Returns the block to the kernel and advances to the next one. */
    void release() {
        INT.setRelease(memory, start() + BLOCK_STATUS, TP_STATUS_KERNEL);
        block = (block + 1) % blocks;
        packetsLeft = 0;
    }

    private int start() {
        return block * blockBytes;
    }
}
