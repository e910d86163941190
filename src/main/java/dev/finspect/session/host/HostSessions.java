package dev.finspect.session.host;

import dev.finspect.diagnose.Expectation;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.Thresholds;
import dev.finspect.diagnose.catalogue.Diagnosis;
import dev.finspect.diagnose.finding.NotClosing;
import dev.finspect.record.LegRecord;
import dev.finspect.record.ProxyHeader;
import dev.finspect.record.SessionClose;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.file.CaptureIds;
import dev.finspect.tcp.Leg;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the connections of a host that do not go on, by two readings of its socket tables, and who owes the next step in each.
 * The rules are those of a session that finspect relays. Silence alone proves nothing here: nothing is known of what was said
 * before, so a connection at rest counts as idle. Pure.
 */
public final class HostSessions {
    /** How far apart the readings are, and how long something lasts before it counts. */
    public static final Duration APART = Duration.ofSeconds(2);

    private static final Duration NEVER = Duration.ofDays(36_500);

    private final HostPrograms programs;
    private final @Nullable Duration after;

    /**
     * With these programs.
     *
     * @param after counts as hung what lasts so long, silence too; null for what moved in neither reading
     */
    public HostSessions(HostPrograms programs, @Nullable Duration after) {
        this.programs = programs;
        this.after = after;
    }

    /**
     * What was found.
     *
     * @param sessions those that do not go on, each with its findings
     * @param connections how many there are in all, with an end on this host
     */
    public record Found(List<HostSession> sessions, long connections) {}

    /**
     * Examines two readings.
     *
     * @param ofInodes only connections with one of these sockets; null for all
     */
    public Found examine(List<NamespaceReading> first, List<NamespaceReading> second, @Nullable Set<Long> ofInodes) {
        List<HostConnection> chosen = new HostTables(first, second)
                .connections().stream()
                        .filter(each -> ofInodes == null || each.has(ofInodes))
                        .toList();
        List<HostSession> found = new ArrayList<>();
        for (HostConnection each : chosen) {
            if (after != null || each.waits()) {
                HostSession session = session(each);
                if (session != null) {
                    found.add(session);
                }
            }
        }
        return new Found(List.copyOf(found), chosen.size());
    }

    private @Nullable HostSession session(HostConnection connection) {
        LegRecord client = HostLeg.of(Leg.CLIENT, connection, programs);
        LegRecord upstream = HostLeg.of(Leg.UPSTREAM, connection, programs);
        Snapshot snapshot = new Snapshot(
                connection.nowEpochNanos(),
                false,
                thresholds(connection),
                client,
                upstream,
                Snapshot.Proxy.RELAYS,
                Expectation.LEARN,
                Snapshot.Vantage.BESIDE);
        List<SessionFinding> findings = Diagnosis.of(snapshot).stream()
                .filter(finding -> finding.accuses() && isTold(finding, connection))
                .map(finding -> new SessionFinding(finding, null, false))
                .toList();
        return findings.isEmpty()
                ? null
                : new HostSession(
                        record(connection, client).with(Diagnosed.of(findings)),
                        client.peerSocket(),
                        upstream.peerSocket(),
                        enter(connection.originator()),
                        connection.responderEnter());
    }

    private static String enter(@Nullable HostEnd end) {
        return end == null ? "" : end.home().enter();
    }

    /** Both ends of a whole connection are here: neither host is gone. */
    private Thresholds thresholds(HostConnection connection) {
        Thresholds all = Thresholds.STANDARD.after(after == null ? APART : after);
        return new Thresholds(
                all.connect(),
                all.accept(),
                after == null ? NEVER : all.silence(),
                all.unread(),
                after == null ? NEVER : all.nobodySpeaks(),
                all.zeroWindow(),
                all.unacknowledged(),
                connection.isWhole() ? NEVER : all.vanished(),
                all.notClosing(),
                all.finUnacknowledged(),
                all.tlsHandshake(),
                all.idleBeforeReset());
    }

    /** A half-closed connection may be in use: unless the end that closed is known to be left, it is reported after the usual time. */
    private boolean isTold(Finding finding, HostConnection connection) {
        boolean ofUpstream = finding.id().equals(NotClosing.UPSTREAM);
        boolean half = ofUpstream || finding.id().equals(NotClosing.CLIENT);
        return !half
                || after != null
                || connection.isLeft(ofUpstream)
                || finding.lastedNanos() >= Thresholds.STANDARD.notClosing().toNanos();
    }

    private static SessionRecord record(HostConnection connection, LegRecord client) {
        InetSocketAddress originator = connection.tuple().sourceSocket();
        InetSocketAddress responder = connection.tuple().destinationSocket();
        long now = connection.nowEpochNanos();
        HostEnd end = connection.any();
        Long established = end.establishedAt();
        long start = established == null ? Math.min(now, end.firstSynAt()) : established;
        SessionIdentity identity = new SessionIdentity(
                CaptureIds.ofSocket(connection.number()), "", responder, originator, responder, start, start);
        return new SessionRecord(
                RecordEvent.PROGRESS,
                identity,
                now - start,
                SessionRecord.Result.LIVING,
                client,
                LegRecord.NONE,
                new SessionClose(
                        List.of(),
                        dev.finspect.tcp.Observation.notObserved(),
                        dev.finspect.tcp.Observation.notObserved(),
                        SessionClose.HalfClose.NONE,
                        SessionClose.Relaying.OPEN),
                null,
                ProxyHeader.Both.NONE);
    }
}
