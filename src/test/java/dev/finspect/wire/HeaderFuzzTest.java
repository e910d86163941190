package dev.finspect.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;

/** Fuzzed headers and structures; saved inputs are replayed in every build. */
final class HeaderFuzzTest {
    @FuzzTest(maxDuration = "1m")
    void anySavedSyn(byte[] packet) {
        SynSegment syn = SynSegment.decode(ByteBuffer.wrap(packet));
        if (syn != null) {
            assertThat(syn.sequenceNumber()).isBetween(0L, 0xffffffffL);
            assertThat(syn.ttl()).isBetween(0, 0xff);
        }
    }

    /** The first byte says where the capture ends. */
    @FuzzTest(maxDuration = "1m")
    void anyOptions(byte[] input) {
        if (input.length == 0) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.wrap(input);
        int capturedEnd = Math.min(input.length, 1 + (input[0] & 0xff));
        TcpOptions options = new TcpOptionsDecoder().decode(bytes, 1, input.length, capturedEnd);
        assertThat(options.mssBytes()).isBetween(TcpOptions.ABSENT, 0xffff);
        assertThat(options.windowScale()).isBetween(TcpOptions.ABSENT, 0xff);
        assertThat(options.sack().blocks()).isBetween(0, 31);
    }

    @FuzzTest(maxDuration = "1m")
    void anyTcpInfo(byte[] structure) {
        TcpInfo info = TcpInfo.decode(ByteBuffer.wrap(structure), structure.length);
        assertThat(info.state()).isNotNull();
        assertThat(info.bytesReceived()).isGreaterThanOrEqualTo(TcpInfo.ABSENT);
    }
}
