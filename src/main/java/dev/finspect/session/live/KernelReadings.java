package dev.finspect.session.live;

import dev.finspect.record.LegData;
import dev.finspect.record.SegmentSizes;
import dev.finspect.session.SessionIdentity;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.TcpInfo;
import org.jspecify.annotations.Nullable;

/**
 * What the readings of tcp_info on one leg add up to: the latest numbers, and what only several readings show.
 *
 * <p>The kernel's 32-bit numbers are kept in 32 bits, {@link TcpInfo#ABSENT} as -1; so one of 2^32 - 1 would read as
 * absent. Times are monotonic nanoseconds, {@link LegTraffic#NEVER} while it has not happened.
 */
final class KernelReadings {
    private static final long NEVER = LegTraffic.NEVER;
    private static final long NANOS_PER_MILLI = 1_000_000;
    /** Without progress for so long, something was lost, or the peer was not to be reached. */
    private static final long STALL_NANOS = 1_000_000_000;
    /** An odd number with many bits set. */
    private static final long MIXER = 0x9E37_79B9_7F4A_7C15L;

    /** Null until there was a reading. */
    @Nullable
    TcpState state;

    int segmentsReceived;
    int segmentsSent;
    int rttMicros;
    int minRttMicros;
    int totalRetransmits;
    int unackedSegments;
    int notSentBytes;
    int peerWindowBytes = (int) TcpInfo.ABSENT;
    long bytesRetransmitted;
    long busyMicros;
    long receiverLimitedMicros;
    long sendBufferLimitedMicros;

    /** First reading in a state that proves that the peer's FIN had come. */
    long peerFinProvenAtNanos = NEVER;
    /** First reading in FIN-WAIT-2. */
    long finWait2AtNanos = NEVER;

    /** A reading found CLOSING: both FINs crossed. */
    boolean closingSeen;
    /** A reading found CLOSE-WAIT or LAST-ACK: the kernel had the peer's FIN before finspect sent its own. */
    boolean answeringSeen;

    /** Unanswered retransmissions in a row, at the last reading. */
    byte backoffs;
    /** Unanswered zero-window or keep-alive probes in a row, at the last reading. */
    byte probes;
    /** Since when segments are in flight without any progress of the acknowledgements. */
    long unackedSinceNanos = NEVER;
    /** When any segment of the peer came last, by the last reading. */
    long lastHeardAtNanos = NEVER;
    /** When something was acknowledged again after a stall; {@link #NEVER} without one. */
    long stalledUntilNanos = NEVER;

    /** Acknowledged bytes, with the numbers of SYN and FIN; {@link TcpInfo#ABSENT} where the kernel does not count them. */
    long bytesAcked;

    /** By how many doublings the running timer is later than {@link #retransmitTimeoutMicros}. */
    byte backoff;

    int retransmitTimeoutMicros;
    int sackedSegments;
    int sendMssBytes;
    int pathMtuBytes;

    /** When the latest reading was taken. */
    private long readAtNanos = NEVER;
    /** Segments that came out of order so far; negative where the kernel does not count them. */
    private int outOfOrderSegments = -1;
    /** Null while no segment ever came out of order. */
    private @Nullable HoleReadings hole;
    /** Null while nothing was ever sent again. */
    private @Nullable SizeReadings sizes;

    private int sweeps;
    private boolean windowKnown;
    private int zeroWindows;
    private long zeroWindowNanos;
    private long zeroWindowSinceNanos = NEVER;
    private long longestZeroWindowNanos;
    private boolean fullnessKnown;
    private long windowFullSinceNanos = NEVER;

    /** Takes a reading of the sweep. */
    void swept(TcpInfo info, long atNanos) {
        sweeps++;
        read(info, atNanos);
    }

    /** Takes any other reading. */
    void read(TcpInfo info, long atNanos) {
        state = info.state();
        segmentsReceived = (int) info.segmentsReceived();
        segmentsSent = (int) info.segmentsSent();
        rttMicros = (int) info.rttMicros();
        minRttMicros = (int) info.minRttMicros();
        totalRetransmits = (int) info.totalRetransmits();
        unackedSegments = (int) info.unackedSegments();
        notSentBytes = (int) info.notSentBytes();
        peerWindowBytes = (int) info.peerWindowBytes();
        bytesRetransmitted = info.bytesRetransmitted();
        busyMicros = info.busyMicros();
        receiverLimitedMicros = info.receiverLimitedMicros();
        sendBufferLimitedMicros = info.sendBufferLimitedMicros();
        backoffs = (byte) Math.min(info.retransmits(), Byte.MAX_VALUE);
        probes = (byte) Math.min(info.probes(), Byte.MAX_VALUE);
        backoff = (byte) Math.min(info.backoff(), Byte.MAX_VALUE);
        retransmitTimeoutMicros = (int) info.retransmitTimeoutMicros();
        sackedSegments = (int) info.sackedSegments();
        sendMssBytes = (int) info.sendMssBytes();
        pathMtuBytes = (int) info.pathMtuBytes();
        outOfOrderSegments = (int) info.outOfOrderSegments();
        readAtNanos = atNanos;
        flightRead(info, atNanos);
        stateRead(info.state(), atNanos);
        windowRead(info, atNanos);
    }

    /**
     * Takes what a reading says of missing segments of the peer.
     *
     * @param memoryBytes what the received segments take; negative where it was not asked for
     * @param unreadBytes how many bytes lie in the receive queue
     */
    void holeRead(TcpInfo info, long memoryBytes, long unreadBytes, long atNanos) {
        HoleReadings known = hole;
        if (known == null && info.outOfOrderSegments() > 0) {
            known = new HoleReadings();
            hole = known;
        }
        if (known != null) {
            known.read(info, memoryBytes, unreadBytes, atNanos);
        }
    }

    /** Whether segments of the peer wait behind one that is missing, as of the latest reading. */
    LegData.Hole hole(SessionIdentity clock) {
        HoleReadings known = hole;
        if (readAtNanos == NEVER || outOfOrderSegments < 0) {
            return LegData.Hole.NOT_OBSERVED;
        }
        Observation<Long> since = known == null ? Observation.none(Source.KERNEL) : known.since(clock);
        return new LegData.Hole(
                since, since.isNotObserved() ? Observation.notObserved() : Fact.kernel(clock.epochNanos(readAtNanos)));
    }

    /**
     * Takes what a reading says of the room in the peer's window. It is full too where more waits and a whole segment has no room:
     * the kernel sends no smaller one while something is in flight (RFC 9293 section 3.7.4).
     *
     * @param flightBytes what is in flight; negative where that is not known
     */
    void flightCompared(TcpInfo info, long flightBytes, long atNanos) {
        fullnessKnown = flightBytes >= 0 && info.peerWindowBytes() >= 0;
        long wanted = info.notSentBytes() > 0 ? flightBytes + Math.max(1, info.sendMssBytes()) - 1 : flightBytes;
        boolean full = fullnessKnown && flightBytes > 0 && wanted >= info.peerWindowBytes();
        if (!full) {
            windowFullSinceNanos = NEVER;
        } else if (windowFullSinceNanos == NEVER) {
            windowFullSinceNanos = atNanos;
        }
    }

    /**
     * Takes what a reading says of the sizes of segments.
     *
     * @param flightBytes what is in flight; negative where that is not known
     */
    void sizesRead(TcpInfo info, long flightBytes) {
        SizeReadings known = sizes;
        if (known == null && info.retransmits() > 0) {
            known = new SizeReadings();
            sizes = known;
        }
        if (known != null) {
            known.read(info, flightBytes);
        }
    }

    /** How large the segments are that are sent, and those that do not arrive, as far as the readings show. */
    SegmentSizes sizes() {
        if (!isRead()) {
            return SegmentSizes.NOT_OBSERVED;
        }
        SizeReadings known = sizes;
        return SegmentSizes.ofSent(
                sendMssBytes == TcpInfo.ABSENT
                        ? Observation.notObserved()
                        : Fact.kernel(Integer.toUnsignedLong(sendMssBytes)),
                known == null ? Observation.none(Source.KERNEL) : known.sentAgain(),
                known == null ? Observation.none(Source.KERNEL) : known.sacked());
    }

    /** Whether the latest reading found the peer's window closed or full. */
    boolean windowIsFull() {
        return zeroWindowSinceNanos != NEVER || windowFullSinceNanos != NEVER;
    }

    /** Since when the readings have found the peer's window full; none where the latest found room in it. */
    Observation<Long> windowFullSince(SessionIdentity clock) {
        if (!fullnessKnown) {
            return Observation.notObserved();
        }
        return windowFullSinceNanos == NEVER
                ? Observation.none(Source.INFERRED)
                : Fact.inferred(clock.epochNanos(windowFullSinceNanos));
    }

    /**
     * How often the peer's window was found closed while something waited to be sent. Without such a finding the kernel's
     * own counter decides: the window never held it back. A short closure between two sweeps can go unseen.
     */
    Observation<Long> zeroWindows() {
        return zeroWindowFact(zeroWindows);
    }

    /** From each reading that found the window closed to the next that did not, or to {@code nowNanos}. */
    Observation<Long> zeroWindowTime(long nowNanos) {
        return zeroWindowFact(zeroWindowNanos + (zeroWindowSinceNanos == NEVER ? 0 : nowNanos - zeroWindowSinceNanos));
    }

    private Observation<Long> zeroWindowFact(long value) {
        if (zeroWindows > 0) {
            return Fact.inferred(value);
        }
        if (state != null && receiverLimitedMicros == 0) {
            return Fact.kernel(0L);
        }
        return windowKnown && sweeps > 0 ? Fact.inferred(0L) : Observation.notObserved();
    }

    private void stateRead(TcpState read, long atNanos) {
        closingSeen |= read == TcpState.CLOSING;
        answeringSeen |= read == TcpState.CLOSE_WAIT || read == TcpState.LAST_ACK;
        if ((closingSeen || answeringSeen) && peerFinProvenAtNanos == NEVER) {
            peerFinProvenAtNanos = atNanos;
        }
        if (read == TcpState.FIN_WAIT_2 && finWait2AtNanos == NEVER) {
            finWait2AtNanos = atNanos;
        }
    }

    /**
     * What is found in flight was sent at the kernel's last sending at the earliest, but for what it has sent again since;
     * what is acknowledged meanwhile was so at the last acknowledgement.
     */
    private void flightRead(TcpInfo info, long atNanos) {
        long heardMillis = earlier(info.lastAckReceivedMillis(), info.lastDataReceivedMillis());
        lastHeardAtNanos = heardMillis < 0 ? NEVER : atNanos - heardMillis * NANOS_PER_MILLI;
        boolean progressed = bytesAcked != info.bytesAcked();
        // After an RST the kernel still reports the last acknowledged bytes.
        bytesAcked = Math.max(bytesAcked, info.bytesAcked());
        if (progressed && zeroWindowSinceNanos != NEVER) {
            zeroWindowEnded(atNanos);
            zeroWindowSinceNanos = atNanos;
        }
        if (progressed && unackedSinceNanos != NEVER) {
            long acknowledgedAt = atNanos - Math.max(0, info.lastAckReceivedMillis()) * NANOS_PER_MILLI;
            stalledUntilNanos = acknowledgedAt - unackedSinceNanos >= STALL_NANOS ? acknowledgedAt : stalledUntilNanos;
        }
        if (info.unackedSegments() <= 0) {
            unackedSinceNanos = NEVER;
        } else if (unackedSinceNanos == NEVER) {
            unackedSinceNanos = atNanos - Math.max(0, info.lastDataSentMillis()) * NANOS_PER_MILLI;
        } else if (progressed) {
            unackedSinceNanos = atNanos - Math.max(0, info.lastAckReceivedMillis()) * NANOS_PER_MILLI;
        }
    }

    private static long earlier(long millis, long otherMillis) {
        return millis < 0 ? otherMillis : otherMillis < 0 ? millis : Math.min(millis, otherMillis);
    }

    /** A number that differs where the latest reading found something else than an earlier one, times left out. */
    long picture() {
        long mixed = state == null ? 0 : state.ordinal() + 1;
        mixed = mixed(mixed, segmentsReceived, segmentsSent);
        mixed = mixed(mixed, totalRetransmits, unackedSegments);
        mixed = mixed(mixed, notSentBytes, peerWindowBytes);
        mixed = mixed(mixed, backoffs, probes);
        mixed = mixed(mixed, sackedSegments, outOfOrderSegments);
        mixed = mixed(mixed, sendMssBytes, pathMtuBytes);
        return mixed * MIXER + bytesAcked;
    }

    private static long mixed(long before, int high, int low) {
        long both = (before ^ ((long) high << 32 | low & 0xFFFF_FFFFL)) * MIXER;
        return both ^ both >>> 29;
    }

    /** Whether a reading was ever taken. */
    boolean isRead() {
        return state != null;
    }

    /** The longest time for which the window was found closed before it opened, or took bytes; not observed without readings. */
    Observation<Long> longestZeroWindow() {
        return isRead() ? Fact.inferred(longestZeroWindowNanos) : Observation.notObserved();
    }

    /** Since when the window was found closed while something waited to be sent. */
    long zeroWindowSinceNanos() {
        return zeroWindowSinceNanos;
    }

    private void windowRead(TcpInfo info, long atNanos) {
        if (info.peerWindowBytes() != TcpInfo.ABSENT) {
            windowKnown = true;
        }
        boolean waiting = info.probes() > 0 || info.notSentBytes() > 0;
        boolean closed = info.peerWindowBytes() == 0 && waiting && info.state() != TcpState.CLOSED;
        if (closed && zeroWindowSinceNanos == NEVER) {
            zeroWindowSinceNanos = atNanos;
            zeroWindows++;
        } else if (!closed && zeroWindowSinceNanos != NEVER) {
            zeroWindowEnded(atNanos);
            zeroWindowSinceNanos = NEVER;
        }
    }

    private void zeroWindowEnded(long atNanos) {
        long lastedNanos = atNanos - zeroWindowSinceNanos;
        zeroWindowNanos += lastedNanos;
        longestZeroWindowNanos = Math.max(longestZeroWindowNanos, lastedNanos);
    }
}
