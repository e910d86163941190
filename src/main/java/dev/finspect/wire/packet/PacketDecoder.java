package dev.finspect.wire.packet;

import dev.finspect.wire.Decoded;
import dev.finspect.wire.TcpSegment;
import org.jspecify.annotations.Nullable;

/**
 * Decodes captured frames: link layer, IP, tunnels, TCP or an ICMP error about TCP. Any input gives a value or a reason,
 * never an exception, in bounded time. Keeps nothing of a frame except its addresses. Not thread-safe.
 */
public final class PacketDecoder {
    private final PacketBytes packet = new PacketBytes();
    private final LinkLayer link;

    /** Null where fragments are not joined. */
    private final @Nullable Fragments fragments;

    private PacketDecoder(boolean verifyChecksums, boolean joinFragments) {
        FourTuples tuples = new FourTuples();
        TcpLayer tcp = new TcpLayer(tuples, verifyChecksums);
        fragments = joinFragments ? new Fragments(tcp) : null;
        link = new LinkLayer(tcp, new IcmpLayer(tuples), fragments);
    }

    /** A decoder that leaves {@link dev.finspect.wire.TcpSegment#checksum()} at NOT_VERIFIED. */
    public static PacketDecoder trustingChecksums() {
        return new PacketDecoder(false, false);
    }

    /** A decoder that verifies TCP's checksum if the whole segment was captured; this reads every byte of it. */
    public static PacketDecoder verifyingChecksums() {
        return new PacketDecoder(true, false);
    }

    /**
     * A decoder that joins fragments of TCP segments, for a capture that has them all. Ask it for {@link #incomplete} segments before
     * each frame and after the last one.
     */
    public static PacketDecoder joiningFragments(boolean verifyChecksums) {
        return new PacketDecoder(verifyChecksums, true);
    }

    /** Decodes a frame: its bytes between position and limit. Changes neither the bytes nor the buffer. */
    public Decoded decode(Frame frame) {
        packet.take(frame);
        Decoded decoded = link.decode(packet, frame.linkType());
        packet.drop();
        return decoded;
    }

    /**
     * The beginning of the next segment of which fragments have not come in time, with the time of its first fragment, and without
     * FIN or RST. Null if there is none. A frame gave {@link dev.finspect.wire.Undecoded#FRAGMENT} for each of its fragments.
     *
     * @param nowNanos time of the frame that comes next; {@link Long#MAX_VALUE} after the last
     */
    public @Nullable TcpSegment incomplete(long nowNanos) {
        Fragments joins = fragments;
        return joins == null ? null : joins.incomplete(nowNanos);
    }
}
