package dev.finspect.wire.packet;

import static dev.finspect.wire.packet.SamplePackets.IPV4;
import static dev.finspect.wire.packet.SamplePackets.IPV6;
import static dev.finspect.wire.packet.SamplePackets.decodeRaw;
import static dev.finspect.wire.packet.SamplePackets.ipv4;
import static dev.finspect.wire.packet.SamplePackets.ipv6;
import static dev.finspect.wire.packet.SamplePackets.segment;
import static dev.finspect.wire.packet.SamplePackets.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.tcp.IpAddress;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.IcmpError.Kind;
import dev.finspect.wire.TcpSegment.Direction;
import dev.finspect.wire.Undecoded;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ICMP and ICMPv6 errors about TCP segments. */
final class IcmpLayerTest {
    /** IP header and eight bytes, the minimum of RFC 792. */
    private static final String QUOTE = IPV4.substring(0, 2 * 28);

    @Test
    void anErrorHasItsSenderAndTheQuotedSegment() {
        assertThat(decodeRaw(ipv4(1, "0301" + "0000" + "00000000" + QUOTE)))
                .isEqualTo(new IcmpError(
                        SamplePackets.AT_NANOS,
                        3,
                        Direction.UNKNOWN,
                        IpAddress.v4(0xc0000201),
                        Kind.HOST_UNREACHABLE,
                        3,
                        1,
                        IcmpError.ABSENT,
                        segment(IPV4).tuple(),
                        0x01020304));
    }

    @Test
    void anErrorOfIpv6QuotesThroughExtensionHeaders() {
        String quote = IPV6.substring(0, 12) + "3c" + IPV6.substring(14, 80) + "0600000000000000" + IPV6.substring(80);
        IcmpError error = (IcmpError) decodeRaw(ipv6(58, "0104000000000000" + quote));
        assertThat(error.kind()).isEqualTo(Kind.PORT_UNREACHABLE);
        assertThat(error.from()).hasToString("fd00::1");
        assertThat(error.quoted()).isEqualTo(segment(IPV6).tuple());
        assertThat(error.quotedSequenceNumber()).isEqualTo(0x01020304);
    }

    @ParameterizedTest(name = "type {0} code {1}: {2}")
    @CsvSource({
        "3, 0, NETWORK_UNREACHABLE",
        "3, 1, HOST_UNREACHABLE",
        "3, 2, PROTOCOL_UNREACHABLE",
        "3, 3, PORT_UNREACHABLE",
        "3, 4, FRAGMENTATION_NEEDED",
        "3, 5, SOURCE_ROUTE_FAILED",
        "3, 6, NETWORK_UNREACHABLE",
        "3, 7, HOST_UNREACHABLE",
        "3, 8, HOST_UNREACHABLE",
        "3, 9, ADMINISTRATIVELY_PROHIBITED",
        "3, 10, ADMINISTRATIVELY_PROHIBITED",
        "3, 11, NETWORK_UNREACHABLE",
        "3, 12, HOST_UNREACHABLE",
        "3, 13, ADMINISTRATIVELY_PROHIBITED",
        "3, 14, OTHER_UNREACHABLE",
        "4, 0, SOURCE_QUENCH",
        "5, 1, REDIRECT",
        "11, 0, TIME_EXCEEDED",
        "11, 1, REASSEMBLY_TIME_EXCEEDED",
        "12, 0, PARAMETER_PROBLEM"
    })
    void kindsOfIcmp(int type, int code, Kind kind) {
        IcmpError error = (IcmpError)
                decodeRaw(ipv4(1, SamplePackets.u8(type) + SamplePackets.u8(code) + "000000000000" + QUOTE));
        assertThat(error.kind()).isEqualTo(kind);
        assertThat(error.type()).isEqualTo(type);
        assertThat(error.code()).isEqualTo(code);
        assertThat(error.mtuBytes()).isEqualTo(IcmpError.ABSENT);
    }

    @ParameterizedTest(name = "type {0} code {1}: {2}")
    @CsvSource({
        "1, 0, NETWORK_UNREACHABLE",
        "1, 1, ADMINISTRATIVELY_PROHIBITED",
        "1, 2, OTHER_UNREACHABLE",
        "1, 3, HOST_UNREACHABLE",
        "1, 4, PORT_UNREACHABLE",
        "1, 5, ADMINISTRATIVELY_PROHIBITED",
        "1, 6, NETWORK_UNREACHABLE",
        "2, 0, FRAGMENTATION_NEEDED",
        "3, 0, TIME_EXCEEDED",
        "3, 1, REASSEMBLY_TIME_EXCEEDED",
        "4, 2, PARAMETER_PROBLEM"
    })
    void kindsOfIcmpv6(int type, int code, Kind kind) {
        IcmpError error = (IcmpError)
                decodeRaw(ipv6(58, SamplePackets.u8(type) + SamplePackets.u8(code) + "000000000000" + IPV6));
        assertThat(error.kind()).isEqualTo(kind);
    }

    @Test
    void theMtuIsRead() {
        assertThat(mtu(decodeRaw(ipv4(1, "0304" + "0000" + "000005dc" + QUOTE))))
                .isEqualTo(1500);
        assertThat(mtu(decodeRaw(ipv6(58, "0200" + "0000" + "00000500" + IPV6))))
                .isEqualTo(1280);
        assertThat(mtu(decodeRaw(ipv6(58, "0200" + "0000" + "ffffffff" + IPV6))))
                .isEqualTo(Integer.MAX_VALUE);
        assertThat(mtu(decodeRaw(ipv4(1, "0301" + "0000" + "000005dc" + QUOTE))))
                .isEqualTo(IcmpError.ABSENT);
    }

    private static int mtu(Object error) {
        return ((IcmpError) error).mtuBytes();
    }

    @Test
    void aQuoteWithoutTheSequenceNumberHasThePorts() {
        IcmpError error = (IcmpError) decodeRaw(ipv4(1, "0301000000000000" + QUOTE.substring(0, 2 * 24)) + "00000000");
        assertThat(error.quotedSequenceNumber()).isNull();
        assertThat(error.quoted()).isEqualTo(segment(IPV4).tuple());
    }

    @Test
    void aQuoteMayStateAnyLength() {
        assertThat(decodeRaw(ipv4(1, "0301000000000000" + with(QUOTE, 2, "0001"))))
                .isInstanceOf(IcmpError.class);
        assertThat(decodeRaw(ipv4(1, "0301000000000000" + with(QUOTE, 2, "0000"))))
                .isInstanceOf(IcmpError.class);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "an echo request, 0800000000000000, NOT_TCP",
        "half a header, 0301, CUT_OFF",
        "nothing quoted, 0301000000000000, ICMP_QUOTE_TOO_SHORT",
        "half an IP header quoted, 0301000000000000 45000039, ICMP_QUOTE_TOO_SHORT",
        "ports not quoted, 0301000000000000 45000039123440003f0615890a0000010a000002 1234, ICMP_QUOTE_TOO_SHORT",
        "a datagram quoted, 0301000000000000 45000039123440003f1115890a0000010a000002 12340050, NOT_TCP",
        "a later fragment quoted, 0301000000000000 45000039123400053f0615890a0000010a000002 12340050, NOT_TCP",
        "nonsense quoted, 0301000000000000 55, BAD_IP_VERSION"
    })
    void otherMessagesHaveAReason(String name, String hex, Undecoded reason) {
        assertThat(decodeRaw(ipv4(1, hex.replace(" ", "")))).isEqualTo(reason);
    }

    @Test
    void otherMessagesOfIpv6HaveAReason() {
        assertThat(decodeRaw(ipv6(58, "8700000000000000" + IPV6))).isEqualTo(Undecoded.NOT_TCP);
    }

    @Test
    void kindsHaveLabels() {
        assertThat(Kind.HOST_UNREACHABLE.label()).isEqualTo("host_unreachable");
    }
}
