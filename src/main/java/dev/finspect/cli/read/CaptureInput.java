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

/** An opened capture: a file, or standard input. Errors have messages for people. */
public final class CaptureInput implements ByteSource, AutoCloseable {
    /** The name that stands for standard input. */
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
     * Opens it.
     *
     * @throws IOException it cannot be opened; the message says what is wrong
     */
    public static CaptureInput open(String name, InputStream standardInput) throws IOException {
        if (name.equals(STANDARD_INPUT)) {
            return new CaptureInput("standard input", Channels.newChannel(standardInput), -1);
        }
        try {
            Path path = Path.of(name);
            if (Files.isDirectory(path)) {
                throw new IOException("it is a directory; name the files in it");
            }
            FileChannel file = FileChannel.open(path);
            return new CaptureInput(name, file, Files.isRegularFile(path) ? file.size() : -1);
        } catch (InvalidPathException e) {
            throw new IOException("it cannot be the name of a file: " + e.getReason(), e);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no such file", e);
        } catch (AccessDeniedException e) {
            throw new IOException("it may not be read: permission denied", e);
        } catch (FileSystemException e) {
            String reason = e.getReason();
            throw new IOException("it cannot be opened" + (reason == null ? "" : ": " + reason), e);
        }
    }

    /** For messages. */
    public String name() {
        return name;
    }

    /** Bytes of a file; -1 where they cannot be known before. */
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
