package dev.finspect.session;

import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import dev.finspect.wire.TcpInfo;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
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
    private List<LegRecord.Lookup> lookups = List.of();
    private List<LegRecord.Attempt> attempts = List.of();
    private @Nullable InetSocketAddress upstreamPeer;
    private @Nullable InetSocketAddress upstreamLocal;
    private volatile @Nullable WireWitness clientWitness;
    private volatile @Nullable WireWitness upstreamWitness;
    private volatile List<@Nullable WireWitness> attemptWitnesses = List.of();
    private long endedAtNanos = NEVER;
    private boolean kernelSpoke;

    /** A session that begins now; its first event must be {@link SessionEvent.Accepted}. */
    public SessionTracker(SessionIdentity identity, SessionSink sink) {
        this.identity = identity;
        this.sink = sink;
    }

    /** What was fixed at the start. */
    public SessionIdentity identity() {
        return identity;
    }

    /** Sets who tells what was captured of a leg; asked once for each record. Any thread. */
    public void witness(Leg leg, @Nullable WireWitness witness) {
        if (leg == Leg.CLIENT) {
            clientWitness = witness;
        } else {
            upstreamWitness = witness;
        }
    }

    /** How many attempts to reach an upstream have ended so far. On the session's event loop. */
    public int attempts() {
        return attempts.size();
    }

    /** Sets who tells what was captured of a failed attempt, by its place from 0. Always from one thread. */
    public void witnessAttempt(int attempt, WireWitness witness) {
        List<@Nullable WireWitness> all = new ArrayList<>(attemptWitnesses);
        while (all.size() <= attempt) {
            all.add(null);
        }
        all.set(attempt, witness);
        attemptWitnesses = all;
    }

    /** Running counts of a leg, to be written by the relay itself. */
    public LegTraffic traffic(Leg leg) {
        return leg(leg).traffic;
    }

    /** Whether an upstream was reached. */
    public boolean connected() {
        return upstreamPeer != null;
    }

    /** The peer that has sent its FIN while the other has not and neither was reset; null when there is none. */
    public @Nullable Leg halfClosedBy() {
        return closing.halfClosedBy();
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
     * as well, and nothing more may come.
     */
    public void happened(SessionEvent event) {
        if (ended()) {
            return;
        }
        fold(event);
        sink.happened(this, event);
        if (ended()) {
            sink.ended(this);
        }
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
        RelayVerdict verdict = ended() ? closing.verdict(connected()) : null;
        Ending ending = closing.ending(verdict);
        LegRecord clientLeg =
                client.record(identity, identity.client(), identity.accepted(), List.of(), List.of(), momentNanos);
        LegRecord upstreamLeg =
                upstream.record(identity, upstreamPeer, upstreamLocal, lookups, attemptsWithWire(), momentNanos);
        SessionClose close = closing.record(verdict, momentNanos);
        if (clientWitness != null || upstreamWitness != null) {
            clientLeg = WireFacts.withAcceptDelay(
                    WireFacts.into(clientLeg, testimony(clientWitness)), identity.startEpochNanos());
            upstreamLeg = WireFacts.into(upstreamLeg, testimony(upstreamWitness));
            close = WireOrder.of(close, clientLeg, upstreamLeg);
        }
        return new SessionRecord(
                verdict != null ? RecordEvent.CLOSED : RecordEvent.PROGRESS,
                identity,
                momentNanos - identity.startNanos(),
                verdict == null ? null : ending == null ? Outcome.CLEAN : ending.outcome(),
                closing.proxyReason(),
                ending == null ? null : ending.errorType(),
                verdict == null ? null : ending == null ? Termination.CLEAN : ending.termination(),
                evidence(clientLeg, upstreamLeg),
                clientLeg,
                upstreamLeg,
                close);
    }

    private Source evidence(LegRecord clientLeg, LegRecord upstreamLeg) {
        boolean wire = clientLeg.wire() != null || upstreamLeg.wire() != null;
        if (wire || upstreamLeg.attempts().stream().anyMatch(attempt -> attempt.wire() != null)) {
            return Source.WIRE;
        }
        return kernelSpoke ? Source.KERNEL : Source.SOCKET;
    }

    private List<LegRecord.Attempt> attemptsWithWire() {
        List<@Nullable WireWitness> witnesses = attemptWitnesses;
        if (witnesses.isEmpty()) {
            return attempts;
        }
        List<LegRecord.Attempt> all = new ArrayList<>(attempts);
        for (int i = 0; i < witnesses.size() && i < all.size(); i++) {
            all.set(i, all.get(i).with(testimony(witnesses.get(i))));
        }
        return List.copyOf(all);
    }

    private static @Nullable LegWire testimony(@Nullable WireWitness witness) {
        return witness == null ? null : witness.testimony();
    }

    /** Memory that this tracker takes, by estimate; at least as much as it really does. */
    long estimateBytes() {
        return TrackerSize.estimateBytes(lookups, attempts);
    }

    private void fold(SessionEvent event) {
        if (event instanceof SessionEvent.Sampled e) {
            kernelSpoke = true;
            leg(e.leg()).kernel.swept(e.info(), e.atNanos());
        } else if (event instanceof SessionEvent.Paused e) {
            leg(e.leg()).paused(e.atNanos());
        } else if (event instanceof SessionEvent.Resumed e) {
            leg(e.leg()).resumed(e.atNanos());
        } else if (event instanceof SessionEvent.UrgentSeen e) {
            leg(e.leg()).urgent();
        } else if (!foldOpening(event) && !foldClosing(event)) {
            throw new AssertionError("an event that is not folded: " + event);
        }
    }

    private boolean foldOpening(SessionEvent event) {
        if (event instanceof SessionEvent.Accepted e) {
            kernelSpoke |= e.savedSyn() != null;
            client.opening.accepted(e.savedSyn(), e.info());
            read(client, e.info(), e.atNanos());
        } else if (event instanceof SessionEvent.LookedUp e) {
            lookups = with(lookups, new LegRecord.Lookup(e.name(), e.durationNanos(), e.addresses(), e.error()));
        } else if (event instanceof SessionEvent.AttemptFailed e) {
            attempts = with(
                    attempts,
                    new LegRecord.Attempt(
                            e.target(), e.address(), e.local(), e.result(), e.detail(), e.durationNanos(), null));
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
            closing.proxyEnded(e, connected(), lastAttempt());
        } else if (event instanceof SessionEvent.Ended e) {
            kernelSpoke |= e.clientInfo() != null || e.upstreamInfo() != null;
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
        long synEpochNanos = identity.epochNanos(e.atNanos() - e.durationNanos());
        attempts = with(
                attempts,
                new LegRecord.Attempt(
                        e.target(), e.peer(), e.local(), ConnectResult.CONNECTED, null, e.durationNanos(), null));
        upstreamPeer = e.peer();
        upstreamLocal = e.local();
        upstream.opening.connected(e.durationNanos(), synEpochNanos, e.info());
        read(upstream, e.info(), e.atNanos());
    }

    private ConnectResult lastAttempt() {
        return attempts.isEmpty()
                ? ConnectResult.FAILED
                : attempts.get(attempts.size() - 1).result();
    }

    private void read(LegTracker leg, @Nullable TcpInfo info, long atNanos) {
        if (info != null) {
            kernelSpoke = true;
            leg.kernel.read(info, atNanos);
        }
    }

    private static <T> List<T> with(List<T> some, T more) {
        if (some.isEmpty()) {
            return List.of(more);
        }
        List<T> all = new ArrayList<>(some.size() + 1);
        all.addAll(some);
        all.add(more);
        return List.copyOf(all);
    }

    private LegTracker leg(Leg leg) {
        return leg == Leg.CLIENT ? client : upstream;
    }
}
