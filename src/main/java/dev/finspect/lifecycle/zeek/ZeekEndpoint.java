package dev.finspect.lifecycle.zeek;

import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpSegment;

/**
 * One endpoint as Zeek tracks it: its state and its sequence numbers, with the number of times they wrapped. Relative
 * sequence numbers count from the SYN: the first byte has 1.
 */
final class ZeekEndpoint {
    /** A SYN or RST further away than this does not move the stream. */
    private static final int FAR = 1 << 20;

    ZeekState state = ZeekState.INACTIVE;
    ZeekState previous = ZeekState.INACTIVE;
    /** Whether its close was reported. */
    boolean closed;

    boolean finSeen;
    /** Relative number after the last FIN. */
    long finEnd;

    long packets;
    long ipBytes;

    private long start;
    private int last;
    private int lastWraps;
    private int acknowledged;
    private int acknowledgedWraps;

    void enter(ZeekState next) {
        if (next != state) {
            previous = state;
            state = next;
        }
    }

    int startNumber() {
        return (int) start;
    }

    /** Sets where the sequence numbers begin; called before anything else of a segment is processed. */
    void begin(TcpSegment segment, int end) {
        boolean syn = segment.has(TcpFlags.SYN);
        int number = segment.sequenceNumber();
        switch (state) {
            case INACTIVE -> {
                if (syn) {
                    restart(number, end);
                } else {
                    restart(number - 1, number);
                }
            }
            case SYN_SENT, SYN_ACK_SENT -> {
                if (syn && number != startNumber()) {
                    restart(number, end);
                }
            }
            case ESTABLISHED, PARTIAL -> {
                if (syn) {
                    restart(number, end);
                }
            }
            case RESET -> {
                if (syn && previous == ZeekState.INACTIVE) {
                    restart(number, end);
                }
            }
            case CLOSED -> {}
        }
    }

    /** Sets the beginning from an acknowledgment of bytes that were never captured. */
    void beginBefore(int acknowledgment) {
        restart(acknowledgment - 1, acknowledgment - 1);
    }

    private void restart(int number, int end) {
        start = Integer.toUnsignedLong(number);
        acknowledged = number;
        last = end;
    }

    /** The relative number of a segment; negative if it lies before the start. */
    long relative(int number) {
        return relative(number, last, lastWraps);
    }

    /** The relative number of an acknowledgment by the other endpoint. */
    long relativeAcknowledgment(int number) {
        return relative(number, acknowledged, acknowledgedWraps);
    }

    private long relative(int number, int reference, int wrapsThen) {
        int distance = number - reference;
        int wraps = wrapsThen;
        boolean above = Integer.compareUnsigned(number, reference) > 0;
        if (distance < 0 && wraps > 0 && above) {
            wraps--;
        } else if (distance > 0 && !above) {
            wraps++;
        }
        return wraps == 0 ? number - startNumber() : full(number, wraps) - start;
    }

    /** Processes an acknowledgment of what this endpoint sent. */
    void acknowledge(int number) {
        int distance = number - acknowledged;
        boolean broken = number == 0 && distance > FAR;
        if (distance > 0 && !broken) {
            acknowledgedWraps += Integer.compareUnsigned(number, acknowledged) < 0 ? 1 : 0;
            acknowledged = number;
        }
    }

    /** Processes the end of a segment; returns whether the segment has bytes and all of them were seen before. */
    boolean advance(int end, TcpSegment segment) {
        int distance = end - last;
        boolean far = distance > FAR || distance < -FAR;
        if (far && (segment.flags() & (TcpFlags.SYN | TcpFlags.RST)) != 0) {
            return false;
        }
        if (segment.has(TcpFlags.FIN) && last == startNumber() + 1) {
            moveTo(end);
            return false;
        }
        if (state == ZeekState.RESET) {
            return false;
        }
        if (distance > 0) {
            moveTo(end);
            return false;
        }
        return segment.payloadBytes() > 0;
    }

    private void moveTo(int end) {
        lastWraps += Integer.compareUnsigned(end, last) < 0 ? 1 : 0;
        last = end;
    }

    private static long full(int number, int wraps) {
        return ((long) wraps << 32) + Integer.toUnsignedLong(number);
    }

    /** End of the last segment seen, 64 bits. */
    long fullLast() {
        return full(last, lastWraps);
    }

    long start() {
        return start;
    }

    /** Relative number up to which the other end acknowledged. */
    long acknowledgedRelative() {
        return full(acknowledged, acknowledgedWraps) - start;
    }

    /** Whether nothing but its SYN was acknowledged. */
    boolean noDataAcknowledged() {
        long relative = acknowledgedRelative();
        return relative == 0 || relative == 1;
    }

    /** Bytes it sent according to its sequence numbers, captured or not. */
    long bytes(ZeekState peerState) {
        if (previous == ZeekState.SYN_SENT
                && state == ZeekState.RESET
                && peerState == ZeekState.INACTIVE
                && !noDataAcknowledged()) {
            return 0;
        }
        long size = Math.max(fullLast(), full(acknowledged, acknowledgedWraps)) - start;
        size -= size != 0 ? 1 : 0;
        size -= size != 0 && finSeen ? 1 : 0;
        return Math.max(0, size);
    }
}
