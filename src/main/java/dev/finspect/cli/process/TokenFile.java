package dev.finspect.cli.process;

import dev.finspect.admin.Instance;
import dev.finspect.log.FileErrorText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.regex.Pattern;

/** The file with the admin server's token: one line of 16 to 512 printable characters. */
public final class TokenFile {
    private static final int MAX_BYTES = 1024;
    private static final Pattern TOKEN = Pattern.compile("[!-~]{16,512}");

    private TokenFile() {}

    /** Reads the token. */
    public static String read(Path file) throws CommandFailure {
        String text;
        try (InputStream in = Files.newInputStream(file)) {
            text = new String(in.readNBytes(MAX_BYTES), StandardCharsets.ISO_8859_1).strip();
        } catch (IOException e) {
            throw failure(file, "cannot be read: " + FileErrorText.of(e));
        }
        if (!TOKEN.matcher(text).matches()) {
            throw failure(file, "holds no token");
        }
        return text;
    }

    /** Reads the token; where the file is missing, makes one and writes it, for its owner alone. */
    public static String readOrCreate(Path file) throws CommandFailure {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            try (var channel = Files.newByteChannel(
                    file,
                    EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                channel.write(ByteBuffer.wrap((Instance.newToken() + "\n").getBytes(StandardCharsets.US_ASCII)));
            } catch (IOException e) {
                throw failure(file, "cannot be created: " + FileErrorText.of(e));
            }
        }
        return read(file);
    }

    private static CommandFailure failure(Path file, String what) {
        return new CommandFailure(
                ExitCode.CONFIGURATION,
                "the token file " + file + " " + what
                        + ". Name a file with one line of 16 to 512 printable characters.");
    }
}
