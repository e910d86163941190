package dev.finspect.wire.packet;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.finspect.wire.Decoded;
import dev.finspect.wire.TcpSegment;
import dev.finspect.wire.TcpSegment.Direction;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Fuzzed frames; saved inputs are replayed in every build. */
final class PacketDecoderFuzzTest {
    private static final List<LinkType> TYPES = LinkType.known();

    /** The first byte selects the link type, the second how much longer the frame was than its captured part. */
    @FuzzTest(maxDuration = "1m")
    void anyFrame(byte[] input) {
        if (input.length < 2) {
            return;
        }
        LinkType type = TYPES.get((input[0] & 0xff) % TYPES.size());
        byte[] bytes = Arrays.copyOfRange(input, 2, input.length);
        ByteBuffer captured = ByteBuffer.wrap(bytes.clone());
        Frame frame = new Frame().set(type, 1, 0, Direction.UNKNOWN, captured, bytes.length + (input[1] & 0xff) * 300);
        Decoded decoded = PacketDecoder.verifyingChecksums().decode(frame);
        assertThat(decoded).isNotNull();
        assertThat(captured).isEqualTo(ByteBuffer.wrap(bytes));
        if (decoded instanceof TcpSegment segment) {
            assertThat(segment.payloadBytes()).isNotNegative();
            assertThat(segment.ipBytes()).isGreaterThanOrEqualTo(segment.payloadBytes() + 40);
        }
        assertThat(PacketDecoder.trustingChecksums().decode(frame).getClass()).isEqualTo(decoded.getClass());
    }
}
