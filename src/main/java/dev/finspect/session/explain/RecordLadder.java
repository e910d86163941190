package dev.finspect.session.explain;

import dev.finspect.record.Attempt;
import dev.finspect.record.CloseMark;
import dev.finspect.record.Handshake;
import dev.finspect.record.LegClose;
import dev.finspect.record.LegData;
import dev.finspect.record.LegRecord;
import dev.finspect.record.LegTls;
import dev.finspect.record.Lookup;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.HumanUnits;
import dev.finspect.tcp.IpText;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import dev.finspect.wire.tls.ClientHello;
import dev.finspect.wire.tls.ServerHello;
import dev.finspect.wire.tls.TlsAlert;
import dev.finspect.wire.tls.TlsVersion;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The ladder built from a record alone: handshakes, first and last bytes each way, FINs and RSTs. */
final class RecordLadder {
    private final SessionRecord record;
    private final List<Rung> rungs = new ArrayList<>();

    private RecordLadder(SessionRecord record) {
        this.record = record;
    }

    /** In order of time; FINs and RSTs are not numbered yet. */
    static List<Rung> of(SessionRecord record) {
        RecordLadder ladder = new RecordLadder(record);
        ladder.leg(record.client());
        if (!record.single()) {
            ladder.leg(record.upstream());
        }
        ladder.rungs.sort(Rung.ORDER);
        return List.copyOf(ladder.rungs);
    }

    private void leg(LegRecord leg) {
        boolean byFinspect = leg.leg() == Leg.UPSTREAM;
        leg.lookups().forEach(this::lookup);
        leg.endedAttempts().forEach(this::attempt);
        handshake(leg, leg.handshake(), byFinspect);
        LegData.Traffic traffic = leg.data().traffic();
        bytes(
                leg.leg(),
                false,
                traffic.firstReceivedAt().fact(),
                traffic.lastReceivedAt().fact(),
                traffic.bytesReceived());
        bytes(
                leg.leg(),
                true,
                traffic.firstSentAt().fact(),
                traffic.lastSentAt().fact(),
                traffic.bytesSent());
        tls(leg.leg(), leg.tls());
        LegClose close = leg.close();
        mark(leg.leg(), Rung.What.FIN, false, close.peerFin().orNull());
        mark(leg.leg(), Rung.What.FIN, true, close.localFin().orNull());
        mark(leg.leg(), Rung.What.RST, false, close.peerRst().orNull());
        mark(leg.leg(), Rung.What.RST, true, close.localRst().orNull());
    }

    private void handshake(LegRecord leg, Handshake handshake, boolean byFinspect) {
        point(leg.leg(), Rung.What.SYN, byFinspect, handshake.synAt().fact(), "SYN" + number(handshake.originator()));
        point(
                leg.leg(),
                Rung.What.SYN_ACK,
                !byFinspect,
                handshake.synAckAt().fact(),
                "SYN-ACK" + number(handshake.responder()));
        point(leg.leg(), Rung.What.ACK, byFinspect, handshake.ackAt().fact(), "ACK");
        boolean passive = record.identity().route().isEmpty()
                || (leg.wire() != null && leg.wire().mode().passive());
        if (leg.leg() == Leg.CLIENT && !passive && !handshake.ackAt().isKnown()) {
            point(
                    leg.leg(),
                    Rung.What.OPENED,
                    false,
                    Fact.socket(record.identity().startEpochNanos()),
                    "accept()" + (!handshake.synAt().isKnown() ? number(handshake.originator()) : ""));
        }
        Long began = handshake.synAt().orNull();
        Long took = handshake.connectDuration().orNull();
        if (byFinspect && !handshake.synAckAt().isKnown() && began != null && took != null) {
            point(leg.leg(), Rung.What.OPENED, false, Fact.socket(began + took), "connected");
        }
    }

    /** A look-up is no segment of the upstream's: lines without heads say when it began, and what came of it. */
    private void lookup(Lookup lookup) {
        point(Leg.UPSTREAM, Rung.What.NAME, false, lookup.askedAt(), "look-up of " + lookup.name());
        Lookup.End end = lookup.end();
        if (end != null) {
            point(
                    Leg.UPSTREAM,
                    Rung.What.NAME,
                    false,
                    Fact.socket(lookup.askedAt().value() + end.durationNanos()),
                    answer(lookup, end));
        }
    }

    private static String answer(Lookup lookup, Lookup.End end) {
        int addresses = lookup.addresses().size();
        if (addresses == 0) {
            return end.result().label().replace('_', ' ') + " after " + HumanUnits.spokenDuration(end.durationNanos());
        }
        Long age = end.answer() == null ? null : end.answer().ageNanos().orNull();
        return addresses
                + (addresses == 1 ? " address" : " addresses")
                + (lookup.isFromCache() && age != null ? ", " + HumanUnits.spokenDuration(age) + " old" : "");
    }

    /** An attempt that failed: the one that succeeded is the leg's handshake. */
    private void attempt(Attempt attempt) {
        Attempt.End end = attempt.end();
        InetSocketAddress tried = attempt.address();
        if (end == null || tried == null || end.result() == ConnectResult.CONNECTED) {
            return;
        }
        long syns = attempt.answers().syns().or(0L);
        point(
                Leg.UPSTREAM,
                Rung.What.SYN,
                true,
                attempt.begunAt(),
                (attempt.begunAt().source() == Source.WIRE ? "SYN to " : "connect ")
                        + IpText.endpoint(tried)
                        + (syns > 1 ? " x" + syns : ""));
        point(Leg.UPSTREAM, Rung.What.RST, false, attempt.answers().rstAt().fact(), "RST");
        point(
                Leg.UPSTREAM,
                Rung.What.FAILED,
                false,
                end.at(),
                end.result().label().replace('_', ' ') + " after " + HumanUnits.spokenDuration(end.durationNanos()));
    }

    private static String number(Handshake.Side side) {
        Long isn = side.isn().orNull();
        return (isn == null ? "" : " isn " + isn) + times(side.retransmits());
    }

    private void bytes(
            Leg leg, boolean towardsPeer, @Nullable Fact<Long> first, @Nullable Fact<Long> last, Fact<Long> bytes) {
        if (first == null) {
            point(leg, Rung.What.DATA, towardsPeer, last, "last, " + HumanUnits.bytes(bytes.value()) + " in all");
            return;
        }
        if (last == null || last.value() <= first.value()) {
            point(leg, Rung.What.DATA, towardsPeer, first, HumanUnits.bytes(bytes.value()));
            return;
        }
        point(leg, Rung.What.DATA, towardsPeer, first, "first bytes");
        point(leg, Rung.What.DATA, towardsPeer, last, "last, " + HumanUnits.bytes(bytes.value()) + " in all");
    }

    private void tls(Leg leg, @Nullable LegTls tls) {
        if (tls == null) {
            return;
        }
        TlsAlert alert = tls.alert().what().orNull();
        tls(leg, tls.hello().at(), hello(tls.hello()));
        tls(leg, tls.hello().retriedAt(), leg == Leg.CLIENT ? "second ClientHello" : "HelloRetryRequest");
        tls(leg, tls.alert().at(), "TLS alert " + (alert == null ? "" : alert.label()));
    }

    private void tls(Leg leg, Observation<Long> at, String words) {
        point(leg, Rung.What.TLS, false, at.fact(), words);
    }

    private static String hello(LegTls.Hello hello) {
        ClientHello offered = hello.offered();
        ServerHello chosen = hello.chosen();
        if (offered != null) {
            return "ClientHello " + HumanUnits.bytes(hello.bytes().or(0L))
                    + (offered.serverName() == null ? "" : " " + offered.serverName());
        }
        TlsVersion version = chosen == null ? null : chosen.version();
        return "ServerHello" + (version == null ? "" : " TLS " + version.label());
    }

    private void mark(Leg leg, Rung.What what, boolean towardsPeer, @Nullable CloseMark mark) {
        if (mark == null) {
            return;
        }
        point(leg, what, towardsPeer, mark.at(), (what == Rung.What.FIN ? "FIN" : "RST") + times(mark.retransmits()));
        Fact<Long> toAck = mark.timeToAck().fact();
        if (toAck != null && toAck.source() != Source.INFERRED) {
            point(
                    leg,
                    Rung.What.ACK,
                    !towardsPeer,
                    new Fact<>(mark.atEpochNanos() + toAck.value(), toAck.source()),
                    "ACK of the FIN");
        }
    }

    private static String times(Observation<Long> retransmits) {
        long again = retransmits.or(0L);
        return again == 0 ? "" : " x" + (again + 1);
    }

    private void point(Leg leg, Rung.What what, boolean towardsPeer, @Nullable Fact<Long> at, String words) {
        if (at != null) {
            rungs.add(Rung.at(at.value(), leg, what, towardsPeer, words, at.source()));
        }
    }
}
