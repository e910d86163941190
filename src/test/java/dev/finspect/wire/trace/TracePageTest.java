package dev.finspect.wire.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TracePageTest {
    private static final long MISSED = 1L << 31;
    private static final long STORED = 1L << 30;

    private final List<String> seen = new ArrayList<>();

    @Test
    void theKernelSaysHowAPageIsLaidOut() {
        assertThat(TraceSamples.LAYOUT).isEqualTo(new TracePage(8, 8, 16, 4096));
        assertThat(TracePage.parse(TraceSamples.text("header_page").replace("size:4080", "size:65520")))
                .isEqualTo(new TracePage(8, 8, 16, 65_536));
        assertThat(TracePage.parse("nonsense")).isNull();
        assertThat(TracePage.parse("\tfield: u64 timestamp;\toffset:4;\tsize:8;\n"))
                .isNull();
    }

    @Test
    void eventsHaveTheTimesOfTheirDeltas() {
        ByteBuffer page = page(1000, ByteOrder.LITTLE_ENDIAN)
                .putInt(event(2, 5)) // Eight bytes, five nanoseconds later.
                .putLong(7)
                .putInt(event(30, 3)) // The time goes on by more than fits.
                .putInt(1)
                .putInt(event(0, 2)) // A length of its own: the word, and four bytes.
                .putInt(8)
                .putInt(9)
                .putInt(event(31, 4)) // A whole time.
                .putInt(2)
                .putInt(event(1, 0))
                .putInt(1);

        assertThat(read(page)).isZero();
        assertThat(seen)
                .containsExactly(
                        "8 bytes at 1005",
                        "4 bytes at " + (1005 + (1L << 27) + 3 + 2),
                        "4 bytes at " + ((2L << 27) + 4));
    }

    @Test
    void paddingIsPassedOver() {
        ByteBuffer page = page(0, ByteOrder.LITTLE_ENDIAN)
                .putInt(event(29, 1)) // A discarded event of four bytes.
                .putInt(4)
                .putInt(event(1, 1))
                .putInt(0)
                .putInt(event(29, 0)) // Nothing more.
                .putInt(event(1, 1))
                .putInt(0);

        assertThat(read(page)).isZero();
        assertThat(seen).containsExactly("4 bytes at 1");
    }

    @Test
    void theBitsOfAnEventLieTheOtherWayRoundOnABigEndianMachine() {
        ByteBuffer page = page(10, ByteOrder.BIG_ENDIAN).putInt((1 << 27) | 6).putInt(0);

        assertThat(read(page)).isZero();
        assertThat(seen).containsExactly("4 bytes at 16");
    }

    @Test
    void lossIsCounted() {
        ByteBuffer stored = page(0, ByteOrder.LITTLE_ENDIAN).putInt(event(1, 0)).putInt(0);
        int end = stored.position();
        stored.putLong(41);
        ByteBuffer marked = page(0, ByteOrder.LITTLE_ENDIAN).putInt(event(1, 0)).putInt(0);

        assertThat(read(stored, end, MISSED | STORED)).isEqualTo(41);
        assertThat(read(marked, marked.position(), MISSED)).isEqualTo(1);
        assertThat(seen).hasSize(2);
    }

    @Test
    void aKernelOf32BitsHasAShorterHeader() {
        TracePage layout = new TracePage(8, 4, 12, 4096);
        ByteBuffer page = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        page.putLong(3)
                .putInt((int) (8 | MISSED | STORED))
                .putInt(event(1, 1))
                .putInt(0)
                .putInt(5);

        assertThat(layout.read(page, this::event)).isEqualTo(5);
        assertThat(seen).containsExactly("4 bytes at 4");
    }

    @Test
    void whatIsCutOffIsNotRead() {
        ByteBuffer cut = page(0, ByteOrder.LITTLE_ENDIAN).putInt(event(9, 0)).putInt(0);
        ByteBuffer empty = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer tooShort =
                page(0, ByteOrder.LITTLE_ENDIAN).putInt(event(0, 0)).putInt(4);

        assertThat(read(cut)).isZero();
        assertThat(TraceSamples.LAYOUT.read(empty, this::event)).isZero();
        assertThat(read(tooShort)).isZero();
        assertThat(seen).isEmpty();
    }

    private static ByteBuffer page(long atNanos, ByteOrder order) {
        return ByteBuffer.allocate(4096).order(order).putLong(atNanos).putLong(0);
    }

    private static int event(int type, int delta) {
        return (delta << 5) | type;
    }

    private long read(ByteBuffer page) {
        return read(page, page.position(), 0);
    }

    private long read(ByteBuffer page, int end, long flags) {
        page.putLong(8, (end - 16) | flags);
        return TraceSamples.LAYOUT.read(page, this::event);
    }

    private void event(ByteBuffer page, int offset, int length, long atNanos) {
        assertThat(offset + length).isLessThanOrEqualTo(page.limit());
        seen.add(length + " bytes at " + atNanos);
    }
}
