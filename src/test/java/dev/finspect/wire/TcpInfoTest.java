package dev.finspect.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.tcp.TcpState;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The structure was returned by Linux 6.18 on x86-64, so it is little-endian. */
final class TcpInfoTest {
    /** A loopback connection after 1,000 bytes one way, 50 the other, and the peer's FIN. */
    private static final String AFTER_PEER_FIN =
            "080000000007aa01e01c0300409c000000800000e8030000000000000000000000000000000000000000000064000000"
                    + "000000006c00000030000000ffff00001d1201000b00000004000000ffffff7f0b000000cbff00000300000000000000"
                    + "cbff0000000000001b644fd213000000ffffffffffffffff3200000000000000e9030000000000000300000005000000"
                    + "000000000b0000000100000001000000a28b8eb100000000000000000000000000000000000000000000000000000000"
                    + "020000000000000032000000000000000000000000000000000000000000000000000000000001000014010000000000"
                    + "00".repeat(40);

    /** Offset and size of every number in struct tcp_info of include/uapi/linux/tcp.h, as a C compiler lays it out. */
    private static final Map<String, int[]> LAYOUT = Map.ofEntries(
            Map.entry("retransmits", new int[] {2, 1}),
            Map.entry("probes", new int[] {3, 1}),
            Map.entry("optionBits", new int[] {5, 1}),
            Map.entry("sendWindowScale", new int[] {6, 1}),
            Map.entry("receiveWindowScale", new int[] {6, 1}),
            Map.entry("sendMssBytes", new int[] {16, 4}),
            Map.entry("receiveMssBytes", new int[] {20, 4}),
            Map.entry("unackedSegments", new int[] {24, 4}),
            Map.entry("lostSegments", new int[] {32, 4}),
            Map.entry("lastDataSentMillis", new int[] {44, 4}),
            Map.entry("lastDataReceivedMillis", new int[] {52, 4}),
            Map.entry("lastAckReceivedMillis", new int[] {56, 4}),
            Map.entry("rttMicros", new int[] {68, 4}),
            Map.entry("rttVarianceMicros", new int[] {72, 4}),
            Map.entry("totalRetransmits", new int[] {100, 4}),
            Map.entry("bytesAcked", new int[] {120, 8}),
            Map.entry("bytesReceived", new int[] {128, 8}),
            Map.entry("segmentsSent", new int[] {136, 4}),
            Map.entry("segmentsReceived", new int[] {140, 4}),
            Map.entry("notSentBytes", new int[] {144, 4}),
            Map.entry("minRttMicros", new int[] {148, 4}),
            Map.entry("busyMicros", new int[] {168, 8}),
            Map.entry("receiverLimitedMicros", new int[] {176, 8}),
            Map.entry("sendBufferLimitedMicros", new int[] {184, 8}),
            Map.entry("bytesRetransmitted", new int[] {208, 8}),
            Map.entry("peerWindowBytes", new int[] {228, 4}),
            Map.entry("backoff", new int[] {4, 1}),
            Map.entry("retransmitTimeoutMicros", new int[] {8, 4}),
            Map.entry("sackedSegments", new int[] {28, 4}),
            Map.entry("pathMtuBytes", new int[] {60, 4}),
            Map.entry("outOfOrderSegments", new int[] {224, 4}));

    @Test
    void structureOfALivingConnectionIsRead() {
        byte[] bytes = HexFormat.of().parseHex(AFTER_PEER_FIN);
        TcpInfo info = TcpInfo.decode(littleEndian(bytes), bytes.length);
        assertThat(info)
                .isEqualTo(new TcpInfo(
                        TcpState.CLOSE_WAIT,
                        0,
                        0,
                        7,
                        10,
                        10,
                        32768,
                        1000,
                        0,
                        0,
                        100,
                        108,
                        48,
                        11,
                        4,
                        0,
                        50,
                        1001,
                        3,
                        5,
                        0,
                        11,
                        0,
                        0,
                        0,
                        0,
                        65536,
                        0,
                        204_000,
                        0,
                        65_535,
                        0));
    }

    @ParameterizedTest(name = "kernel state {0} is {1}")
    @CsvSource({
        "0, CLOSED",
        "1, ESTABLISHED",
        "2, SYN_SENT",
        "3, SYN_RECEIVED",
        "4, FIN_WAIT_1",
        "5, FIN_WAIT_2",
        "6, TIME_WAIT",
        "7, CLOSED",
        "8, CLOSE_WAIT",
        "9, LAST_ACK",
        "10, LISTEN",
        "11, CLOSING",
        "12, SYN_RECEIVED",
        "13, CLOSED",
        "255, CLOSED"
    })
    void kernelStatesAreThoseOfTheRfc(int kernelState, TcpState state) {
        ByteBuffer buffer = ByteBuffer.allocate(TcpInfo.MAX_LENGTH).put(0, (byte) kernelState);
        assertThat(TcpInfo.decode(buffer, TcpInfo.MAX_LENGTH).state()).isEqualTo(state);
    }

    @Test
    void everyNumberIsReadFromItsPlaceAlone() throws ReflectiveOperationException {
        for (Map.Entry<String, int[]> field : LAYOUT.entrySet()) {
            for (int index = 1; index < TcpInfo.MAX_LENGTH; index++) {
                ByteBuffer one = ByteBuffer.allocate(TcpInfo.MAX_LENGTH).put(index, (byte) 0x11);
                long value = number(TcpInfo.decode(one, TcpInfo.MAX_LENGTH), field.getKey());
                int offset = field.getValue()[0];
                boolean within = index >= offset && index < offset + field.getValue()[1];
                assertThat(value > 0).as("%s, byte %d", field.getKey(), index).isEqualTo(within);
            }
        }
    }

    @Test
    void numbersPastTheEndOfAnOlderKernelsStructureAreAbsent() throws ReflectiveOperationException {
        byte[] full = new byte[TcpInfo.MAX_LENGTH];
        java.util.Arrays.fill(full, (byte) 1);
        for (int length = 0; length <= TcpInfo.MAX_LENGTH; length++) {
            TcpInfo info = TcpInfo.decode(ByteBuffer.wrap(full), length);
            for (RecordComponent component : TcpInfo.class.getRecordComponents()) {
                if (component.getType() == long.class) {
                    int[] place = Objects.requireNonNull(LAYOUT.get(component.getName()), component.getName());
                    boolean absent = number(info, component.getName()) == TcpInfo.ABSENT;
                    assertThat(absent)
                            .as("%s of %d bytes", component.getName(), length)
                            .isEqualTo(length < place[0] + place[1]);
                }
            }
        }
        assertThat(TcpInfo.decode(ByteBuffer.wrap(full), 0).state()).isEqualTo(TcpState.CLOSED);
    }

    @Test
    void roundTripsThatWereNeverMeasuredAreAbsent() {
        byte[] fresh = new byte[TcpInfo.MAX_LENGTH];
        java.util.Arrays.fill(fresh, 148, 152, (byte) 0xff);
        TcpInfo info = TcpInfo.decode(ByteBuffer.wrap(fresh), fresh.length);
        assertThat(info.rttMicros()).isEqualTo(TcpInfo.ABSENT);
        assertThat(info.minRttMicros()).isEqualTo(TcpInfo.ABSENT);
        assertThat(info.rttVarianceMicros()).isZero();
    }

    @Test
    void bufferIsReadFromItsBeginningAndLeftAsItWas() {
        byte[] bytes = HexFormat.of().parseHex(AFTER_PEER_FIN);
        ByteBuffer filledByTheKernel = littleEndian(bytes);
        filledByTheKernel.position(bytes.length);
        assertThat(TcpInfo.decode(filledByTheKernel, bytes.length).state()).isEqualTo(TcpState.CLOSE_WAIT);
        assertThat(filledByTheKernel.position()).isEqualTo(bytes.length);
    }

    @Test
    void neitherOrderNorLimitOfTheBufferMatters() {
        byte[] bytes = HexFormat.of().parseHex(AFTER_PEER_FIN);
        TcpInfo info = TcpInfo.decode(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()), bytes.length);
        ByteBuffer limited =
                ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).limit(1);
        assertThat(TcpInfo.decode(limited, bytes.length)).isEqualTo(info);
        assertThat(limited.limit()).isEqualTo(1);
        ByteBuffer bigEndian = ByteBuffer.wrap(bytes).order(ByteOrder.BIG_ENDIAN);
        assertThat(TcpInfo.decode(bigEndian, bytes.length)).isEqualTo(info);
        assertThat(bigEndian.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
    }

    @Test
    void aLengthPastTheBufferEndsAtTheBuffer() {
        TcpInfo info = TcpInfo.decode(ByteBuffer.allocate(104), 280);
        assertThat(info.totalRetransmits()).isZero();
        assertThat(info.bytesAcked()).isEqualTo(TcpInfo.ABSENT);
    }

    @Test
    void negotiatedOptionsAreThoseWhoseBitsAreSet() {
        TcpInfo sackOnly = TcpInfo.decode(ByteBuffer.allocate(280).put(5, (byte) 2), 280);
        assertThat(sackOnly.negotiated(TcpInfo.OPTION_SACK)).isTrue();
        assertThat(sackOnly.negotiated(TcpInfo.OPTION_TIMESTAMPS)).isFalse();
        assertThat(sackOnly.negotiated(TcpInfo.OPTION_WINDOW_SCALE)).isFalse();
        assertThat(TcpInfo.decode(ByteBuffer.allocate(280), 0).negotiated(TcpInfo.OPTION_SACK))
                .isFalse();
    }

    @Test
    void everythingIsAcknowledgedWhenNothingIsUnackedOrUnsent() {
        ByteBuffer buffer = ByteBuffer.allocate(280);
        assertThat(TcpInfo.decode(buffer, 280).everythingAcknowledged()).isTrue();
        assertThat(TcpInfo.decode(buffer, 104).everythingAcknowledged()).isTrue();
        assertThat(TcpInfo.decode(ByteBuffer.allocate(280).put(144, (byte) 1), 280)
                        .everythingAcknowledged())
                .isFalse();
        assertThat(TcpInfo.decode(ByteBuffer.allocate(280).put(24, (byte) 1), 280)
                        .everythingAcknowledged())
                .isFalse();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 42, -20260101})
    void randomBytesGiveAReadingWithoutNegativeNumbersButAbsent(long seed) throws ReflectiveOperationException {
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            TcpInfo info = TcpInfo.decode(ByteBuffer.wrap(bytes), random.nextInt(400) - 50);
            assertThat(info.state()).isNotNull();
            for (String name : LAYOUT.keySet()) {
                assertThat(number(info, name)).as(name).isGreaterThanOrEqualTo(TcpInfo.ABSENT);
            }
        }
    }

    private static long number(TcpInfo info, String name) throws ReflectiveOperationException {
        return (long) TcpInfo.class.getMethod(name).invoke(info);
    }

    /** The bytes in the byte order of this machine. */
    private static ByteBuffer littleEndian(byte[] captured) {
        org.junit.jupiter.api.Assumptions.assumeTrue(
                ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "the fixture is of a little-endian machine");
        return ByteBuffer.wrap(captured);
    }
}
