package dev.finspect.wire.packet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.tcp.IpAddress;
import dev.finspect.wire.TcpSegment.Checksum;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Other addresses in a packet: nothing else changes, and every checksum is as right or wrong as it was. */
final class AddressRewriterTest {
    private static final int TCP = 6;
    private static final int ICMP = 1;
    private static final int ICMP_V6 = 58;
    private final Random random = new Random(7);

    @ParameterizedTest(name = "IPv{0}")
    @ValueSource(ints = {4, 6})
    void segmentsKeepTheirPortsAndTheStateOfTheirChecksums(int version) {
        for (int i = 0; i < 2_000; i++) {
            byte[] segment = segment(i % 3);
            byte[] before = version == 4 ? ipv4(TCP, segment, options(i % 4)) : ipv6(TCP, segment);
            int at = before.length - segment.length;
            finish(before, at, i % 3);
            byte[] after = rewritten(before);
            assertThat(addresses(after, version)).isEqualTo(others(before, version));
            byte[] rest = Arrays.copyOfRange(after, at, after.length);
            rest[16] = segment[16];
            rest[17] = segment[17];
            assertThat(rest).isEqualTo(segment);
            assertThat(checksum(after)).as("case %s", i % 3).isEqualTo(checksum(before));
            if (version == 4) {
                assertThat(off(after, 0, at, 0)).as("of the IP header").isEqualTo(off(before, 0, at, 0));
            }
        }
    }

    /** Whatever is cut off, malformed or nested: an operator that changes nothing leaves every byte as it is. */
    @Test
    void anyBytesStayAsTheyAreWhereNoAddressChanges() {
        byte[] kinds = {7, 68, (byte) 131, (byte) 137, 1, 0, 30, 43, 44, 51, 60, 58, 17, 6, 4, 41, 5, 3, 11};
        for (int i = 0; i < 60_000; i++) {
            byte[] packet = new byte[1 + random.nextInt(140)];
            random.nextBytes(packet);
            packet[0] = (byte) (i % 2 == 0 ? 0x45 + random.nextInt(11) : 0x60);
            for (int place : new int[] {6, 7, 9, 20, 24, 28, 40, 42, 48, 56}) {
                if (place < packet.length && random.nextInt(3) > 0) {
                    packet[place] = kinds[random.nextInt(kinds.length)];
                }
            }
            for (int place : new int[] {21, 22, 23, 41, 43, 44, 49}) {
                if (place < packet.length && random.nextBoolean()) {
                    packet[place] = (byte) random.nextInt(9);
                }
            }
            byte[] before = packet.clone();
            AddressRewriter.rewrite(packet, address -> address);
            assertThat(packet).as(HexFormat.of().formatHex(before)).isEqualTo(before);
        }
    }

    @Test
    void addressesInATimestampOptionAreReplaced() {
        byte[] option = new byte[20];
        option[0] = 68;
        option[1] = 20;
        option[2] = 21;
        option[3] = 1;
        System.arraycopy(new byte[] {10, 1, 2, 3, 0, 0, 0, 9, 10, 1, 2, 4}, 0, option, 4, 12);
        byte[] segment = segment(0);
        byte[] before = ipv4(TCP, segment, option);
        finish(before, before.length - segment.length, 0);
        byte[] after = rewritten(before);
        assertThat(Arrays.copyOfRange(after, 24, 28)).isNotEqualTo(new byte[] {10, 1, 2, 3});
        assertThat(Arrays.copyOfRange(after, 28, 32)).as("a time").isEqualTo(new byte[] {0, 0, 0, 9});
        assertThat(Arrays.copyOfRange(after, 32, 36)).isNotEqualTo(new byte[] {10, 1, 2, 4});
        assertThat(off(after, 0, 40, 0)).as("of the IP header").isEqualTo(off(before, 0, 40, 0));
    }

    @Test
    void icmpErrorsAreRewrittenInsideAndOutside() {
        for (int i = 0; i < 500; i++) {
            byte[] quoted = ipv4(TCP, Arrays.copyOf(segment(0), 20), new byte[0]);
            finish(quoted, 20, 0);
            byte[] message = concat(new byte[] {3, 1, 0, 0, 0, 0, 0, 0}, quoted);
            byte[] before = ipv4(ICMP, message, new byte[0]);
            put(before, 20 + 2, ~InternetChecksum.fold(sum(before, 20, before.length)));
            byte[] after = rewritten(before);
            assertThat(off(after, 20, after.length, 0)).as("ICMP").isZero();
            assertThat(off(after, 0, 20, 0)).as("outer IP header").isEqualTo(off(before, 0, 20, 0));
            assertThat(off(after, 28, 48, 0)).as("inner IP header").isEqualTo(off(before, 28, 48, 0));
            assertThat(addresses(Arrays.copyOfRange(after, 28, after.length), 4))
                    .isEqualTo(others(quoted, 4));
        }
    }

    @Test
    void icmpv6ErrorsAreRewrittenInsideAndOutside() {
        for (int i = 0; i < 500; i++) {
            byte[] quoted = ipv6(TCP, Arrays.copyOf(segment(0), 20));
            byte[] message = concat(new byte[] {1, 4, 0, 0, 0, 0, 0, 0}, quoted);
            byte[] before = ipv6(ICMP_V6, message);
            long pseudo = sum(before, 8, 40) + ICMP_V6 + message.length;
            put(before, 42, ~InternetChecksum.fold(pseudo + sum(before, 40, before.length)));
            byte[] after = rewritten(before);
            assertThat(off(after, 40, after.length, sum(after, 8, 40) + ICMP_V6 + message.length))
                    .isZero();
            assertThat(addresses(Arrays.copyOfRange(after, 48, after.length), 6))
                    .isEqualTo(others(quoted, 6));
        }
    }

    @Test
    void addressesInOptionsAndRoutingHeadersAreRewrittenToo() {
        byte[] recordRoute = HexFormat.of().parseHex("07" + "0b" + "0c" + "0a000001" + "0a000002" + "00");
        byte[] v4 = ipv4(TCP, segment(0), recordRoute);
        finish(v4, v4.length - 40, 0);
        assertThat(HexFormat.of().formatHex(rewritten(v4))).doesNotContain("0a000001", "0a000002");
        String address = "20010db8000000000000000000000001";
        byte[] routing = HexFormat.of().parseHex("06" + "02" + "00" + "00" + "00000000" + address);
        byte[] v6 = ipv6(43, concat(routing, segment(0)));
        assertThat(HexFormat.of().formatHex(rewritten(v6))).doesNotContain(address);
        byte[] joined = segment(0);
        byte[] added = HexFormat.of().parseHex("1e" + "08" + "30" + "01" + "0a000003");
        byte[] multipath = Arrays.copyOf(concat(Arrays.copyOf(joined, 20), added), 28);
        multipath[12] = 0x70;
        byte[] packet = ipv4(TCP, multipath, new byte[0]);
        finish(packet, 20, 0);
        byte[] after = rewritten(packet);
        assertThat(HexFormat.of().formatHex(after)).doesNotContain("0a000003");
        assertThat(checksum(after)).isEqualTo(Checksum.RIGHT);
    }

    @Test
    void aPacketInAPacketIsRewritten() {
        byte[] inner = ipv4(TCP, segment(0), new byte[0]);
        byte[] after = rewritten(ipv4(4, inner, new byte[0]));
        assertThat(addresses(Arrays.copyOfRange(after, 20, after.length), 4)).isEqualTo(others(inner, 4));
    }

    @Test
    void whatIsCutOffIsLeftAloneWhateverItIs() {
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(90)];
            random.nextBytes(bytes);
            if (bytes.length > 0) {
                bytes[0] = (byte) (i % 2 == 0 ? 0x45 + i % 11 : 0x60);
            }
            assertThat(rewritten(bytes)).hasSameSizeAs(bytes);
        }
    }

    private static byte[] rewritten(byte[] packet) {
        byte[] copy = packet.clone();
        AddressRewriter.rewrite(copy, AddressRewriterTest::other);
        return copy;
    }

    private byte[] segment(int unused) {
        byte[] segment = new byte[40];
        random.nextBytes(segment);
        segment[12] = 0x50;
        segment[13] = 0x18;
        return segment;
    }

    private static byte[] options(int kind) {
        return kind == 1 ? new byte[] {1, 1, 1, 0} : new byte[0];
    }

    private byte[] ipv4(int protocol, byte[] payload, byte[] options) {
        byte[] packet = concat(concat(new byte[20], options), payload);
        random.nextBytes(packet);
        int header = 20 + options.length;
        System.arraycopy(options, 0, packet, 20, options.length);
        System.arraycopy(payload, 0, packet, header, payload.length);
        packet[0] = (byte) (0x40 + header / 4);
        put(packet, 2, packet.length);
        put(packet, 6, 0);
        packet[9] = (byte) protocol;
        put(packet, 10, 0);
        put(packet, 10, ~InternetChecksum.fold(sum(packet, 0, header)));
        return packet;
    }

    private byte[] ipv6(int next, byte[] payload) {
        byte[] packet = concat(new byte[40], payload);
        byte[] ends = new byte[32];
        random.nextBytes(ends);
        packet[0] = 0x60;
        put(packet, 4, payload.length);
        packet[6] = (byte) next;
        packet[7] = 64;
        System.arraycopy(ends, 0, packet, 8, ends.length);
        return packet;
    }

    /** Writes TCP's checksum: 0 a right one, 1 a wrong one, 2 the sum of the pseudo-header for the card. */
    private static void finish(byte[] packet, int at, int kind) {
        boolean v6 = packet[0] == 0x60;
        long pseudo = (v6 ? sum(packet, 8, 40) : sum(packet, 12, 20)) + TCP + packet.length - at;
        put(packet, at + 16, 0);
        int right = ~InternetChecksum.fold(pseudo + sum(packet, at, packet.length));
        put(packet, at + 16, kind == 0 ? right : kind == 1 ? right + 0x123 : InternetChecksum.fold(pseudo));
    }

    private static Checksum checksum(byte[] packet) {
        return SamplePackets.segment(HexFormat.of().formatHex(packet)).checksum();
    }

    /** How far the words are from the sum that a right checksum gives: 0 where it is right. */
    private static int off(byte[] packet, int from, int to, long pseudo) {
        return (int) Math.floorMod(InternetChecksum.fold(pseudo + sum(packet, from, to)), 0xffffL);
    }

    private static long sum(byte[] bytes, int from, int to) {
        return InternetChecksum.sum(ByteBuffer.wrap(bytes), from, to);
    }

    private static byte[] addresses(byte[] packet, int version) {
        return version == 4 ? Arrays.copyOfRange(packet, 12, 20) : Arrays.copyOfRange(packet, 8, 40);
    }

    private static byte[] others(byte[] packet, int version) {
        byte[] real = addresses(packet, version);
        int half = real.length / 2;
        return concat(other(Arrays.copyOf(real, half)), other(Arrays.copyOfRange(real, half, real.length)));
    }

    private static byte[] other(byte[] address) {
        ByteBuffer bytes = ByteBuffer.wrap(address);
        IpAddress other = other(
                address.length == 4 ? IpAddress.v4(bytes.getInt()) : IpAddress.v6(bytes.getLong(), bytes.getLong()));
        return other.toInetAddress().getAddress();
    }

    private static IpAddress other(IpAddress real) {
        return new IpAddress(real.v6(), real.v6() ? real.high() ^ (0x1357L << 40) : 0, real.low() ^ 0x2468_ace0L);
    }

    private static void put(byte[] bytes, int at, int value) {
        bytes[at] = (byte) (value >> 8);
        bytes[at + 1] = (byte) value;
    }

    private static byte[] concat(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
