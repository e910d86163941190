package dev.finspect.wire.capture;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;

/** The likely type of a file that is no capture, by its first bytes. */
public enum FileKind {
    EMPTY("it is empty", ""),
    GZIP("compressed by gzip; unpack it with: gunzip FILE", "1f8b"),
    ZSTANDARD("compressed by zstd; unpack it with: unzstd FILE", "28b52ffd"),
    XZ("compressed by xz; unpack it with: unxz FILE", "fd377a585a00"),
    BZIP2("compressed by bzip2; unpack it with: bunzip2 FILE", "425a68"),
    LZ4("compressed by lz4; unpack it with: unlz4 FILE", "04224d18"),
    ZIP("a zip archive; unpack it with: unzip FILE", "504b0304"),
    SEVEN_ZIP("a 7-zip archive; unpack it first", "377abcaf271c"),
    SNOOP("a capture of Solaris' snoop; convert it with: editcap -F pcapng IN OUT", "736e6f6f70000000"),
    BTSNOOP("a capture of Bluetooth (btsnoop), which has no TCP", "6274736e6f6f7000"),
    NETMON_1("a capture of Microsoft Network Monitor 1; convert it with: editcap -F pcapng IN OUT", "52545353"),
    NETMON_2("a capture of Microsoft Network Monitor 2; convert it with: editcap -F pcapng IN OUT", "474d4255"),
    IPTRACE("a capture of AIX' iptrace; convert it with: editcap -F pcapng IN OUT", "6970747261636520"),
    SNIFFER("a capture of NetXRay or Sniffer; convert it with: editcap -F pcapng IN OUT", "5452534e49464620"),
    ERF("perhaps a capture of Endace (ERF); convert it with: editcap -F pcapng IN OUT", ""),
    ELF("an ELF program or library", "7f454c46"),
    PDF("a PDF document", "25504446"),
    PNG("a PNG image", "89504e47"),
    JAVA_CLASS("a Java class", "cafebabe"),
    SQLITE("an SQLite database", "53514c69746520666f726d6174"),
    HTML("a web page (HTML), perhaps an error page instead of the file", ""),
    XML("an XML document", "3c3f786d6c"),
    JSON("JSON text; if it is finspect's log, ask the running finspect: finspect explain ID", ""),
    TEXT("text", ""),
    ALL_ZERO("it begins with nothing but zero bytes, like a file that was never written", ""),
    OTHER("an unknown file type", "");

    private static final int LONGEST_MAGIC_BYTES = 16;

    private final String sentence;
    private final String magicHex;

    FileKind(String sentence, String magicHex) {
        this.sentence = sentence;
        this.magicHex = magicHex;
    }

    /** What the file is and, if possible, how to convert it. */
    public String sentence() {
        return sentence;
    }

    /** The type by the bytes between the buffer's position and limit; a few hundred are enough. */
    public static FileKind of(ByteBuffer sample) {
        if (!sample.hasRemaining()) {
            return EMPTY;
        }
        byte[] bytes = new byte[sample.remaining()];
        sample.get(sample.position(), bytes);
        String hex = HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, LONGEST_MAGIC_BYTES));
        for (FileKind kind : values()) {
            if (!kind.magicHex.isEmpty() && hex.startsWith(kind.magicHex)) {
                return kind;
            }
        }
        return byContent(bytes);
    }

    private static FileKind byContent(byte[] bytes) {
        if (isText(bytes)) {
            return kindOfText(new String(bytes, StandardCharsets.UTF_8).strip().toLowerCase(Locale.ROOT));
        }
        if (isZero(bytes)) {
            return ALL_ZERO;
        }
        return isErf(bytes) ? ERF : OTHER;
    }

    private static FileKind kindOfText(String text) {
        String begin = text.startsWith("\ufeff") ? text.substring(1) : text;
        if (begin.startsWith("<!doctype html") || begin.startsWith("<html") || begin.startsWith("<head")) {
            return HTML;
        }
        return begin.startsWith("{") || begin.startsWith("[") ? JSON : TEXT;
    }

    /** Whether there are no control characters except white space; bytes above 127 may be letters of some encoding. */
    private static boolean isText(byte[] bytes) {
        for (byte b : bytes) {
            if (b >= 0 && b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f') {
                return false;
            }
        }
        return true;
    }

    private static boolean isZero(byte[] bytes) {
        for (byte b : bytes) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** ERF has no magic number: checks for a plausible time in fixed point, a known type, and plausible lengths. */
    private static boolean isErf(byte[] bytes) {
        if (bytes.length < 16) {
            return false;
        }
        ByteBuffer header = ByteBuffer.wrap(bytes);
        long seconds = Integer.reverseBytes(header.getInt(4)) & 0xffffffffL;
        int type = bytes[8] & 0x7f;
        int recordBytes = header.getShort(10) & 0xffff;
        int wireBytes = header.getShort(14) & 0xffff;
        boolean recent = seconds > 800_000_000L && seconds < 4_000_000_000L;
        return recent && type > 0 && type <= 48 && recordBytes >= 16 && recordBytes <= wireBytes + 64;
    }
}
