package dev.finspect.wire.capture;

import static dev.finspect.wire.capture.SampleCaptures.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.wire.TcpSegment.Direction;
import dev.finspect.wire.capture.SampleCaptures.Contents;
import dev.finspect.wire.packet.Frame;
import dev.finspect.wire.packet.LinkType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged files: all frames before the damage and a reason, regardless of how the bytes are split. */
final class CaptureReaderPropertyTest {
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void damagedFilesGiveFramesAndAnEnd(long seed) {
        Random random = new Random(seed);
        Set<Class<?>> ends = new HashSet<>();
        for (int i = 0; i < 3_000; i++) {
            byte[] file = random.nextBoolean() ? pcap(random) : pcapNg(random);
            for (int changes = random.nextInt(3); changes > 0; changes--) {
                int at = random.nextInt(file.length);
                file[at] =
                        random.nextBoolean() ? (byte) random.nextInt() : (byte) (file[at] ^ (1 << random.nextInt(8)));
            }
            int length = random.nextInt(3) == 0 ? random.nextInt(file.length + 1) : file.length;
            Contents contents = read(ByteSource.of(ByteBuffer.wrap(file, 0, length)));
            ends.add(contents.end().getClass());
            assertThat(contents.end().sentence()).isNotBlank();
            assertThat(contents.reader().offset()).isLessThanOrEqualTo(length);
            assertThat(contents.frames()).hasSizeLessThanOrEqualTo(length / 16);
            if (i % 10 == 0) {
                byte[] part = Arrays.copyOf(file, length);
                Contents slowly = read(SampleCaptures.dribble(part));
                assertThat(slowly.frames()).isEqualTo(contents.frames());
                assertThat(slowly.end()).isEqualTo(contents.end());
            }
        }
        assertThat(ends).contains(CaptureEnd.Complete.class, CaptureEnd.Truncated.class, CaptureEnd.Damaged.class);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {4})
    void noiseBehindAMagicNumberGivesAnEnd(long seed) {
        Random random = new Random(seed);
        int[] magics = {
            PcapFormat.MICROS, PcapFormat.MICROS_SWAPPED, PcapFormat.NANOS, PcapFormat.NANOS_SWAPPED, BlockType.SECTION
        };
        for (int i = 0; i < 5_000; i++) {
            byte[] noise = new byte[4 + random.nextInt(400)];
            random.nextBytes(noise);
            ByteBuffer file = ByteBuffer.wrap(noise).putInt(0, magics[random.nextInt(magics.length)]);
            assertThat(read(ByteSource.of(file)).end()).isNotNull();
        }
    }

    private static byte[] pcap(Random random) {
        ByteBuffer file =
                ByteBuffer.allocate(4096).order(random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        file.putInt(random.nextBoolean() ? PcapFormat.MICROS : PcapFormat.NANOS);
        file.putShort((short) 2).putShort((short) 4).putLong(0).putInt(0xffff).putInt(1);
        for (int packets = random.nextInt(6); packets > 0; packets--) {
            int bytes = random.nextInt(100);
            file.putInt(random.nextInt())
                    .putInt(random.nextInt(1_000_000))
                    .putInt(bytes)
                    .putInt(bytes);
            file.position(file.position() + bytes);
        }
        byte[] written = new byte[file.position()];
        file.get(0, written);
        return written;
    }

    private static byte[] pcapNg(Random random) {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        PcapNgWriter writer = PcapNgWriter.begin(
                block -> written.write(block.array(), block.arrayOffset(), block.remaining()),
                new CaptureSection(null, "os", "app", null),
                random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        writer.addInterface(new CaptureInterface(LinkType.ETHERNET, 100, "eth0", null, "tcp"));
        for (int packets = random.nextInt(6); packets > 0; packets--) {
            ByteBuffer bytes = ByteBuffer.allocate(random.nextInt(100));
            writer.frame(new Frame()
                    .set(LinkType.ETHERNET, random.nextInt(), 0, Direction.OUTGOING, bytes, 100)
                    .comments(random.nextBoolean() ? List.of() : List.of("note")));
        }
        writer.statistics(new InterfaceStatistics(0, 1, 2, 3, 4, 5));
        return written.toByteArray();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {5, 6})
    void undamagedOnesAreWhole(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            Contents contents = read(random.nextBoolean() ? pcap(random) : pcapNg(random));
            assertThat(contents.end()).isEqualTo(new CaptureEnd.Complete());
            assertThat(contents.frames()).allMatch(frame -> frame.interfaceId() == 0);
        }
    }
}
