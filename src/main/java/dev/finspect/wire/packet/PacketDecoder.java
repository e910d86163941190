package dev.finspect.wire.packet;

import dev.finspect.wire.Decoded;

/**
 * Decodes captured frames: link layer, IP, tunnels, TCP or an ICMP error about TCP. Any input gives a value or a reason,
 * never an exception, in bounded time. Keeps nothing of a frame except its addresses. Not thread-safe.
 */
public final class PacketDecoder {
    private final PacketBytes packet = new PacketBytes();
    private final LinkLayer link;

    private PacketDecoder(boolean verifyChecksums) {
        link = new LinkLayer(new FourTuples(), verifyChecksums);
    }

    /** A decoder that leaves {@link dev.finspect.wire.TcpSegment#checksum()} at NOT_VERIFIED. */
    public static PacketDecoder trustingChecksums() {
        return new PacketDecoder(false);
    }

    /** A decoder that verifies TCP's checksum if the whole segment was captured; this reads every byte of it. */
    public static PacketDecoder verifyingChecksums() {
        return new PacketDecoder(true);
    }

    /** Decodes a frame: its bytes between position and limit. Changes neither the bytes nor the buffer. */
    public Decoded decode(Frame frame) {
        packet.take(frame);
        Decoded decoded = link.decode(packet, frame.linkType());
        packet.drop();
        return decoded;
    }
}
