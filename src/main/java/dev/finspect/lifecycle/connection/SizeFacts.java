package dev.finspect.lifecycle.connection;

/**
 * How large the segments of an endpoint were that arrived, and those that did not: bytes of payload, as captured. On the host
 * that sends or receives them, several can be captured as one; then the size is too large. 0 where there was none.
 *
 * @param largest the largest segment with new bytes
 * @param acknowledged the largest that the other endpoint has acknowledged
 * @param sentAgain the smallest that contained the oldest unacknowledged byte when that was sent again, since the last progress
 * @param sacked the longest range behind that byte that the other endpoint has, by its selective acknowledgments: no segment in
 *     it was larger
 * @param behindGap the largest with new bytes that came while bytes before them were missing
 * @param gapBytes the bytes missing before those, as far as the first of them
 */
public record SizeFacts(int largest, int acknowledged, int sentAgain, int sacked, int behindGap, long gapBytes) {}
