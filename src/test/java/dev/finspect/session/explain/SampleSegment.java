package dev.finspect.session.explain;

import dev.finspect.fixture.SampleSession;
import dev.finspect.session.kept.KeptSegment;
import dev.finspect.wire.TcpSegment;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** Headers of captured segments of a sample session. */
final class SampleSegment {
    private static final long START_NANOS =
            SampleSession.identity("01SAMPLE", "db", 1).startEpochNanos();

    private SampleSegment() {}

    static KeptSegment segment(
            long afterMillis, InetSocketAddress from, InetSocketAddress to, int flags, int number, int payload) {
        ByteBuffer packet = ByteBuffer.allocate(40);
        packet.put(0, (byte) 0x45)
                .putShort(2, (short) (40 + payload))
                .put(8, (byte) 64)
                .put(9, (byte) 6);
        packet.position(12);
        packet.put(from.getAddress().getAddress()).put(to.getAddress().getAddress());
        packet.putShort(20, (short) from.getPort())
                .putShort(22, (short) to.getPort())
                .putInt(24, number);
        packet.putShort(32, (short) (5 << 12 | flags)).putShort(34, (short) 1000);
        return new KeptSegment(
                START_NANOS + afterMillis * 1_000_000, 0, TcpSegment.Direction.OUTGOING, 40 + payload, packet.array());
    }
}
