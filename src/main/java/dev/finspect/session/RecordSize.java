package dev.finspect.session;

import org.jspecify.annotations.Nullable;

/** Estimates the memory that a kept record takes. */
final class RecordSize {
    /**
     * A record with every fact that the kernel and the sockets can give, on a 64-bit Java virtual machine with compressed
     * references, without its lists and texts; most records are smaller.
     */
    static final int FULL_RECORD_BYTES = 6_000;
    /** An object of a list with what it refers to besides texts: a socket address, for the most part. */
    static final int ELEMENT_BYTES = 200;

    private static final int TEXT_BYTES = 56;

    private RecordSize() {}

    /** Bytes; errs on the high side. */
    static long estimateBytes(SessionRecord record) {
        long bytes = FULL_RECORD_BYTES;
        for (LegRecord.Lookup lookup : record.upstream().lookups()) {
            bytes += ELEMENT_BYTES + text(lookup.name()) + text(lookup.error());
        }
        for (LegRecord.Attempt attempt : record.upstream().attempts()) {
            bytes += ELEMENT_BYTES + text(attempt.target()) + text(attempt.detail());
        }
        return bytes;
    }

    private static long text(@Nullable String text) {
        return text == null ? 0 : TEXT_BYTES + 2L * text.length();
    }
}
