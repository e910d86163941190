package dev.finspect.session.live;

import dev.finspect.lifecycle.turn.AnswerTimes;
import dev.finspect.lifecycle.turn.Answers;
import dev.finspect.lifecycle.turn.DurationBatch;
import dev.finspect.record.LegRecord;
import dev.finspect.record.Outcome;
import dev.finspect.record.ProxyHeader;
import dev.finspect.record.ProxyReason;
import dev.finspect.record.SessionClose;
import dev.finspect.record.WireFacts;
import dev.finspect.record.WireOrder;
import dev.finspect.session.LegCapture;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionCaptures;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionTrace;
import dev.finspect.tcp.Leg;
import dev.finspect.wire.tls.TlsStep;
import org.jspecify.annotations.Nullable;

/**
 * Folds the events of one session into its record, and does nothing else. Confined to the session's event loop until it has
 * ended; nothing changes it afterwards. Reads no clock.
 *
 * <p>Lean while the session lives: little but primitives, no record is built before one is requested. An event that repeats
 * what has happened (a second FIN of the same peer) changes nothing, and one after {@link SessionEvent.Ended} is ignored.
 */
public final class SessionTracker {
    private static final long NEVER = LegTraffic.NEVER;

    private final SessionIdentity identity;
    private final LegTracker client = new LegTracker(Leg.CLIENT);
    private final LegTracker upstream = new LegTracker(Leg.UPSTREAM);
    private final SessionClosing closing = new SessionClosing(client, upstream);
    private final UpstreamWay way = new UpstreamWay();
    private final SessionCaptures captures = new SessionCaptures();
    private ProxyHeader.Both proxyHeaders = ProxyHeader.Both.NONE;
    private long endedAtNanos = NEVER;

    /** A session that begins now; its first event must be {@link SessionEvent.Accepted}. */
    public SessionTracker(SessionIdentity identity) {
        this.identity = identity;
        client.traffic.beside(upstream.traffic, true);
        upstream.traffic.beside(client.traffic, false);
        client.beside(upstream);
        upstream.beside(client);
    }

    /** The rounds of the loop on which the session's sockets are read. */
    public void on(IoRound rounds) {
        client.traffic.on(rounds);
        upstream.traffic.on(rounds);
    }

    /** What was fixed at the start. */
    public SessionIdentity identity() {
        return identity;
    }

    /** The captures of this session. */
    public SessionCaptures captures() {
        return captures;
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

    /** Whether the client spoke and closed first, the upstream closed after it without a byte, and nothing was amiss. */
    public boolean leftUnanswered() {
        return closing.closedInOrderBy(Leg.CLIENT)
                && client.traffic.bytesReceived > 0
                && upstream.traffic.firstReceivedAtNanos == NEVER;
    }

    /** Whether the session has ended, both peers closed, and nothing was amiss. */
    public boolean endedCleanly() {
        return ended() && closing.ending(closing.verdict(connected())) == null;
    }

    /** Whether reading from this leg's peer is paused because the other leg is full. */
    public boolean paused(Leg leg) {
        return leg(leg).paused();
    }

    /** Whether {@link SessionEvent.Ended} has come. */
    public boolean ended() {
        return endedAtNanos != NEVER;
    }

    /** When it ended, by the monotonic clock; {@link LegTraffic#NEVER} before. */
    public long endedAtNanos() {
        return endedAtNanos;
    }

    /** Why finspect ended it by itself; null while it has not. */
    public @Nullable ProxyReason proxyReason() {
        return closing.proxyReason();
    }

    /** One leg. */
    public LegTracker leg(Leg leg) {
        return leg == Leg.CLIENT ? client : upstream;
    }

    /** How it came to an upstream. */
    public UpstreamWay way() {
        return way;
    }

    /** When the upstream was connected, monotonic; {@link LegTraffic#NEVER} before. */
    public long connectedAtNanos() {
        long atEpochNanos = upstream.opening.connectedAtEpochNanos();
        return atEpochNanos == NEVER ? NEVER : atEpochNanos - identity.startEpochNanos() + identity.startNanos();
    }

    /** Takes the next event. Only this method defines what each kind of event changes. The most frequent come first. */
    public void happened(SessionEvent event) {
        if (ended()) {
            return;
        }
        if (event instanceof SessionEvent.Sampled e) {
            leg(e.leg()).swept(e.info(), e.receiveMemoryBytes(), e.atNanos());
        } else if (event instanceof SessionEvent.FirstByte) {
            // The counts of traffic include it.
        } else if (event instanceof SessionEvent.Paused e) {
            leg(e.leg()).paused(e.atNanos());
        } else if (event instanceof SessionEvent.Resumed e) {
            leg(e.leg()).resumed(e.atNanos());
        } else if (event instanceof SessionEvent.PeerFin e) {
            closing.peerFin(leg(e.leg()), e.atNanos());
        } else if (event instanceof SessionEvent.OutputShut e) {
            leg(e.leg()).localFin(e.atNanos());
        } else if (event instanceof SessionEvent.Accepted e) {
            accepted(e);
        } else if (event instanceof SessionEvent.AttemptBegun e) {
            way.begun(e);
        } else if (event instanceof SessionEvent.AttemptSampled e) {
            way.sampled(e.info(), e.atNanos());
        } else if (event instanceof SessionEvent.AttemptFailed e) {
            way.failed(e, identity);
        } else if (event instanceof SessionEvent.Connected e) {
            connected(e);
        } else if (event instanceof SessionEvent.Ended e) {
            ended(e);
        } else if (event instanceof SessionEvent.PeerReset e) {
            closing.failed(leg(e.leg()), e, connected());
        } else if (event instanceof SessionEvent.OutputReset e) {
            closing.localRst(leg(e.leg()), e.atNanos());
        } else if (event instanceof SessionEvent.ProxyEnded e) {
            closing.proxyEnded(e, connected(), way.lastResult());
        } else if (event instanceof SessionEvent.ConnectGivenUp e) {
            closing.connectGivenUp(e.result(), e.atNanos());
        } else if (event instanceof SessionEvent.TlsStepped e) {
            tlsStepped(e);
        } else if (event instanceof SessionEvent.UrgentSeen e) {
            leg(e.leg()).urgent();
        } else if (event instanceof SessionEvent.NameAsked e) {
            way.asked(e, identity);
        } else if (event instanceof SessionEvent.NameServerAsked e) {
            way.asked(e);
        } else if (event instanceof SessionEvent.LookedUp e) {
            way.lookedUp(e, identity);
        } else if (event instanceof SessionEvent.ProxyHeaderRead e) {
            proxyHeaders = proxyHeaders.received(e.header());
            client.traffic.preambleBytes = e.header().bytes();
        } else if (event instanceof SessionEvent.ProxyHeaderSent e) {
            proxyHeaders = proxyHeaders.sent(e.header());
            upstream.traffic.preambleBytes = e.header().bytes();
        } else if (!changesNothing(event)) {
            throw new AssertionError("an event that is not folded: " + event);
        }
    }

    /** What was taken from the tracker itself, and what the rules have found, changes nothing that they examine. */
    private static boolean changesNothing(SessionEvent event) {
        return event instanceof SessionEvent.TurnsCounted
                || event instanceof SessionEvent.FindingRaised
                || event instanceof SessionEvent.FindingCleared
                || event instanceof SessionEvent.WorstFindingChanged;
    }

    private void accepted(SessionEvent.Accepted e) {
        client.opening.accepted(e.savedSyn(), e.info());
        client.read(e.info(), e.atNanos());
    }

    private void connected(SessionEvent.Connected e) {
        long synEpochNanos = identity.epochNanos(e.atNanos() - e.durationNanos());
        way.connected(e, identity);
        upstream.opening.connected(e.durationNanos(), synEpochNanos, e.info());
        upstream.read(e.info(), e.atNanos());
    }

    private void tlsStepped(SessionEvent.TlsStepped e) {
        if (e.step() instanceof TlsStep.ObservationBegun) {
            client.observeTls();
            upstream.observeTls();
        }
        TlsSteps steps = leg(e.leg()).tls();
        if (steps != null) {
            steps.stepped(e.step(), e.atNanos());
        }
    }

    private void ended(SessionEvent.Ended e) {
        client.ended(e.clientInfo(), e.atNanos());
        upstream.ended(e.upstreamInfo(), e.atNanos());
        closing.over(e.atNanos());
        endedAtNanos = e.atNanos();
    }

    /** The record so far, at {@code nowNanos} of the monotonic clock; at the end when the session is over. Without findings. */
    public SessionRecord record(long nowNanos) {
        long momentNanos = ended() ? endedAtNanos : nowNanos;
        SessionClose.Relaying verdict = ended() ? closing.verdict(connected()) : null;
        LegRecord clientLeg = legRecord(Leg.CLIENT, momentNanos);
        LegRecord upstreamLeg = legRecord(Leg.UPSTREAM, momentNanos);
        SessionClose close = closing.record(verdict, momentNanos);
        return new SessionRecord(
                verdict != null ? RecordEvent.CLOSED : RecordEvent.PROGRESS,
                identity,
                momentNanos - identity.startNanos(),
                result(verdict != null, closing.ending(verdict)),
                clientLeg,
                upstreamLeg,
                captures.any() ? WireOrder.of(close, clientLeg, upstreamLeg) : close,
                null,
                proxyHeaders);
    }

    /** What was counted of turns since the last call; null where nothing was. Before the end, where that is near. */
    public SessionEvent.@Nullable TurnsCounted takeTurns(boolean last, long atNanos) {
        AnswerTimes asked = client.traffic.answers;
        AnswerTimes answered = upstream.traffic.answers;
        if (last && !client.hasFailed() && !upstream.hasFailed()) {
            answered.over(upstream.traffic.lastReceivedAtNanos);
        }
        DurationBatch firsts = answered.takeFirsts();
        DurationBatch wholes = answered.takeWholes();
        DurationBatch thinking = asked.takeFirsts();
        long crossed = asked.takeCrossings() + answered.takeCrossings();
        if (firsts == null && wholes == null && thinking == null && crossed == 0) {
            return null;
        }
        long turns = asked.answers() + answered.answers();
        return Answers.interleave(turns, asked.crossings() + answered.crossings())
                ? SessionEvent.TurnsCounted.interleaved(atNanos, count(firsts) + count(thinking) + crossed)
                : new SessionEvent.TurnsCounted(atNanos, firsts, wholes, thinking, crossed);
    }

    private static long count(@Nullable DurationBatch batch) {
        return batch == null ? 0 : batch.count();
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

    /** The record of one leg, with what was captured and traced of it. */
    public LegRecord legRecord(Leg leg, long momentNanos) {
        SessionTrace trace = captures.trace();
        LegRecord captured = capturedLeg(leg, momentNanos);
        return trace == null ? captured : trace.into(captured);
    }

    private LegRecord capturedLeg(Leg leg, long momentNanos) {
        if (leg == Leg.UPSTREAM) {
            LegRecord bare = upstream.record(
                    identity,
                    new LegRecord.Ends(way.peer(), way.local()),
                    way.record(identity, captures),
                    client.tls(),
                    momentNanos);
            return WireFacts.into(bare, captures.wire(Leg.UPSTREAM));
        }
        LegRecord bare = client.record(
                identity,
                new LegRecord.Ends(identity.client(), identity.accepted()),
                LegRecord.Search.NONE,
                upstream.tls(),
                momentNanos);
        LegCapture capture = captures.ofLeg(Leg.CLIENT);
        return capture == null
                ? bare
                : WireFacts.withAcceptDelay(WireFacts.into(bare, capture.wire()), identity.startEpochNanos());
    }

    /** Memory that this tracker takes, by estimate, findings left out; at least as much as it really does. */
    public long estimateBytes() {
        return TrackerSize.estimateBytes(way.lookups(), way.ended(), proxyHeaders, client.tls() != null)
                + captures.estimateBytes(way.ended().size())
                + client.traffic.answers.estimateBytes()
                + upstream.traffic.answers.estimateBytes();
    }
}
