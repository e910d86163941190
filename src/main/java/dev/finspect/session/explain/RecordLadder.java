package dev.finspect.session.explain;

import dev.finspect.record.Handshake;
import dev.finspect.record.LegClose;
import dev.finspect.record.LegData;
import dev.finspect.record.LegRecord;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.HumanUnits;
import dev.finspect.tcp.Leg;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The ladder that a record tells: handshakes, first and last bytes each way, FINs and RSTs. */
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
        handshake(leg, leg.handshake(), byFinspect);
        LegData data = leg.data();
        bytes(leg.leg(), false, data.firstReceivedAt(), data.lastReceivedAt(), data.bytesReceived());
        bytes(leg.leg(), true, data.firstSentAt(), data.lastSentAt(), data.bytesSent());
        LegClose close = leg.close();
        flag(leg.leg(), Rung.What.FIN, false, close.peerFin());
        flag(leg.leg(), Rung.What.FIN, true, close.localFin());
        flag(leg.leg(), Rung.What.RST, false, close.peerRst());
        flag(leg.leg(), Rung.What.RST, true, close.localRst());
    }

    private void handshake(LegRecord leg, Handshake handshake, boolean byFinspect) {
        point(leg.leg(), Rung.What.SYN, byFinspect, handshake.synAt(), "SYN" + number(handshake.originator()));
        point(
                leg.leg(),
                Rung.What.SYN_ACK,
                !byFinspect,
                handshake.synAckAt(),
                "SYN-ACK" + number(handshake.responder()));
        point(leg.leg(), Rung.What.ACK, byFinspect, handshake.ackAt(), "ACK");
        boolean fromFile = record.identity().route().isEmpty();
        if (leg.leg() == Leg.CLIENT && !fromFile && handshake.ackAt() == null) {
            point(
                    leg.leg(),
                    Rung.What.OPENED,
                    false,
                    Fact.socket(record.identity().startEpochNanos()),
                    "accept()" + (handshake.synAt() == null ? number(handshake.originator()) : ""));
        }
        Fact<Long> began = handshake.synAt();
        Fact<Long> took = handshake.connectDuration();
        if (byFinspect && handshake.synAckAt() == null && began != null && took != null) {
            point(leg.leg(), Rung.What.OPENED, false, Fact.socket(began.value() + took.value()), "connected");
        }
    }

    private static String number(Handshake.Side side) {
        Fact<Long> isn = side.isn();
        Fact<Long> again = side.retransmits();
        return (isn == null ? "" : " isn " + isn.value())
                + (again == null || again.value() == 0 ? "" : " x" + (again.value() + 1));
    }

    private void bytes(
            Leg leg, boolean towardsPeer, @Nullable Fact<Long> first, @Nullable Fact<Long> last, Fact<Long> bytes) {
        if (first == null) {
            return;
        }
        if (last == null || last.value() <= first.value()) {
            point(leg, Rung.What.DATA, towardsPeer, first, HumanUnits.bytes(bytes.value()));
            return;
        }
        point(leg, Rung.What.DATA, towardsPeer, first, "first bytes");
        point(leg, Rung.What.DATA, towardsPeer, last, "last, " + HumanUnits.bytes(bytes.value()) + " in all");
    }

    private void flag(Leg leg, Rung.What what, boolean towardsPeer, LegClose.@Nullable Flag flag) {
        if (flag == null) {
            return;
        }
        Fact<Long> again = flag.retransmits();
        point(
                leg,
                what,
                towardsPeer,
                flag.at(),
                (what == Rung.What.FIN ? "FIN" : "RST")
                        + (again == null || again.value() == 0 ? "" : " x" + (again.value() + 1)));
        Fact<Long> toAck = flag.timeToAck();
        if (toAck != null) {
            point(
                    leg,
                    Rung.What.ACK,
                    !towardsPeer,
                    new Fact<>(flag.at().value() + toAck.value(), toAck.source()),
                    "ACK of the FIN");
        }
    }

    private void point(Leg leg, Rung.What what, boolean towardsPeer, @Nullable Fact<Long> at, String words) {
        if (at != null) {
            rungs.add(Rung.at(at.value(), leg, what, towardsPeer, words, at.source()));
        }
    }
}
