package dev.finspect.wire.packet;

import static dev.finspect.wire.packet.SamplePackets.IPV4;
import static dev.finspect.wire.packet.SamplePackets.IPV6;
import static dev.finspect.wire.packet.SamplePackets.segment;
import static dev.finspect.wire.packet.SamplePackets.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.wire.TcpSegment.Checksum;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TCP's checksum, and the underlying sum of 16-bit words. */
final class TcpChecksumTest {
    /** Captured on loopback of Linux 6.18 with checksum offload: the field has only the sum of the pseudo header. */
    private static final String LEFT_TO_THE_CARD = "4500003ca9354000400693847f0000017f000001"
            + "d3e480addd114aea00000000a002ffd7fe300000" + "0204ffd70402080a1ab3bdeb000000000103030a";

    @Test
    void rightAndWrongChecksumsAreDistinguished() {
        assertThat(segment(IPV4).checksum()).isEqualTo(Checksum.RIGHT);
        assertThat(segment(IPV6).checksum()).isEqualTo(Checksum.RIGHT);
        for (int bit = 0; bit < 37 * 8; bit++) {
            byte[] packet = HexFormat.of().parseHex(IPV4);
            packet[20 + bit / 8] ^= (byte) (1 << (bit % 8));
            // The data offset decides whether there is a segment at all.
            if (bit / 8 != 12) {
                assertThat(segment(HexFormat.of().formatHex(packet)).checksum())
                        .as("bit %d", bit)
                        .isEqualTo(Checksum.WRONG);
            }
        }
        assertThat(segment(with(IPV4, 15, "02")).checksum()).isEqualTo(Checksum.WRONG);
    }

    @Test
    void checksumOffloadIsNotReportedAsWrong() {
        assertThat(segment(LEFT_TO_THE_CARD).checksum()).isEqualTo(Checksum.NOT_VERIFIED);
        // Without the length, as before segmentation: 0xfe30 - 40.
        assertThat(segment(with(LEFT_TO_THE_CARD, 36, "fe08")).checksum()).isEqualTo(Checksum.NOT_VERIFIED);
        assertThat(segment(with(LEFT_TO_THE_CARD, 36, "fe31")).checksum()).isEqualTo(Checksum.WRONG);
    }

    @Test
    void aPacketCutByTheCaptureIsNotVerified() {
        assertThat(segment(with(IPV4, 2, "003a")).checksum()).isEqualTo(Checksum.NOT_VERIFIED);
    }

    @ParameterizedTest(name = "of {0}: {1}")
    @CsvSource({"'', 0", "01, 100", "0102, 102", "010203, 402", "01020304, 406", "ffffffffffff, ffff"})
    void sumsAreThoseOfSixteenBitWords(String hex, String folded) {
        ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
        long sum = InternetChecksum.sum(bytes, 0, bytes.limit());
        assertThat(InternetChecksum.fold(sum)).isEqualTo(Integer.parseInt(folded, 16));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void sumsEqualThoseMadeWordByWord(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            int slow = 0;
            for (int at = 0; at < bytes.length; at++) {
                slow += at % 2 == 0 ? (bytes[at] & 0xff) << 8 : bytes[at] & 0xff;
                slow = (slow & 0xffff) + (slow >> 16);
            }
            long sum = InternetChecksum.sum(ByteBuffer.wrap(bytes), 0, bytes.length);
            assertThat(InternetChecksum.fold(sum)).isEqualTo(slow);
        }
    }
}
