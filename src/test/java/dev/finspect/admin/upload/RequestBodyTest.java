package dev.finspect.admin.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The body of a request between the event loop and its reader. */
final class RequestBodyTest {
    private static final Duration LONG = Duration.ofHours(1);

    private final AtomicInteger readOn = new AtomicInteger();
    private final RequestBody body = new RequestBody(readOn::incrementAndGet, LONG);

    @Test
    void partsComeInTheirOrderHoweverLargeTheBufferIs() {
        body.arrived(bytes("abc"));
        body.arrived(bytes(""));
        body.arrived(bytes("de"));
        body.complete();
        assertThat(read(2)).isEqualTo("ab");
        assertThat(read(9)).isEqualTo("c");
        assertThat(read(9)).isEqualTo("de");
        assertThat(read(9)).as("the end").isEmpty();
        assertThat(read(9)).as("the end again").isEmpty();
        assertThat(body.isOver()).isTrue();
        assertThat(body.wantsMore()).isFalse();
    }

    @Test
    void noMoreIsWantedWhileEnoughPartsWait() {
        int parts = 0;
        while (body.wantsMore()) {
            body.arrived(bytes("x"));
            parts++;
        }
        assertThat(parts).isBetween(2, 64);
        assertThat(read(1)).isEqualTo("x");
        assertThat(readOn).as("nothing was wanted when it was taken").hasValue(0);
        assertThat(body.wantsMore()).isTrue();
        assertThat(read(1)).isEqualTo("x");
        assertThat(readOn).hasValue(1);
    }

    @Test
    void aConnectionThatEndsFailsTheReaderUnlessAllHasArrived() {
        body.broken();
        body.complete();
        assertThatThrownBy(() -> read(1))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("before the file");

        RequestBody whole = new RequestBody(readOn::incrementAndGet, LONG);
        whole.complete();
        whole.broken();
        assertThat(whole.fill(ByteBuffer.allocate(1))).isZero();
    }

    @Test
    void aPartThatDoesNotArriveFailsTheReader() {
        RequestBody hurried = new RequestBody(readOn::incrementAndGet, Duration.ofNanos(1));
        assertThatThrownBy(() -> hurried.fill(ByteBuffer.allocate(1)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("too long");
        assertThat(readOn).hasValue(1);
    }

    @Test
    void partsThatArriveInTimeForEverFailTheReaderAsWell() {
        AtomicReference<RequestBody> dripping = new AtomicReference<>();
        RequestBody slow = new RequestBody(
                () -> Objects.requireNonNull(dripping.get()).arrived(bytes("x")), Duration.ofMillis(20));
        dripping.set(slow);
        assertThatThrownBy(() -> {
                    while (slow.fill(ByteBuffer.allocate(1)) > 0) {
                        Thread.onSpinWait();
                    }
                })
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("too long");
        assertThat(slow.discard()).as("nobody waits for the rest").isCompletedExceptionally();
    }

    @Test
    void whatIsDiscardedIsReadToItsEndAndNotKept() {
        body.arrived(bytes("abc"));
        var ended = body.discard();
        assertThat(readOn).hasValue(1);
        for (int i = 0; i < 1_000; i++) {
            body.arrived(bytes("more"));
            assertThat(body.wantsMore()).isTrue();
        }
        assertThat(ended).isNotDone();
        body.complete();
        assertThat(ended).isCompleted();
        assertThat(body.discard()).as("again").isCompleted();
        assertThat(readOn).hasValue(1);
    }

    private String read(int most) {
        ByteBuffer into = ByteBuffer.allocate(most);
        int count = body.fill(into);
        assertThat(into.position()).isEqualTo(count);
        return new String(into.array(), 0, count, StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
