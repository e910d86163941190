package dev.finspect.session;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Finding;
import dev.finspect.record.LegRecord;
import dev.finspect.record.Outcome;
import dev.finspect.record.ProxyHeader;
import dev.finspect.record.ProxyReason;
import dev.finspect.record.SessionClose;
import dev.finspect.record.WireFacts;
import dev.finspect.record.WireOrder;
import dev.finspect.tcp.Leg;
import dev.finspect.wire.TcpInfo;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Folds the events of one session into its record. Confined to the session's event loop until it has ended; nothing changes
 * it afterwards. Reads no clock.
 *
 * <p>Lean while the session lives: little but primitives, no record is built before one is asked for. An event that repeats
 * what has happened (a second FIN of the same peer) changes nothing, and one after {@link SessionEvent.Ended} is not taken.
 */
public final class SessionTracker {
    private static final long NEVER = LegTraffic.NEVER;

    private final SessionIdentity identity;
    private final SessionSink sink;
    private final LegTracker client = new LegTracker(Leg.CLIENT);
    private final LegTracker upstream = new LegTracker(Leg.UPSTREAM);
    private final SessionClosing closing = new SessionClosing(client, upstream);
    private final UpstreamWay way = new UpstreamWay();
    private final Witnesses witnesses = new Witnesses();
    private ProxyHeader.Both proxyHeaders = ProxyHeader.Both.NONE;
    private long endedAtNanos = NEVER;
    private final @Nullable RouteDiagnosis diagnosis;
    private @Nullable SessionFindings findings;
    private @Nullable PeerQuestions questions;
    private long examinedAtNanos;

    /** A session that begins now; its first event must be {@link SessionEvent.Accepted}. */
    public SessionTracker(SessionIdentity identity, SessionSink sink) {
        this(identity, sink, null);
    }

    /** The same of a route whose sessions are diagnosed; null diagnoses none. */
    public SessionTracker(SessionIdentity identity, SessionSink sink, @Nullable RouteDiagnosis diagnosis) {
        this.identity = identity;
        this.sink = sink;
        this.diagnosis = diagnosis;
        this.examinedAtNanos = identity.startNanos();
        client.traffic.beside(upstream.traffic);
        upstream.traffic.beside(client.traffic);
    }

    /** What was fixed at the start. */
    public SessionIdentity identity() {
        return identity;
    }

    /** Who tells what was captured of this session. */
    public Witnesses witnesses() {
        return witnesses;
    }

    /** How many attempts to reach an upstream have ended so far. On the session's event loop. */
    public int attempts() {
        return way.ended().size();
    }

    /** Running counts of a leg, to be written by the relay itself. */
    public LegTraffic traffic(Leg leg) {
        return leg(leg).traffic;
    }

    /** Whether an upstream was reached. */
    public boolean connected() {
        return way.peer() != null;
    }

    /** The peer that has sent its FIN while the other has not and neither was reset; null when there is none. */
    public @Nullable Leg halfClosedBy() {
        return closing.halfClosedBy();
    }

    /** Whether the client spoke and closed first, the upstream closed after it without a word, and nothing was amiss. */
    boolean leftUnanswered() {
        return closing.closedInOrderBy(Leg.CLIENT)
                && client.traffic.bytesReceived > 0
                && upstream.traffic.firstReceivedAtNanos == NEVER;
    }

    /** Whether reading from this leg's peer rests because the other leg is full. */
    public boolean paused(Leg leg) {
        return leg(leg).paused();
    }

    /** Whether {@link SessionEvent.Ended} has come. */
    public boolean ended() {
        return endedAtNanos != NEVER;
    }

    /**
     * Takes the next event and tells the sink. After {@link SessionEvent.Ended} the sink has been given the closed record
     * as well, and nothing more may come. What a rule or the sink throws at the last event comes after that.
     */
    public void happened(SessionEvent event) {
        if (ended()) {
            return;
        }
        try {
            take(event);
        } finally {
            if (ended()) {
                sink.ended(this);
            }
        }
    }

    private void take(SessionEvent event) {
        if (event instanceof SessionEvent.Ended) {
            clearAll(event.atNanos());
        }
        fold(event);
        if (diagnosis != null) {
            diagnosis.happened(this, event);
        }
        sink.happened(this, event);
    }

    /** Whether something hangs now, and somebody is to blame, as far as the rules looked. */
    public boolean hangs() {
        SessionFindings known = findings;
        if (known != null && !ended()) {
            for (Finding finding : known.standing()) {
                if (finding.blame() != Blame.NOBODY) {
                    return true;
                }
            }
        }
        return false;
    }

    /** When it ended, by the monotonic clock. */
    public long endedAtNanos() {
        return endedAtNanos;
    }

    /** When it ended, wall clock, nanoseconds since the Unix epoch. */
    public long endedAtEpochNanos() {
        return identity.epochNanos(endedAtNanos);
    }

    /** The whole record of a session that has ended. */
    public SessionRecord closedRecord() {
        return record(endedAtNanos);
    }

    /** The record so far, at {@code nowNanos} of the monotonic clock; at the end when the session is over. */
    public SessionRecord record(long nowNanos) {
        long momentNanos = ended() ? endedAtNanos : nowNanos;
        SessionClose.Relaying verdict = ended() ? closing.verdict(connected()) : null;
        SessionEnd ending = closing.ending(verdict);
        LegRecord clientLeg = legRecord(Leg.CLIENT, momentNanos);
        LegRecord upstreamLeg = legRecord(Leg.UPSTREAM, momentNanos);
        SessionClose close = closing.record(verdict, momentNanos);
        if (witnesses.any()) {
            close = WireOrder.of(close, clientLeg, upstreamLeg);
        }
        SessionRecord record = new SessionRecord(
                verdict != null ? RecordEvent.CLOSED : RecordEvent.PROGRESS,
                identity,
                momentNanos - identity.startNanos(),
                result(verdict != null, ending),
                clientLeg,
                upstreamLeg,
                close,
                null,
                proxyHeaders);
        return diagnosis == null ? record : record.with(Examination.of(this, record, momentNanos));
    }

    private SessionRecord.Result result(boolean over, @Nullable SessionEnd ending) {
        String errorType = ending == null ? null : ending.errorType();
        if (!over) {
            return new SessionRecord.Result(null, closing.proxyReason(), errorType, null);
        }
        return new SessionRecord.Result(
                ending == null ? Outcome.CLEAN : ending.outcome(),
                closing.proxyReason(),
                errorType,
                ending == null ? Termination.CLEAN : ending.termination());
    }

    /** The record of one leg, with what was captured of it. */
    LegRecord legRecord(Leg leg, long momentNanos) {
        if (leg == Leg.UPSTREAM) {
            LegRecord bare = upstream.record(
                    identity,
                    new LegRecord.Ends(way.peer(), way.local()),
                    way.record(identity, witnesses),
                    momentNanos);
            return WireFacts.into(bare, witnesses.testimony(Leg.UPSTREAM));
        }
        LegRecord bare = client.record(
                identity,
                new LegRecord.Ends(identity.client(), identity.accepted()),
                LegRecord.Search.NONE,
                momentNanos);
        WireWitness witness = witnesses.ofLeg(Leg.CLIENT);
        return witness == null
                ? bare
                : WireFacts.withAcceptDelay(WireFacts.into(bare, witness.testimony()), identity.startEpochNanos());
    }

    /** When the upstream was connected, monotonic; {@link LegTraffic#NEVER} before. */
    long connectedAtNanos() {
        long atEpochNanos = upstream.opening.connectedAtEpochNanos();
        return atEpochNanos == NEVER ? NEVER : atEpochNanos - identity.startEpochNanos() + identity.startNanos();
    }

    /** Memory that this tracker takes, by estimate; at least as much as it really does. */
    long estimateBytes() {
        return TrackerSize.estimateBytes(way.lookups(), way.ended(), findings, proxyHeaders);
    }

    private void fold(SessionEvent event) {
        if (event instanceof SessionEvent.Sampled e) {
            leg(e.leg()).kernel.swept(e.info(), e.atNanos());
        } else if (event instanceof SessionEvent.Paused e) {
            leg(e.leg()).paused(e.atNanos());
        } else if (event instanceof SessionEvent.Resumed e) {
            leg(e.leg()).resumed(e.atNanos());
        } else if (event instanceof SessionEvent.UrgentSeen e) {
            leg(e.leg()).urgent();
        } else if (event instanceof SessionEvent.FindingRaised e) {
            found().stands(e.finding());
        } else if (event instanceof SessionEvent.FindingCleared e) {
            found().cleared(e.finding(), identity.epochNanos(e.atNanos()));
        } else if (!foldOpening(event) && !foldClosing(event)) {
            throw new AssertionError("an event that is not folded: " + event);
        }
    }

    private boolean foldOpening(SessionEvent event) {
        if (event instanceof SessionEvent.Accepted e) {
            client.opening.accepted(e.savedSyn(), e.info());
            read(client, e.info(), e.atNanos());
        } else if (event instanceof SessionEvent.ProxyHeaderRead e) {
            proxyHeaders = proxyHeaders.received(e.header());
        } else if (event instanceof SessionEvent.ProxyHeaderSent e) {
            proxyHeaders = proxyHeaders.sent(e.header());
            upstream.traffic.preambleBytes = e.header().bytes();
        } else if (event instanceof SessionEvent.LookedUp e) {
            way.lookedUp(e);
        } else if (event instanceof SessionEvent.AttemptBegun e) {
            questions = null; // What they were told was about another address.
            way.begun(e);
        } else if (event instanceof SessionEvent.AttemptSampled e) {
            way.sampled(e.info());
        } else if (event instanceof SessionEvent.AttemptFailed e) {
            way.failed(e, identity);
        } else if (event instanceof SessionEvent.Connected e) {
            connected(e);
        } else if (event instanceof SessionEvent.ConnectGivenUp e) {
            closing.connectGivenUp(e.result(), e.atNanos());
        } else {
            return event instanceof SessionEvent.FirstByte;
        }
        return true;
    }

    private boolean foldClosing(SessionEvent event) {
        if (event instanceof SessionEvent.PeerFin e) {
            closing.peerFin(leg(e.leg()), e.atNanos());
        } else if (event instanceof SessionEvent.PeerReset e) {
            closing.failed(leg(e.leg()), e, connected());
        } else if (event instanceof SessionEvent.OutputShut e) {
            leg(e.leg()).localFin(e.atNanos());
        } else if (event instanceof SessionEvent.OutputReset e) {
            closing.localRst(leg(e.leg()), e.atNanos());
        } else if (event instanceof SessionEvent.ProxyEnded e) {
            closing.proxyEnded(e, connected(), way.lastResult());
        } else if (event instanceof SessionEvent.Ended e) {
            client.ended(e.clientInfo(), e.atNanos());
            upstream.ended(e.upstreamInfo(), e.atNanos());
            closing.over(e.atNanos());
            endedAtNanos = e.atNanos();
        } else {
            return false;
        }
        return true;
    }

    private void connected(SessionEvent.Connected e) {
        questions = null;
        long synEpochNanos = identity.epochNanos(e.atNanos() - e.durationNanos());
        way.connected(e, identity);
        upstream.opening.connected(e.durationNanos(), synEpochNanos, e.info());
        read(upstream, e.info(), e.atNanos());
    }

    /**
     * Looks whether something hangs, where it is worth a look; a finding that comes or goes is told like any other event,
     * and with a line of its own.
     *
     * @param loop runs what is left to do when an answer about a peer's socket comes: on the session's event loop, with the
     *     time of its clock
     */
    public void examine(long nowNanos, Consumer<LongConsumer> loop) {
        RouteDiagnosis by = diagnosis;
        if (by == null || ended()) {
            return;
        }
        long before = examinedAtNanos;
        examinedAtNanos = nowNanos;
        boolean hangs = findings != null && !findings.standing().isEmpty();
        if (hangs || Suspicion.of(this, by, before, nowNanos)) {
            Examination.run(this, by, nowNanos, loop);
        }
    }

    /** Tells of a finding that came; with a line of its own when there were not too many. */
    void tellHung(Finding finding, long nowNanos) {
        happened(new SessionEvent.FindingRaised(nowNanos, finding));
        if (found().mayTellThatItHangs(finding, nowNanos)) {
            sink.progressed(record(nowNanos).about(RecordEvent.HUNG, finding));
        }
    }

    /** It stands: writes the line that it could not have when it came, when there is room for it now. */
    void tellBelatedly(Finding finding, long nowNanos) {
        if (found().mayTellBelatedly(finding, nowNanos)) {
            sink.progressed(record(nowNanos).about(RecordEvent.HUNG, finding));
        }
    }

    /** Tells of one that went away; with a line of its own when there was one that it hangs. */
    void tellRecovered(Finding finding, long nowNanos) {
        happened(new SessionEvent.FindingCleared(nowNanos, finding));
        if (found().mayTellThatItWentAway(finding, nowNanos)) {
            sink.progressed(record(nowNanos).about(RecordEvent.RECOVERED, finding));
        }
    }

    private void clearAll(long atNanos) {
        SessionFindings known = findings;
        if (known != null) {
            for (Finding finding : List.copyOf(known.standing())) {
                SessionEvent cleared = new SessionEvent.FindingCleared(atNanos, finding);
                fold(cleared);
                sink.happened(this, cleared);
            }
        }
    }

    LegTracker client() {
        return client;
    }

    LegTracker upstream() {
        return upstream;
    }

    /** Its way to an upstream. */
    UpstreamWay way() {
        return way;
    }

    @Nullable
    RouteDiagnosis diagnosis() {
        return diagnosis;
    }

    @Nullable
    ProxyReason proxyReason() {
        return closing.proxyReason();
    }

    /** What was found so far; null while nothing was. */
    @Nullable
    SessionFindings findings() {
        return findings;
    }

    @Nullable
    PeerQuestions questions() {
        return questions;
    }

    /** Those, made when there are none yet. */
    PeerQuestions ask() {
        PeerQuestions asked = questions;
        if (asked == null) {
            asked = new PeerQuestions();
            questions = asked;
        }
        return asked;
    }

    private SessionFindings found() {
        SessionFindings found = findings;
        if (found == null) {
            found = new SessionFindings();
            findings = found;
        }
        return found;
    }

    private void read(LegTracker leg, @Nullable TcpInfo info, long atNanos) {
        if (info != null) {
            leg.kernel.read(info, atNanos);
        }
    }

    private LegTracker leg(Leg leg) {
        return leg == Leg.CLIENT ? client : upstream;
    }
}
