package dev.finspect.session.live;

import dev.finspect.lifecycle.turn.AnswerTimes;
import dev.finspect.lifecycle.turn.Answers;
import dev.finspect.record.LegClose;
import dev.finspect.record.LegData;
import dev.finspect.record.LegRecord;
import dev.finspect.record.PeerProgram;
import dev.finspect.record.SendRefusal;
import dev.finspect.session.SessionIdentity;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.TcpInfo;
import org.jspecify.annotations.Nullable;

/** Folds the events of one leg. Confined to the session's event loop. */
public final class LegTracker {
    private static final long NEVER = LegTraffic.NEVER;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long NANOS_PER_MICRO = 1_000;
    /** Of a shorter round trip, the time at which a loop reads a socket says too little. */
    private static final long LEAST_ROUND_TRIP_MICROS = 1_000;

    public final LegTraffic traffic = new LegTraffic();
    final LegOpening opening = new LegOpening();
    public final KernelReadings kernel = new KernelReadings();
    /** Null before something was sent. */
    private @Nullable TransferTime transfer;

    private final Leg leg;
    private @Nullable LegClosing closing;
    private @Nullable TlsSteps tls;
    private long pausedNanos;
    private long pausedSinceNanos = NEVER;
    private int pauses;
    private boolean urgentSeen;
    private boolean lastReadingTaken;
    private boolean over;
    private @Nullable LegTracker other;

    LegTracker(Leg leg) {
        this.leg = leg;
    }

    public Leg leg() {
        return leg;
    }

    /** The other leg of the session, whose peer's bytes are sent on this one. */
    void beside(LegTracker otherLeg) {
        other = otherLeg;
    }

    /** The closing so far; null before it begins. */
    @Nullable
    public LegClosing closing() {
        return closing;
    }

    /** Whether the peer's FIN has come. */
    public boolean hasPeerFin() {
        return closing != null && closing.hasPeerFin();
    }

    boolean hasFailed() {
        return closing != null && closing.hasFailed();
    }

    boolean urgentSeen() {
        return urgentSeen;
    }

    boolean paused() {
        return pausedSinceNanos != NEVER;
    }

    /** Since when it is; {@link LegTraffic#NEVER} while it is not. */
    public long pausedSinceNanos() {
        return pausedSinceNanos;
    }

    void peerFin(long atNanos) {
        begun().peerFin(atNanos, traffic.bytesSent);
    }

    void localFin(long atNanos) {
        begun().localFin(atNanos, traffic.bytesReceived);
    }

    void localRst(long atNanos) {
        begun().localRst(atNanos);
    }

    void failed(long atNanos, Errno errno) {
        begun().failed(atNanos, errno);
    }

    /** The TLS handshake so far; null where it is not observed. */
    @Nullable
    TlsSteps tls() {
        return tls;
    }

    /** The handshake is observed from now on. */
    void observeTls() {
        tls = new TlsSteps();
    }

    void urgent() {
        urgentSeen = true;
    }

    void paused(long atNanos) {
        if (!paused()) {
            pausedSinceNanos = atNanos;
            pauses++;
        }
    }

    void resumed(long atNanos) {
        if (paused()) {
            pausedNanos += atNanos - pausedSinceNanos;
            pausedSinceNanos = NEVER;
        }
    }

    /** Since when something is unacknowledged without progress; {@link LegTraffic#NEVER} while nothing is. */
    public long unackedSinceNanos() {
        return kernel.unackedSinceNanos;
    }

    /** Whether this host itself refuses what waits to be sent, by a first try in vain. A rule waits for more tries. */
    public boolean isRefusedHere() {
        return SendRefusal.shownBy(
                kernel.unackedSegments, kernel.notSentBytes, kernel.peerWindowBytes, kernel.probes, 1);
    }

    /** Since when the peer's window is closed while something waits; {@link LegTraffic#NEVER} while it is open. */
    public long zeroWindowSinceNanos() {
        return kernel.zeroWindowSinceNanos();
    }

    /** A number that differs where bytes have passed since an earlier one, or a reading found something else. */
    public long picture() {
        return kernel.picture() * 31 + traffic.bytesReceived * 17 + traffic.bytesSent;
    }

    /** A reading of the sweep; {@code receiveMemoryBytes} is negative where it was not asked for. */
    void swept(TcpInfo info, long receiveMemoryBytes, long atNanos) {
        kernel.swept(info, atNanos);
        traffic.leastAnswerNanos = leastAnswerNanos(info);
        kernel.flightCompared(info, inFlight(info), atNanos);
        kernel.sizesRead(info, inFlight(info));
        transferred(info, atNanos);
        kernel.holeRead(info, receiveMemoryBytes, unread(info), atNanos);
    }

    /** A reading of the kernel that no sweep took; null where there was none. */
    void read(@Nullable TcpInfo info, long atNanos) {
        if (info != null) {
            kernel.read(info, atNanos);
            kernel.flightCompared(info, inFlight(info), atNanos);
            kernel.sizesRead(info, inFlight(info));
            transferred(info, atNanos);
            kernel.holeRead(info, TcpInfo.ABSENT, unread(info), atNanos);
        }
    }

    private void transferred(TcpInfo info, long atNanos) {
        boolean counts =
                info.busyMicros() >= 0 && info.receiverLimitedMicros() >= 0 && info.sendBufferLimitedMicros() >= 0;
        if (!counts || traffic.firstSentAtNanos == NEVER) {
            return;
        }
        TransferTime times = transfer;
        if (times == null) {
            times = new TransferTime(traffic.firstSentAtNanos);
            transfer = times;
        }
        long sourcePausedNanos = other == null ? 0 : other.pausedNanos(atNanos);
        times.read(info, traffic, kernel.windowIsFull(), sourcePausedNanos, atNanos);
    }

    /** How long finspect has not read from this leg so far. */
    private long pausedNanos(long nowNanos) {
        return pausedNanos + (paused() ? nowNanos - pausedSinceNanos : 0);
    }

    /** Half the least round trip: sooner no answer can come. That of the handshake alone says nothing, since it may be late. */
    private static long leastAnswerNanos(TcpInfo info) {
        return info.minRttMicros() >= LEAST_ROUND_TRIP_MICROS && info.bytesAcked() > 1
                ? info.minRttMicros() * NANOS_PER_MICRO / 2
                : 0;
    }

    /** Bytes in the kernel's receive queue, which come in order; a FIN counts as one. */
    private long unread(TcpInfo info) {
        int preamble = leg == Leg.CLIENT ? traffic.preambleBytes : 0;
        return info.bytesReceived() - traffic.bytesReceived - preamble;
    }

    /** Bytes that went out and are not acknowledged; negative where the kernel does not count them. A FIN counts as none. */
    private long inFlight(TcpInfo info) {
        if (info.bytesAcked() < 0 || info.notSentBytes() < 0) {
            return TcpInfo.ABSENT;
        }
        return info.unackedSegments() <= 0
                ? 0
                : Math.max(0, traffic.bytesSent - info.notSentBytes() - (info.bytesAcked() - notData()));
    }

    /** What the kernel counts as acknowledged besides the bytes relayed: the SYN of the end that opened, and a PROXY header. */
    private int notData() {
        return leg == Leg.UPSTREAM ? 1 + traffic.preambleBytes : 0;
    }

    /** The last reading before the socket was closed, null where there was none. */
    void ended(@Nullable TcpInfo info, long atNanos) {
        over = true;
        if (info != null) {
            lastReadingTaken = true;
            read(info, atNanos);
        }
    }

    /**
     * Bytes that finspect had handed to the kernel for this peer and that never went out, because the connection was cut
     * off; -1 where that is not known. What had gone out without being acknowledged is not counted: it may have arrived.
     */
    long droppedByKernel() {
        if (closing == null || !closing.isBroken() || traffic.bytesSent == 0) {
            return 0;
        }
        return lastReadingTaken && kernel.notSentBytes >= 0 ? kernel.notSentBytes : -1;
    }

    LegRecord record(
            SessionIdentity clock,
            LegRecord.Ends ends,
            LegRecord.Search search,
            @Nullable TlsSteps otherTls,
            long nowNanos) {
        return new LegRecord(
                leg,
                ends,
                search,
                leg == Leg.CLIENT ? opening.ofClient(clock.startEpochNanos()) : opening.ofUpstream(),
                data(clock, nowNanos),
                close(clock, ends.peer() != null, nowNanos),
                PeerProgram.NOT_OBSERVED,
                null,
                tls == null || otherTls == null ? null : tls.record(clock, otherTls));
    }

    /** Without readings of the kernel, the socket reports no FIN and no RST while finspect does not read from it. */
    private LegClose close(SessionIdentity clock, boolean connected, long nowNanos) {
        boolean watched = connected && (kernel.isRead() || !paused());
        if (closing != null) {
            return closing.record(clock, traffic, kernel, watched, nowNanos);
        }
        if (kernel.peerFinProvenAtNanos != NEVER) {
            return new LegClosing().record(clock, traffic, kernel, watched, nowNanos);
        }
        return watched ? LegClose.OPEN : LegClose.NOT_OBSERVED;
    }

    private LegData data(SessionIdentity clock, long nowNanos) {
        KernelReadings k = kernel;
        boolean read = k.isRead();
        return new LegData(
                new LegData.Traffic(
                        Fact.socket(traffic.bytesReceived),
                        Fact.socket(traffic.bytesSent),
                        number(read, k.segmentsReceived),
                        number(read, k.segmentsSent),
                        time(clock, traffic.firstReceivedAtNanos, Source.SOCKET),
                        time(clock, traffic.lastReceivedAtNanos, Source.SOCKET),
                        time(clock, traffic.firstSentAtNanos, Source.SOCKET),
                        time(clock, traffic.lastSentAtNanos, Source.SOCKET)),
                new LegData.Path(
                        micros(read, k.rttMicros),
                        micros(read, k.minRttMicros),
                        Observation.notObserved(),
                        Observation.notObserved(),
                        Observation.notObserved(),
                        Observation.notObserved()),
                new LegData.Loss(
                        number(read, k.totalRetransmits),
                        Observation.notObserved(),
                        read ? Fact.kernelNumber(k.bytesRetransmitted) : Observation.notObserved(),
                        Observation.notObserved(),
                        k.hole(clock),
                        k.sizes()),
                new LegData.Windows(
                        k.zeroWindows(),
                        k.zeroWindowTime(nowNanos),
                        Observation.notObserved(),
                        Observation.notObserved(),
                        read ? time(clock, k.zeroWindowSinceNanos(), Source.KERNEL) : Observation.notObserved(),
                        k.longestZeroWindow(),
                        k.windowFullSince(clock)),
                new LegData.Queue(
                        micros(read, k.busyMicros),
                        micros(read, k.receiverLimitedMicros),
                        micros(read, k.sendBufferLimitedMicros),
                        number(read, k.unackedSegments),
                        number(read, k.notSentBytes),
                        number(read && !over, k.peerWindowBytes),
                        state()),
                flight(clock, read),
                new LegData.Relay(
                        Fact.socket(pausedNanos(nowNanos)),
                        Fact.socket(pauses),
                        time(clock, over ? NEVER : pausedSinceNanos, Source.SOCKET),
                        Fact.socket(traffic.heldBytesMax),
                        Fact.socket(traffic.undeliveredBytes),
                        urgentSeen ? Fact.socket(true) : Observation.none(Source.SOCKET),
                        Fact.socket((long) traffic.preambleBytes)),
                turns(clock),
                transfer == null
                        ? LegData.Transfer.NOT_OBSERVED
                        : transfer.record(traffic, kernel.unackedSinceNanos, over, nowNanos));
    }

    private Observation<TcpState> state() {
        return kernel.state == null ? Observation.notObserved() : Fact.kernel(kernel.state);
    }

    private LegData.Flight flight(SessionIdentity clock, boolean read) {
        return read
                ? new LegData.Flight(
                        number(true, kernel.unackedSegments),
                        acknowledged(),
                        time(clock, kernel.unackedSinceNanos, Source.KERNEL),
                        time(clock, kernel.stalledUntilNanos, Source.KERNEL),
                        Fact.kernel((long) kernel.backoffs),
                        Fact.kernel((long) kernel.probes),
                        time(clock, kernel.lastHeardAtNanos, Source.KERNEL),
                        state(),
                        timer())
                : LegData.Flight.NOT_OBSERVED;
    }

    private LegData.Retransmission timer() {
        return new LegData.Retransmission(
                number(true, kernel.sackedSegments),
                micros(true, kernel.retransmitTimeoutMicros),
                Fact.kernelNumber(kernel.backoff),
                number(true, kernel.sendMssBytes),
                Fact.kernelUnlessZero(kernel.pathMtuBytes));
    }

    /** The kernel counts the SYN of the end that opened, a PROXY header, and a FIN behind the last byte. */
    private Observation<Long> acknowledged() {
        long counted = kernel.bytesAcked;
        if (counted < 0) {
            return Observation.notObserved();
        }
        return Fact.kernel(Math.max(0, Math.min(counted - notData(), traffic.bytesSent)));
    }

    private LegData.Turns turns(SessionIdentity clock) {
        boolean rested = traffic.restEndedAtNanos != NEVER;
        return new LegData.Turns(
                Fact.socket(traffic.bytesSent - traffic.bytesSentBeforeAnswer),
                Fact.inferred((long) traffic.unansweredTurns),
                traffic.longestAnswerNanos < 0
                        ? Observation.none(Source.SOCKET)
                        : Fact.socket(traffic.longestAnswerNanos),
                rested ? Fact.socket(traffic.restMillis * NANOS_PER_MILLI) : Observation.none(Source.SOCKET),
                time(clock, traffic.restEndedAtNanos, Source.SOCKET),
                rested ? Fact.socket(traffic.bytesSentBeforeRestEnded) : Observation.notObserved(),
                time(clock, traffic.unansweredSinceNanos, Source.SOCKET),
                Fact.inferred((long) traffic.answeredTurns),
                Fact.socket(traffic.answeredTurnsNanos),
                Fact.socket(traffic.answersNanos),
                answers());
    }

    private Observation<Answers> answers() {
        AnswerTimes times = traffic.answers;
        return times.answers() + times.crossings() == 0
                ? Observation.none(Source.SOCKET)
                : Fact.socket(times.summary());
    }

    private LegClosing begun() {
        LegClosing begun = closing;
        if (begun == null) {
            begun = new LegClosing();
            closing = begun;
        }
        return begun;
    }

    /** One of the kernel's 32-bit counters. */
    private static Observation<Long> number(boolean read, int value) {
        return read && value != TcpInfo.ABSENT ? Fact.kernel(Integer.toUnsignedLong(value)) : Observation.notObserved();
    }

    private static Observation<Long> micros(boolean read, long micros) {
        return read && micros >= 0 ? Fact.kernel(micros * 1_000) : Observation.notObserved();
    }

    private static Observation<Long> time(SessionIdentity clock, long atNanos, Source source) {
        return atNanos == NEVER ? Observation.none(source) : new Fact<>(clock.epochNanos(atNanos), source);
    }
}
