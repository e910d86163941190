package dev.finspect.kernel.capture;

import dev.finspect.wire.TcpSegment.Direction;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads the ring that the kernel fills (linux/if_packet.h, TPACKET_V3): blocks that are handed over in their order, each
 * with packets one after the other. For one thread; nothing of a block may be read after {@link #release}.
 *
 * <p>A block's status is read with acquire and written with release: its packets were written before it.
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

    /** A ring in this memory of the kernel's byte order, whose first block is the next to be filled. */
    PacketRing(ByteBuffer memory, int blockBytes, int blocks) {
        this.memory = memory;
        this.blockBytes = blockBytes;
        this.blocks = blocks;
    }

    /** Whether the kernel has handed the next block over; the reading then begins before its first packet. */
    boolean ready() {
        int start = start();
        if (((int) INT.getAcquire(memory, start + BLOCK_STATUS) & TP_STATUS_USER) == 0) {
            return false;
        }
        packetsLeft = memory.getInt(start + BLOCK_PACKETS);
        next = start + memory.getInt(start + BLOCK_FIRST);
        return true;
    }

    /** How many packets of the block are still to be read. */
    int packetsLeft() {
        return packetsLeft;
    }

    /** Whether the kernel had dropped packets, and not told of them, when it handed the block over. */
    boolean losing() {
        return (memory.getInt(start() + BLOCK_STATUS) & TP_STATUS_LOSING) != 0;
    }

    /** Goes on to the next packet of the block, of which some are left. */
    void advance() {
        packet = next;
        next = packet + memory.getInt(packet + NEXT);
        packetsLeft--;
    }

    /** When the kernel saw the packet, wall clock, nanoseconds since the Unix epoch. */
    long atNanos() {
        return Integer.toUnsignedLong(memory.getInt(packet + SECONDS)) * NANOS_A_SECOND
                + memory.getInt(packet + NANOSECONDS);
    }

    /** How many bytes of the packet the filter kept. */
    int snapLength() {
        return memory.getInt(packet + SNAP_LENGTH);
    }

    /** How long the packet was. */
    int length() {
        return memory.getInt(packet + LENGTH);
    }

    /** Copies what the filter kept of the packet, from its IP header on. */
    void copyPacket(byte[] target, int at) {
        memory.get(packet + (memory.getShort(packet + NETWORK_AT) & 0xffff), target, at, snapLength());
    }

    /** The index by which the system knows the interface that the packet passed. */
    int interfaceIndex() {
        return memory.getInt(packet + INTERFACE);
    }

    /** On loopback a packet is sent and received at once: UNKNOWN. */
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

    /** Whether the sender leaves TCP's checksum to a network card, which has not seen the packet yet. */
    boolean checksumNotReady() {
        return (memory.getInt(packet + STATUS) & TP_STATUS_CSUMNOTREADY) != 0;
    }

    /** Whether the kernel, or the network card, found TCP's checksum right. */
    boolean checksumValid() {
        return (memory.getInt(packet + STATUS) & TP_STATUS_CSUM_VALID) != 0;
    }

    /** Gives the block back to the kernel and goes on to the next one. */
    void release() {
        INT.setRelease(memory, start() + BLOCK_STATUS, TP_STATUS_KERNEL);
        block = (block + 1) % blocks;
        packetsLeft = 0;
    }

    private int start() {
        return block * blockBytes;
    }
}
