package dev.finspect.wire.packet;

import static dev.finspect.wire.packet.SamplePackets.IPV4;
import static dev.finspect.wire.packet.SamplePackets.IPV4_HEADER;
import static dev.finspect.wire.packet.SamplePackets.IPV6;
import static dev.finspect.wire.packet.SamplePackets.TCP;
import static dev.finspect.wire.packet.SamplePackets.TCP_OF_IPV6;
import static dev.finspect.wire.packet.SamplePackets.decodeRaw;
import static dev.finspect.wire.packet.SamplePackets.ethernet;
import static dev.finspect.wire.packet.SamplePackets.ipv4;
import static dev.finspect.wire.packet.SamplePackets.ipv6;
import static dev.finspect.wire.packet.SamplePackets.segment;
import static dev.finspect.wire.packet.SamplePackets.udp;
import static dev.finspect.wire.packet.SamplePackets.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.Decoded;
import dev.finspect.wire.TcpOptions;
import dev.finspect.wire.TcpSegment;
import dev.finspect.wire.TcpSegment.Checksum;
import dev.finspect.wire.TcpSegment.Direction;
import dev.finspect.wire.Undecoded;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** IP packets of both versions, their payload protocols, and packets that only look like tunnels. */
final class IpLayerTest {
    @Test
    void eachFactOfAnIpv4SegmentIsRead() {
        FourTuple tuple = new FourTuple(IpAddress.v4(0x0a000001), 4660, IpAddress.v4(0x0a000002), 80);
        assertThat(decodeRaw(IPV4)).isEqualTo(sample(tuple));
        assertThat(tuple).hasToString("10.0.0.1:4660 > 10.0.0.2:80");
    }

    @Test
    void eachFactOfAnIpv6SegmentIsRead() {
        FourTuple tuple =
                new FourTuple(IpAddress.v6(0x20010db800000000L, 1), 4660, IpAddress.v6(0x20010db800000000L, 2), 80);
        TcpSegment expected = sample(tuple);
        assertThat(decodeRaw(IPV6))
                .usingRecursiveComparison()
                .ignoringFields("ipBytes")
                .isEqualTo(expected);
        assertThat(segment(IPV6).ipBytes()).isEqualTo(77);
    }

    private static TcpSegment sample(FourTuple tuple) {
        return new TcpSegment(
                SamplePackets.AT_NANOS,
                3,
                Direction.UNKNOWN,
                tuple,
                63,
                57,
                0x01020304,
                0x05060708,
                TcpFlags.ACK | TcpFlags.PSH,
                502,
                5,
                0,
                new TcpOptions(
                        TcpOptions.ABSENT,
                        TcpOptions.ABSENT,
                        false,
                        true,
                        10,
                        11,
                        TcpOptions.Sack.NONE,
                        false,
                        false,
                        false),
                Checksum.RIGHT);
    }

    @Test
    void ipv4OptionsAreSkipped() {
        String longer = with(IPV4_HEADER, 0, "4600003d") + "01010100" + TCP;
        assertThat(segment(longer).payloadBytes()).isEqualTo(5);
        assertThat(segment(longer).ipBytes()).isEqualTo(61);
        assertThat(segment(longer).checksum()).isEqualTo(Checksum.RIGHT);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "hop-by-hop, 0, 0600000000000000, RIGHT",
        "longer hop-by-hop, 0, 06010000000000000000000000000000, RIGHT",
        "routing that is done, 43, 0600000000000000, RIGHT",
        "routing that names further stops, 43, 0600000100000000, NOT_VERIFIED",
        "destination options, 60, 0600000100000000, RIGHT",
        "authentication, 51, 060100000000000000000000, RIGHT",
        "mobility, 135, 0600000000000000, RIGHT",
        "a fragment that is the whole packet, 44, 0600000012345678, RIGHT",
        "a first fragment, 44, 0600000112345678, NOT_VERIFIED",
        "two of them, 0, 3c000000000000000600000000000000, RIGHT"
    })
    void ipv6ExtensionHeadersAreSkipped(String name, int protocol, String extension, Checksum checksum) {
        String packet = IPV6.substring(0, 8)
                + SamplePackets.u16(37 + extension.length() / 2)
                + SamplePackets.u8(protocol)
                + IPV6.substring(14, 80)
                + extension
                + TCP_OF_IPV6;
        assertThat(segment(packet).payloadBytes()).isEqualTo(5);
        assertThat(segment(packet).checksum()).isEqualTo(checksum);
        assertThat(segment(packet).tuple()).isEqualTo(segment(IPV6).tuple());
    }

    @Test
    void tooManyExtensionHeadersAreRejected() {
        assertThat(decodeRaw(ipv6(60, "3c00000000000000".repeat(15) + "0600000000000000" + TCP)))
                .isInstanceOf(TcpSegment.class);
        assertThat(decodeRaw(ipv6(60, "3c00000000000000".repeat(17) + TCP))).isEqualTo(Undecoded.NESTED_TOO_DEEP);
        assertThat(decodeRaw(ipv6(60, "06000000"))).isEqualTo(Undecoded.CUT_OFF);
        assertThat(decodeRaw(ipv6(60, "06ff000000000000" + TCP))).isEqualTo(Undecoded.BAD_IP_LENGTH);
    }

    @Test
    void theFirstFragmentIsDecodedAndLaterOnesAreReported() {
        TcpSegment first = segment(with(IPV4, 6, "2000"));
        assertThat(first.payloadBytes()).isEqualTo(5);
        assertThat(first.checksum()).isEqualTo(Checksum.NOT_VERIFIED);
        assertThat(decodeRaw(with(IPV4, 6, "2003"))).isEqualTo(Undecoded.LATER_FRAGMENT);
        assertThat(decodeRaw(with(IPV4, 6, "0003"))).isEqualTo(Undecoded.LATER_FRAGMENT);
        assertThat(decodeRaw(with(with(IPV4, 6, "0003"), 9, "11"))).isEqualTo(Undecoded.NOT_TCP);
        assertThat(decodeRaw(ipv6(44, "0600000912345678" + TCP))).isEqualTo(Undecoded.LATER_FRAGMENT);
        assertThat(decodeRaw(ipv6(44, "1100000912345678" + TCP))).isEqualTo(Undecoded.NOT_TCP);
        assertThat(decodeRaw(with(ipv4(6, TCP.substring(0, 16)), 6, "2000"))).isEqualTo(Undecoded.TCP_TOO_SHORT);
    }

    @Test
    void paddingAfterThePacketIsNoPayload() {
        TcpSegment padded = segment(IPV4 + "00".repeat(40));
        assertThat(padded).isEqualTo(segment(IPV4));
        assertThat(padded.payloadBytes()).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(ints = {52, 53, 56})
    void payloadIsCountedByTheIpLengthWhereTheCaptureCutsIt(int capturedBytes) {
        TcpSegment cut = (TcpSegment) decodeCut(IPV4, capturedBytes, 57);
        assertThat(cut.payloadBytes()).isEqualTo(5);
        assertThat(cut.checksum()).isEqualTo(Checksum.NOT_VERIFIED);
        assertThat(cut.options()).isEqualTo(segment(IPV4).options());
    }

    @Test
    void truncatedOptionsAreReadAsFarAsCaptured() {
        TcpSegment cut = (TcpSegment) decodeCut(IPV4, 45, 57);
        assertThat(cut.payloadBytes()).isEqualTo(5);
        assertThat(cut.options().timestamps()).isFalse();
        assertThat(cut.options().malformed()).isTrue();
        assertThat(decodeCut(IPV4, 39, 57)).isEqualTo(Undecoded.CUT_OFF);
    }

    @Test
    void lengthZeroMeansTheLengthOnTheWire() {
        TcpSegment whole = segment(with(IPV4, 2, "0000"));
        assertThat(whole.payloadBytes()).isEqualTo(5);
        assertThat(whole.ipBytes()).isEqualTo(57);
        TcpSegment cut = (TcpSegment) decodeCut(with(IPV4, 2, "0000"), 54, 100_020);
        assertThat(cut.ipBytes()).isEqualTo(100_020);
        assertThat(cut.payloadBytes()).isEqualTo(100_020 - 52);
        TcpSegment v6 = (TcpSegment) decodeCut(with(IPV6, 4, "0000"), 77, 100_072);
        assertThat(v6.payloadBytes()).isEqualTo(100_000);
        assertThat(((TcpSegment) SamplePackets.decode(1, ethernet("0800" + with(IPV4, 2, "0000")))).ipBytes())
                .isEqualTo(57);
    }

    @Test
    void anImpossibleOriginalLengthCountsAsTheCapturedLength() {
        assertThat(((TcpSegment) decodeCut(with(IPV4, 2, "0000"), 57, -1)).ipBytes())
                .isEqualTo(57);
        assertThat(((TcpSegment) decodeCut(with(IPV4, 2, "0000"), 57, Integer.MAX_VALUE)).ipBytes())
                .isEqualTo(Integer.MAX_VALUE);
    }

    private static dev.finspect.wire.Decoded decodeCut(String hex, int capturedBytes, int originalBytes) {
        ByteBuffer bytes = ByteBuffer.wrap(new SamplePackets.Sample(101, hex).bytes(), 0, capturedBytes);
        return PacketDecoder.verifyingChecksums()
                .decode(new Frame().set(LinkType.RAW, 0, 0, Direction.OUTGOING, bytes, originalBytes));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "IP header of 16 bytes, 0, 44, BAD_IP_HEADER_LENGTH",
        "IP packet shorter than its header, 2, 0013, BAD_IP_LENGTH",
        "no room for the TCP header, 2, 0027, TCP_TOO_SHORT",
        "TCP header of 16 bytes, 32, 40, BAD_DATA_OFFSET",
        "TCP header past the packet, 32, a0, BAD_DATA_OFFSET",
        "OSPF, 9, 59, NOT_TCP",
        "ESP, 9, 32, NOT_TCP",
        "ICMPv6 in IPv4, 9, 3a, NOT_TCP"
    })
    void oneByteChangedIsNamed(String name, int index, String bytes, Undecoded reason) {
        assertThat(decodeRaw(with(IPV4, index, bytes))).isEqualTo(reason);
    }

    @Test
    void aTcpHeaderMayFillThePacketToItsLastByte() {
        assertThat(segment(with(with(IPV4, 2, "0034"), 32, "80")).payloadBytes())
                .isZero();
    }

    @Test
    void allNineFlagsAreReadAndReservedBitsAreNot() {
        assertThat(segment(with(IPV4, 32, "81ff")).flags()).isEqualTo(0x1ff);
        assertThat(segment(with(IPV4, 32, "8e00")).flags()).isZero();
        assertThat(segment(with(IPV4, 38, "abcd")).urgentPointer()).isEqualTo(0xabcd);
        assertThat(segment(with(IPV4, 34, "ffff")).windowField()).isEqualTo(0xffff);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "ICMP in IPv6, 1, 0300",
        "no next header, 59, ''",
        "a datagram without a tunnel, 17, 003500350008 0000",
        "VXLAN without its flag, 17, 003512b5 0010 0000 0000000000000100",
        "VXLAN that is cut, 17, 003512b5 0010 0000 08000000",
        "Geneve of another version, 17, 003517c1 0010 0000 4000655800000100",
        "Geneve that is cut, 17, 003517c1 0010 0000 0000",
        "GTP of version 2, 17, 08680868 0010 0000 40ff000000000000",
        "GTP' instead of GTP, 17, 08680868 0010 0000 20ff000000000000",
        "GTP that is no user data, 17, 08680868 0010 0000 3001000000000000",
        "GTP that is cut, 17, 08680868 0010 0000 30ff",
        "Teredo without a packet, 17, 0dd80dd8 0008 0000",
        "Teredo with IPv4, 17, 0dd80dd8 0010 0000 4500",
        "Teredo with half an origin, 17, 0dd80dd8 0010 0000 0000ffff",
        "GRE with source routing, 47, 40000800 45",
        "GRE of version 2, 47, 00020800 45"
    })
    void whatOnlyLooksLikeATunnelIsNoTcp(String name, int protocol, String payload) {
        assertThat(decodeRaw(ipv6(protocol, payload.replace(" ", "")))).isEqualTo(Undecoded.NOT_TCP);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "half a UDP header, 17, 0dd80dd8, CUT_OFF",
        "half a GRE header, 47, 0000, CUT_OFF",
        "GRE with nothing, 47, 00000800, CUT_OFF",
        "GRE with ARP, 47, 00000806, NOT_IP",
        "half an ERSPAN header, 47, 000022eb 2000, CUT_OFF",
        "GTP that ends before its extension, 17, 08680868 0010 0000 34ff000000000001 0000 00, CUT_OFF",
        "GTP with an extension of no length, 17, 08680868 0010 0000 34ff000000000001 00000085 00, NESTED_TOO_DEEP",
        "IPv4 in IPv4 that is IPv6, 4, 60, BAD_IP_VERSION"
    })
    void truncatedTunnelsAreReported(String name, int protocol, String payload, Undecoded reason) {
        assertThat(decodeRaw(ipv4(protocol, payload.replace(" ", "")))).isEqualTo(reason);
    }

    /** By its structure: the packet fills the datagram, and an address is Teredo's. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "from a client, 0025, 20010000, 20014860, true",
        "to a client, 0025, 20014860, 20010000, true",
        "an address that is not Teredo's, 0025, 20014860, 20014860, false",
        "shorter than the datagram, 0024, 20010000, 20014860, false",
        "longer than the datagram, 0026, 20010000, 20014860, false"
    })
    void teredoIsFoundOnAnyPort(String name, String length, String source, String destination, boolean found) {
        String inner = "60000000" + length + "063f" + source + "0000000000000000" + "00000001" + destination
                + "0000000000000000" + "00000002" + SamplePackets.TCP_OF_IPV6;
        String origin = "0000ffff0a000001";
        for (String payload : new String[] {inner, origin + inner}) {
            Decoded decoded = PacketDecoder.trustingChecksums()
                    .decode(new SamplePackets.Sample(101, ipv4(17, udp(50_000, 3_797, payload))).frame());
            assertThat(decoded instanceof TcpSegment).isEqualTo(found);
        }
        assertThat(decodeRaw(ipv4(17, udp(50_000, 3_797, "45")))).isEqualTo(Undecoded.NOT_TCP);
    }

    @Test
    void tooManyTunnelsAreRejected() {
        String inIp = IPV4;
        String inGre = IPV4;
        String inUdp = IPV6;
        for (int i = 0; i < 13; i++) {
            inIp = ipv4(4, inIp);
            inGre = ipv4(47, "00000800" + inGre);
            inUdp = ipv6(17, udp(3544, 3544, inUdp));
        }
        assertThat(decodeRaw(inIp)).isEqualTo(Undecoded.NESTED_TOO_DEEP);
        assertThat(decodeRaw(inGre)).isEqualTo(Undecoded.NESTED_TOO_DEEP);
        assertThat(decodeRaw(inUdp)).isEqualTo(Undecoded.NESTED_TOO_DEEP);
        String extensions = "34ff004500000001" + "00000085" + "01000085".repeat(13) + "01000000" + IPV4;
        assertThat(decodeRaw(ipv4(17, udp(2152, 2152, extensions)))).isEqualTo(Undecoded.NESTED_TOO_DEEP);
    }

    @Test
    void segmentsOfOneDirectionShareTheirAddresses() {
        PacketDecoder decoder = PacketDecoder.trustingChecksums();
        TcpSegment first = (TcpSegment) decoder.decode(new SamplePackets.Sample(101, IPV4).frame());
        TcpSegment second = (TcpSegment) decoder.decode(new SamplePackets.Sample(228, IPV4).frame());
        TcpSegment other = (TcpSegment) decoder.decode(new SamplePackets.Sample(101, with(IPV4, 20, "1235")).frame());
        assertThat(second.tuple()).isSameAs(first.tuple());
        assertThat(other.tuple()).isNotEqualTo(first.tuple());
        assertThat(first.checksum()).isEqualTo(Checksum.NOT_VERIFIED);
    }
}
