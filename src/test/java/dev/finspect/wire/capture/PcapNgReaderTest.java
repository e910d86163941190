package dev.finspect.wire.capture;

import static dev.finspect.wire.capture.SampleCaptures.block;
import static dev.finspect.wire.capture.SampleCaptures.body;
import static dev.finspect.wire.capture.SampleCaptures.bytes;
import static dev.finspect.wire.capture.SampleCaptures.concat;
import static dev.finspect.wire.capture.SampleCaptures.ethernet;
import static dev.finspect.wire.capture.SampleCaptures.packet;
import static dev.finspect.wire.capture.SampleCaptures.read;
import static dev.finspect.wire.capture.SampleCaptures.section;
import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.wire.TcpSegment.Direction;
import dev.finspect.wire.capture.SampleCaptures.Contents;
import dev.finspect.wire.capture.SampleCaptures.Kept;
import dev.finspect.wire.packet.LinkType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Handmade pcapng blocks. */
final class PcapNgReaderTest {
    private static final byte[] SECTION = section(LITTLE_ENDIAN);
    private static final byte[] ETHERNET = ethernet(LITTLE_ENDIAN, 0, "");
    private static final byte[] PACKET = packet(LITTLE_ENDIAN, 0, 1, "");

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void bothByteOrdersAreRead(boolean big) {
        ByteOrder order = big ? BIG_ENDIAN : LITTLE_ENDIAN;
        Contents contents =
                read(concat(section(order), ethernet(order, 96, ""), packet(order, 0, 1_700_000_000_123_456L, "")));
        assertThat(contents.frames())
                .containsExactly(new Kept(
                        LinkType.ETHERNET,
                        1_700_000_000_123_456_000L,
                        0,
                        Direction.UNKNOWN,
                        1000,
                        "aabbcc",
                        List.of()));
        assertThat(contents.reader().interfaces()).containsExactly(CaptureInterface.of(LinkType.ETHERNET, 96));
        assertThat(contents.end()).isEqualTo(new CaptureEnd.Complete());
    }

    @Test
    void eachSectionHasItsByteOrderAndItsInterfaces() {
        Contents contents = read(concat(
                SECTION,
                ETHERNET,
                ethernet(LITTLE_ENDIAN, 0, "0900 0100 09000000"),
                packet(LITTLE_ENDIAN, 1, 5, ""),
                section(BIG_ENDIAN),
                ethernet(BIG_ENDIAN, 0, "0009 0001 03000000"),
                packet(BIG_ENDIAN, 0, 5, "")));
        assertThat(contents.frames()).extracting(Kept::interfaceId).containsExactly(1, 2);
        assertThat(contents.frames()).extracting(Kept::atNanos).containsExactly(5L, 5_000_000L);
        assertThat(contents.reader().interfaces()).hasSize(3);
        assertThat(read(concat(SECTION, ETHERNET, SECTION, PACKET)).end())
                .isEqualTo(new CaptureEnd.Damaged(76, Damage.UNKNOWN_INTERFACE, 0));
    }

    @Test
    void optionsOfAnInterfaceAreRead() {
        String name = "0200 0400 65746830";
        String description = "0300 0300 c3a96100";
        String resolution = "0900 0100 8a000000";
        String filter = "0b00 0400 00746370";
        String offset = "0e00 0800 0100000000000000";
        Contents contents = read(concat(
                SECTION,
                ethernet(LITTLE_ENDIAN, 0, name + description + "0800 0400 01020304" + resolution + filter + offset),
                packet(LITTLE_ENDIAN, 0, 512, "")));
        assertThat(contents.reader().interfaces().get(0).name()).isEqualTo("eth0");
        assertThat(contents.reader().interfaces().get(0).description()).isEqualTo("éa");
        assertThat(contents.frames()).extracting(Kept::atNanos).containsExactly(1_500_000_000L);
    }

    @Test
    void filtersAreReadWhereTheyAreText() {
        assertThat(filter("0b00 0400 00746370")).isEqualTo("tcp");
        assertThat(filter("0b00 0400 01746370")).isNull();
        assertThat(filter("0b00 0100 00000000")).isEmpty();
        assertThat(filter("0b00 0000")).isNull();
    }

    private static @org.jspecify.annotations.Nullable String filter(String options) {
        return read(concat(SECTION, ethernet(LITTLE_ENDIAN, 0, options)))
                .reader()
                .interfaces()
                .get(0)
                .filter();
    }

    @Test
    void whatFollowsTheEndOfOptionsOrAWrongLengthIsNotRead() {
        for (String begin : List.of("0000 0000", "0500 ff00", "05")) {
            Contents contents = read(concat(SECTION, ethernet(LITTLE_ENDIAN, 0, begin + "0200 0400 65746830")));
            assertThat(contents.reader().interfaces().get(0).name()).isNull();
        }
        assertThat(read(concat(SECTION, ethernet(LITTLE_ENDIAN, 0, "0900 0000 0e00 0400 01020304"), PACKET))
                        .frames()
                        .get(0)
                        .atNanos())
                .isEqualTo(1000);
    }

    @Test
    void longTextsOfInterfacesAreCut() {
        String name = "0200 0008" + "61".repeat(2048);
        Contents contents = read(concat(SECTION, ethernet(LITTLE_ENDIAN, 0, name)));
        assertThat(contents.reader().interfaces().get(0).name()).isEqualTo("a".repeat(1024));
    }

    @ParameterizedTest(name = "flags {0}: {1}")
    @CsvSource({"00, UNKNOWN", "01, INCOMING", "02, OUTGOING", "03, UNKNOWN", "fe, OUTGOING"})
    void directionAndCommentsOfAPacketAreRead(String flags, Direction direction) {
        String options = "0200 0400" + flags + "000000" + "0100 0300 c3a96100" + "0400 0800 0000000000000001"
                + "0100 0100 62000000" + "0000 0000";
        Kept frame = read(concat(SECTION, ETHERNET, packet(LITTLE_ENDIAN, 0, 1, options), PACKET))
                .frames()
                .get(0);
        assertThat(frame.direction()).isEqualTo(direction);
        assertThat(frame.comments()).containsExactly("éa", "b");
    }

    @Test
    void commentsDoNotStayForTheNextPacket() {
        Contents contents = read(
                concat(SECTION, ETHERNET, packet(LITTLE_ENDIAN, 0, 1, "0100 0100 62000000 0200 0200 0100"), PACKET));
        assertThat(contents.frames()).extracting(Kept::comments).containsExactly(List.of("b"), List.of());
        assertThat(contents.frames().get(0).direction()).isEqualTo(Direction.UNKNOWN);
    }

    @Test
    void aSimplePacketHasTheTimeOfTheOneBefore() {
        byte[] simple = block(
                LITTLE_ENDIAN,
                BlockType.SIMPLE_PACKET,
                body(LITTLE_ENDIAN).putInt(3).put(bytes("aabbcc")).flip());
        Contents contents = read(concat(SECTION, ETHERNET, simple, PACKET, simple));
        assertThat(contents.frames()).extracting(Kept::atNanos).containsExactly(0L, 1000L, 1000L);
        assertThat(contents.frames()).extracting(Kept::hex).containsOnly("aabbcc");
        assertThat(contents.reader().untimedFrames()).isEqualTo(2);
    }

    @Test
    void aSimplePacketIsCutAtTheSnapLength() {
        byte[] simple = block(
                LITTLE_ENDIAN,
                BlockType.SIMPLE_PACKET,
                body(LITTLE_ENDIAN).putInt(1000).put(bytes("aabbcc00")).flip());
        Contents contents = read(concat(SECTION, ethernet(LITTLE_ENDIAN, 3, ""), simple));
        assertThat(contents.frames().get(0).hex()).isEqualTo("aabbcc");
        assertThat(contents.frames().get(0).originalBytes()).isEqualTo(1000);
        assertThat(read(concat(SECTION, ETHERNET, simple)).end())
                .isEqualTo(new CaptureEnd.Damaged(48, Damage.PACKET_LONGER_THAN_BLOCK, 1000));
        assertThat(read(concat(SECTION, simple)).end())
                .isEqualTo(new CaptureEnd.Damaged(28, Damage.UNKNOWN_INTERFACE, 0));
    }

    @Test
    void theObsoletePacketBlockIsRead() {
        ByteBuffer body = body(BIG_ENDIAN)
                .putShort((short) 0)
                .putShort((short) 7)
                .putLong(5)
                .putInt(3)
                .putInt(9);
        byte[] obsolete = block(
                BIG_ENDIAN,
                BlockType.OBSOLETE_PACKET,
                body.put(bytes("aabbcc00 0002 0004 00000002")).flip());
        Contents contents = read(concat(section(BIG_ENDIAN), ethernet(BIG_ENDIAN, 0, ""), obsolete));
        assertThat(contents.frames())
                .containsExactly(new Kept(LinkType.ETHERNET, 5000, 0, Direction.OUTGOING, 9, "aabbcc", List.of()));
    }

    @Test
    void statisticsOfAnInterfaceAreKeptAndTheLastCount() {
        byte[] first = statistics(0, "0400 0800 0100000000000000");
        byte[] last = statistics(
                0,
                "0400 0800 0a00000000000000 0500 0800 0200000000000000 0700 0800 0300000000000000 0800 0400 00000000");
        Contents contents = read(concat(SECTION, ETHERNET, first, last, statistics(7, "")));
        assertThat(contents.reader().statistics())
                .containsExactly(new InterfaceStatistics(0, 5000, 10, 2, InterfaceStatistics.ABSENT, 3));
        assertThat(contents.end()).isEqualTo(new CaptureEnd.Complete());
    }

    private static byte[] statistics(int interfaceId, String options) {
        ByteBuffer body =
                body(LITTLE_ENDIAN).putInt(interfaceId).putInt(0).putInt(5).put(bytes(options));
        return block(LITTLE_ENDIAN, BlockType.STATISTICS, body.flip());
    }

    @Test
    void optionsOfASectionAreRead() {
        ByteBuffer body =
                body(LITTLE_ENDIAN).putInt(BlockType.BYTE_ORDER_MARK).putInt(1).putLong(-1);
        body.put(bytes("0200 0100 78000000 0300 0100 79000000 0400 0100 7a000000 0100 0100 63000000 6300 0000"));
        Contents contents = read(block(LITTLE_ENDIAN, BlockType.SECTION, body.flip()));
        assertThat(contents.reader().section()).isEqualTo(new CaptureSection("x", "y", "z", "c"));
    }

    @Test
    void unknownBlocksAreSkippedHoweverLong() {
        byte[] names = block(LITTLE_ENDIAN, 4, ByteBuffer.allocate(40));
        byte[] custom = block(LITTLE_ENDIAN, 0xbad, ByteBuffer.allocate(500_000));
        assertThat(read(concat(SECTION, names, ETHERNET, custom, PACKET)).frames())
                .hasSize(1);
        assertThat(read(concat(SECTION, Arrays.copyOf(custom, custom.length - 100)))
                        .end())
                .isEqualTo(new CaptureEnd.Truncated(28, 100));
        assertThat(read(concat(SECTION, Arrays.copyOf(names, names.length - 1))).end())
                .isEqualTo(new CaptureEnd.Truncated(28, 1));
        names[names.length - 4]++;
        assertThat(read(concat(SECTION, names)).end())
                .isEqualTo(new CaptureEnd.Damaged(28, Damage.BLOCK_LENGTHS_DIFFER, 53));
    }

    @Test
    void aTruncatedFileGivesAllFramesBeforeTheEnd() {
        byte[] whole = concat(SECTION, ETHERNET, PACKET, PACKET);
        for (int length = 4; length < whole.length; length++) {
            Contents contents = read(ByteSource.of(ByteBuffer.wrap(whole, 0, length)));
            assertThat(contents.frames()).hasSize(length < 84 ? 0 : 1);
            if (length == 28 || length == 48 || length == 84) {
                assertThat(contents.end()).isEqualTo(new CaptureEnd.Complete());
            } else {
                int begin = length < 28 ? 0 : length < 48 ? 28 : length < 84 ? 48 : 84;
                int size = begin == 0 ? 28 : begin == 28 ? 20 : 36;
                int known = length - begin < 12 ? 12 : size;
                assertThat(contents.end()).isEqualTo(new CaptureEnd.Truncated(begin, known - (length - begin)));
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "length of 8, 08000000, BLOCK_LENGTH, 8",
        "length that is no multiple of four, 25000000, BLOCK_LENGTH, 37",
        "length below the fixed part, 1c000000, BLOCK_LENGTH, 28",
        "length above the cap, 04000001, BLOCK_LENGTH, 16777220",
        "length that does not end at its end, 20000000, BLOCK_LENGTHS_DIFFER, 13417386"
    })
    void impossibleLengthsAreReportedWithTheirOffset(String name, String length, Damage damage, long number) {
        byte[] broken = packet(LITTLE_ENDIAN, 0, 1, "00000000");
        System.arraycopy(bytes(length), 0, broken, 4, 4);
        Contents contents = read(concat(SECTION, ETHERNET, PACKET, broken, PACKET));
        assertThat(contents.frames()).hasSize(1);
        assertThat(contents.end()).isEqualTo(new CaptureEnd.Damaged(84, damage, number));
        assertThat(contents.end().sentence()).contains("byte 84").contains(Long.toString(number));
    }

    @Test
    void aPacketLongerThanItsBlockIsNamed() {
        byte[] broken = packet(LITTLE_ENDIAN, 0, 1, "");
        broken[20] = 5;
        assertThat(read(concat(SECTION, ETHERNET, broken)).end())
                .isEqualTo(new CaptureEnd.Damaged(48, Damage.PACKET_LONGER_THAN_BLOCK, 5));
        assertThat(read(concat(SECTION, ETHERNET, packet(LITTLE_ENDIAN, -1, 1, "")))
                        .end())
                .isEqualTo(new CaptureEnd.Damaged(48, Damage.UNKNOWN_INTERFACE, 0xffffffffL));
        assertThat(read(concat(SECTION, ETHERNET, packet(LITTLE_ENDIAN, 1, 1, "")))
                        .end()
                        .sentence())
                .contains("names interface 1");
    }

    @Test
    void anUnknownByteOrderOrVersionIsNamed() {
        byte[] broken = SECTION.clone();
        broken[8]++;
        assertThat(read(broken).end()).isEqualTo(new CaptureEnd.Damaged(0, Damage.BYTE_ORDER, 0x4e3c2b1aL));
        byte[] next = SECTION.clone();
        next[12] = 2;
        assertThat(read(next).end().sentence()).contains("version 2.0");
        assertThat(read(concat(SECTION, ETHERNET, PACKET, next)).frames()).hasSize(1);
    }

    @Test
    void tooManyInterfacesAreDamage() {
        byte[] many = new byte[28 + 20 * (CaptureLimits.MAX_INTERFACES + 1)];
        System.arraycopy(SECTION, 0, many, 0, 28);
        for (int at = 28; at < many.length; at += 20) {
            System.arraycopy(ETHERNET, 0, many, at, 20);
        }
        Contents contents = read(many);
        assertThat(contents.reader().interfaces()).hasSize(CaptureLimits.MAX_INTERFACES);
        assertThat(contents.end())
                .isEqualTo(new CaptureEnd.Damaged(
                        many.length - 20, Damage.TOO_MANY_INTERFACES, CaptureLimits.MAX_INTERFACES));
    }
}
