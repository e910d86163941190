package dev.finspect.wire.capture;

import static dev.finspect.wire.capture.SampleCaptures.bytes;
import static dev.finspect.wire.capture.SampleCaptures.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finspect.wire.TcpSegment.Direction;
import dev.finspect.wire.capture.SampleCaptures.Contents;
import dev.finspect.wire.capture.SampleCaptures.Kept;
import dev.finspect.wire.packet.LinkType;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of libpcap. */
final class PcapReaderTest {
    private static final String BIG_HEADER = "0002 0004 00000000 00000000 0000ffff 00000065";
    private static final String LITTLE_HEADER = "0200 0400 00000000 00000000 ffff0000 65000000";
    private static final String BIG_PACKET = "65000000 00000007 00000003 00000005 aabbcc";
    private static final String LITTLE_PACKET = "00000065 07000000 03000000 05000000 aabbcc";
    private static final String LITTLE_FILE = "d4c3b2a1" + LITTLE_HEADER + LITTLE_PACKET + LITTLE_PACKET;

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "microseconds big-endian, a1b2c3d4, true, 7000",
        "nanoseconds big-endian, a1b23c4d, true, 7",
        "microseconds little-endian, d4c3b2a1, false, 7000",
        "nanoseconds little-endian, 4d3cb2a1, false, 7"
    })
    void allFourKindsAreRead(String name, String magic, boolean big, long nanos) {
        Contents contents = read(magic + (big ? BIG_HEADER + BIG_PACKET : LITTLE_HEADER + LITTLE_PACKET));
        assertThat(contents.frames())
                .containsExactly(new Kept(
                        LinkType.RAW,
                        0x65000000L * 1_000_000_000L + nanos,
                        0,
                        Direction.UNKNOWN,
                        5,
                        "aabbcc",
                        List.of()));
        assertThat(contents.end()).isEqualTo(new CaptureEnd.Complete());
        assertThat(contents.end().sentence()).isEqualTo("read to its end");
        assertThat(contents.reader().interfaces()).containsExactly(CaptureInterface.of(LinkType.RAW, 0xffff));
        assertThat(contents.reader().statistics()).isEmpty();
        assertThat(contents.reader().section()).isEqualTo(CaptureSection.ANONYMOUS);
        assertThat(contents.reader().untimedFrames()).isZero();
        assertThat(contents.reader().offset()).isEqualTo(24 + 19);
    }

    @Test
    void aTruncatedFileGivesAllFramesBeforeTheEndAndTheMissingLength() {
        byte[] whole = bytes(LITTLE_FILE);
        for (int length = 4; length < whole.length; length++) {
            Contents contents = read(ByteSource.of(ByteBuffer.wrap(whole, 0, length)));
            assertThat(contents.frames()).hasSize(length < 43 ? 0 : 1);
            if (length == 24 || length == 43) {
                assertThat(contents.end()).isEqualTo(new CaptureEnd.Complete());
            } else {
                int begin = length < 24 ? 0 : length < 43 ? 24 : 43;
                int known = length < 24 ? 24 : length - begin < 16 ? 16 : 19;
                assertThat(contents.end()).isEqualTo(new CaptureEnd.Truncated(begin, known - (length - begin)));
            }
        }
        assertThat(read(LITTLE_FILE).frames()).hasSize(2);
        assertThat(new CaptureEnd.Truncated(24, 7).sentence())
                .contains("byte 24")
                .contains("7 bytes");
    }

    @Test
    void aSourceThatGivesOneByteAtATimeGivesTheSame() {
        assertThat(read(SampleCaptures.dribble(bytes(LITTLE_FILE))).frames())
                .isEqualTo(read(LITTLE_FILE).frames());
    }

    @Test
    void anImpossibleLengthIsReportedWithItsOffset() {
        Contents contents = read("d4c3b2a1" + LITTLE_HEADER + LITTLE_PACKET + "0000006507000000 01000400 05000000 aa");
        assertThat(contents.frames()).hasSize(1);
        assertThat(contents.end()).isEqualTo(new CaptureEnd.Damaged(43, Damage.PACKET_TOO_LONG, 0x40001));
        assertThat(contents.end().sentence()).contains("byte 43").contains("262145");
        assertThat(read("d4c3b2a1" + LITTLE_HEADER + "0000006507000000ffffffffffffffff")
                        .end())
                .isEqualTo(new CaptureEnd.Damaged(24, Damage.PACKET_TOO_LONG, 0xffffffffL));
    }

    @Test
    void aLargerSnapLengthAllowsLargerPackets() {
        String header = "d4c3b2a1 0200 0400 00000000 00000000 00000800 01000000";
        assertThat(read(header + "0000000000000000 00000800 00000800").end())
                .isEqualTo(new CaptureEnd.Truncated(24, 0x80000));
        String negative = "d4c3b2a1 0200 0400 00000000 00000000 ffffffff 01000000";
        assertThat(read(negative + "0000000000000000 00000800 00000800").end()).isInstanceOf(CaptureEnd.Damaged.class);
    }

    @Test
    void packetsLargerThanTheFirstWindowAreWhole() {
        ByteBuffer file = ByteBuffer.allocate(24 + 2 * (16 + 700_000));
        file.putInt(0xa1b23c4d)
                .putShort((short) 2)
                .putShort((short) 4)
                .putLong(0)
                .putInt(1 << 20)
                .putInt(1);
        for (int i = 0; i < 2; i++) {
            file.putInt(1).putInt(i).putInt(700_000).putInt(700_000).put(file.position() + 699_999, (byte) (i + 1));
            file.position(file.position() + 700_000);
        }
        Contents contents = read(file.array());
        assertThat(contents.frames()).hasSize(2);
        assertThat(contents.frames().get(0).hex()).hasSize(1_400_000).endsWith("0001");
        assertThat(contents.frames().get(1).hex()).hasSize(1_400_000).endsWith("0002");
    }

    @Test
    void anOriginalLengthPastAnyIntIsTheLargest() {
        Contents contents = read("d4c3b2a1" + LITTLE_HEADER + "0000006507000000 01000000 ffffffff aa");
        assertThat(contents.frames().get(0).originalBytes()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void bitsOfTheCheckSequenceAreNoPartOfTheLinkType() {
        Contents contents = read("d4c3b2a1 0200 0400 00000000 00000000 ffff0000 01000024" + LITTLE_PACKET);
        assertThat(contents.frames().get(0).linkType()).isEqualTo(LinkType.ETHERNET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a1b2cd34", "34cdb2a1"})
    void theModifiedFormatIsRefusedByName(String magic) {
        Contents contents = read(magic + BIG_HEADER);
        assertThat(contents.frames()).isEmpty();
        assertThat(contents.end()).isInstanceOf(CaptureEnd.Unsupported.class);
        assertThat(contents.end().sentence()).contains("Kuznetzov").contains("editcap");
    }

    @Test
    void anotherVersionIsRefusedByName() {
        Contents contents = read("d4c3b2a1 0300 0400 00000000 00000000 ffff0000 65000000" + LITTLE_PACKET);
        assertThat(contents.frames()).isEmpty();
        assertThat(contents.end().sentence()).contains("version 3.4");
    }

    @Test
    void theReasonIsAvailableOnlyAtTheEnd() {
        CaptureReader reader = new CaptureReader(ByteSource.of(ByteBuffer.wrap(bytes(LITTLE_FILE))));
        assertThatThrownBy(reader::end)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("advance()");
        assertThat(reader.advance()).isTrue();
        assertThatThrownBy(reader::end).isInstanceOf(IllegalStateException.class);
        assertThat(reader.advance()).isTrue();
        assertThat(reader.advance()).isFalse();
        assertThat(reader.advance()).isFalse();
        assertThat(reader.end()).isEqualTo(new CaptureEnd.Complete());
    }
}
