package dev.finspect.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The packets were returned by TCP_SAVED_SYN of Linux 6.18 on loopback. */
final class SynSegmentTest {
    private static final String LOOPBACK_V4 = "4500003ca9354000400693847f0000017f000001"
            + "d3e480addd114aea00000000a002ffd7fe300000" + "0204ffd70402080a1ab3bdeb000000000103030a";
    private static final String LOOPBACK_V6 = "600bc8610028064000000000000000000000000000000001"
            + "00000000000000000000000000000001"
            + "a9f29061ee1c5b6600000000a002ffc4003000000204ffc40402080aae2388ab000000000103030a";
    private static final String V6_HEADER = LOOPBACK_V6.substring(0, 80);
    private static final String V6_TCP = LOOPBACK_V6.substring(80);

    @Test
    void savedSynOfIpv4IsRead() {
        assertThat(decode(LOOPBACK_V4)).isEqualTo(new SynSegment(3708898026L, 65495, 64, 65495, 10, true, 447987179L));
    }

    @Test
    void savedSynOfIpv6IsRead() {
        assertThat(decode(LOOPBACK_V6)).isEqualTo(new SynSegment(3994835814L, 65476, 64, 65476, 10, true, 2921564331L));
    }

    @Test
    void zerosBehindTheHeadersChangeNothing() {
        assertThat(decode(LOOPBACK_V4 + "00".repeat(196))).isEqualTo(decode(LOOPBACK_V4));
        assertThat(decode(LOOPBACK_V6 + "00".repeat(176))).isEqualTo(decode(LOOPBACK_V6));
    }

    @Test
    void packetBeginsAtThePositionAndTheBufferIsLeftAsItWas() {
        ByteBuffer buffer = bytes("ffff" + LOOPBACK_V4 + "ffff").order(ByteOrder.LITTLE_ENDIAN);
        buffer.position(2).limit(buffer.limit() - 2);
        assertThat(SynSegment.decode(buffer)).isEqualTo(decode(LOOPBACK_V4));
        assertThat(buffer.position()).isEqualTo(2);
        assertThat(buffer.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    }

    @ParameterizedTest
    @ValueSource(strings = {LOOPBACK_V4, LOOPBACK_V6})
    void aPacketCutAnywhereIsNoSyn(String packet) {
        for (int length = 0; length < packet.length() / 2; length++) {
            ByteBuffer cut = bytes(packet);
            cut.limit(length);
            assertThat(SynSegment.decode(cut)).as("%d bytes", length).isNull();
        }
    }

    @Test
    void ipv4OptionsAreSkipped() {
        String withOptions = "46" + LOOPBACK_V4.substring(2, 40) + "01010100" + LOOPBACK_V4.substring(40);
        assertThat(decode(withOptions)).isEqualTo(decode(LOOPBACK_V4));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "hop-by-hop, 00, 0600000000000000",
        "longer hop-by-hop, 00, 06010000000000000000000000000000",
        "routing, 2b, 0600000000000000",
        "destination options, 3c, 0600000000000000",
        "first fragment, 2c, 0600000112345678",
        "authentication, 33, 060100000000000000000000",
        "mobility, 87, 0600000000000000",
        "HIP, 8b, 0600000000000000",
        "shim6, 8c, 0600000000000000",
        "two of them, 00, 3c000000000000000600000000000000"
    })
    void ipv6ExtensionHeadersAreSkipped(String name, String kind, String extension) {
        assertThat(decode(v6(kind, extension))).isEqualTo(decode(LOOPBACK_V6));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "later fragment, 2c, 0600000912345678",
        "no next header, 3b, 0600000000000000",
        "UDP, 11, 0600000000000000",
        "extension past the end, 00, 06ff000000000000"
    })
    void ipv6WithoutTcpHeaderIsNoSyn(String name, String kind, String extension) {
        assertThat(decode(v6(kind, extension))).isNull();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "version 5, 0, 55",
        "version 0, 0, 05",
        "IP header of 16 bytes, 0, 44",
        "UDP, 9, 11",
        "later fragment, 7, 01",
        "SYN-ACK, 33, 12",
        "ACK, 33, 10",
        "no flag, 33, 00",
        "TCP header of 16 bytes, 32, 40",
        "TCP header past the end, 32, f0"
    })
    void ipv4WithOneByteChangedIsNoSyn(String name, int index, String value) {
        ByteBuffer packet = bytes(LOOPBACK_V4);
        packet.put(index, (byte) Integer.parseInt(value, 16));
        assertThat(SynSegment.decode(packet)).isNull();
    }

    @Test
    void flagsBesideSynDoNotMatter() {
        ByteBuffer ecnSetup = bytes(LOOPBACK_V4);
        ecnSetup.put(33, (byte) 0xc2);
        assertThat(SynSegment.decode(ecnSetup)).isEqualTo(decode(LOOPBACK_V4));
    }

    @Test
    void synWithoutOptionsHasNoneOfTheirValues() {
        assertThat(withOptions("")).isEqualTo(new SynSegment(3708898026L, 65495, 64, null, null, false, null));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "known kinds of wrong length are passed over, 020300 0302 040300 080300 0204abcd 00, 43981",
        "unknown kinds are passed over, 1e04ffff 0204abcd, 43981",
        "no-operations are passed over, 01010101 0204abcd, 43981",
        "nothing counts after the end of options, 0204abcd 00 0204ffff 000000, 43981",
        "length 0 ends the reading, 0204abcd 0500 0204ffff 0000, 43981",
        "length 1 ends the reading, 0204abcd 0501 0204ffff 0000, 43981",
        "an option past the header ends the reading, 0204abcd 03030a 05, 43981",
        "a length past the header ends the reading, 0204abcd 03050a00, 43981",
        "the last of two counts as in Linux, 02040001 0204abcd, 43981"
    })
    void malformedOptions(String name, String options, int mssBytes) {
        SynSegment syn = Objects.requireNonNull(withOptions(options.replace(" ", "")));
        assertThat(syn.mssBytes()).isEqualTo(mssBytes);
        assertThat(syn.sackPermitted()).isFalse();
        assertThat(syn.timestampValue()).isNull();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 20260101, -7})
    void randomBytesGiveAValueOrNull(long seed) {
        Random random = new Random(seed);
        int decoded = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] packet = HexFormat.of().parseHex(random.nextBoolean() ? LOOPBACK_V4 : LOOPBACK_V6);
            for (int changes = random.nextInt(6); changes > 0; changes--) {
                packet[random.nextInt(packet.length)] = (byte) random.nextInt();
            }
            int from = random.nextInt(8) == 0 ? random.nextInt(packet.length) : 0;
            ByteBuffer buffer = ByteBuffer.wrap(packet, from, random.nextInt(packet.length - from + 1));
            if (random.nextInt(3) > 0) {
                buffer.limit(packet.length);
            }
            SynSegment syn = SynSegment.decode(buffer);
            if (syn != null) {
                decoded++;
                assertThat(syn.sequenceNumber()).isBetween(0L, 0xffffffffL);
                assertThat(syn.windowBytes()).isBetween(0, 0xffff);
                assertThat(syn.ttl()).isBetween(0, 0xff);
            }
        }
        assertThat(decoded).isBetween(2_000, 18_000);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {3, 4})
    void noiseThatClaimsToBeIpNeverThrows(long seed) {
        Random random = new Random(seed);
        byte[] noise = new byte[256];
        for (int i = 0; i < 20_000; i++) {
            random.nextBytes(noise);
            noise[0] = (byte) (random.nextBoolean() ? 0x45 : 0x60);
            noise[random.nextBoolean() ? 9 : 6] = (byte) random.nextInt(61);
            SynSegment.decode(ByteBuffer.wrap(noise, 0, random.nextInt(noise.length + 1)));
        }
    }

    private static String v6(String nextHeader, String extension) {
        return V6_HEADER.substring(0, 12) + nextHeader + V6_HEADER.substring(14) + extension + V6_TCP;
    }

    private static @Nullable SynSegment withOptions(String options) {
        assertThat(options.length() % 8).isZero();
        String offset = Integer.toHexString(5 + options.length() / 8);
        return decode(LOOPBACK_V4.substring(0, 64) + offset + LOOPBACK_V4.substring(65, 80) + options);
    }

    private static @Nullable SynSegment decode(String hex) {
        return SynSegment.decode(bytes(hex));
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }
}
