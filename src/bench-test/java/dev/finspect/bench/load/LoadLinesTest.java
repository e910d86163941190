package dev.finspect.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The lines between the benchmark and its load process. */
final class LoadLinesTest {
    @Test
    void anOrderComesBackFromItsLine() {
        LoadOrder order = new LoadOrder(LoadKind.KEEP_ALIVE, "127.0.0.1", 7001, 50, 4_000, 20_000);
        assertThat(LoadOrder.parse(order.toLine())).isEqualTo(order);
    }

    @Test
    void aResultComesBackFromItsLine() throws IOException {
        LoadResult result = new LoadResult(8_000_000_000L, 2_000_000_000L, 12, 34);
        assertThat(LoadResult.parse(result.toLine())).isEqualTo(result);
        assertThat(result.perSecond()).isEqualTo(4e9);
    }

    @Test
    void aFailureIsThrownWithItsReason() {
        String line = LoadResult.failureLine(new IOException("no\nbytes"));
        assertThatThrownBy(() -> LoadResult.parse(line))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("no bytes");
    }
}
