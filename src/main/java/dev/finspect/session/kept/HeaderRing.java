package dev.finspect.session.kept;

import dev.finspect.session.SegmentBatch;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.TcpSegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a leg's first and last segments, which most diagnoses need: the handshake and the end. Not thread-safe.
 */
public final class HeaderRing {
    /** How many first segments are never pushed out. */
    static final int FIRST = 8;

    /** The most segments kept after those. */
    static final int LAST = 56;

    /** What a connection without payload has: as many headers of the most common length. */
    static final int SHORT_LIFE_BYTES = FIRST * (PackedSegments.EACH_BYTES + 60);

    /** What a request and its answer add to that. */
    private static final int LONGER_LIFE_BYTES = SHORT_LIFE_BYTES / 2;

    private static final int LEAST_IP_BYTES = 20;
    private static final int IPV6_HEADER_BYTES = 40;

    private final HeaderBudget budget;
    private final PackedSegments first = new PackedSegments(SHORT_LIFE_BYTES);
    private final PackedSegments last = new PackedSegments(LONGER_LIFE_BYTES);
    private long heldBytes;
    private long omitted;

    /** None yet; its memory is of this budget. */
    HeaderRing(HeaderBudget budget) {
        this.budget = budget;
    }

    /** Keeps a segment of a batch by its place, if need be in the place of the oldest that may go. */
    public void add(SegmentBatch batch, int index) {
        int headerBytes = batch.headerBytes(index);
        PackedSegments room = room(headerBytes);
        if (room != null) {
            TcpSegment segment = batch.segment(index);
            int at = room.add(
                    segment.atNanos(), segment.interfaceId(), segment.direction(), segment.ipBytes(), headerBytes);
            batch.copyHeaders(index, room.array(), at);
        }
    }

    /**
     * Keeps a packet that is an ICMP error in the same way.
     *
     * @param packet from its IP header on
     */
    public void add(IcmpError error, byte[] packet) {
        int headerBytes = Math.min(packet.length, PackedSegments.MOST_HEADER_BYTES);
        PackedSegments room = room(headerBytes);
        if (room != null) {
            int at = room.add(error.atNanos(), error.interfaceId(), error.direction(), ipBytes(packet), headerBytes);
            System.arraycopy(packet, 0, room.array(), at, headerBytes);
        }
    }

    /** The length in the IP header, at least the bytes present; just these where there is no such header. */
    private static int ipBytes(byte[] packet) {
        ByteBuffer bytes = ByteBuffer.wrap(packet);
        int version = packet.length < LEAST_IP_BYTES ? 0 : (packet[0] & 0xf0) >> 4;
        int declaredBytes = version == 4
                ? bytes.getShort(2) & 0xffff
                : version == 6 ? IPV6_HEADER_BYTES + (bytes.getShort(4) & 0xffff) : 0;
        return Math.max(declaredBytes, packet.length);
    }

    /** What is kept, in order. */
    public List<KeptSegment> segments() {
        List<KeptSegment> all = new ArrayList<>(first.count() + last.count());
        first.unpackInto(all);
        last.unpackInto(all);
        return all;
    }

    /** How many segments are not kept. */
    public long omitted() {
        return omitted;
    }

    /** Memory that is taken from the budget, used or not. */
    public long heldBytes() {
        return heldBytes;
    }

    /** Memory that the headers really take; the same, unless it is counted wrongly. */
    long arrayBytes() {
        return (long) first.capacityBytes() + last.capacityBytes();
    }

    /** No more are expected: room for them is given back. */
    void trim() {
        trim(first);
        trim(last);
    }

    private void trim(PackedSegments segments) {
        int before = segments.capacityBytes();
        segments.trim();
        int free = before - segments.capacityBytes();
        heldBytes -= free;
        budget.giveBack(free);
    }

    /** Forgets all and keeps the memory, for another connection. */
    void empty() {
        omitted = 0;
        first.empty();
        last.empty();
    }

    /** Forgets all and gives the memory back. */
    void clear() {
        omitted += first.count() + last.count();
        first.clear();
        last.clear();
        budget.giveBack(heldBytes);
        heldBytes = 0;
    }

    /** Where so many bytes of headers are to be kept; null when they are too many, or there is no memory left for them. */
    private @Nullable PackedSegments room(int headerBytes) {
        if (headerBytes > PackedSegments.MOST_HEADER_BYTES) {
            omitted++;
            return null;
        }
        int each = PackedSegments.EACH_BYTES + headerBytes;
        if (last.count() == LAST) {
            dropOldest();
        }
        PackedSegments room = first.count() < FIRST ? first : last;
        while (!make(room, each, room.capacityBytesFor(each)) && !make(room, each, room.leastBytesFor(each))) {
            if (last.count() == 0) {
                omitted++;
                return null;
            }
            dropOldest();
        }
        return room;
    }

    /** Makes room for so many bytes, with more memory if needed; false where the budget does not have it. */
    private boolean make(PackedSegments room, int needed, int capacityBytes) {
        int before = room.capacityBytes();
        int after = Math.max(before, capacityBytes);
        if (!budget.take(after - before)) {
            return false;
        }
        heldBytes += after - before;
        if (!room.hasRoom(needed)) {
            room.resize(after);
        }
        return true;
    }

    private void dropOldest() {
        last.dropFirst();
        omitted++;
    }
}
