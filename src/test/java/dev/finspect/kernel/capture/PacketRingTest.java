package dev.finspect.kernel.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** Reads blocks of a ring that this test fills as the kernel does. */
final class PacketRingTest {
    private static final int BLOCK_BYTES = 4096;
    private static final int STATUS = 8;
    private static final int PACKETS = 12;
    private static final int USER = 1;

    private final ByteBuffer memory = ByteBuffer.allocateDirect(2 * BLOCK_BYTES).order(ByteOrder.nativeOrder());
    private final PacketRing ring = new PacketRing(memory, BLOCK_BYTES, 2);

    @Test
    void emptyBlockIsNeitherReadyNorFilling() {
        assertThat(ring.ready()).isFalse();
        assertThat(ring.filling()).isFalse();
    }

    @Test
    void blockOfTheKernelThatHasPacketsIsFilling() {
        memory.putInt(PACKETS, 2);
        assertThat(ring.ready()).isFalse();
        assertThat(ring.filling()).isTrue();
    }

    @Test
    void nextBlockIsNotFillingWhenTheFirstWasReadAndReleased() {
        memory.putInt(PACKETS, 2);
        memory.putInt(STATUS, USER);
        assertThat(ring.ready()).isTrue();
        assertThat(ring.packetsLeft()).isEqualTo(2);
        ring.release();
        assertThat(ring.ready()).isFalse();
        assertThat(ring.filling()).isFalse();
    }
}
