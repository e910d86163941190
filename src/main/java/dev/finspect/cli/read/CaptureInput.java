package dev.finspect.cli.read;

import dev.finspect.wire.capture.ByteSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** An open capture file, or standard input. Error messages are for people. */
public final class CaptureInput implements ByteSource, AutoCloseable {
    /** The name of standard input. */
    public static final String STANDARD_INPUT = "-";

    private final String name;
    private final ReadableByteChannel channel;
    private final long sizeBytes;

    private CaptureInput(String name, ReadableByteChannel channel, long sizeBytes) {
        this.name = name;
        this.channel = channel;
        this.sizeBytes = sizeBytes;
    }

    /**
     * Opens a capture.
     *
     * @throws IOException if it cannot be opened; the message says why
     */
    public static CaptureInput open(String name, InputStream standardInput) throws IOException {
        if (name.equals(STANDARD_INPUT)) {
            return new CaptureInput("standard input", Channels.newChannel(standardInput), -1);
        }
        try {
            Path path = Path.of(name);
            if (Files.isDirectory(path)) {
                throw new IOException("it is a directory; name a file");
            }
            FileChannel file = FileChannel.open(path);
            return new CaptureInput(name, file, Files.isRegularFile(path) ? file.size() : -1);
        } catch (InvalidPathException e) {
            throw new IOException("it is not a file name: " + e.getReason(), e);
        } catch (NoSuchFileException e) {
            throw new IOException("no such file", e);
        } catch (AccessDeniedException e) {
            throw new IOException("permission denied", e);
        } catch (FileSystemException e) {
            String reason = e.getReason();
            throw new IOException("cannot open it" + (reason == null ? "" : ": " + reason), e);
        }
    }

    /** The name for messages. */
    public String name() {
        return name;
    }

    /** The size of the file; -1 if unknown. */
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public int fill(ByteBuffer into) {
        try {
            return channel.read(into);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
