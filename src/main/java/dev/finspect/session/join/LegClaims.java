package dev.finspect.session.join;

import dev.finspect.record.CaptureMode;
import dev.finspect.session.EndedSession;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.kept.HeaderRings;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.Leg;
import dev.finspect.wire.SynSegment;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds the captured connection of each leg and of each failed attempt: by addresses, ports, the initial sequence number or the
 * time. A leg whose segments have not been captured yet claims a connection that is still empty. Confined to the capture's
 * thread.
 */
final class LegClaims {
    /** How far a session's clock and the time stamps of packets can differ. */
    private static final long CLOCKS_APART_NANOS = 1_000_000;

    private final CapturedModes modes;
    private final WireLegs legs;
    private final UnclaimedConnections unclaimed;
    private final FollowedSessions followed;
    private final HeaderRings rings;
    private final ArrayDeque<AttemptWithoutLocal> withoutLocal = new ArrayDeque<>();
    private volatile long captureBegunAtNanos = Long.MAX_VALUE;

    LegClaims(
            CapturedModes modes,
            WireLegs legs,
            UnclaimedConnections unclaimed,
            FollowedSessions followed,
            HeaderRings rings) {
        this.modes = modes;
        this.legs = legs;
        this.unclaimed = unclaimed;
        this.followed = followed;
        this.rings = rings;
    }

    /** A failed attempt for which finspect's own address is not known. */
    private record AttemptWithoutLocal(
            Report.Attempted attempt, InetSocketAddress address, FollowedSessions.Open session, int index) {}

    /**
     * The capture begins. Any thread.
     *
     * @param atNanos wall clock, nanoseconds since the Unix epoch
     */
    void captureBegins(long atNanos) {
        captureBegunAtNanos = atNanos;
    }

    /** Takes what was reported of a session that is followed. */
    void take(Report.OfSession report, FollowedSessions.Open session) {
        if (report instanceof Report.Accepted accepted) {
            claim(accepted, session);
        } else if (report instanceof Report.Connected connected) {
            claim(connected, session);
        } else if (report instanceof Report.Attempted attempted) {
            claim(attempted, session, session.attempts++);
        } else {
            throw new AssertionError("a report that is not handled: " + report);
        }
    }

    private void claim(Report.Accepted report, FollowedSessions.Open session) {
        SessionIdentity identity = report.identity();
        SynSegment syn = report.savedSyn();
        long acceptedAtNanos = identity.startEpochNanos();
        FourTuple tuple = FourTuple.of(identity.client(), identity.onWire());
        LegKey key = syn == null
                ? LegKey.byTime(tuple, Long.MIN_VALUE, acceptedAtNanos)
                : LegKey.byNumber(tuple, (int) syn.sequenceNumber(), acceptedAtNanos);
        WireLeg leg = claim(identity, Leg.CLIENT, key, legs.unclaimed(key), acceptedAtNanos);
        if (leg != null) {
            session.captures.ofLeg(Leg.CLIENT, leg);
        }
    }

    private void claim(Report.Connected report, FollowedSessions.Open session) {
        LegKey key = LegKey.byTime(
                FourTuple.of(report.local(), report.peer()),
                report.begunAtEpochNanos(),
                report.connectedAtEpochNanos());
        WireLeg leg = claim(report.identity(), Leg.UPSTREAM, key, legs.unclaimed(key), report.begunAtEpochNanos());
        if (leg != null) {
            session.captures.ofLeg(Leg.UPSTREAM, leg);
        }
    }

    private void claim(Report.Attempted report, FollowedSessions.Open session, int index) {
        InetSocketAddress address = report.address();
        if (address == null) {
            return;
        }
        if (report.local() == null) {
            withoutLocal.addLast(new AttemptWithoutLocal(report, address, session, index));
            return;
        }
        LegKey key = LegKey.failed(
                FourTuple.of(report.local(), address), report.beganEpochNanos(), report.endedEpochNanos());
        claim(report, session, index, key, legs.unclaimed(key));
    }

    private void claim(
            Report.Attempted report, FollowedSessions.Open session, int index, LegKey key, @Nullable WireLeg found) {
        WireLeg leg = claim(report.identity(), Leg.UPSTREAM, key, found, report.beganEpochNanos());
        if (leg != null) {
            session.captures.ofAttempt(index, leg);
        }
    }

    /** Assigns a connection to the session. Returns it, or null when too many sessions are followed. */
    private @Nullable WireLeg claim(
            SessionIdentity identity, Leg as, LegKey key, @Nullable WireLeg found, long bornAtNanos) {
        boolean isFollowed = followed.hasRoomFor(identity);
        WireLeg leg = found;
        if (leg == null) {
            if (!isFollowed) {
                return null;
            }
            leg = new WireLeg(key.tuple(), rings, bornAtNanos);
            legs.add(leg);
        }
        boolean beginMissed = bornAtNanos < captureBegunAtNanos || modes.beginMissed(identity, bornAtNanos);
        unclaimed.claimed(leg);
        leg.claimed(as, Objects.requireNonNullElse(modes.of(identity), CaptureMode.LIFECYCLE), key, beginMissed);
        if (!isFollowed) {
            leg.forgetHeaders();
            legs.remove(leg);
            return null;
        }
        followed.claimed(identity, leg);
        return leg;
    }

    /** Where the socket's own address is not known, the only SYN to that peer in that time belongs to the attempt. */
    void matchWithoutLocal(CapturedUntil captured) {
        for (AttemptWithoutLocal first = withoutLocal.peekFirst();
                first != null && captured.includes(first.attempt.endedEpochNanos(), first.attempt.endedAtNanos());
                first = withoutLocal.peekFirst()) {
            withoutLocal.removeFirst();
            Report.Attempted report = first.attempt;
            WireLeg leg = unclaimed.onlyFailedTo(
                    IpAddress.of(first.address.getAddress()),
                    first.address.getPort(),
                    report.beganEpochNanos() - CLOCKS_APART_NANOS,
                    report.endedEpochNanos());
            if (leg != null) {
                claim(
                        report,
                        first.session,
                        first.index,
                        LegKey.failed(leg.tuple(), report.beganEpochNanos(), report.endedEpochNanos()),
                        leg);
            }
        }
    }

    /** Whether all attempts of the session have been matched that can be. */
    boolean isMatched(EndedSession session) {
        return withoutLocal.stream().noneMatch(each -> isOf(each, session));
    }

    /** Forgets the attempts of a session. */
    void forget(EndedSession session) {
        withoutLocal.removeIf(each -> isOf(each, session));
    }

    private static boolean isOf(AttemptWithoutLocal attempt, EndedSession session) {
        return attempt.attempt.identity().id().equals(session.identity().id());
    }
}
