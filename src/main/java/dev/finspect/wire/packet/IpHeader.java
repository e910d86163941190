package dev.finspect.wire.packet;

import dev.finspect.tcp.IpAddress;
import dev.finspect.wire.Ipv6Extension;
import dev.finspect.wire.Undecoded;
import org.jspecify.annotations.Nullable;

/** An IPv4 header with its options, or an IPv6 header with its extension headers (RFC 791, RFC 8200); reused for each packet. */
final class IpHeader {
    private static final int V4_BYTES = 20;
    private static final int V6_BYTES = 40;
    private static final int MAX_EXTENSIONS = 16;

    boolean v6;
    long sourceHigh;
    long sourceLow;
    long destinationHigh;
    long destinationLow;
    int ttl;
    /** Protocol of the payload at {@link #payloadAt}. */
    int protocol;

    int payloadAt;
    /** Length of the packet with its headers, as the header states it. */
    int totalBytes;
    /** Index after the end of the packet by that length, captured or not. */
    int end;
    /** Whether this is a fragment. */
    boolean fragment;
    /** Whether this is a fragment other than the first. */
    boolean laterFragment;
    /** Of a fragment: the number that it shares with the others of its packet. */
    int fragmentId;
    /** Of a fragment: how many bytes of the packet's payload come before its own. */
    int fragmentOffset;
    /** Of a fragment: whether it is not the last. */
    boolean moreFragments;
    /** Of a fragment: where its own bytes begin. */
    int fragmentPayloadAt;
    /** Of a fragment: length of the headers that the whole packet has as well. */
    int unfragmentedBytes;
    /** Whether a routing header has segments left, so that the destination is not the final one. */
    boolean routed;

    /** Reads the header at {@code at}; returns null, or why it cannot be read. */
    @Nullable
    Undecoded read(PacketBytes packet, int at) {
        if (!packet.has(at, 1)) {
            return Undecoded.CUT_OFF;
        }
        return switch (packet.u8(at) >> 4) {
            case 4 -> version4(packet, at);
            case 6 -> version6(packet, at);
            default -> Undecoded.BAD_IP_VERSION;
        };
    }

    IpAddress source() {
        return new IpAddress(v6, sourceHigh, sourceLow);
    }

    IpAddress destination() {
        return new IpAddress(v6, destinationHigh, destinationLow);
    }

    /** Sets what is known of a packet that was joined from fragments, whose payload begins at index 0. */
    void set(IpAddress source, IpAddress destination, int timeToLive, int headerBytes, int payloadBytes) {
        v6 = source.v6();
        sourceHigh = source.high();
        sourceLow = source.low();
        destinationHigh = destination.high();
        destinationLow = destination.low();
        ttl = timeToLive;
        protocol = TcpLayer.PROTOCOL;
        payloadAt = 0;
        totalBytes = headerBytes + payloadBytes;
        end = payloadBytes;
        fragment = true;
        laterFragment = false;
        routed = false;
    }

    private @Nullable Undecoded version4(PacketBytes packet, int at) {
        if (!packet.has(at, V4_BYTES)) {
            return Undecoded.CUT_OFF;
        }
        int headerBytes = (packet.u8(at) & 0xf) * 4;
        if (headerBytes < V4_BYTES) {
            return Undecoded.BAD_IP_HEADER_LENGTH;
        }
        v6 = false;
        sourceHigh = 0;
        sourceLow = packet.i32(at + 12) & 0xffffffffL;
        destinationHigh = 0;
        destinationLow = packet.i32(at + 16) & 0xffffffffL;
        ttl = packet.u8(at + 8);
        protocol = packet.u8(at + 9);
        payloadAt = at + headerBytes;
        int fragmentField = packet.u16(at + 6);
        fragment = (fragmentField & 0x3fff) != 0;
        laterFragment = (fragmentField & 0x1fff) != 0;
        if (fragment) {
            fragmentId = packet.u16(at + 4);
            fragmentOffset = (fragmentField & 0x1fff) * 8;
            moreFragments = (fragmentField & 0x2000) != 0;
            fragmentPayloadAt = payloadAt;
            unfragmentedBytes = headerBytes;
        }
        routed = false;
        length(packet, at, packet.u16(at + 2));
        return null;
    }

    private @Nullable Undecoded version6(PacketBytes packet, int at) {
        if (!packet.has(at, V6_BYTES)) {
            return Undecoded.CUT_OFF;
        }
        v6 = true;
        sourceHigh = packet.i64(at + 8);
        sourceLow = packet.i64(at + 16);
        destinationHigh = packet.i64(at + 24);
        destinationLow = packet.i64(at + 32);
        ttl = packet.u8(at + 7);
        protocol = packet.u8(at + 6);
        payloadAt = at + V6_BYTES;
        fragment = false;
        laterFragment = false;
        routed = false;
        int payloadBytes = packet.u16(at + 4);
        length(packet, at, payloadBytes == 0 ? 0 : V6_BYTES + payloadBytes);
        return extensions(packet, at);
    }

    private @Nullable Undecoded extensions(PacketBytes packet, int at) {
        for (int count = 0; !laterFragment; count++) {
            if (Ipv6Extension.lengthBytes(protocol, 0) == Ipv6Extension.NONE) {
                return null;
            }
            if (count == MAX_EXTENSIONS) {
                return Undecoded.NESTED_TOO_DEEP;
            }
            if (!packet.has(payloadAt, 8)) {
                return Undecoded.CUT_OFF;
            }
            int field = packet.u16(payloadAt + 2);
            if (protocol == Ipv6Extension.FRAGMENT) {
                fragment = (field & 0xfff9) != 0;
                laterFragment = (field & 0xfff8) != 0;
                fragmentId = packet.i32(payloadAt + 4);
                fragmentOffset = field & 0xfff8;
                moreFragments = (field & 1) != 0;
                fragmentPayloadAt = payloadAt + 8;
                unfragmentedBytes = payloadAt - at;
            }
            routed |= protocol == Ipv6Extension.ROUTING && (field & 0xff) != 0;
            int length = Ipv6Extension.lengthBytes(protocol, packet.u8(payloadAt + 1));
            protocol = packet.u8(payloadAt);
            payloadAt += length;
        }
        return null;
    }

    /** A length of 0 occurs in packets larger than 65,535 bytes, and before segmentation offload by the network card. */
    private void length(PacketBytes packet, int at, int stated) {
        totalBytes = stated == 0 ? packet.wireEnd() - at : stated;
        end = at + totalBytes;
    }
}
