package dev.finspect.wire.capture;

import static dev.finspect.wire.capture.SampleCaptures.bytes;
import static dev.finspect.wire.capture.SampleCaptures.read;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that are not captures. */
final class FileKindTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "ZSTANDARD, 28b52ffd0458",
        "XZ, fd377a585a000004",
        "BZIP2, 425a6839314159",
        "LZ4, 04224d186040",
        "SEVEN_ZIP, 377abcaf271c0004",
        "SNOOP, 736e6f6f700000000000000200000004",
        "BTSNOOP, 6274736e6f6f7000000000010000",
        "NETMON_1, 525453530001",
        "NETMON_2, 474d425500020100",
        "IPTRACE, 6970747261636520322e3000",
        "SNIFFER, 5452534e49464620646174612020202000",
        "ELF, 7f454c4602010100",
        "PNG, 89504e470d0a1a0a",
        "JAVA_CLASS, cafebabe00000041",
        "SQLITE, 53514c69746520666f726d6174203300",
        "ALL_ZERO, 0000000000000000",
        "OTHER, 01020304ff00",
        "OTHER, 01",
        "OTHER, 00000000000000000200000c000000ff00000000",
        "ERF, 3412cdab00000065 02 04 0070 0000 0060 0000",
        "OTHER, 3412cdab00000005 02 04 0070 0000 0060 0000",
        "OTHER, 3412cdab000000ff 02 04 0070 0000 0060 0000",
        "OTHER, 3412cdab00000065 00 04 0070 0000 0060 0000",
        "OTHER, 3412cdab00000065 7f 04 0070 0000 0060 0000",
        "OTHER, 3412cdab00000065 02 04 0007 0000 0060 0000",
        "OTHER, 3412cdab00000065 02 04 0170 0000 0060 0000"
    })
    void kindsAreRecognizedByTheirFirstBytes(FileKind kind, String hex) {
        assertThat(read(hex).end()).isEqualTo(new CaptureEnd.NotACapture(kind));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "EMPTY, ''",
        "PDF, %PDF-1.7",
        "HTML, <!DOCTYPE html><html>",
        "HTML, ' <HTML>'",
        "HTML, <head><title>404</title>",
        "XML, <?xml version='1.0'?>",
        "JSON, '{\"a\": 1}'",
        "JSON, '\t[1]'",
        "JSON, '\ufeff{}'",
        "TEXT, 12:00:00.000000 IP 10.0.0.1.80 > 10.0.0.2.4660: Flags [S]",
        "TEXT, Grüße",
        "OTHER, 'text with a bell \u0007'"
    })
    void kindsOfTextAreDistinguished(FileKind kind, String text) {
        assertThat(read(text.getBytes(StandardCharsets.UTF_8)).end()).isEqualTo(new CaptureEnd.NotACapture(kind));
    }

    @Test
    void javaArchivesAreRecognized() throws IOException {
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        new GZIPOutputStream(gzip).close();
        assertThat(FileKind.of(ByteBuffer.wrap(gzip.toByteArray()))).isEqualTo(FileKind.GZIP);
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(zip)) {
            out.putNextEntry(new ZipEntry("a.pcap"));
        }
        assertThat(FileKind.of(ByteBuffer.wrap(zip.toByteArray()))).isEqualTo(FileKind.ZIP);
    }

    @Test
    void theBufferIsLeftAsItWas() {
        ByteBuffer sample = ByteBuffer.wrap(bytes("ffff1f8b08")).position(2);
        assertThat(FileKind.of(sample)).isEqualTo(FileKind.GZIP);
        assertThat(sample.position()).isEqualTo(2);
    }

    @Test
    void whiteSpaceControlCharactersBelongToText() {
        assertThat(read("61090a0d0c62").end()).isEqualTo(new CaptureEnd.NotACapture(FileKind.TEXT));
    }

    @ParameterizedTest
    @EnumSource
    void eachKindSaysWhatItIs(FileKind kind) {
        assertThat(new CaptureEnd.NotACapture(kind).sentence()).startsWith("neither pcap nor pcapng: ");
        Set<FileKind> packed = EnumSet.range(FileKind.GZIP, FileKind.SEVEN_ZIP);
        assertThat(kind.sentence().contains("unpack it")).isEqualTo(packed.contains(kind));
    }
}
