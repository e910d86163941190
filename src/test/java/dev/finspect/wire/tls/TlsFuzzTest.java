package dev.finspect.wire.tls;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Bytes that a fuzzer makes up for the beginning of a TLS connection; the kept ones are replayed in every build. */
final class TlsFuzzTest {
    /** The first byte says which peer, and how much comes at once. */
    @FuzzTest(maxDuration = "1m")
    void anyBytes(byte[] input) {
        if (input.length == 0) {
            return;
        }
        int size = 1 + (input[0] & 0x7f);
        List<TlsStep> steps = new ArrayList<>();
        TlsReader reader = new TlsReader(input[0] < 0, steps::add);
        ByteBuffer bytes = ByteBuffer.wrap(input);
        for (int at = 1; at < input.length; at += size) {
            int to = Math.min(input.length, at + size);
            reader.take(bytes, at, to);
            assertThat(LastRecord.of(bytes, at, to)).isNotNull();
        }
        assertThat(steps).hasSizeLessThanOrEqualTo(25);
        for (TlsStep step : steps) {
            if (step instanceof TlsStep.ClientHelloSeen seen) {
                String name = seen.hello().serverName();
                assertThat(name == null || name.matches("[!-~]{1,255}")).isTrue();
                assertThat(seen.bytes()).isBetween(40L, (long) input.length);
                assertThat(seen.reads()).isPositive();
            }
        }
    }
}
