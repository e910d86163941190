package dev.finspect.log;

import dev.finspect.log.line.LineBatch;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A stream that cannot be taken back: standard output, a pipe. After an error it goes on with the very byte at which it
 * stopped, so that no line is torn.
 */
final class StreamTarget implements LineTarget {
    private final FileChannel channel;
    private final String name;

    StreamTarget(FileChannel channel, String name) {
        this.channel = channel;
        this.name = name;
    }

    /** Standard output, past {@link System#out} and its lock. */
    @SuppressWarnings("resource") // Closing it would close the process's standard output.
    static StreamTarget standardOutput() {
        return new StreamTarget(new FileOutputStream(FileDescriptor.out).getChannel(), "standard output");
    }

    @Override
    public void write(LineBatch batch) throws IOException {
        while (batch.remaining() > 0) {
            ByteBuffer bytes = batch.next(batch.remaining());
            int count = channel.write(bytes);
            if (count == 0) {
                return; // Somebody has made the stream non-blocking, and it is full.
            }
            batch.written(count);
        }
    }

    /** Leaves the stream open: it belongs to the process. */
    @Override
    public void close() {}

    @Override
    public String toString() {
        return name;
    }
}
