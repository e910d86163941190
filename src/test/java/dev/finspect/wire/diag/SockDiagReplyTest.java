package dev.finspect.wire.diag;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.TcpState;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The messages are replies of Linux 6.18 on x86-64, so they are little-endian. */
final class SockDiagReplyTest {
    /** A Java socket with an IPv4-mapped address: 1,234 bytes and a FIN unread. */
    private static final String MAPPED_CLOSE_WAIT =
            "7c00000014000000000000007d5800000a080000ccb9a7d200000000000000000000ffff7f0000010000000000000000"
                    + "0000ffff7f000001000000004b1000000000000000000000d30400000000000000000000d99478020500080001000000"
                    + "08000f00000000000c00150001000000000000000600160012000000";

    /** A listener with one connection in an accept queue of seven. */
    private static final String LISTENER =
            "7c00000014000000000000007d580000020a0000eb8300007f0000010000000000000000000000000000000000000000"
                    + "0000000000000000000000004c1000000000000000000000010000000700000000000000dd9478020500080000000000"
                    + "08000f00000000000c00150001000000000000000600160052000000";

    /** An orphan in FIN-WAIT-2. */
    private static final String FIN_WAIT_2 =
            "6000000014000000000000007d58000002050300eb83afda7f0000010000000000000000000000007f00000100000000"
                    + "0000000000000000000000004d10000000000000a0e900000000000000000000000000000000000008000f0000000000";

    /** A connection over IPv6 with its keep-alive on. */
    private static final String V6 =
            "7c00000014000000000000007d5800000a010200aa46a947000000000000000000000000000000010000000000000000"
                    + "0000000000000001000000004e1000000000000000dd6d00000000000000000000000000e99478020500080000000000"
                    + "08000f00000000000c00150001000000000000000600160012000000";

    /** No such socket. */
    private static final String ENOENT =
            "5c00000002000000000000007d580000feffffff4800000014000100000000000000000002060000ffffffff00010002"
                    + "7f0000010000000000000000000000007f00000100000000000000000000000000000000ffffffffffffffff";

    @Test
    void mappedAddressesAreOfIpv4AndTheFinIsNoByte() {
        SocketEntry entry = only(MAPPED_CLOSE_WAIT);
        assertThat(entry.tuple().source()).isEqualTo(IpAddress.v4(0x7f000001));
        assertThat(entry.tuple().destination()).isEqualTo(entry.tuple().source());
        assertThat(entry.state()).isEqualTo(TcpState.CLOSE_WAIT);
        assertThat(entry.receiveQueue()).isEqualTo(1235);
        assertThat(entry.unreadBytes()).isEqualTo(1234);
        assertThat(entry.finUnread()).isTrue();
        assertThat(entry.inode()).isPositive();
        assertThat(entry.timer()).isEqualTo(SocketEntry.Timer.NONE);
        assertThat(entry.orphaned() || entry.unaccepted()).isFalse();
    }

    @Test
    void listenersHaveTheLengthAndLimitOfTheirQueue() {
        SocketEntry entry = only(LISTENER);
        assertThat(entry.state()).isEqualTo(TcpState.LISTEN);
        assertThat(entry.receiveQueue()).isEqualTo(1);
        assertThat(entry.sendQueue()).isEqualTo(7);
    }

    @Test
    void detailsAreAmongTheAttributesWhereTheyWereAskedFor() {
        assertThat(only(LISTENER).detail()).isNull();
        String info = "d4000200" + "01" + "00".repeat(127) + "e803000000000000" + "00".repeat(64) + "0c00000000000000";
        String memory = "28000700" + "00100000" + "00".repeat(32);
        SocketDetail both = detail(LISTENER.replaceFirst("7c000000", "78010000") + info + memory);
        assertThat(both.cookie()).isEqualTo(0x104c);
        assertThat(java.util.Objects.requireNonNull(both.info()).bytesReceived())
                .isEqualTo(1_000);
        assertThat(both.dataBytesSent()).isEqualTo(12);
        assertThat(both.receivedMemoryBytes()).isEqualTo(4_096);
        SocketDetail memoryAlone = detail(LISTENER.replaceFirst("7c", "a4") + memory);
        assertThat(memoryAlone.info()).isNull();
        assertThat(memoryAlone.dataBytesSent()).isEqualTo(-1);
        SocketDetail old = detail(LISTENER.replaceFirst("7c", "88") + "0c000200" + "0100000000000000");
        assertThat(old.receivedMemoryBytes()).isEqualTo(-1);
        assertThat(old.dataBytesSent()).as("a kernel that does not count them").isEqualTo(-1);
    }

    private static SocketDetail detail(String datagram) {
        return java.util.Objects.requireNonNull(only(datagram).detail());
    }

    @Test
    void dropsAreAmongTheAttributesWhereTheyWereAskedFor() {
        assertThat(only(LISTENER).drops()).isEqualTo(-1);
        String memory = "28000700" + "00".repeat(32) + "2a000000";
        assertThat(only(LISTENER.replaceFirst("7c", "a4") + memory).drops()).isEqualTo(42);
        String old = "24000700" + "00".repeat(32);
        assertThat(only(LISTENER.replaceFirst("7c", "a0") + old).drops())
                .as("a kernel that does not count them")
                .isEqualTo(-1);
    }

    @Test
    void requestForListenersAsksForTheirMemory() {
        ByteBuffer request = SockDiagRequest.listeners(SockDiagRequest.Family.V6, 5432, ByteOrder.LITTLE_ENDIAN);
        assertThat(request.get(16)).isEqualTo((byte) 10);
        assertThat(request.get(18)).as("INET_DIAG_SKMEMINFO is 7").isEqualTo((byte) 64);
        assertThat(request.getInt(20)).isEqualTo(1 << 10);
    }

    @Test
    void orphanHasNoInodeAndATimer() {
        SocketEntry entry = only(FIN_WAIT_2);
        assertThat(entry.state()).isEqualTo(TcpState.FIN_WAIT_2);
        assertThat(entry.orphaned()).isTrue();
        assertThat(entry.unaccepted()).isFalse();
        assertThat(entry.unreadBytes()).isZero();
    }

    @Test
    void ipv6AndItsKeepAliveTimerAreRead() {
        SocketEntry entry = only(V6);
        assertThat(entry.tuple().source()).isEqualTo(IpAddress.v6(0, 1));
        assertThat(entry.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(entry.timer()).isEqualTo(SocketEntry.Timer.KEEP_ALIVE);
        assertThat(entry.timerMillis()).isBetween(1L, 7_200_000L);
    }

    @Test
    void anErrorEndsTheReply() {
        SockDiagReply answer = decode(ENOENT);
        assertThat(answer.entries()).isEmpty();
        assertThat(answer.last()).isTrue();
        assertThat(answer.errno()).isEqualTo(SockDiagReply.ENOENT);
    }

    @Test
    void listGoesOnUntilItIsDone() {
        byte[] entry = HexFormat.of().parseHex(LISTENER);
        entry[6] |= 2;
        byte[] done = HexFormat.of().parseHex("14000000" + "0300" + "1200" + "00".repeat(12));
        ByteBuffer both = ByteBuffer.allocate(entry.length + done.length)
                .put(entry)
                .put(done)
                .flip();
        SockDiagReply part = SockDiagReply.decode(both.duplicate().limit(entry.length), ByteOrder.LITTLE_ENDIAN);
        assertThat(part.last()).isFalse();
        assertThat(part.interrupted()).isFalse();
        SockDiagReply whole = SockDiagReply.decode(both, ByteOrder.LITTLE_ENDIAN);
        assertThat(whole.entries()).hasSize(1);
        assertThat(whole.last()).isTrue();
        assertThat(whole.errno()).isZero();
        assertThat(whole.interrupted()).as("the table changed meanwhile").isTrue();
        assertThat(both.position()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "1, ESTABLISHED, false, true",
        "2, SYN_SENT, false, false",
        "3, SYN_RECEIVED, false, true",
        "4, FIN_WAIT_1, true, false",
        "5, FIN_WAIT_2, true, false",
        "6, TIME_WAIT, true, false",
        "7, CLOSED, false, false",
        "8, CLOSE_WAIT, false, true",
        "9, LAST_ACK, true, false",
        "10, LISTEN, false, false",
        "11, CLOSING, true, false",
        "12, SYN_RECEIVED, false, true"
    })
    void eachStateOfASocketWithoutAFileIsAnOrphanOrNotAcceptedOrNeither(
            int number, TcpState state, boolean orphaned, boolean unaccepted) {
        byte[] message = HexFormat.of().parseHex(FIN_WAIT_2);
        message[17] = (byte) number;
        SocketEntry entry = SockDiagReply.decode(ByteBuffer.wrap(message), ByteOrder.LITTLE_ENDIAN)
                .entries()
                .get(0);
        assertThat(entry.state()).isEqualTo(state);
        assertThat(entry.orphaned()).isEqualTo(orphaned);
        assertThat(entry.unaccepted()).isEqualTo(unaccepted);
        assertThat(entry.finUnread()).isFalse();
        byte[] held = message.clone();
        held[16 + 68] = 1;
        SocketEntry ofAProgram = SockDiagReply.decode(ByteBuffer.wrap(held), ByteOrder.LITTLE_ENDIAN)
                .entries()
                .get(0);
        assertThat(ofAProgram.orphaned() || ofAProgram.unaccepted()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, none", "1, retransmit", "2, keepalive", "3, timewait", "4, persist", "5, none", "255, none"})
    void timersHaveTheirNames(int number, String label) {
        byte[] message = HexFormat.of().parseHex(FIN_WAIT_2);
        message[18] = (byte) number;
        assertThat(SockDiagReply.decode(ByteBuffer.wrap(message), ByteOrder.LITTLE_ENDIAN)
                        .entries()
                        .get(0)
                        .timer()
                        .label())
                .isEqualTo(label);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anyBytesGiveAReply(long seed) {
        Random random = new Random(seed);
        byte[] real = HexFormat.of().parseHex(MAPPED_CLOSE_WAIT);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = real.clone();
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                bytes[random.nextInt(24)] = (byte) random.nextInt(256);
            }
            int length = random.nextInt(bytes.length + 1);
            SockDiagReply answer = SockDiagReply.decode(ByteBuffer.wrap(bytes, 0, length), ByteOrder.nativeOrder());
            assertThat(answer.entries().size()).isLessThanOrEqualTo(1);
            assertThat(answer.errno()).isNotNegative();
        }
    }

    @Test
    void exactRequestHasTheTupleInNetworkOrder() {
        FourTuple tuple = new FourTuple(IpAddress.v4(0x7f000001), 5432, IpAddress.v4(0x7f000002), 40000);
        ByteBuffer question = SockDiagRequest.exact(tuple, ByteOrder.LITTLE_ENDIAN);
        byte[] bytes = new byte[question.capacity()];
        question.get(0, bytes);
        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("48000000" + "1400" + "0100" + "00000000" + "00000000"
                        + "02060000" + "ffffffff"
                        + "1538" + "9c40" + "7f000001" + "00".repeat(12) + "7f000002" + "00".repeat(12)
                        + "00000000" + "ffffffffffffffff");
        FourTuple v6 = new FourTuple(IpAddress.v6(1, 2), 1, IpAddress.v6(3, 4), 2);
        ByteBuffer other = SockDiagRequest.exact(v6, ByteOrder.LITTLE_ENDIAN).order(ByteOrder.BIG_ENDIAN);
        assertThat(other.get(16)).isEqualTo((byte) 10);
        assertThat(other.getLong(36)).isEqualTo(2);
        assertThat(other.getLong(44)).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(TcpState.class)
    void listAsksForTheStatesBits(TcpState state) {
        ByteBuffer question = SockDiagRequest.list(
                SockDiagRequest.Family.V6, EnumSet.of(state), new TreeSet<>(), ByteOrder.LITTLE_ENDIAN);
        assertThat(question.capacity()).isEqualTo(72);
        assertThat(question.getShort(6)).isEqualTo((short) 0x301);
        assertThat(Integer.bitCount(question.getInt(20))).isEqualTo(state == TcpState.SYN_RECEIVED ? 2 : 1);
    }

    /** SocketTableTest checks with real sockets how the kernel applies it. */
    @Test
    void filterJumpsToItsEndOrBeyond() {
        ByteBuffer question = SockDiagRequest.list(
                SockDiagRequest.Family.V4, Set.of(), new TreeSet<>(Set.of(80)), ByteOrder.LITTLE_ENDIAN);
        byte[] bytes = new byte[question.capacity() - 72];
        question.get(72, bytes);
        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("2800" + "0100"
                        + "02081400" + "00005000" + "03080c00" + "00005000" + "01041400"
                        + "04081400" + "00005000" + "05080c00" + "00005000");
        TreeSet<Integer> many = new TreeSet<>();
        for (int port = 1; port <= SockDiagRequest.MOST_PORTS + 1; port++) {
            many.add(port);
        }
        assertThat(org.assertj.core.api.Assertions.catchThrowable(
                        () -> SockDiagRequest.list(SockDiagRequest.Family.V4, Set.of(), many, ByteOrder.LITTLE_ENDIAN)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static SocketEntry only(String hex) {
        SockDiagReply answer = decode(hex);
        assertThat(answer.last()).isTrue();
        assertThat(answer.errno()).isZero();
        assertThat(answer.entries()).hasSize(1);
        return answer.entries().get(0);
    }

    private static SockDiagReply decode(String hex) {
        return SockDiagReply.decode(ByteBuffer.wrap(HexFormat.of().parseHex(hex)), ByteOrder.LITTLE_ENDIAN);
    }
}
