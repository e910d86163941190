package dev.finspect.wire.packet;

import static dev.finspect.wire.packet.SamplePackets.IPV4;
import static dev.finspect.wire.packet.SamplePackets.IPV6;
import static dev.finspect.wire.packet.SamplePackets.decode;
import static dev.finspect.wire.packet.SamplePackets.ethernet;
import static dev.finspect.wire.packet.SamplePackets.segment;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.wire.Decoded;
import dev.finspect.wire.TcpSegment;
import dev.finspect.wire.TcpSegment.Direction;
import dev.finspect.wire.Undecoded;
import dev.finspect.wire.VirtualNetwork;
import dev.finspect.wire.VirtualNetwork.Tag;
import dev.finspect.wire.packet.SamplePackets.Sample;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The layers below IP, and tunnels, which contain them again. */
final class LinkLayerTest {
    static Stream<Map.Entry<String, Sample>> everyKind() {
        return SamplePackets.everyKind().entrySet().stream();
    }

    @Test
    void headersOfHeadersEnd() {
        assertThat(decode(192, "00000800c0000000".repeat(20))).isEqualTo(Undecoded.NESTED_TOO_DEEP);
        String snap = "aaaa03" + "000000";
        assertThat(decode(1, ethernet("0100" + (snap + "8100" + "0001" + "0100").repeat(20))))
                .isEqualTo(Undecoded.NESTED_TOO_DEEP);
        assertThat(decode(239, "02000000" + "04000300".repeat(70))).isEqualTo(Undecoded.NOT_IP);
    }

    @Test
    void hookOfNflogShowsTheDirection() {
        String before = "02000000" + "080001000800";
        String after = "00" + "3d000900" + IPV4;
        assertThat(((TcpSegment) decode(239, before + "01" + after)).direction())
                .isEqualTo(Direction.INCOMING);
        assertThat(((TcpSegment) decode(239, before + "03" + after)).direction())
                .isEqualTo(Direction.OUTGOING);
        assertThat(((TcpSegment) decode(239, before + "04" + after)).direction())
                .isEqualTo(Direction.UNKNOWN);
    }

    @Test
    void linkTypesThatAreNotReadHaveNames() {
        assertThat(new LinkType(127).described()).isEqualTo("127 (802.11 with radiotap)");
        assertThat(new LinkType(105).described()).isEqualTo("105 (802.11)");
        assertThat(new LinkType(150).described()).isEqualTo("150 (for private use)");
        assertThat(new LinkType(999).described()).isEqualTo("999");
        assertThat(LinkType.known()).contains(LinkType.NFLOG, LinkType.PPI, LinkType.CISCO_HDLC, LinkType.FRAME_RELAY);
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    void theSegmentIsFoundWhateverIsAroundIt(Map.Entry<String, Sample> kind) {
        Sample sample = kind.getValue();
        TcpSegment expected = segment(sample.hex().contains(IPV6) ? IPV6 : IPV4);
        TcpSegment found = (TcpSegment) decode(sample.linkType(), sample.hex());
        assertThat(found)
                .usingRecursiveComparison()
                .ignoringFields("interfaceId", "direction", "network")
                .isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "Ethernet |",
                "SNAP in a VLAN | vlan 1",
                "VLAN | vlan 1",
                "QinQ | vlan 2, vlan 1",
                "QinQ of old | vlan 2, vlan 1",
                "PPP with MPLS | mpls 16",
                "MPLS | mpls 32",
                "MPLS in VLAN | vlan 1, mpls 32",
                "PPPoE over QinQ | vlan 2, vlan 1",
                "IP in IP |",
                "GRE |",
                "GRE, all fields | gre 1",
                "GRE with VLAN | vlan 1",
                "PPTP | gre 0",
                "ERSPAN II |",
                "ERSPAN III |",
                "VXLAN | vxlan 1",
                "Geneve | geneve 1",
                "Geneve with IP | geneve 1",
                "GTP-U | gtp 1",
                "GTP-U with extensions | gtp 1",
                "Teredo |",
            })
    void theTagsOnTheWayNameTheNetwork(String kind, @Nullable String expected) {
        Sample sample = Objects.requireNonNull(SamplePackets.everyKind().get(kind));
        assertThat(((TcpSegment) decode(sample.linkType(), sample.hex()))
                        .network()
                        .label())
                .isEqualTo(expected == null ? "" : expected);
    }

    @Test
    void partsOfATagThatAreNoNumberNameNoNetwork() {
        assertThat(network(ethernet("8100a0000800" + IPV4))).isEqualTo(VirtualNetwork.NONE);
        assertThat(network(ethernet("8100e0070800" + IPV4)).label()).isEqualTo("vlan 7");
        assertThat(network(ethernet("8847" + "00000140" + IPV4))).isEqualTo(VirtualNetwork.NONE);
        String erspan = "100088be" + "00000001" + "1064000000000000" + ethernet("0800" + IPV4);
        assertThat(network(ethernet("0800" + SamplePackets.ipv4(47, erspan))).label())
                .isEqualTo("vlan 100");
        String pptp = "2001880b" + "00250009" + "0021" + IPV4;
        assertThat(network(ethernet("0800" + SamplePackets.ipv4(47, pptp))).label())
                .isEqualTo("gre 9");
        String checked = "a0000800" + "00000000" + "fffffffe" + IPV4;
        assertThat(network(ethernet("0800" + SamplePackets.ipv4(47, checked))).label())
                .isEqualTo("gre 4294967294");
    }

    private static VirtualNetwork network(String ethernet) {
        return ((TcpSegment) decode(1, ethernet)).network();
    }

    @Test
    void framesOfOneNetworkShareIt() {
        PacketDecoder decoder = PacketDecoder.trustingChecksums();
        VirtualNetwork[] found = new VirtualNetwork[4096];
        for (int round = 0; round < 2; round++) {
            for (int number = 1; number < 4096; number++) {
                String frame = ethernet("8100" + SamplePackets.u16(number) + "0800" + IPV4);
                VirtualNetwork network = ((TcpSegment) decoder.decode(new Sample(1, frame).frame())).network();
                assertThat(network.label()).isEqualTo("vlan " + number);
                assertThat(((TcpSegment) decoder.decode(new Sample(1, frame).frame())).network())
                        .isSameAs(network);
                assertThat(round == 0 || found[number].equals(network)).isTrue();
                found[number] = network;
            }
        }
    }

    @Test
    void networksHaveDifferentNumbers() {
        Set<Long> numbers = new HashSet<>();
        for (int outer = 0; outer < 100; outer++) {
            for (int inner = 0; inner < 100; inner++) {
                for (VirtualNetwork.Kind kind : VirtualNetwork.Kind.values()) {
                    numbers.add(
                            new VirtualNetwork(List.of(new Tag(VirtualNetwork.Kind.VLAN, outer), new Tag(kind, inner)))
                                    .number());
                }
            }
        }
        assertThat(numbers).hasSize(100 * 100 * VirtualNetwork.Kind.values().length);
        assertThat(VirtualNetwork.NONE.number()).isZero();
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    void aTruncatedFrameGivesTheSegmentOrAReason(Map.Entry<String, Sample> kind) {
        Sample sample = kind.getValue();
        byte[] bytes = sample.bytes();
        PacketDecoder decoder = PacketDecoder.verifyingChecksums();
        int segments = 0;
        for (int length = 0; length <= bytes.length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(bytes, 0, length).order(ByteOrder.LITTLE_ENDIAN);
            Frame frame = SamplePackets.frameOf(sample.linkType(), cut);
            Decoded decoded = decoder.decode(frame);
            segments += decoded instanceof TcpSegment ? 1 : 0;
            assertThat(decoded).isInstanceOfAny(TcpSegment.class, Undecoded.class);
            assertThat(cut).isEqualTo(ByteBuffer.wrap(bytes, 0, length));
            assertThat(cut.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        }
        // The fixed TCP header is complete; its options and five bytes of payload may be missing.
        assertThat(segments).isGreaterThanOrEqualTo(12 + 5 + 1);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "an unknown link type, 147, 00, UNKNOWN_LINK_TYPE",
        "ARP, 1, 0200000000020200000000010806 0001, NOT_IP",
        "a length instead of a type, 1, 0200000000020200000000010026 424203, LLC",
        "SNAP of another organization, 1, 020000000002020000000001004d aaaa0300000c 0800, LLC",
        "half a SNAP header, 1, 020000000002020000000001004d aaaa030000, CUT_OFF",
        "LLC that numbers its frames, 1, 020000000002020000000001004d aaaa00 000000 0800, LLC",
        "Cisco's keep-alive, 104, 8f008035 00000002, NOT_IP",
        "half a Cisco HDLC header, 104, 8f00, CUT_OFF",
        "Cisco HDLC with a length, 104, 8f000010 00, NOT_IP",
        "half a frame relay header, 107, 1841, CUT_OFF",
        "frame relay that ends before its protocol, 107, 184103 00, CUT_OFF",
        "frame relay with LMI, 107, 0001 0308, NOT_IP",
        "frame relay of Cisco with its own, 107, 1841 0010 00, NOT_IP",
        "half an NFLOG header, 239, 0200, CUT_OFF",
        "NFLOG without a packet, 239, 02000000 0800010008000000, NOT_IP",
        "NFLOG with an attribute of no length, 239, 02000000 0000010008000000, NOT_IP",
        "half a PPI header, 192, 00000800, CUT_OFF",
        "PPI shorter than itself, 192, 0000040001000000, NOT_IP",
        "PPI with 802.11, 192, 0000080069000000 00, UNKNOWN_LINK_TYPE",
        "SNAP, 1, 020000000002020000000001004d aaaa03000000 0800, CUT_OFF",
        "PPPoE discovery, 1, 0200000000020200000000018863 1109, NOT_IP",
        "PPPoE that is no session data, 51, 110900010002 0021, NOT_IP",
        "PPP of another protocol, 9, c021 0101, NOT_IP",
        "AppleTalk on loopback, 0, 00000010 45, NOT_IP",
        "no family on loopback, 108, 00010002 45, NOT_IP",
        "802.2 in cooked form, 113, 00000001000602000000000100000004 aaaa, CUT_OFF",
        "ARP in cooked form, 276, 0806000000000007000100060200000000010000 0001, NOT_IP",
        "IPv6 where IPv4 was announced, 228, 60, BAD_IP_VERSION",
        "IPv4 where IPv6 was announced, 229, 45, BAD_IP_VERSION",
        "IPv4 where the EtherType says IPv6, 1, 02000000000202000000000186dd 45, BAD_IP_VERSION",
        "version 5, 101, 55, BAD_IP_VERSION",
        "an unknown payload of MPLS, 1, 0200000000020200000000018847 0001014020, UNKNOWN_MPLS_PAYLOAD",
        "nothing in Ethernet, 1, 020000000002, CUT_OFF",
        "nothing behind Ethernet, 1, 0200000000020200000000010800, CUT_OFF",
        "half a tag, 1, 0200000000020200000000018100 0001, CUT_OFF",
        "half a label, 1, 0200000000020200000000018847 0001, CUT_OFF",
        "half a PPPoE header, 51, 1100, CUT_OFF",
        "half a PPP header, 9, ff, CUT_OFF",
        "PPP that ends behind its address, 9, ff0300, CUT_OFF",
        "half a family, 0, 0200, CUT_OFF",
        "half a cooked header, 113, 0000, CUT_OFF",
        "half a cooked header 2, 276, 0800, CUT_OFF",
        "nothing at all, 101, '', CUT_OFF",
        "nothing at all where IPv4 is announced, 228, '', CUT_OFF"
    })
    void whatIsNotDecodedHasAReason(String name, int linkType, String hex, Undecoded reason) {
        assertThat(decode(linkType, hex.replace(" ", ""))).isEqualTo(reason);
    }

    @Test
    void tooManyTagsAndLabelsAreRejected() {
        assertThat(decode(1, ethernet("81000001".repeat(12) + "0800" + IPV4))).isInstanceOf(TcpSegment.class);
        assertThat(decode(1, ethernet("81000001".repeat(13) + "0800" + IPV4))).isEqualTo(Undecoded.NESTED_TOO_DEEP);
        assertThat(decode(1, ethernet("8847" + "00010040".repeat(13) + "00010140" + IPV4)))
                .isEqualTo(Undecoded.NESTED_TOO_DEEP);
    }

    @ParameterizedTest(name = "packet type {0}: {1}")
    @CsvSource({"0000, INCOMING", "0001, INCOMING", "0002, INCOMING", "0003, UNKNOWN", "0004, OUTGOING"})
    void cookedFramesHaveADirection(String type, Direction direction) {
        String behind = "0001000602000000000100000800" + IPV4;
        assertThat(((TcpSegment) decode(113, type + behind)).direction()).isEqualTo(direction);
        String second = "0800000000000007" + "0001" + type.substring(2) + "060200000000010000" + IPV4;
        assertThat(((TcpSegment) decode(276, second)).direction()).isEqualTo(direction);
    }

    @Test
    void theDirectionOfTheCaptureTakesPrecedence() {
        Frame frame = new Sample(113, "00040001000602000000000100000800" + IPV4)
                .frame()
                .direction(Direction.INCOMING);
        TcpSegment segment = (TcpSegment) PacketDecoder.trustingChecksums().decode(frame);
        assertThat(segment.direction()).isEqualTo(Direction.INCOMING);
    }

    @Test
    void theSecondCookedFormHasTheInterfaceIndex() {
        assertThat(((TcpSegment) decode(276, "0800000000000007000100060200000000010000" + IPV4)).interfaceId())
                .isEqualTo(7);
        assertThat(((TcpSegment) decode(113, "00000001000602000000000100000800" + IPV4)).interfaceId())
                .isEqualTo(3);
    }

    @Test
    void eachKnownLinkTypeIsDecoded() {
        for (LinkType type : LinkType.known()) {
            assertThat(decode(type.number(), "")).as(type.toString()).isEqualTo(Undecoded.CUT_OFF);
        }
        for (int number = 0; number < 0x10000; number++) {
            boolean known = LinkType.known().contains(new LinkType(number));
            assertThat(decode(number, "") == Undecoded.UNKNOWN_LINK_TYPE).isEqualTo(!known);
        }
    }

    @Test
    void reasonsHaveLabels() {
        assertThat(Undecoded.ICMP_QUOTE_TOO_SHORT.label()).isEqualTo("icmp_quote_too_short");
    }
}
