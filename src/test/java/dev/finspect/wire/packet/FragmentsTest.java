package dev.finspect.wire.packet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.Decoded;
import dev.finspect.wire.TcpSegment;
import dev.finspect.wire.TcpSegment.Checksum;
import dev.finspect.wire.TcpSegment.Direction;
import dev.finspect.wire.Undecoded;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** IP fragments of TCP segments, each test a capture of its own. */
final class FragmentsTest {
    private static final long MILLI = 1_000_000;
    private static final int PAYLOAD = 1_380;
    private static final int WHOLE = 20 + PAYLOAD;
    private static final int FIN_ACK = TcpFlags.FIN | TcpFlags.ACK;

    private final PacketDecoder decoder = PacketDecoder.joiningFragments(true);
    private long atMillis;

    private static byte[] tcp(int number) {
        ByteBuffer segment = ByteBuffer.allocate(WHOLE);
        segment.putShort((short) 40_000).putShort((short) 80).putInt(number).putInt(7);
        return segment.putShort((short) (5 << 12 | FIN_ACK))
                .putShort((short) 500)
                .array();
    }

    private static byte[] ipv4(int id, int from, int to, boolean more) {
        ByteBuffer packet = ByteBuffer.allocate(20 + to - from);
        packet.putShort((short) 0x4500).putShort((short) packet.capacity()).putShort((short) id);
        packet.putShort((short) (from / 8 | (more ? 0x2000 : 0))).put((byte) 64).put((byte) 6);
        packet.putShort((short) 0).putInt(0x0a000001).putInt(0x0a000002);
        return packet.put(Arrays.copyOfRange(tcp(100), from, to)).array();
    }

    private static byte[] ipv6(int id, int from, int to, boolean more) {
        ByteBuffer packet = ByteBuffer.allocate(48 + to - from);
        packet.putInt(0x60000000)
                .putShort((short) (8 + to - from))
                .put((byte) 44)
                .put((byte) 63);
        packet.putLong(0xfd00L << 48).putLong(1).putLong(0xfd00L << 48).putLong(2);
        packet.put((byte) 6)
                .put((byte) 0)
                .putShort((short) (from | (more ? 1 : 0)))
                .putInt(id);
        return packet.put(Arrays.copyOfRange(tcp(100), from, to)).array();
    }

    private static byte[] fragment(boolean v6, int id, int from, int to) {
        boolean more = to < WHOLE;
        return v6 ? ipv6(id, from, to, more) : ipv4(id, from, to, more);
    }

    private Decoded take(byte[] packet) {
        return take(packet, packet.length);
    }

    private Decoded take(byte[] packet, int captured) {
        atMillis++;
        return decoder.decode(new Frame()
                .set(
                        LinkType.RAW,
                        atMillis * MILLI,
                        3,
                        Direction.INCOMING,
                        ByteBuffer.wrap(packet, 0, captured),
                        packet.length));
    }

    private @Nullable TcpSegment incomplete(long millis) {
        return decoder.incomplete(millis * MILLI);
    }

    private void whole(Decoded decoded, int headerBytes) {
        TcpSegment segment = (TcpSegment) decoded;
        assertThat(segment.payloadBytes()).isEqualTo(PAYLOAD);
        assertThat(segment.ipBytes()).isEqualTo(headerBytes + WHOLE);
        assertThat(segment.atNanos()).isEqualTo(atMillis * MILLI);
        assertThat(segment.sequenceNumber()).isEqualTo(100);
        assertThat(segment.flags()).isEqualTo(FIN_ACK);
        assertThat(segment.tuple().sourcePort()).isEqualTo(40_000);
        assertThat(segment.checksum()).isEqualTo(Checksum.NOT_VERIFIED);
        assertThat(segment.interfaceId()).isEqualTo(3);
        assertThat(segment.direction()).isEqualTo(Direction.INCOMING);
        assertThat(incomplete(Long.MAX_VALUE / MILLI)).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void fragmentsInAnyOrderAreOneSegmentAtTheTimeOfTheLast(boolean v6) {
        List<Integer> order = new ArrayList<>(List.of(0, 1, 2));
        for (long seed = 0; seed < 20; seed++) {
            Collections.shuffle(order, new Random(seed));
            Decoded last = Undecoded.NOT_TCP;
            for (int place : order) {
                assertThat(last).isInstanceOf(Undecoded.class);
                last = take(fragment(v6, (int) seed, place * 592, Math.min(WHOLE, place * 592 + 592)));
                assertThat(last).isIn(last instanceof TcpSegment ? List.of(last) : List.of(Undecoded.FRAGMENT));
            }
            whole(last, v6 ? 40 : 20);
        }
    }

    @Test
    void overlappingAndRepeatedFragmentsCountOnce() {
        assertThat(take(fragment(false, 1, 0, 800))).isEqualTo(Undecoded.FRAGMENT);
        assertThat(take(fragment(false, 1, 0, 800))).isEqualTo(Undecoded.FRAGMENT);
        assertThat(take(fragment(false, 1, 1_200, WHOLE))).isEqualTo(Undecoded.FRAGMENT);
        assertThat(take(fragment(false, 1, 1_200, WHOLE))).isEqualTo(Undecoded.FRAGMENT);
        whole(take(fragment(false, 1, 400, 1_208)), 20);
    }

    @Test
    void headersMayBeInSeveralFragmentsAndPayloadMayBeCutOff() {
        take(fragment(false, 1, 0, 8));
        take(fragment(false, 1, 8, 16));
        take(fragment(false, 1, 1_000, WHOLE), 20);
        whole(take(fragment(false, 1, 16, 1_000), 34), 20);
        take(fragment(false, 2, 0, 592), 34);
        assertThat(take(fragment(false, 2, 592, WHOLE), 20)).isEqualTo(Undecoded.CUT_OFF);
    }

    @Test
    void aSegmentThatLacksAFragmentIsTheBeginningThatItsSenderSent() {
        take(fragment(false, 1, 592, 1_184));
        take(fragment(false, 1, 0, 592));
        assertThat(incomplete(1_001)).isNull();
        TcpSegment late = Objects.requireNonNull(incomplete(1_002));
        assertThat(late.atNanos()).isEqualTo(2 * MILLI);
        assertThat(late.payloadBytes()).isEqualTo(1_184 - 20);
        assertThat(late.flags()).isEqualTo(TcpFlags.ACK);
        assertThat(late.direction()).isEqualTo(Direction.INCOMING);
        assertThat(incomplete(9_000)).isNull();
        assertThat(take(fragment(false, 1, 1_184, WHOLE))).isEqualTo(Undecoded.FRAGMENT);
        assertThat(incomplete(9_000)).isNull();
    }

    /** As with a filter by port: nothing else ever comes. */
    @Test
    void firstFragmentsAloneAreNotWaitedForAgain() {
        assertThat(take(fragment(false, 1, 0, 592))).isEqualTo(Undecoded.FRAGMENT);
        atMillis = 2_000;
        TcpSegment alone = (TcpSegment) take(fragment(false, 2, 0, 592));
        assertThat(alone.payloadBytes()).isEqualTo(572);
        assertThat(alone.atNanos()).isEqualTo(2_001 * MILLI);
        TcpSegment late = Objects.requireNonNull(incomplete(2_001));
        assertThat(late.atNanos()).isEqualTo(MILLI);
        take(fragment(false, 3, 592, WHOLE));
        whole(take(fragment(false, 3, 0, 592)), 20);
    }

    @Test
    void packetsAreToldApart() {
        take(fragment(false, 1, 0, 592));
        take(fragment(true, 1, 0, 592));
        assertThat(take(fragment(false, 2, 592, WHOLE))).isEqualTo(Undecoded.FRAGMENT);
        byte[] other = fragment(false, 1, 592, WHOLE);
        other[15]++;
        assertThat(take(other)).isEqualTo(Undecoded.FRAGMENT);
        String tagged =
                SamplePackets.ethernet("810000070800" + HexFormat.of().formatHex(fragment(false, 1, 592, WHOLE)));
        assertThat(decoder.decode(new SamplePackets.Sample(1, tagged).frame())).isEqualTo(Undecoded.FRAGMENT);
    }

    @Test
    void networkOfTheFragmentsIsThatOfTheSegment() {
        Decoded last = Undecoded.NOT_TCP;
        for (int from : List.of(0, 592, 1_184)) {
            byte[] part = fragment(false, 1, from, Math.min(WHOLE, from + 592));
            String tagged =
                    SamplePackets.ethernet("810000070800" + HexFormat.of().formatHex(part));
            last = decoder.decode(new SamplePackets.Sample(1, tagged).frame());
        }
        assertThat(((TcpSegment) last).network().label()).isEqualTo("vlan 7");
    }

    @Test
    void whatContradictsIsLeftOut() {
        take(ipv4(1, 1_184, 1_200, false));
        take(ipv4(1, 1_184, WHOLE, false));
        take(ipv4(1, 1_184, 1_392, true));
        take(ipv4(1, 592, 600, false));
        take(ipv4(1, 592, 599, true));
        take(ipv4(1, 592, 592, true));
        take(ipv4(1, 600, 600, false));
        take(fragment(false, 1, 0, 592));
        TcpSegment segment = (TcpSegment) take(fragment(false, 1, 592, 1_184));
        assertThat(segment.payloadBytes()).isEqualTo(1_180);
        take(ipv4(2, 592, 1_184, true));
        assertThat(take(ipv4(2, 8, 592, false))).isEqualTo(Undecoded.FRAGMENT);
        byte[] huge = ipv4(3, 0, 592, false);
        huge[6] = 0x1f;
        huge[7] = (byte) 0xff;
        assertThat(take(huge)).isEqualTo(Undecoded.FRAGMENT);
    }

    @Test
    void extensionsBehindTheFragmentHeaderAreDecodedAsBefore() {
        String first = SamplePackets.ipv6(44, "3c00000112345678" + "0600000000000000" + SamplePackets.TCP);
        assertThat(decoder.decode(new SamplePackets.Sample(101, first).frame())).isInstanceOf(TcpSegment.class);
        String later = SamplePackets.ipv6(44, "3c00000912345678" + SamplePackets.TCP);
        assertThat(decoder.decode(new SamplePackets.Sample(101, later).frame())).isEqualTo(Undecoded.NOT_TCP);
        String udp = SamplePackets.ipv6(44, "1100000112345678" + SamplePackets.TCP);
        assertThat(decoder.decode(new SamplePackets.Sample(101, udp).frame())).isEqualTo(Undecoded.NOT_TCP);
    }

    @Test
    void soManyPacketsAreKept() {
        for (int id = 0; id <= Fragments.MOST_PACKETS; id++) {
            assertThat(take(fragment(false, id, 592, WHOLE))).isEqualTo(Undecoded.FRAGMENT);
            atMillis--;
        }
        assertThat(take(fragment(false, 0, 0, 592))).isEqualTo(Undecoded.FRAGMENT);
        assertThat(take(fragment(false, 7, 0, 592))).isInstanceOf(TcpSegment.class);
        assertThat(PacketDecoder.trustingChecksums().incomplete(Long.MAX_VALUE)).isNull();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void damagedFragmentsGiveAValueOrAReason(long seed) {
        Random random = new Random(seed);
        int segments = 0;
        for (int i = 0; i < 30_000; i++) {
            int from = random.nextInt(4) * 360;
            int to = Math.min(WHOLE, from + 360);
            byte[] packet = fragment(random.nextBoolean(), random.nextInt(8), from, Math.max(from, to));
            for (int flips = random.nextInt(4); flips > 0; flips--) {
                packet[random.nextInt(Math.min(80, packet.length))] ^= (byte) (1 << random.nextInt(8));
            }
            int captured = random.nextInt(4) == 0 ? random.nextInt(packet.length + 1) : packet.length;
            Decoded decoded = take(packet, captured);
            segments += decoded instanceof TcpSegment ? 1 : 0;
            if (decoded instanceof TcpSegment segment) {
                assertThat(segment.payloadBytes()).isNotNegative();
                assertThat(segment.ipBytes()).isGreaterThanOrEqualTo(segment.payloadBytes() + 40);
            }
            for (TcpSegment late = incomplete(atMillis); late != null; late = incomplete(atMillis)) {
                assertThat(late.payloadBytes()).isNotNegative();
            }
        }
        assertThat(segments).isGreaterThan(1_000);
    }
}
