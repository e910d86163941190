package dev.finspect.relay.header;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.finspect.record.ProxyHeader;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** PROXY headers that a fuzzer makes up; the kept ones are replayed in every build. */
final class ProxyHeaderFuzzTest {
    /** The first byte says how much comes at once. */
    @FuzzTest(maxDuration = "1m")
    void anyBytes(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
        ProxyHeaderIntake intake = new ProxyHeaderIntake();
        int left = ProxyHeaderTest.feed(intake, bytes, 1 + (input[0] & 0xff));
        assertThat(intake.wanted()).isBetween(0, ProxyHeaderIntake.MOST_BYTES);
        assertThat(left == 0 || intake.broken() || intake.complete()).isTrue();
        if (intake.complete() && !intake.broken()) {
            bounded(ProxyHeaderCodec.decode(intake.header()), bytes.length - left);
        }
        bounded(ProxyHeaderCodec.decode(bytes), bytes.length);
    }

    private static void bounded(@Nullable ProxyHeader header, int length) {
        if (header == null) {
            return;
        }
        assertThat(header.version()).isBetween(1, 2);
        assertThat(header.bytes()).isEqualTo(length);
        assertThat(header.source() == null).isEqualTo(header.destination() == null);
        bounded(header.authority(), 255);
        bounded(header.tlsVersion(), 255);
        bounded(header.uniqueId(), 128);
    }

    /** Two digits for a byte where it is no text. */
    private static void bounded(@Nullable String text, int mostBytes) {
        if (text != null) {
            assertThat(text).hasSizeLessThanOrEqualTo(2 * mostBytes).matches("[ -~]*");
        }
    }
}
