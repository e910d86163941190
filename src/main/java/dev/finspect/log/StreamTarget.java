package dev.finspect.log;

import dev.finspect.log.line.LineBatch;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A stream that cannot be truncated: standard output, a pipe. After an error it continues with the byte at which it stopped, so
 * that lines stay whole.
 */
final class StreamTarget implements LineTarget {
    private final FileChannel channel;
    private final String name;

    StreamTarget(FileChannel channel, String name) {
        this.channel = channel;
        this.name = name;
    }

    /** Standard output, without {@link System#out} and its lock. */
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
                return; // The stream is non-blocking and full.
            }
            batch.written(count);
        }
    }

    /** Does nothing: the stream belongs to the process. */
    @Override
    public void close() {}

    @Override
    public String toString() {
        return name;
    }
}
