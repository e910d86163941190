package dev.finspect.wire.capture;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.finspect.wire.TcpSegment.Direction;
import dev.finspect.wire.capture.SampleCaptures.Contents;
import dev.finspect.wire.packet.Frame;
import dev.finspect.wire.packet.LinkType;
import dev.finspect.wire.packet.PacketDecoder;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Fuzzed files; saved inputs are replayed in every build. */
final class CaptureReaderFuzzTest {
    @FuzzTest(maxDuration = "1m")
    void anyFile(byte[] file) {
        CaptureReader reader = new CaptureReader(ByteSource.of(ByteBuffer.wrap(file)));
        PacketDecoder decoder = PacketDecoder.trustingChecksums();
        int frames = 0;
        while (reader.advance()) {
            assertThat(decoder.decode(reader.frame())).isNotNull();
            frames++;
        }
        assertThat(reader.end().sentence()).isNotBlank();
        assertThat(reader.offset()).isLessThanOrEqualTo(file.length);
        assertThat(frames).isLessThanOrEqualTo(file.length / 16);
        if (file.length < 1000) {
            Contents slowly = SampleCaptures.read(SampleCaptures.dribble(file));
            assertThat(slowly.frames()).hasSize(frames);
            assertThat(slowly.end()).isEqualTo(reader.end());
        }
    }

    /** Frames and texts are read as they were written, whatever their content. */
    @FuzzTest(maxDuration = "1m")
    void anyFrameWritten(byte[] input) {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        String text = new String(input, 0, input.length / 2, StandardCharsets.UTF_8);
        CaptureSection section = new CaptureSection(text, null, text, null);
        PcapNgWriter writer = PcapNgWriter.begin(
                block -> written.write(block.array(), block.arrayOffset(), block.remaining()), section);
        Direction direction = List.of(Direction.values()).get(input.length % 3);
        writer.addInterface(CaptureInterface.of(LinkType.RAW, input.length));
        Frame frame = new Frame()
                .set(LinkType.RAW, input.length, 0, direction, ByteBuffer.wrap(input), input.length)
                .comments(List.of(text));
        writer.frame(frame);
        Contents contents = SampleCaptures.read(written.toByteArray());
        assertThat(contents.end()).isEqualTo(new CaptureEnd.Complete());
        if (text.length() < PcapNgWriter.MAX_TEXT_BYTES / 4) {
            assertThat(contents.frames()).containsExactly(SampleCaptures.Kept.of(frame));
            assertThat(contents.reader().section()).isEqualTo(section);
        }
    }
}
