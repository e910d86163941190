package dev.finspect.wire.filter;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;

/** Packets for the filter, byte by byte, from the IP header on. */
final class CraftedPacket {
    static final int FIN = 1;
    static final int SYN = 2;
    static final int RST = 4;
    static final int ACK = 16;
    private static final int TCP = 6;

    private CraftedPacket() {}

    /** A TCP segment; {@code options} bytes of options in the IPv4 and in the TCP header are a multiple of four. */
    static byte[] tcp(
            String from, int fromPort, String to, int toPort, int flags, int ipOptions, int options, int data) {
        return ip(from, to, ipOptions, 0, TCP, segment(fromPort, toPort, flags, options, data));
    }

    static byte[] segment(int fromPort, int toPort, int flags, int options, int data) {
        return bytes(out -> {
            out.writeShort(fromPort);
            out.writeShort(toPort);
            out.writeLong(0);
            out.writeByte(((20 + options) / 4) << 4);
            out.writeByte(flags);
            out.write(new byte[6 + options + data]);
        });
    }

    /** An ICMP or ICMPv6 message that quotes a packet. */
    static byte[] icmp(String from, String to, int type, byte[] quoted) {
        boolean v6 = from.contains(":");
        return ip(from, to, 0, 0, v6 ? 58 : 1, bytes(out -> {
            out.writeByte(type);
            out.write(new byte[7]);
            out.write(quoted);
        }));
    }

    static byte[] ip(String from, String to, int ipOptions, int fragmentOffset, int protocol, byte[] payload) {
        return bytes(out -> {
            if (from.contains(":")) {
                out.writeInt(0x60000000);
                out.writeShort(payload.length);
                out.writeByte(protocol);
                out.writeByte(64);
            } else {
                out.writeByte(0x40 | ((20 + ipOptions) / 4));
                out.writeByte(0);
                out.writeShort(20 + ipOptions + payload.length);
                out.writeShort(0);
                out.writeShort(fragmentOffset);
                out.writeByte(64);
                out.writeByte(protocol);
                out.writeShort(0);
            }
            out.write(InetAddress.getAllByName(from)[0].getAddress());
            out.write(InetAddress.getAllByName(to)[0].getAddress());
            out.write(new byte[ipOptions]);
            out.write(payload);
        });
    }

    private static byte[] bytes(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writing.to(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Writes to a stream of memory. */
    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }
}
