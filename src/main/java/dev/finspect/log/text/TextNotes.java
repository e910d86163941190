package dev.finspect.log.text;

import dev.finspect.diagnose.Finding;
import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.Continuation;
import dev.finspect.lifecycle.connection.StreamFacts;
import dev.finspect.lifecycle.connection.SynFacts;
import dev.finspect.record.Attempt;
import dev.finspect.record.JoinedBy;
import dev.finspect.record.LegData;
import dev.finspect.record.LegRecord;
import dev.finspect.record.LegTls;
import dev.finspect.record.LegWire;
import dev.finspect.record.Lookup;
import dev.finspect.record.Outcome;
import dev.finspect.record.ProxyReason;
import dev.finspect.record.RelayedReason;
import dev.finspect.record.SessionClose;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.HumanUnits;
import dev.finspect.tcp.IpText;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.VirtualNetwork;
import dev.finspect.wire.tls.FirstBytes;
import dev.finspect.wire.tls.TlsAlert;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Short notes on the anomalies of a session; an ordinary session has none. */
public final class TextNotes {
    private static final long LASTING_NANOS = 100_000_000L;

    private final List<String> notes = new ArrayList<>();

    private TextNotes() {}

    /** The notes on a closed or a living session. */
    public static List<String> of(SessionRecord session) {
        return of(session, finding -> true);
    }

    /** The notes, of the findings only on those that {@code noted} takes. */
    static List<String> of(SessionRecord session, Predicate<SessionFinding> noted) {
        TextNotes anomalies = new TextNotes();
        anomalies.ending(session);
        anomalies.reaching(session.upstream());
        anomalies.halfClose(session.close());
        for (Leg leg : Leg.values()) {
            anomalies.tls(leg.label(), session.leg(leg).tls());
            anomalies.leg(leg.label(), session.leg(leg));
        }
        anomalies.relaying(session.close());
        anomalies.findings(session.diagnosed(), noted);
        return anomalies.notes;
    }

    private void ending(SessionRecord session) {
        Outcome outcome = session.outcome();
        String word = outcome == null ? "" : outcome.label();
        String error = session.errorType();
        if (error != null && !error.equals(word)) {
            notes.add(error);
        }
        ProxyReason reason = session.proxyReason();
        if (reason != null && !reason.label().equals(word) && !reason.label().equals(error)) {
            notes.add(reason.label());
        }
    }

    private void tls(String leg, @Nullable LegTls tls) {
        if (tls == null) {
            return;
        }
        FirstBytes first = tls.speaks().or(FirstBytes.TLS);
        if (first != FirstBytes.TLS) {
            notes.add(leg + " sent " + first.words() + ", not TLS");
        }
        TlsAlert alert = tls.alert().what().orNull();
        if (alert != null) {
            notes.add(leg + " sent TLS alert " + alert.label());
        }
        if (!tls.closeNotify().or(true)) {
            notes.add(leg + " closed without close_notify");
        }
    }

    private void reaching(LegRecord upstream) {
        for (Lookup lookup : upstream.lookups()) {
            if (lookup.error() != null) {
                notes.add("look-up of " + lookup.name() + " failed: " + lookup.error());
            } else if (lookup.end() != null && lookup.end().durationNanos() >= LASTING_NANOS) {
                notes.add("look-up of " + lookup.name() + " took "
                        + HumanUnits.duration(lookup.end().durationNanos()));
            }
        }
        for (Attempt attempt : upstream.endedAttempts()) {
            Attempt.End end = attempt.end();
            if (end != null && end.result() != ConnectResult.CONNECTED) {
                String address = attempt.address() == null ? "" : IpText.endpoint(attempt.address());
                String where = address.isEmpty() || address.equals(attempt.target()) ? "" : " at " + address;
                notes.add(attempt.target() + where + " " + end.result().label() + " after "
                        + HumanUnits.duration(end.durationNanos()) + answer(attempt.wire()));
            }
        }
    }

    /** What captured packets show of a failed attempt; empty without a capture. */
    private static String answer(@Nullable LegWire wire) {
        SynFacts syn = wire == null ? null : wire.localEnd().syn();
        if (wire == null || syn == null) {
            return "";
        }
        IcmpError error = wire.facts().icmp().last();
        if (wire.facts().handshake().refusedAtNanos() != null) {
            return " by RST";
        }
        if (error != null) {
            return " by ICMP " + error.kind().label() + " from "
                    + IpText.address(error.from().toInetAddress());
        }
        return wire.facts().handshake().synAckAtNanos() != null
                ? ""
                : ", " + (syn.retransmits() + 1) + " SYN" + (syn.retransmits() == 0 ? "" : "s") + " unanswered";
    }

    /** Every close by FIN begins with a half-close; it is noted if it lasted, or if bytes still flowed. */
    private void halfClose(SessionClose close) {
        Leg by = close.halfClose().by();
        Long time = close.halfClose().time().orNull();
        Long bytes = close.halfClose().bytesAfter().orNull();
        boolean lasted = time != null && time >= LASTING_NANOS;
        if (by != null && (lasted || (bytes != null && bytes > 0))) {
            notes.add("half-closed by " + by.label()
                    + (time == null ? "" : " for " + HumanUnits.duration(time))
                    + (bytes == null ? "" : " with " + HumanUnits.bytes(bytes) + " after it"));
        }
    }

    private void leg(String name, LegRecord leg) {
        LegData data = leg.data();
        count(
                name + " retransmits ",
                sum(data.loss().retransmitsSent(), data.loss().retransmitsReceived()));
        time(name + " window closed ", data.windows().peerZeroWindowTime());
        time(name + " paused ", data.relay().pausedTime());
        if (data.relay().urgentSeen().or(false)) {
            notes.add(name + " urgent mark lost");
        }
        if (leg.wire() != null) {
            wire(name, leg.wire());
        }
        Errno errno = leg.close().errno().orNull();
        if (errno != null) {
            notes.add(name + " " + errno.name());
        }
    }

    /** Anomalies that only captured packets show. */
    private void wire(String name, LegWire wire) {
        ConnectionFacts facts = wire.facts();
        if (!facts.networks().isEmpty()) {
            notes.add(name + " in " + networks(facts.networks()));
        }
        if (facts.midStream()) {
            notes.add(name + " seen from the middle");
        }
        Continuation before = facts.continues();
        if (before != null) {
            notes.add(name + (before.sameConnection() ? " continues an earlier record" : " ports reused"));
        }
        JoinedBy by = wire.joinedBy();
        if (by != null && by.processId() != null) {
            String program = by.program();
            notes.add("joined by " + (program == null ? "process" : program) + " " + by.processId());
        }
        IcmpError icmp = facts.icmp().last();
        if (icmp != null) {
            notes.add(name + " icmp " + icmp.kind().label().replace('_', ' '));
        }
        if (wire.mode().seesData()) {
            StreamFacts in = wire.peerEnd().stream();
            StreamFacts out = wire.localEnd().stream();
            count(name + " out of order ", in.outOfOrderSegments() + out.outOfOrderSegments());
            if (in.missedBytes() + out.missedBytes() > 0) {
                notes.add(HumanUnits.bytes(in.missedBytes() + out.missedBytes()) + " of " + name + " not captured");
            }
        }
    }

    /** The first and the last, and how many are between them. */
    private static String networks(List<VirtualNetwork> networks) {
        String first = networks.get(0).label();
        return switch (networks.size()) {
            case 1 -> first;
            case 2 -> first + " and " + networks.get(1).label();
            default -> first + " and " + (networks.size() - 1) + " other networks";
        };
    }

    private void relaying(SessionClose close) {
        long lost = close.relaying().lostBytes().or(0L);
        if (lost > 0) {
            notes.add(HumanUnits.bytes(lost) + " lost");
        }
        RelayedReason reason = close.relaying().reason();
        if (reason != null && !notes.contains(reason.label())) {
            notes.add(reason.label());
        }
    }

    private void findings(@Nullable Diagnosed diagnosed, Predicate<SessionFinding> noted) {
        if (diagnosed != null) {
            for (SessionFinding one : diagnosed.findings()) {
                Finding finding = one.finding();
                if (finding.accuses() && noted.test(one)) {
                    Long until = one.untilEpochNanos();
                    long lastedNanos = until == null ? finding.lastedNanos() : until - finding.sinceEpochNanos();
                    notes.add(finding.id().label() + " " + (until == null ? "for " : "was for ")
                            + HumanUnits.duration(Math.max(0, lastedNanos)));
                }
            }
        }
    }

    private void count(String what, long count) {
        if (count > 0) {
            notes.add(what + count);
        }
    }

    private void time(String what, Observation<Long> time) {
        if (time.or(0L) > 0) {
            notes.add(what + HumanUnits.duration(time.or(0L)));
        }
    }

    private static long sum(Observation<Long> one, Observation<Long> other) {
        return one.or(0L) + other.or(0L);
    }
}
