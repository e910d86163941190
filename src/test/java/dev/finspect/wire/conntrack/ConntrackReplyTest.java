package dev.finspect.wire.conntrack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The messages are replies of Linux 6.18 on x86-64, so they are little-endian. */
final class ConntrackReplyTest {
    /** A connection to port 9999 that is translated to port 8080. */
    private static final String TRANSLATED =
            "d4000000000102000000000092020000020000003400018014000180080001007f000001080002007f0000011c000280"
                    + "050001000600000006000200e254000006000300270f00003400028014000180080001007f000001080002007f000001"
                    + "1c0002800500010006000000060002001f90000006000300e254000008000300000001ae080008000000000008000c00"
                    + "bd50d0e108000b00000000020800070000069780300004802c0001800500010003000000050002000a00000005000300"
                    + "0a00000006000400230000000600050023000000";

    /** The same after its entry was deleted and the client has sent a byte. */
    private static final String MID_STREAM =
            "d4000000000102000000000092020000020000003400018014000180080001007f000001080002007f0000011c000280"
                    + "050001000600000006000200e254000006000300270f00003400028014000180080001007f000001080002007f000001"
                    + "1c0002800500010006000000060002001f90000006000300e254000008000300000001aa080008000000000008000c00"
                    + "bd50d0e108000b0000000002080007000000012b300004802c0001800500010003000000050002000000000005000300"
                    + "00000000060004000a000000060005002a000000";

    /** A connection over IPv6. */
    private static final String V6 =
            "040100000001020000000000920200000a0000004c0001802c0001801400030000000000000000000000000000000001"
                    + "14000400000000000000000000000000000000011c0002800500010006000000060002009c410000060003001f910000"
                    + "4c0002802c00018014000300000000000000000000000000000000011400040000000000000000000000000000000001"
                    + "1c0002800500010006000000060002001f910000060003009c410000080003000000000e080008000000000008000c00"
                    + "7c4192a208000b00000000020800070000069780300004802c0001800500010003000000050002000a00000005000300"
                    + "0a00000006000400230000000600050023000000";

    /** No such connection. */
    private static final String ENOENT =
            "5c000000020000000000000092020000feffffff48000000010101000000000000000000020000003400018014000180"
                    + "080001007f000001080002007f0000021c0002800500010006000000060002000001000006000300270f0000";

    /** As an ordinary user. */
    private static final String EPERM =
            "5c000000020000000000000092020000ffffffff48000000010101000000000000000000020000003400018014000180"
                    + "080001007f000001080002007f0000021c0002800500010006000000060002000001000006000300270f0000";

    /** The attributes of the request for the connection over IPv6. */
    private static final String V6_REQUEST =
            "4c0001802c00018014000300000000000000000000000000000000011400040000000000000000000000000000000001"
                    + "1c0002800500010006000000060002009c410000060003001f910000";

    private static final IpAddress LOOPBACK = IpAddress.v4(0x7f000001);
    private static final FourTuple OVER_IPV6 = new FourTuple(IpAddress.v6(0, 1), 40001, IpAddress.v6(0, 1), 8081);
    private static final HexFormat HEX = HexFormat.of();

    @Test
    void translatedConnectionHasTwoTuplesThatDiffer() {
        ConntrackEntry entry = only(TRANSLATED);
        assertThat(entry.original()).isEqualTo(new FourTuple(LOOPBACK, 57940, LOOPBACK, 9999));
        assertThat(entry.reply()).isEqualTo(new FourTuple(LOOPBACK, 8080, LOOPBACK, 57940));
        assertThat(entry.translated()).isTrue();
        assertThat(entry.state()).isEqualTo(ConntrackState.ESTABLISHED);
        assertThat(entry.replied()).isTrue();
        assertThat(entry.pickedUp()).isFalse();
        assertThat(entry.dying()).isFalse();
        assertThat(entry.secondsLeft()).isEqualTo(432_000);
    }

    @Test
    void connectionThatWasForgottenIsPickedUpInMidStream() {
        ConntrackEntry entry = only(MID_STREAM);
        assertThat(entry.pickedUp()).isTrue();
        assertThat(entry.state()).isEqualTo(ConntrackState.ESTABLISHED);
        assertThat(entry.secondsLeft()).isEqualTo(299);
    }

    @Test
    void connectionOverIpv6IsNotTranslated() {
        ConntrackEntry entry = only(V6);
        assertThat(entry.original()).isEqualTo(OVER_IPV6);
        assertThat(entry.translated()).isFalse();
    }

    @Test
    void flagsOfTheStatusAreBits() {
        FourTuple tuple = OVER_IPV6;
        assertThat(new ConntrackEntry(tuple, tuple.reversed(), ConntrackState.CLOSE, 0x208, -1, 0).dying())
                .isTrue();
        assertThat(new ConntrackEntry(tuple, tuple.reversed(), ConntrackState.CLOSE, 0x208, -1, 0).replied())
                .isFalse();
    }

    @Test
    void errorsEndTheReply() {
        assertThat(decode(ENOENT).errno()).isEqualTo(ConntrackReply.ENOENT);
        assertThat(decode(EPERM).errno()).isEqualTo(ConntrackReply.EPERM);
        assertThat(decode(EPERM).last()).isTrue();
        assertThat(decode("1000000002000000000000009202" + "0000").errno()).isZero();
    }

    @Test
    void listGoesOnUntilItIsDone() {
        String part = TRANSLATED.substring(0, 12) + "2200" + TRANSLATED.substring(16);
        ConntrackReply list = decode(part + part);
        assertThat(list.entries()).hasSize(2);
        assertThat(list.messages()).isEqualTo(2);
        assertThat(list.last()).isFalse();
        assertThat(decode(TRANSLATED.substring(0, 12) + "0000" + TRANSLATED.substring(16))
                        .last())
                .isTrue();
        ConntrackReply end = decode("1400000003000200000000009202" + "000000000000");
        assertThat(end.last()).isTrue();
        assertThat(end.messages()).isZero();
        assertThat(end.errno()).isZero();
        assertThat(decode("").last()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "05000100060000, 05000100110000, UDP",
        "06000200e2540000, 06000900e2540000, no source port",
        "06000300270f0000, 06000900270f0000, no destination port",
        "080001007f000001, 080009007f000001, no source address",
        "080002007f000001, 080009007f000001, no destination address",
        "1400018008000100, 1400058008000100, no addresses",
        "1c00028005000100, 1c00058005000100, no protocol",
        "34000180, 34000f80, no tuple",
        "34000280, 34000f80, no answer's tuple",
        "0001020000000000, 0101020000000000, another message"
    })
    void whatIsNoTcpConnectionIsLeftOut(String part, String other, String why) {
        String changed = TRANSLATED.replaceFirst(part, other.replace(" ", ""));
        assertThat(changed).as(why).isNotEqualTo(TRANSLATED);
        ConntrackReply reply = decode(changed.substring(0, TRANSLATED.length()));
        assertThat(reply.entries()).as(why).isEmpty();
        assertThat(reply.messages()).as("it counts against a limit").isEqualTo(1);
    }

    @Test
    void whatTheKernelDoesNotSayIsNotInvented() {
        ConntrackEntry bare = only(TRANSLATED
                .replace("30000480", "30000f80")
                .replace("0800070000069780", "08000f0000069780")
                .replace("08000300000001ae", "08000f00000001ae"));
        assertThat(bare.state()).isEqualTo(ConntrackState.NONE);
        assertThat(bare.secondsLeft()).isEqualTo(-1);
        assertThat(bare.replied()).isFalse();
        assertThat(bare.pickedUp()).isFalse();
        ConntrackEntry odd =
                only(TRANSLATED.replace("2c00018005000100", "2c00018005000900").replace("0600040023", "0600090023"));
        assertThat(odd.state()).isEqualTo(ConntrackState.NONE);
        assertThat(only(TRANSLATED.replace("2c000180", "2c000980")).state()).isEqualTo(ConntrackState.NONE);
        assertThat(ConntrackState.of(ConntrackState.values().length)).isEqualTo(ConntrackState.NONE);
    }

    @Test
    void shortAddressIsNone() {
        assertThat(decode(V6.replaceFirst("14000300", "08000300")).entries()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void anyBytesAreDecodedWithoutAnException(long seed) {
        Random random = new Random(seed);
        byte[] whole = HEX.parseHex(V6);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = whole.clone();
            for (int j = random.nextInt(4); j >= 0; j--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            ByteBuffer part = ByteBuffer.wrap(bytes, 0, random.nextInt(bytes.length + 1));
            assertThat(ConntrackReply.decode(part, ByteOrder.LITTLE_ENDIAN)).isNotNull();
        }
    }

    @Test
    void requestForOneConnectionIsAsTheKernelTakesIt() {
        String request = hex(ConntrackRequest.exact(OVER_IPV6, ByteOrder.LITTLE_ENDIAN));
        assertThat(request).isEqualTo("60000000" + "01010100" + "0000000000000000" + "0a000000" + V6_REQUEST);
        String v4 = hex(ConntrackRequest.exact(
                new FourTuple(LOOPBACK, 1, IpAddress.v4(0x7f000002), 9999), ByteOrder.LITTLE_ENDIAN));
        assertThat(ENOENT).as("the kernel quotes the request").endsWith(v4.substring(32));
        assertThat(v4).startsWith("48000000");
    }

    @ParameterizedTest
    @CsvSource({"false, 02", "true, 0a"})
    void requestForAllConnectionsIsAHeader(boolean v6, String family) {
        assertThat(hex(ConntrackRequest.list(v6, ByteOrder.LITTLE_ENDIAN)))
                .isEqualTo("1400000001010103" + "0000000000000000" + family + "000000");
    }

    private static String hex(ByteBuffer request) {
        byte[] bytes = new byte[request.remaining()];
        request.get(bytes);
        return HEX.formatHex(bytes);
    }

    private static ConntrackEntry only(String message) {
        ConntrackReply reply = decode(message);
        assertThat(reply.entries()).hasSize(1);
        assertThat(reply.errno()).isZero();
        return reply.entries().get(0);
    }

    private static ConntrackReply decode(String message) {
        return ConntrackReply.decode(ByteBuffer.wrap(HEX.parseHex(message)), ByteOrder.LITTLE_ENDIAN);
    }
}
