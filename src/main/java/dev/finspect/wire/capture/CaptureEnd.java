package dev.finspect.wire.capture;

/** Why a reader gives no more frames. */
public sealed interface CaptureEnd {
    /** What to tell people, beginning with a small letter and without a full stop. */
    String sentence();

    /** The file ended where a frame or block ended. */
    record Complete() implements CaptureEnd {
        @Override
        public String sentence() {
            return "read to its end";
        }
    }

    /**
     * The file ends in the middle of a frame or block, or of its own header; all before it was given out.
     *
     * @param offset where the unfinished one begins
     * @param missingBytes how many bytes it lacks, at least: a header that is not whole does not tell how much should follow
     */
    record Truncated(long offset, long missingBytes) implements CaptureEnd {
        @Override
        public String sentence() {
            return "cut off: the packet or block at byte " + offset + " lacks " + missingBytes + " bytes";
        }
    }

    /**
     * What stands there cannot be right; all before it was given out.
     *
     * @param offset where the frame or block with the fault begins
     * @param number what was found, as {@link Damage} names it
     */
    record Damaged(long offset, Damage damage, long number) implements CaptureEnd {
        @Override
        public String sentence() {
            return "damaged at byte " + offset + ": " + damage.sentence(number);
        }
    }

    /** A capture, or a section of one, of a kind or version that is not read; all before it was given out. */
    record Unsupported(String what) implements CaptureEnd {
        @Override
        public String sentence() {
            return "not readable: " + what;
        }
    }

    /** No capture file at all; no frame was given out. */
    record NotACapture(FileKind looksLike) implements CaptureEnd {
        @Override
        public String sentence() {
            return "neither pcap nor pcapng: " + looksLike.sentence();
        }
    }
}
