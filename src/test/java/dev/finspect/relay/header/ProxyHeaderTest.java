package dev.finspect.relay.header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finspect.record.ProxyHeader;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PROXY headers byte by byte: where they end, what they say, and what is none. */
final class ProxyHeaderTest {
    private static final String V1 = "PROXY TCP4 192.0.2.1 192.0.2.2 4000 443\r\n";
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String V4_ADDRESSES = "c0000201c00002020fa001bb";

    private static InetSocketAddress at(String address, int port) throws UnknownHostException {
        return new InetSocketAddress(
                InetAddress.getByAddress(Objects.requireNonNull(NetUtil.createByteArrayFromIpAddressString(address))),
                port);
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    /** Feeds the bytes as far as they are wanted; what is left of them. */
    static int feed(ProxyHeaderIntake intake, byte[] bytes, int mostAtOnce) {
        int at = 0;
        for (int wanted = intake.wanted(); wanted > 0 && at < bytes.length; wanted = intake.wanted()) {
            int count = Math.min(Math.min(wanted, mostAtOnce), bytes.length - at);
            intake.take(ByteBuffer.wrap(bytes, at, count).slice(), count);
            at += count;
        }
        return bytes.length - at;
    }

    private static ProxyHeader read(byte[] header, String payload) {
        byte[] tail = payload.getBytes(StandardCharsets.US_ASCII);
        byte[] all = java.util.Arrays.copyOf(header, header.length + tail.length);
        System.arraycopy(tail, 0, all, header.length, tail.length);
        ProxyHeader decoded = null;
        for (int mostAtOnce : new int[] {1, 7, 10_000}) {
            ProxyHeaderIntake intake = new ProxyHeaderIntake();
            assertThat(feed(intake, all, mostAtOnce))
                    .as("bytes left where they are")
                    .isEqualTo(tail.length);
            assertThat(intake.broken()).isFalse();
            assertThat(intake.complete()).isTrue();
            assertThat(intake.header()).isEqualTo(header);
            decoded = ProxyHeaderCodec.decode(intake.header());
        }
        return Objects.requireNonNull(decoded);
    }

    @Test
    void lineOfVersionOneEndsAtItsLineEnd() throws UnknownHostException {
        assertThat(read(V1.getBytes(StandardCharsets.US_ASCII), "GET / HTTP/1.1\r\n"))
                .isEqualTo(
                        new ProxyHeader(1, V1.length(), at("192.0.2.1", 4000), at("192.0.2.2", 443), null, null, null));
        assertThat(read("PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII), "x")
                        .source())
                .isNull();
        assertThat(read("PROXY TCP6 fd00::1 fd00::2 1 2\r\n".getBytes(StandardCharsets.US_ASCII), "")
                        .source())
                .isEqualTo(at("fd00::1", 1));
    }

    @Test
    void versionTwoHasItsLengthAndMoreThanAddresses() throws UnknownHostException {
        ProxyHeader header = read(
                hex(SIGNATURE + "21110043" + V4_ADDRESSES
                        + "02000b6578616d706c652e6f7267" // authority example.org
                        + "050004deadbeef" // unique id, not printable
                        + "20001f01000000002100075453" + "4c76312e33" + "22000d544c535f4145535f3132385f58"),
                "payload");
        assertThat(header.version()).isEqualTo(2);
        assertThat(header.source()).isEqualTo(at("192.0.2.1", 4000));
        assertThat(header.destination()).isEqualTo(at("192.0.2.2", 443));
        assertThat(header.authority()).isEqualTo("example.org");
        assertThat(header.uniqueId()).isEqualTo("deadbeef");
        assertThat(header.tlsVersion()).isEqualTo("TSLv1.3");
        ProxyHeader local = read(hex(SIGNATURE + "2000" + "0000"), "");
        assertThat(local.source()).isNull();
        assertThat(local.bytes()).isEqualTo(16);
    }

    @Test
    void whatIsEncodedIsDecodedAgain() throws UnknownHostException {
        for (int version : new int[] {1, 2}) {
            String id = version == 1 ? null : "01M8D93TYW0000S4SC00";
            byte[] v4 = ProxyHeaderCodec.encode(
                    version, at("192.0.2.1", 1), at("192.0.2.2", 65535), "01M8D93TYW0000S4SC00");
            assertThat(read(v4, "x"))
                    .isEqualTo(new ProxyHeader(
                            version, v4.length, at("192.0.2.1", 1), at("192.0.2.2", 65535), null, id, null));
            byte[] v6 = ProxyHeaderCodec.encode(version, at("fd00::1", 7), at("fd00::2", 8), "01M8D93TYW0000S4SC00");
            assertThat(read(v6, "x").source()).isEqualTo(at("fd00::1", 7));
            byte[] mixed = ProxyHeaderCodec.encode(version, at("fd00::1", 7), at("192.0.2.2", 8), "id");
            assertThat(read(mixed, "").destination()).isEqualTo(at("192.0.2.2", 8));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "PROXY",
                "PROXY TCP4 192.0.2.1 192.0.2.2 4000 443",
                "PROXY TCP4 192.0.2.999 192.0.2.2 4000 443\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 4000 70000\r\n",
                "PROXY TCP4 192.0.2.1\r\n",
                "PROXY TCP6 192.0.2.1 192.0.2.2 4000 443\r\n",
                "proxy TCP4 192.0.2.1 192.0.2.2 4000 443\r\n"
            })
    void whatIsNoHeaderIsNotTakenForOne(String text) {
        ProxyHeaderIntake intake = new ProxyHeaderIntake();
        feed(intake, text.getBytes(StandardCharsets.US_ASCII), 3);
        assertThat(intake.complete() && !intake.broken() && ProxyHeaderCodec.decode(intake.header()) != null)
                .isFalse();
    }

    @Test
    void lineWithoutAnEndAndLengthBeyondSenseAreBroken() {
        ProxyHeaderIntake line = new ProxyHeaderIntake();
        assertThat(feed(line, ("PROXY TCP4 " + "1".repeat(500)).getBytes(StandardCharsets.US_ASCII), 50))
                .isEqualTo(511 - 107);
        assertThat(line.broken()).isTrue();
        assertThat(line.wanted()).isZero();
        ProxyHeaderIntake two = new ProxyHeaderIntake();
        assertThat(feed(two, hex(SIGNATURE + "2111ffff"), 50)).isZero();
        assertThat(two.broken()).isTrue();
        assertThat(ProxyHeaderCodec.decode(hex(SIGNATURE + "3111000c" + V4_ADDRESSES)))
                .isNull();
        assertThat(ProxyHeaderCodec.decode(hex(SIGNATURE + "21110004" + "c0000201")))
                .isNull();
        assertThatThrownBy(() -> new ProxyHeaderIntake().take(ByteBuffer.allocate(99), 99))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
