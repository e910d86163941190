package dev.finspect.cli.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads the text of a configuration file; reports why a file is not one. */
final class ConfigFile {
    private static final int MAX_BYTES = 1 << 20;

    private ConfigFile() {}

    static String text(Path file) throws ConfigException {
        Location location = Location.of(file.toString());
        byte[] bytes = bytes(file, location);
        if (bytes.length > MAX_BYTES) {
            throw new ConfigException(location, "is longer than 1 MiB", "Name a configuration file.");
        }
        if (bytes.length == 0) {
            throw new ConfigException(
                    new Location(file.toString(), 1, 1),
                    "the file is empty (0 bytes)",
                    "Add 'routes:' and a route; see config/finspect.yaml for an example.");
        }
        String text = decoded(file.toString(), bytes);
        return text.startsWith("\ufeff") ? text.substring(1) : text;
    }

    /** Fails for a pipe or a device. */
    static void requireRegular(Path file) throws ConfigException {
        if (!Files.isRegularFile(file) && !Files.isDirectory(file)) {
            throw new ConfigException(
                    Location.of(file.toString()),
                    "is a pipe or a device, which cannot be read again",
                    "Start finspect with a regular file.");
        }
    }

    private static byte[] bytes(Path file, Location location) throws ConfigException {
        if (Files.isDirectory(file)) {
            throw new ConfigException(location, "is a directory", "Name a file in that directory.");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw new ConfigException(
                    location,
                    "no such file",
                    file.isAbsolute()
                            ? "Check the path."
                            : "Check the path; it is relative to " + Path.of("").toAbsolutePath() + ".");
        } catch (AccessDeniedException e) {
            throw new ConfigException(
                    location,
                    "is not readable for user " + System.getProperty("user.name"),
                    "Change its permissions with chmod or chown, or run as another user.");
        } catch (IOException e) {
            throw new ConfigException(location, "cannot be read: " + e.getMessage(), "Name a regular file.");
        }
    }

    private static String decoded(String origin, byte[] bytes) throws ConfigException {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        String text = out.flip().toString();
        int bad = control(text);
        if (bad >= 0) {
            throw notText(origin, text.substring(0, bad), text.charAt(bad));
        }
        if (result.isError()) {
            throw notText(origin, text, bytes[in.position()] & 0xff);
        }
        return text;
    }

    private static int control(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0x7f || (c < 0x20 && "\n\r\t".indexOf(c) < 0)) {
                return i;
            }
        }
        return -1;
    }

    private static ConfigException notText(String origin, String before, int value) {
        int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
        String last = before.substring(before.lastIndexOf('\n') + 1);
        int column = last.codePointCount(0, last.length()) + 1;
        return new ConfigException(
                new Location(origin, line, column),
                String.format("byte 0x%02x is not UTF-8 text", value),
                "Write the configuration as YAML in UTF-8.");
    }
}
