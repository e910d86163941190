package dev.finspect.wire.packet;

import dev.finspect.wire.Decoded;

/**
 * Decodes captured frames: link layer, IP, the tunnels between, TCP or an ICMP error about TCP. Any bytes give a value or
 * a reason, never an exception; what a frame can make it do is bounded. Keeps nothing of a frame but its addresses. For
 * one thread.
 */
public final class PacketDecoder {
    private final Packet packet = new Packet();
    private final LinkLayer link;

    private PacketDecoder(boolean verifyChecksums) {
        link = new LinkLayer(new FourTuples(), verifyChecksums);
    }

    /** One that leaves {@link dev.finspect.wire.TcpSegment#checksum()} at NOT_VERIFIED. */
    public static PacketDecoder trustingChecksums() {
        return new PacketDecoder(false);
    }

    /** One that verifies TCP's checksum where the whole segment was captured, which reads every byte of it. */
    public static PacketDecoder verifyingChecksums() {
        return new PacketDecoder(true);
    }

    /** What the frame is. Reads its bytes between position and limit, changes neither them nor the buffer. */
    public Decoded decode(Frame frame) {
        packet.take(frame);
        Decoded decoded = link.decode(packet, frame.linkType());
        packet.drop();
        return decoded;
    }
}
