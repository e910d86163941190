package dev.finspect.log;

import dev.finspect.log.line.LineBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is appended to, renamed when it is full, and opened anew when somebody else has moved or removed it.
 *
 * <p>No line stays half-written inside it: what a failed write leaves is cut off again, and where that cannot be done, or
 * a process died in the middle of a line, a line end goes first, so that the torn line stands alone.
 */
final class RotatingFile implements LineTarget {
    private static final Logger LOG = LoggerFactory.getLogger(RotatingFile.class);
    private static final byte LINE_END = '\n';

    private final Path path;
    private final long maxBytes;
    private final int keep;
    private @Nullable FileChannel channel;
    private @Nullable Object fileKey;
    private long size;
    /** The size at which to rotate; above {@link #maxBytes} after a rotation that failed. */
    private long limit;

    private boolean tornTail;

    /** {@code maxBytes} 0 never rotates. Nothing is opened before {@link #open()} or the first write. */
    RotatingFile(Path path, long maxBytes, int keep) {
        this.path = path;
        this.maxBytes = maxBytes;
        this.keep = keep;
    }

    /** Opens or makes the file, without writing. */
    void open() throws IOException {
        FileChannel opened =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            fileKey = attributes.fileKey();
            size = opened.size();
            tornTail = attributes.isRegularFile() && size > 0 && lastByte() != LINE_END;
        } catch (IOException e) {
            opened.close();
            throw e;
        }
        limit = maxBytes == 0 ? Long.MAX_VALUE : maxBytes;
        channel = opened;
    }

    @Override
    public void write(LineBatch batch) throws IOException {
        FileChannel file = current();
        size = file.size(); // Another may have cut it short in place (logrotate's copytruncate).
        while (batch.remaining() > 0) {
            int count = batch.wholeLinesWithin(limit - size);
            if (count == 0 && size == 0) {
                count = batch.nextLine(); // Longer than a whole file may be.
            }
            if (count == 0) {
                file = rotate(file, batch.nextLine());
            } else {
                append(file, batch, count);
            }
        }
    }

    @Override
    public void close() throws IOException {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }

    /** The open file, after making sure that the path still names it. */
    private FileChannel current() throws IOException {
        FileChannel open = channel;
        if (open != null && Objects.equals(fileKey, keyOfPath())) {
            return open;
        }
        close();
        open();
        return Objects.requireNonNull(channel);
    }

    private @Nullable Object keyOfPath() {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return path; // Equal to no key.
        } catch (IOException e) {
            return fileKey; // It cannot be told, and the open file is still good.
        }
    }

    private void append(FileChannel file, LineBatch batch, int count) throws IOException {
        try {
            if (tornTail) {
                writeFully(file, ByteBuffer.wrap(new byte[] {LINE_END}), null);
                tornTail = false;
            }
            writeFully(file, batch.next(count), batch);
        } catch (IOException e) {
            cutTornLine(file, batch.rewindToLine());
            throw e;
        }
    }

    private void writeFully(FileChannel file, ByteBuffer bytes, @Nullable LineBatch batch) throws IOException {
        while (bytes.hasRemaining()) {
            int count = file.write(bytes);
            size += count;
            if (batch != null) {
                batch.written(count);
            }
        }
    }

    /** Takes {@code torn} bytes at the file's end back, if they are still its end. */
    private void cutTornLine(FileChannel file, int torn) {
        if (torn == 0) {
            return;
        }
        tornTail = true;
        try {
            if (file.size() == size) {
                file.truncate(size - torn);
                size -= torn;
                tornTail = false;
            }
        } catch (IOException e) {
            LOG.debug("{}: a line that was written in part stays: {}", path, e.toString());
        }
    }

    /** Renames the full file and begins a new one; goes on with the old one where that is forbidden. */
    private FileChannel rotate(FileChannel full, int nextLine) throws IOException {
        try {
            if (keep == 0) {
                Files.delete(path);
            }
            for (int i = keep; i >= 1; i--) {
                Path older = i == 1 ? path : numbered(i - 1);
                if (Files.exists(older)) {
                    Files.move(older, numbered(i), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        } catch (IOException e) {
            LOG.warn("Session log {} is full and cannot be renamed, so it grows on: {}", path, e.toString());
            limit = size + Math.max(maxBytes, nextLine);
            return full;
        }
        close();
        open();
        return Objects.requireNonNull(channel);
    }

    private Path numbered(int number) {
        return path.resolveSibling(path.getFileName() + "." + number);
    }

    private byte lastByte() throws IOException {
        try (FileChannel reader = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            return reader.read(last, reader.size() - 1) == 1 ? last.get(0) : LINE_END;
        }
    }
}
