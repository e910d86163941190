package dev.finspect.wire.capture;

import static dev.finspect.wire.capture.SampleCaptures.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finspect.wire.TcpSegment.Direction;
import dev.finspect.wire.capture.SampleCaptures.Contents;
import dev.finspect.wire.capture.SampleCaptures.Kept;
import dev.finspect.wire.packet.Frame;
import dev.finspect.wire.packet.LinkType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the writer writes is what the reader reads. */
final class PcapNgWriterTest {
    private static final String[] TEXTS = {"", "a", "lo", "é€", "three", "\ud83d\ude80", "x".repeat(1000)};

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    private void sink(ByteBuffer block) {
        written.write(block.array(), block.arrayOffset() + block.position(), block.remaining());
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void writtenThenReadIsTheSame(long seed) {
        Random random = new Random(seed);
        List<Kept> frames = new ArrayList<>();
        List<CaptureInterface> interfaces = new ArrayList<>();
        Map<Integer, InterfaceStatistics> statistics = new TreeMap<>();
        CaptureSection section = CaptureSection.ANONYMOUS;
        for (int sections = 1 + random.nextInt(3); sections > 0; sections--) {
            section = new CaptureSection(text(random), text(random), text(random), text(random));
            ByteOrder order = random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
            PcapNgWriter writer = PcapNgWriter.begin(this::sink, section, order);
            int base = interfaces.size();
            for (int blocks = random.nextInt(200); blocks > 0; blocks--) {
                int known = interfaces.size() - base;
                if (known == 0 || random.nextInt(20) == 0) {
                    CaptureInterface described = described(random);
                    assertThat(writer.addInterface(described)).isEqualTo(known);
                    interfaces.add(described);
                } else if (random.nextInt(20) == 0) {
                    InterfaceStatistics counted = counted(random, random.nextInt(known));
                    writer.statistics(counted);
                    statistics.put(base + counted.interfaceId(), global(counted, base));
                } else {
                    int local = random.nextInt(known);
                    Frame frame = frame(
                            random, base + local, interfaces.get(base + local).linkType());
                    writer.frame(frame, local);
                    frames.add(Kept.of(frame));
                }
            }
        }
        Contents contents = read(written.toByteArray());
        assertThat(contents.end()).isEqualTo(new CaptureEnd.Complete());
        assertThat(contents.frames()).isEqualTo(frames);
        assertThat(contents.reader().interfaces()).isEqualTo(interfaces);
        assertThat(contents.reader().statistics()).containsExactlyElementsOf(statistics.values());
        assertThat(contents.reader().section()).isEqualTo(section);
    }

    private static @Nullable String text(Random random) {
        return random.nextBoolean() ? null : TEXTS[random.nextInt(TEXTS.length)];
    }

    private static CaptureInterface described(Random random) {
        LinkType linkType = new LinkType(random.nextInt(0x10000));
        return new CaptureInterface(linkType, random.nextInt() >>> 1, text(random), text(random), text(random));
    }

    private static InterfaceStatistics counted(Random random, int interfaceId) {
        return new InterfaceStatistics(
                interfaceId, random.nextLong() >>> 1, count(random), count(random), count(random), count(random));
    }

    private static long count(Random random) {
        return random.nextBoolean() ? InterfaceStatistics.ABSENT : random.nextLong() >>> 1;
    }

    private static InterfaceStatistics global(InterfaceStatistics local, int base) {
        return new InterfaceStatistics(
                base + local.interfaceId(),
                local.atNanos(),
                local.received(),
                local.droppedByInterface(),
                local.accepted(),
                local.droppedBySystem());
    }

    private static Frame frame(Random random, int interfaceId, LinkType linkType) {
        byte[] bytes = new byte[random.nextInt(10) == 0 ? random.nextInt(70_000) : random.nextInt(200)];
        random.nextBytes(bytes);
        int from = random.nextInt(bytes.length + 1);
        ByteBuffer captured = ByteBuffer.wrap(bytes, from, bytes.length - from);
        Direction direction = List.of(Direction.values()).get(random.nextInt(3));
        int original = captured.remaining() + random.nextInt(2000);
        List<String> comments = new ArrayList<>();
        while (random.nextInt(3) == 0) {
            comments.add(TEXTS[random.nextInt(TEXTS.length)]);
        }
        return new Frame()
                .set(linkType, random.nextLong() >>> 1, interfaceId, direction, captured, original)
                .comments(comments);
    }

    @Test
    void theSmallestFileIsAsTheFormatSays() {
        PcapNgWriter writer = PcapNgWriter.begin(
                this::sink, new CaptureSection(null, null, "finspect", null), ByteOrder.LITTLE_ENDIAN);
        writer.addInterface(new CaptureInterface(LinkType.RAW, 128, "lo", null, "tcp"));
        writer.frame(new Frame()
                .set(LinkType.RAW, 0x0102030405060708L, 0, Direction.INCOMING, ByteBuffer.wrap(new byte[] {9}), 2)
                .comments(List.of("fin")));
        String section = "0a0d0d0a2c000000" + "4d3c2b1a01000000ffffffffffffffff" + "0400080066696e7370656374"
                + "00000000" + "2c000000";
        String described = "0100000030000000" + "6500000080000000" + "020002006c6f0000" + "0900010009000000"
                + "0b00040000746370" + "00000000" + "30000000";
        String packet = "0600000038000000" + "0000000004030201080706050100000002000000" + "09000000"
                + "0200040001000000" + "0100030066696e00" + "00000000" + "38000000";
        assertThat(HexFormat.of().formatHex(written.toByteArray())).isEqualTo(section + described + packet);
    }

    @Test
    void aFrameWithoutFactsHasNoOptions() {
        PcapNgWriter writer = PcapNgWriter.begin(this::sink, CaptureSection.ANONYMOUS);
        writer.addInterface(CaptureInterface.of(LinkType.RAW, 0));
        int before = written.size();
        writer.frame(new Frame().set(LinkType.RAW, 1, 0, Direction.UNKNOWN, ByteBuffer.wrap(new byte[3]), 3));
        assertThat(written.size() - before).isEqualTo(36);
    }

    @Test
    void longTextsAreCutBetweenCharacters() {
        PcapNgWriter writer = PcapNgWriter.begin(this::sink, CaptureSection.ANONYMOUS);
        writer.addInterface(new CaptureInterface(LinkType.RAW, 0, "€".repeat(30_000), null, "é".repeat(40_000)));
        writer.frame(new Frame()
                .set(LinkType.RAW, 1, 0, Direction.UNKNOWN, ByteBuffer.allocate(0), 0)
                .comments(List.of("a" + "é".repeat(40_000))));
        Contents contents = read(written.toByteArray());
        assertThat(contents.end()).isEqualTo(new CaptureEnd.Complete());
        assertThat(contents.frames().get(0).comments()).containsExactly("a" + "é".repeat(0x7ffd));
    }

    @Test
    void aFrameThatNoReaderTakesIsCutAndItsCommentsStayWithinTheBlock() {
        PcapNgWriter writer = PcapNgWriter.begin(this::sink, CaptureSection.ANONYMOUS);
        writer.addInterface(CaptureInterface.of(LinkType.RAW, 0));
        byte[] large = new byte[CaptureLimits.MAX_FRAME_BYTES + 100];
        Arrays.fill(large, (byte) 7);
        ByteBuffer bytes = ByteBuffer.wrap(large);
        String[] comments = new String[300];
        Arrays.fill(comments, "c".repeat(PcapNgWriter.MAX_TEXT_BYTES));
        writer.frame(new Frame()
                .set(LinkType.RAW, 1, 0, Direction.UNKNOWN, bytes, large.length)
                .comments(List.of(comments)));
        assertThat(bytes.remaining()).isEqualTo(large.length);
        CaptureReader reader = new CaptureReader(ByteSource.of(ByteBuffer.wrap(written.toByteArray())));
        assertThat(reader.advance()).isTrue();
        assertThat(reader.frame().bytes().remaining()).isEqualTo(CaptureLimits.MAX_FRAME_BYTES);
        assertThat(reader.frame().originalBytes()).isEqualTo(large.length);
        assertThat(reader.frame().comments()).hasSizeBetween(100, 299);
        assertThat(reader.advance()).isFalse();
        assertThat(reader.end()).isEqualTo(new CaptureEnd.Complete());
    }

    @Test
    void anInterfaceThatWasNotDescribedIsRefused() {
        PcapNgWriter writer = PcapNgWriter.begin(this::sink, CaptureSection.ANONYMOUS);
        Frame frame = new Frame().set(LinkType.RAW, 1, 0, Direction.UNKNOWN, ByteBuffer.allocate(0), 0);
        assertThatThrownBy(() -> writer.frame(frame))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessageContaining("addInterface()");
        writer.addInterface(CaptureInterface.of(LinkType.RAW, 0));
        assertThatThrownBy(() -> writer.frame(frame, -1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> writer.statistics(new InterfaceStatistics(1, 0, 0, 0, 0, 0)))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
