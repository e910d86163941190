package dev.finspect.log;

import dev.finspect.log.line.LineBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log file that is renamed when it is full, and reopened after another program has moved or removed it.
 *
 * <p>It never continues a partial line: after a failed write it truncates the partial line. If that is impossible, or if a
 * process died in the middle of a line, it writes a line feed first, so that the partial line stands alone.
 */
final class RotatingFile implements LineTarget {
    private static final Logger LOG = LoggerFactory.getLogger(RotatingFile.class);
    private static final byte LINE_FEED = '\n';
    private static final int COUNT_BYTES = 64 * 1024;
    /** How often a file is opened that another program replaces at the same time, again and again. */
    private static final int MAX_TRIES = 10;

    private final Path path;
    private final long maxBytes;
    private final int keep;
    private final Set<PosixFilePermission> mode;
    private final LongAdder deletedLines = new LongAdder();
    private @Nullable FileChannel channel;
    private @Nullable Object fileKey;
    private long size;
    /** The size at which to rotate; larger than {@link #maxBytes} after a failed rotation. */
    private long limit;

    private boolean endsInPartialLine;

    /**
     * {@code maxBytes} 0 disables rotation. The file is opened by {@link #open()} or by the first write.
     *
     * @param mode of a file that is created, whatever the umask
     */
    RotatingFile(Path path, long maxBytes, int keep, Set<PosixFilePermission> mode) {
        this.path = path;
        this.maxBytes = maxBytes;
        this.keep = keep;
        this.mode = mode;
    }

    /** The same with the default mode. */
    RotatingFile(Path path, long maxBytes, int keep) {
        this(path, maxBytes, keep, LogSettings.DEFAULT_MODE);
    }

    @Override
    public long deletedLines() {
        return deletedLines.sum();
    }

    /** Opens or creates the file, without writing. */
    void open() throws IOException {
        for (int tries = 1; !openIfStill(keyOrNull(), tries == MAX_TRIES); tries++) {
            LOG.debug("{}: replaced while it was opened", path);
        }
    }

    /**
     * Opens the file, and says whether the path referred to {@code before} all the while. Otherwise another program has
     * replaced the file, and the one that was opened may have no name any more.
     *
     * @param keepsAnyway to keep the open file in any case; the next write then opens it again
     */
    private boolean openIfStill(@Nullable Object before, boolean keepsAnyway) throws IOException {
        FileChannel opened = openOrCreate();
        boolean isStill;
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            isStill = attributes.fileKey() != null && attributes.fileKey().equals(before);
            fileKey = isStill ? before : null;
            size = opened.size();
            endsInPartialLine = attributes.isRegularFile() && size > 0 && lastByte() != LINE_FEED;
        } catch (NoSuchFileException e) {
            opened.close();
            if (keepsAnyway) {
                throw e;
            }
            return false;
        } catch (IOException e) {
            opened.close();
            throw e;
        }
        if (!isStill && !keepsAnyway) {
            opened.close();
            return false;
        }
        limit = maxBytes == 0 ? Long.MAX_VALUE : maxBytes;
        channel = opened;
        return true;
    }

    private @Nullable Object keyOrNull() throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private FileChannel openOrCreate() throws IOException {
        boolean creates = Files.notExists(path, LinkOption.NOFOLLOW_LINKS);
        FileChannel opened = FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                PosixFilePermissions.asFileAttribute(mode));
        if (creates) {
            setMode();
        }
        return opened;
    }

    /** Adds what the umask took away from the mode of the file. */
    private void setMode() {
        try {
            PosixFileAttributeView view =
                    Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
            if (view != null && !view.readAttributes().permissions().equals(mode)) {
                view.setPermissions(mode);
            }
        } catch (IOException e) {
            LOG.warn("Session log {}: its mode cannot be set: {}", path, e.toString());
        }
    }

    @Override
    public void write(LineBatch batch) throws IOException {
        FileChannel file = current();
        size = file.size(); // Another program may have truncated it (logrotate's copytruncate).
        while (batch.remaining() > 0) {
            int count = batch.wholeLinesWithin(limit - size);
            if (count == 0 && size == 0) {
                count = batch.nextLine(); // The line alone exceeds the size limit.
            }
            if (count == 0) {
                file = rotate(file, batch.nextLine());
            } else {
                append(file, batch, count);
            }
        }
    }

    @Override
    public void reopen() throws IOException {
        FileChannel before = channel;
        open();
        if (before != null) {
            before.close();
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

    /** The open file, reopened if the path no longer refers to it. */
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
            Object key = keyOrNull();
            return key == null ? path : key; // A path is not equal to any key.
        } catch (IOException e) {
            return fileKey; // Unknown; the open file is still usable.
        }
    }

    private void append(FileChannel file, LineBatch batch, int count) throws IOException {
        try {
            if (endsInPartialLine) {
                writeFully(file, ByteBuffer.wrap(new byte[] {LINE_FEED}), null);
                endsInPartialLine = false;
            }
            writeFully(file, batch.next(count), batch);
        } catch (IOException e) {
            truncatePartialLine(file, batch.rewindToLine());
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

    /** Removes the {@code partialBytes} just written, if they are still the end of the file. */
    private void truncatePartialLine(FileChannel file, int partialBytes) {
        if (partialBytes == 0) {
            return;
        }
        endsInPartialLine = true;
        try {
            if (file.size() == size) {
                file.truncate(size - partialBytes);
                size -= partialBytes;
                endsInPartialLine = false;
            }
        } catch (IOException e) {
            LOG.debug("{}: cannot truncate a partial line: {}", path, e.toString());
        }
    }

    /** Renames the full file and starts a new one; continues with the old one if it cannot be renamed. */
    private FileChannel rotate(FileChannel full, int nextLine) throws IOException {
        try {
            long lines = linesOf(keep == 0 ? path : numbered(keep));
            if (keep == 0) {
                Files.delete(path);
                deletedLines.add(lines);
            }
            for (int i = keep; i >= 1; i--) {
                Path older = i == 1 ? path : numbered(i - 1);
                if (Files.exists(older)) {
                    Files.move(older, numbered(i), StandardCopyOption.REPLACE_EXISTING);
                    deletedLines.add(i == keep ? lines : 0);
                }
            }
        } catch (IOException e) {
            LOG.warn(
                    "Session log {} has reached its size limit and cannot be renamed; it continues to grow: {}",
                    path,
                    e.toString());
            limit = size + Math.max(maxBytes, nextLine);
            return full;
        }
        close();
        open();
        return Objects.requireNonNull(channel);
    }

    /** The number of lines of a file that is about to be deleted or replaced; 0 if there is none. */
    private long linesOf(Path file) {
        ByteBuffer buffer = ByteBuffer.allocate(COUNT_BYTES);
        long lines = 0;
        try (FileChannel reader = FileChannel.open(file, StandardOpenOption.READ)) {
            while (reader.read(buffer.clear()) > 0) {
                for (int i = 0; i < buffer.position(); i++) {
                    lines += buffer.get(i) == LINE_FEED ? 1 : 0;
                }
            }
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            LOG.warn("Session log {}: the lines of {} cannot be counted: {}", path, file, e.toString());
        }
        return lines;
    }

    private Path numbered(int number) {
        return path.resolveSibling(path.getFileName() + "." + number);
    }

    private byte lastByte() throws IOException {
        try (FileChannel reader = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            return reader.read(last, reader.size() - 1) == 1 ? last.get(0) : LINE_FEED;
        }
    }
}
