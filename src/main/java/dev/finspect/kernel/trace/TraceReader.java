package dev.finspect.kernel.trace;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.NativeLong;
import dev.finspect.wire.trace.TracePage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the pages of all processors without waiting: {@code per_cpu/cpuN/trace_pipe_raw}. The pages are taken as the kernel writes
 * them, since its text ({@code trace_pipe}) is made for people: it has no loss counts, and its words change more often than the
 * fields. One thread.
 */
final class TraceReader implements AutoCloseable {
    private static final int EAGAIN = 11;
    private static final int EINTR = 4;
    /** Pages of one processor that one look takes at most: twice the buffer, so that a flood does not hold it up for ever. */
    private static final int MOST_PAGES = 64;

    private final TracePage layout;
    private final Memory bytes;
    private final ByteBuffer page;
    private final List<Integer> descriptors;

    private TraceReader(TracePage layout, List<Integer> descriptors) {
        this.layout = layout;
        this.descriptors = descriptors;
        bytes = new Memory(layout.pageBytes());
        page = bytes.getByteBuffer(0, layout.pageBytes()).order(ByteOrder.nativeOrder());
    }

    /** Opens the pages of each processor below a folder. */
    static TraceReader open(Path processors, TracePage layout) throws IOException {
        List<Integer> descriptors = new ArrayList<>();
        TraceReader reader = new TraceReader(layout, descriptors);
        try (DirectoryStream<Path> all = Files.newDirectoryStream(processors, "cpu*")) {
            for (Path each : all) {
                descriptors.add(TraceLibC.open(
                        each.resolve("trace_pipe_raw").toString(),
                        TraceLibC.O_RDONLY | TraceLibC.O_NONBLOCK | TraceLibC.O_CLOEXEC));
            }
            return reader;
        } catch (LastErrorException e) {
            reader.close();
            throw new IOException("error " + e.getErrorCode() + " (" + e.getMessage() + ")", e);
        } catch (IOException | RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    /** Reads what is there; returns how many events the kernel lost before it. */
    long read(TracePage.Events events) throws IOException {
        long lost = 0;
        for (int descriptor : descriptors) {
            for (int pages = 0; pages < MOST_PAGES && fill(descriptor); pages++) {
                lost += layout.read(page, events);
            }
        }
        return lost;
    }

    /** Reads one page; false where there is none. */
    private boolean fill(int descriptor) throws IOException {
        try {
            int length = TraceLibC.read(descriptor, bytes, new NativeLong(layout.pageBytes()))
                    .intValue();
            page.limit(Math.max(0, length));
            return length > 0;
        } catch (LastErrorException e) {
            if (e.getErrorCode() == EAGAIN || e.getErrorCode() == EINTR) {
                return false;
            }
            throw new IOException("read of trace_pipe_raw: error " + e.getErrorCode(), e);
        }
    }

    @Override
    public void close() {
        for (int descriptor : descriptors) {
            try {
                var unused = TraceLibC.close(descriptor);
            } catch (LastErrorException e) {
                // It is closed all the same.
            }
        }
        descriptors.clear();
        bytes.close();
    }
}
