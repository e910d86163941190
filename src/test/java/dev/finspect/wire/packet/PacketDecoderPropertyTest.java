package dev.finspect.wire.packet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.wire.Decoded;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.TcpSegment;
import dev.finspect.wire.TcpSegment.Direction;
import dev.finspect.wire.Undecoded;
import dev.finspect.wire.packet.SamplePackets.Sample;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Arbitrary bytes: a value or a reason, never an exception, and the caller's buffer is unchanged. */
final class PacketDecoderPropertyTest {
    private static final List<Sample> SAMPLES = samples();

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 42, -20260101})
    void damagedFramesOfEveryKindGiveAValueOrAReason(long seed) {
        Random random = new Random(seed);
        PacketDecoder decoder = PacketDecoder.verifyingChecksums();
        int segments = 0;
        Set<Undecoded> reasons = EnumSet.noneOf(Undecoded.class);
        for (int i = 0; i < 60_000; i++) {
            Sample sample = SAMPLES.get(random.nextInt(SAMPLES.size()));
            byte[] bytes = sample.bytes();
            for (int flips = random.nextInt(5); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Decoded decoded = decodeSomewhere(decoder, random, sample.linkType(), bytes);
            segments += decoded instanceof TcpSegment ? 1 : 0;
            if (decoded instanceof Undecoded reason) {
                reasons.add(reason);
            }
        }
        assertThat(segments).isBetween(10_000, 50_000);
        assertThat(reasons).hasSizeGreaterThan(8);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {7, 8})
    void noiseGivesAReason(long seed) {
        Random random = new Random(seed);
        PacketDecoder decoder = PacketDecoder.trustingChecksums();
        for (int i = 0; i < 40_000; i++) {
            byte[] noise = new byte[random.nextInt(300)];
            random.nextBytes(noise);
            LinkType type = LinkType.known().get(random.nextInt(LinkType.known().size()));
            decodeSomewhere(decoder, random, type.number(), noise);
        }
    }

    /** Decodes a part of the bytes that lies somewhere in a larger buffer, on the heap or not. */
    private static Decoded decodeSomewhere(PacketDecoder decoder, Random random, int linkType, byte[] bytes) {
        int before = random.nextInt(5);
        int captured = random.nextInt(3) == 0 ? random.nextInt(bytes.length + 1) : bytes.length;
        int capacity = before + bytes.length + random.nextInt(20);
        ByteBuffer buffer = random.nextBoolean() ? ByteBuffer.allocate(capacity) : ByteBuffer.allocateDirect(capacity);
        buffer.put(before, bytes).position(before).limit(before + captured);
        ByteBuffer copy = ByteBuffer.allocate(captured).put(buffer.duplicate()).flip();
        int original = random.nextInt(4) == 0 ? random.nextInt() : bytes.length;
        Decoded decoded =
                decoder.decode(new Frame().set(new LinkType(linkType), 5, 1, Direction.INCOMING, buffer, original));
        assertThat(buffer.position()).isEqualTo(before);
        assertThat(buffer).isEqualTo(copy);
        if (decoded instanceof TcpSegment segment) {
            assertThat(segment.payloadBytes()).isNotNegative();
            assertThat(segment.ipBytes()).isGreaterThanOrEqualTo(segment.payloadBytes() + 40);
            assertThat(segment.ttl()).isBetween(0, 255);
            assertThat(segment.atNanos()).isEqualTo(5);
        } else if (decoded instanceof IcmpError error) {
            assertThat(error.mtuBytes()).isNotZero().isGreaterThanOrEqualTo(IcmpError.ABSENT);
        }
        return decoded;
    }

    private static List<Sample> samples() {
        List<Sample> samples = new ArrayList<>(SamplePackets.everyKind().values());
        samples.add(new Sample(101, SamplePackets.ipv4(1, "0304000000000578" + SamplePackets.IPV4)));
        samples.add(new Sample(101, SamplePackets.ipv6(58, "0104000000000000" + SamplePackets.IPV6)));
        return List.copyOf(samples);
    }
}
