package dev.finspect.record;

import dev.finspect.tcp.Observation;

/**
 * How large the segments of a leg are that arrive, and those that do not: bytes of payload. Captured on the host that sends or
 * receives them, several segments can look like one: what arrives can be smaller than it seems, and is never larger.
 *
 * @param full the most that a segment carries by what both ends announced, or by the kernel
 * @param acknowledged the largest sent that the peer has acknowledged
 * @param sentAgain the smallest that was sent again, and has not been acknowledged since; none where nothing was
 * @param sacked the largest that the peer has acknowledged selectively, behind that one; at most so large
 * @param received the largest received
 * @param behindGap the largest received behind bytes that are missing
 * @param gap how many bytes are missing before those
 */
public record SegmentSizes(
        Observation<Long> full,
        Observation<Long> acknowledged,
        Observation<Long> sentAgain,
        Observation<Long> sacked,
        Observation<Long> received,
        Observation<Long> behindGap,
        Observation<Long> gap) {
    /** Not observed. */
    public static final SegmentSizes NOT_OBSERVED =
            ofSent(Observation.notObserved(), Observation.notObserved(), Observation.notObserved());

    /** Those that a kernel shows. */
    public static SegmentSizes ofSent(Observation<Long> full, Observation<Long> sentAgain, Observation<Long> sacked) {
        return new SegmentSizes(
                full,
                Observation.notObserved(),
                sentAgain,
                sacked,
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved());
    }
}
