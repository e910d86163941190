package dev.finspect.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Options of TCP headers; SynSegmentTest has more malformed ones. */
final class TcpOptionsDecoderTest {
    private static final int ABSENT = TcpOptions.ABSENT;

    @Test
    void noBytesAreNoOptions() {
        assertThat(decode("")).isSameAs(TcpOptions.NONE);
        assertThat(decode("01010100")).isEqualTo(TcpOptions.NONE);
    }

    @Test
    void allOptionsOfASynAreRead() {
        assertThat(decode("0204ffd70402080a1ab3bdeb000000050103030a"))
                .isEqualTo(new TcpOptions(
                        65495, 10, true, true, 0x1ab3bdeb, 5, TcpOptions.Sack.NONE, false, false, false));
    }

    @Test
    void theDecoderForgetsTheHeaderBefore() {
        TcpOptionsDecoder decoder = new TcpOptionsDecoder();
        ByteBuffer all =
                bytes("020405b40402080a00000001000000020103030a" + "050a0000000100000002" + "22021e0301" + "0000ff");
        assertThat(decoder.decode(all, 0, all.limit(), all.limit()))
                .isEqualTo(new TcpOptions(1460, 10, true, true, 1, 2, new TcpOptions.Sack(1, 1, 2), true, true, false));
        assertThat(decoder.decode(bytes("01"), 0, 1, 1)).isEqualTo(TcpOptions.NONE);
    }

    @ParameterizedTest(name = "{0}: {1} blocks")
    @CsvSource({
        "0502, 0",
        "050a0000000000000000, 1",
        "05120000000000000000 0000000000000000, 2",
        "0509000000000000 00, 0"
    })
    void sackBlocksAreCounted(String hex, int blocks) {
        assertThat(decode(hex.replace(" ", "")).sack().blocks()).isEqualTo(blocks);
    }

    @Test
    void theLongestBlockAndTheHighestEdgeAreRead() {
        assertThat(decode("051a" + "00000100" + "00000168" + "00000500" + "00000a00" + "00000200" + "00000210")
                        .sack())
                .isEqualTo(new TcpOptions.Sack(3, 0x500, 0xa00));
        assertThat(decode("050a" + "ffffff00" + "00000010").sack()).isEqualTo(new TcpOptions.Sack(1, 0x110, 0x10));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"2202, true", "220a0102030405060708, true", "fe04f989, true", "fe04f988, false", "fe03f9, false"})
    void fastOpenIsSeenInBothForms(String hex, boolean seen) {
        assertThat(decode(hex).fastOpen()).isEqualTo(seen);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "a known kind of wrong length, 0305ffffff, false",
        "time stamps of wrong length, 0804ffff, false",
        "length 0, 0200, true",
        "length 1, 0201, true",
        "past the end, 0204ff, true",
        "no length, 02, true",
        "nothing wrong behind the end of options, 000200, false"
    })
    void malformedOnesAreMarked(String name, String hex, boolean malformed) {
        assertThat(decode(hex))
                .isEqualTo(new TcpOptions(
                        ABSENT, ABSENT, false, false, 0, 0, TcpOptions.Sack.NONE, false, false, malformed));
    }

    @Test
    void whatTheCaptureCutsIsMarked() {
        TcpOptionsDecoder decoder = new TcpOptionsDecoder();
        ByteBuffer options = bytes("0101020405b40101");
        assertThat(decoder.decode(options, 0, 8, 6)).matches(o -> o.mssBytes() == 1460 && o.malformed());
        assertThat(decoder.decode(options, 0, 8, 5)).matches(o -> o.mssBytes() == ABSENT && o.malformed());
        assertThat(decoder.decode(options, 0, 8, 0)).matches(TcpOptions::malformed);
        assertThat(decoder.decode(bytes("00ffffff"), 0, 4, 1)).isEqualTo(TcpOptions.NONE);
        assertThat(decoder.decode(options, 0, 8, 20)).matches(o -> o.mssBytes() == 1460 && !o.malformed());
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void randomBytesNeverThrow(long seed) {
        Random random = new Random(seed);
        TcpOptionsDecoder decoder = new TcpOptionsDecoder();
        byte[] bytes = new byte[40];
        int malformed = 0;
        for (int i = 0; i < 20_000; i++) {
            for (int at = 0; at < bytes.length; at++) {
                bytes[at] = (byte) random.nextInt(random.nextBoolean() ? 11 : 256);
            }
            TcpOptions options = decoder.decode(ByteBuffer.wrap(bytes), 0, 40, random.nextInt(41));
            malformed += options.malformed() ? 1 : 0;
            assertThat(options.mssBytes()).isBetween(ABSENT, 0xffff);
            assertThat(options.windowScale()).isBetween(ABSENT, 0xff);
            assertThat(options.sack().blocks()).isBetween(0, 4);
        }
        assertThat(malformed).isBetween(1_000, 19_999);
    }

    private static TcpOptions decode(String hex) {
        ByteBuffer options = bytes(hex);
        return new TcpOptionsDecoder().decode(options, 0, options.limit(), options.limit());
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }
}
