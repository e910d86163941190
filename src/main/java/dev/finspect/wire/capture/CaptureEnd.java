package dev.finspect.wire.capture;

/** Why a reader has no further frames. */
public sealed interface CaptureEnd {
    /** The reason as text, starting with a small letter and without a full stop. */
    String sentence();

    /** The file ends at the end of a frame or block. */
    record Complete() implements CaptureEnd {
        @Override
        public String sentence() {
            return "read to its end";
        }
    }

    /**
     * The file ends inside a frame or block, or inside its own header. All frames before that were returned.
     *
     * @param offset where the incomplete frame or block begins
     * @param missingBytes how many bytes are missing, at least: an incomplete header does not say how much should follow
     */
    record Truncated(long offset, long missingBytes) implements CaptureEnd {
        @Override
        public String sentence() {
            return "cut off: the packet or block at byte " + offset + " lacks " + missingBytes
                    + (missingBytes == 1 ? " byte" : " bytes");
        }
    }

    /**
     * The content is invalid. All frames before that were returned.
     *
     * @param offset where the invalid frame or block begins
     * @param number the invalid value; {@link Damage} says what it is
     */
    record Damaged(long offset, Damage damage, long number) implements CaptureEnd {
        @Override
        public String sentence() {
            return "damaged at byte " + offset + ": " + damage.sentence(number);
        }
    }

    /** A capture, or a section of one, of a kind or version that is not supported. All frames before that were returned. */
    record Unsupported(String what) implements CaptureEnd {
        @Override
        public String sentence() {
            return "not readable: " + what;
        }
    }

    /** The file is no capture file; no frame was returned. */
    record NotACapture(FileKind looksLike) implements CaptureEnd {
        @Override
        public String sentence() {
            return "neither pcap nor pcapng: " + looksLike.sentence();
        }
    }
}
