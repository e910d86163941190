package dev.finspect.log;

import dev.finspect.log.line.LineBatch;

/** Takes every line, and writes none. */
final class NoTarget implements LineTarget {
    @Override
    public void write(LineBatch batch) {
        batch.written(batch.remaining());
    }

    @Override
    public void close() {
        // Nothing is open.
    }

    @Override
    public String toString() {
        return "nowhere";
    }
}
