package dev.finspect.wire.packet;

import dev.finspect.wire.Decoded;
import dev.finspect.wire.TcpSegment;
import dev.finspect.wire.TcpSegment.Direction;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Packets in hexadecimal, all with the same TCP segment: 10.0.0.1:4660 > 10.0.0.2:80 or its like in IPv6, ACK and PSH,
 * time stamps 10 and 11, "hello"; and headers to wrap around them.
 */
public final class SamplePackets {
    static final long AT_NANOS = 1_700_000_000_123_456_789L;

    static final String IPV4_HEADER = "45000039123440003f0615890a0000010a000002";
    static final String TCP = "123400500102030405060708801801f6fa3800000101080a0000000a0000000b68656c6c6f";
    static final String IPV4 = IPV4_HEADER + TCP;
    static final String IPV6_HEADER =
            "600000000025063f" + "20010db8000000000000000000000001" + "20010db8000000000000000000000002";
    static final String TCP_OF_IPV6 = "123400500102030405060708801801f6b2c600000101080a0000000a0000000b68656c6c6f";
    static final String IPV6 = IPV6_HEADER + TCP_OF_IPV6;

    private SamplePackets() {}

    /** One frame for each layer that the decoder supports, all with the same segment, by name. */
    public static Map<String, Sample> everyKind() {
        Map<String, Sample> samples = new LinkedHashMap<>();
        samples.put("raw IPv4", new Sample(101, IPV4));
        samples.put("raw IPv6", new Sample(101, IPV6));
        samples.put("raw of BSD", new Sample(12, IPV4));
        samples.put("raw of OpenBSD", new Sample(14, IPV6));
        samples.put("IPv4 only", new Sample(228, IPV4));
        samples.put("IPv6 only", new Sample(229, IPV6));
        samples.put("loopback, little-endian", new Sample(0, "02000000" + IPV4));
        samples.put("loopback, big-endian", new Sample(0, "00000002" + IPV4));
        samples.put("loopback, IPv6 of Linux", new Sample(0, "0a000000" + IPV6));
        samples.put("loopback, IPv6 of NetBSD", new Sample(0, "18000000" + IPV6));
        samples.put("loopback, IPv6 of FreeBSD", new Sample(0, "1c000000" + IPV6));
        samples.put("loopback, IPv6 of macOS", new Sample(0, "0000001e" + IPV6));
        samples.put("loopback of OpenBSD", new Sample(108, "00000018" + IPV6));
        samples.put("Linux cooked", new Sample(113, "00000001000602000000000100000800" + IPV4));
        samples.put("Linux cooked 2", new Sample(276, "86dd000000000007000100060200000000010000" + IPV6));
        samples.put("PPP", new Sample(9, "0021" + IPV4));
        samples.put("PPP with address and control", new Sample(9, "ff030057" + IPV6));
        samples.put("PPP with a compressed protocol", new Sample(50, "21" + IPV4));
        samples.put("PPP with MPLS", new Sample(9, "0281" + "00010140" + IPV4));
        samples.put("PPPoE", new Sample(51, pppoe("0021" + IPV4)));
        samples.put("Ethernet", new Sample(1, ethernet("0800" + IPV4)));
        samples.put("Ethernet, IPv6", new Sample(1, ethernet("86dd" + IPV6)));
        samples.put("Ethernet with padding", new Sample(1, ethernet("0800" + IPV4 + "0000000000")));
        samples.put("SNAP", new Sample(1, ethernet("004d" + "aaaa03" + "0000000800" + IPV4)));
        samples.put("SNAP of bridges, IPv6", new Sample(1, ethernet("0061" + "aaaa03" + "0000f886dd" + IPV6)));
        samples.put("SNAP in a VLAN", new Sample(1, ethernet("81000001004d" + "aaaa03" + "0000000800" + IPV4)));
        samples.put("IP over LLC", new Sample(1, ethernet("0048" + "060603" + IPV4)));
        samples.put(
                "SNAP in cooked form",
                new Sample(113, "00000001000602000000000100000004" + "aaaa03" + "0000000800" + IPV4));
        samples.put("Cisco HDLC", new Sample(104, "0f00" + "0800" + IPV4));
        samples.put("frame relay", new Sample(107, "1841" + "03cc" + IPV4));
        samples.put("frame relay, IPv6", new Sample(107, "1841" + "038e" + IPV6));
        samples.put("frame relay with SNAP", new Sample(107, "1841" + "030080" + "0000000800" + IPV4));
        samples.put("frame relay of Cisco, long address", new Sample(107, "18400041" + "0800" + IPV4));
        samples.put(
                "NFLOG, little-endian",
                new Sample(239, "02000000" + "080001000800" + "0300" + "05000a0041000000" + "3d000900" + IPV4));
        samples.put("NFLOG, big-endian", new Sample(239, "0a000000" + "0008000186dd0100" + "00510009" + IPV6));
        samples.put("PPI", new Sample(192, "0000080001000000" + ethernet("0800" + IPV4)));
        samples.put("VLAN", new Sample(1, ethernet("810000010800" + IPV4)));
        samples.put("QinQ", new Sample(1, ethernet("88a800028100000186dd" + IPV6)));
        samples.put("QinQ of old", new Sample(1, ethernet("91000002810000010800" + IPV4)));
        samples.put("MPLS", new Sample(1, ethernet("8847" + "00010040" + "00020140" + IPV4)));
        samples.put("MPLS, IPv6", new Sample(1, ethernet("8848" + "00020140" + IPV6)));
        samples.put(
                "MPLS with Ethernet",
                new Sample(1, ethernet("8847" + "00020140" + "00000000" + ethernet("0800" + IPV4))));
        samples.put("MPLS in VLAN", new Sample(1, ethernet("810000018847" + "00020140" + IPV4)));
        samples.put("PPPoE over QinQ", new Sample(1, ethernet("88a80002810000018864" + pppoe("0021" + IPV4))));
        samples.put("IP in IP", new Sample(101, ipv4(4, IPV4)));
        samples.put("IPv6 in IPv4", new Sample(101, ipv4(41, IPV6)));
        samples.put("IPv4 in IPv6", new Sample(101, ipv6(4, IPV4)));
        samples.put("GRE", new Sample(101, ipv4(47, "00000800" + IPV4)));
        samples.put("GRE, all fields", new Sample(101, ipv4(47, "b00086dd" + "000000000000000100000002" + IPV6)));
        samples.put("GRE with Ethernet", new Sample(101, ipv4(47, "00006558" + ethernet("0800" + IPV4))));
        samples.put("GRE with VLAN", new Sample(101, ipv4(47, "0000810000010800" + IPV4)));
        samples.put(
                "PPTP", new Sample(101, ipv4(47, "3081880b" + "00000000" + "00000001" + "00000002" + "0021" + IPV4)));
        samples.put(
                "PPTP without ACK",
                new Sample(101, ipv4(47, "3001880b" + "00000000" + "00000001" + "ff030021" + IPV4)));
        samples.put("ERSPAN I", new Sample(101, ipv4(47, "000088be" + ethernet("0800" + IPV4))));
        samples.put(
                "ERSPAN II",
                new Sample(101, ipv4(47, "100088be" + "00000001" + "1000000000000000" + ethernet("0800" + IPV4))));
        samples.put(
                "ERSPAN III",
                new Sample(
                        101, ipv4(47, "100022eb" + "00000001" + "200000000000000000000000" + ethernet("0800" + IPV4))));
        samples.put(
                "ERSPAN III with a subheader",
                new Sample(
                        101,
                        ipv4(
                                47,
                                "100022eb" + "00000001" + "200000000000000000000001" + "0000000000000000"
                                        + ethernet("0800" + IPV4))));
        samples.put("VXLAN", new Sample(101, ipv4(17, udp(50000, 4789, "0800000000000100" + ethernet("0800" + IPV4)))));
        samples.put(
                "Geneve",
                new Sample(101, ipv4(17, udp(50000, 6081, "0100655800000100" + "00000000" + ethernet("0800" + IPV4)))));
        samples.put("Geneve with IP", new Sample(101, ipv6(17, udp(50000, 6081, "0000080000000100" + IPV4))));
        samples.put("GTP-U", new Sample(101, ipv4(17, udp(2152, 2152, "30ff003900000001" + IPV4))));
        samples.put(
                "GTP-U, numbered", new Sample(101, ipv4(17, udp(2152, 50000, "32ff005100000001" + "00010000" + IPV6))));
        samples.put(
                "GTP-U with extensions",
                new Sample(
                        101,
                        ipv4(17, udp(50000, 2152, "34ff004500000001" + "00000085" + "01000085" + "01000000" + IPV4))));
        samples.put("Teredo", new Sample(101, ipv4(17, udp(50000, 3544, IPV6))));
        samples.put("Teredo with origin", new Sample(101, ipv4(17, udp(3544, 50000, "0000ffff0a000001" + IPV6))));
        samples.put(
                "Teredo with authentication and origin",
                new Sample(
                        101,
                        ipv4(
                                17,
                                udp(
                                        3544,
                                        50000,
                                        "00010101" + "aabb" + "0000000000000000" + "00" + "0000ffff0a000001" + IPV6))));
        samples.put("a tunnel in a tunnel", new Sample(1, ethernet("0800" + ipv4(47, "000086dd" + ipv6(4, IPV4)))));
        return samples;
    }

    /** A frame and its LINKTYPE_ number. */
    public record Sample(int linkType, String hex) {
        /** A new copy of the frame's bytes. */
        public byte[] bytes() {
            return HexFormat.of().parseHex(hex);
        }

        /** The frame as if it had been captured completely. */
        public Frame frame() {
            return frameOf(linkType, ByteBuffer.wrap(bytes()));
        }
    }

    static Frame frameOf(int linkType, ByteBuffer bytes) {
        return new Frame().set(new LinkType(linkType), AT_NANOS, 3, Direction.UNKNOWN, bytes, bytes.remaining());
    }

    static Decoded decode(int linkType, String hex) {
        return PacketDecoder.verifyingChecksums().decode(new Sample(linkType, hex).frame());
    }

    static Decoded decodeRaw(String hex) {
        return decode(101, hex);
    }

    static TcpSegment segment(String rawHex) {
        return (TcpSegment) decodeRaw(rawHex);
    }

    static String ethernet(String typeAndPayload) {
        return "020000000002" + "020000000001" + typeAndPayload;
    }

    static String pppoe(String ppp) {
        return "11000001" + u16(ppp.length() / 2) + ppp;
    }

    static String ipv4(int protocol, String payload) {
        return "4500" + u16(20 + payload.length() / 2) + "0001000040" + u8(protocol) + "0000" + "c0000201" + "c0000202"
                + payload;
    }

    static String ipv6(int protocol, String payload) {
        return "60000000" + u16(payload.length() / 2) + u8(protocol) + "40" + "fd000000000000000000000000000001"
                + "fd000000000000000000000000000002" + payload;
    }

    static String udp(int source, int destination, String payload) {
        return u16(source) + u16(destination) + u16(8 + payload.length() / 2) + "0000" + payload;
    }

    static String u8(int value) {
        return HexFormat.of().toHexDigits((byte) value);
    }

    static String u16(int value) {
        return HexFormat.of().toHexDigits((short) value);
    }

    /** The packet with the bytes at an index replaced. */
    static String with(String hex, int index, String bytes) {
        return hex.substring(0, 2 * index) + bytes + hex.substring(2 * index + bytes.length());
    }
}
