package dev.finspect.session.file;

import dev.finspect.lifecycle.connection.CloseSegment;
import dev.finspect.lifecycle.connection.CloseSegment.Kind;
import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.Endpoint;
import dev.finspect.record.CloseAct;
import dev.finspect.record.Outcome;
import dev.finspect.record.Relayed;
import dev.finspect.record.SessionClose;
import dev.finspect.record.WireClosing;
import dev.finspect.record.WireFacts;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.SequenceNumber;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How captured connections closed: of one alone, or of the two that a proxy joins. */
final class CapturedClose {
    /** One FIN or RST of a peer, or of the proxy by its own will. */
    private record Timed(CloseAct act, long atNanos) {
        boolean byProxy() {
            return act.by() == CloseAct.Actor.PROXY;
        }
    }

    private final ConnectionFacts client;
    private final ConnectionFacts upstream;
    private final List<Timed> acts = new ArrayList<>();

    private final boolean single;

    private CapturedClose(ConnectionFacts client, ConnectionFacts upstream, boolean single) {
        this.client = client;
        this.upstream = upstream;
        this.single = single;
    }

    /** Of one connection: both its ends are peers. */
    static CapturedClose of(ConnectionFacts facts) {
        CapturedClose close = new CapturedClose(facts, facts, true);
        close.peers();
        return close;
    }

    /** Of a session: what the proxy did without a cause is its own act. */
    static CapturedClose of(ConnectionFacts client, ConnectionFacts upstream) {
        CapturedClose close = new CapturedClose(client, upstream, false);
        close.peers();
        close.own(client, Endpoint.RESPONDER);
        close.own(upstream, Endpoint.ORIGINATOR);
        close.acts.sort(Comparator.comparingLong(Timed::atNanos));
        return close;
    }

    private void peers() {
        add(CloseAct.CLIENT_FIN, first(client, Endpoint.ORIGINATOR, Kind.FIN));
        add(CloseAct.CLIENT_RST, first(client, Endpoint.ORIGINATOR, Kind.RST));
        add(CloseAct.UPSTREAM_FIN, first(upstream, Endpoint.RESPONDER, Kind.FIN));
        add(CloseAct.UPSTREAM_RST, first(upstream, Endpoint.RESPONDER, Kind.RST));
        acts.sort(Comparator.comparingLong(Timed::atNanos));
    }

    private void add(CloseAct act, @Nullable CloseSegment segment) {
        if (segment != null) {
            acts.add(new Timed(act, segment.atNanos()));
        }
    }

    /** The proxy's FIN or RST counts as its own when no peer had closed anything before it. */
    private void own(ConnectionFacts facts, Endpoint end) {
        own(CloseAct.PROXY_FIN, first(facts, end, Kind.FIN));
        own(CloseAct.PROXY_RESET, first(facts, end, Kind.RST));
    }

    private void own(CloseAct act, @Nullable CloseSegment segment) {
        boolean caused =
                segment != null && acts.stream().anyMatch(each -> !each.byProxy() && each.atNanos <= segment.atNanos());
        boolean there = acts.stream().anyMatch(each -> each.act == act);
        if (!caused && !there) {
            add(act, segment);
        }
    }

    /** The first of this kind; an RST that its receiver would not take is none. */
    private static @Nullable CloseSegment first(ConnectionFacts facts, Endpoint end, Kind kind) {
        CloseSegment first = kind == Kind.FIN ? facts.close().first(end, kind) : WireClosing.rst(facts.close(), end);
        return first == null || !first.inWindow() ? null : first;
    }

    /** Whether each connection is over: by an RST, or by both FINs. */
    boolean over() {
        return over(client) && over(upstream);
    }

    private static boolean over(ConnectionFacts facts) {
        return first(facts, Endpoint.ORIGINATOR, Kind.RST) != null
                || first(facts, Endpoint.RESPONDER, Kind.RST) != null
                || (arrived(first(facts, Endpoint.ORIGINATOR, Kind.FIN))
                        && arrived(first(facts, Endpoint.RESPONDER, Kind.FIN)));
    }

    /** A FIN that is sent again and never acknowledged does not arrive: the other end of the connection is not closed. */
    private static boolean arrived(@Nullable CloseSegment fin) {
        return fin != null && (fin.ackNanos() != null || fin.retransmits() == 0);
    }

    /** Whether an RST came back in the place of the acknowledgment of a FIN: that, or what was before it, is lost. */
    private boolean isFinRefused() {
        return isFinRefused(client, Endpoint.ORIGINATOR)
                || isFinRefused(client, Endpoint.RESPONDER)
                || isFinRefused(upstream, Endpoint.ORIGINATOR)
                || isFinRefused(upstream, Endpoint.RESPONDER);
    }

    private static boolean isFinRefused(ConnectionFacts facts, Endpoint end) {
        CloseSegment fin = first(facts, end, Kind.FIN);
        CloseSegment rst = first(facts, end.other(), Kind.RST);
        return fin != null
                && rst != null
                && fin.ackNanos() == null
                && rst.atNanos() >= fin.atNanos()
                && !covers(rst, fin);
    }

    private static boolean covers(CloseSegment rst, CloseSegment fin) {
        Long number = rst.numbers().acknowledgmentNumber();
        return number != null && SequenceNumber.isAfter(number.intValue(), (int) fin.closeNumber());
    }

    /** When it is over: an RST after both FINs changes nothing any more, if both have arrived. */
    Outcome outcome() {
        if (!acts.isEmpty() && acts.get(0).byProxy()) {
            return Outcome.PROXY;
        }
        int fins = 0;
        for (Timed each : acts) {
            if (each.act.how() != CloseAct.How.FIN) {
                return fins >= 2 && !isFinRefused() ? Outcome.CLEAN : Outcome.RESET;
            }
            fins += each.byProxy() ? 0 : 1;
        }
        return fins >= 2 ? Outcome.CLEAN : Outcome.RESET;
    }

    SessionClose record(boolean over) {
        boolean faithful = !single && over && faithful();
        return new SessionClose(
                acts.stream().map(Timed::act).distinct().toList(),
                single ? Observation.notObserved() : relay(client, Endpoint.ORIGINATOR, upstream, Endpoint.ORIGINATOR),
                single ? Observation.notObserved() : relay(upstream, Endpoint.RESPONDER, client, Endpoint.RESPONDER),
                halfClose(),
                faithful
                        ? new SessionClose.Relaying(Relayed.FAITHFUL, null, Fact.wire(0L))
                        : SessionClose.Relaying.OPEN);
    }

    private SessionClose.HalfClose halfClose() {
        CloseAct first = acts.isEmpty() ? null : acts.get(0).act;
        if (first != CloseAct.CLIENT_FIN && first != CloseAct.UPSTREAM_FIN) {
            return SessionClose.HalfClose.NONE;
        }
        Leg by = first == CloseAct.CLIENT_FIN ? Leg.CLIENT : Leg.UPSTREAM;
        return new SessionClose.HalfClose(by, Fact.wire(halfCloseNanos()), Fact.wire(bytesAfter(by)));
    }

    private long halfCloseNanos() {
        long end = acts.size() > 1 ? acts.get(1).atNanos : Math.max(client.lastAtNanos(), upstream.lastAtNanos());
        return Math.max(0, end - acts.get(0).atNanos);
    }

    private long bytesAfter(Leg closer) {
        return closer == Leg.CLIENT
                ? upstream.responder().bytesAfterPeerFin()
                : client.originator().bytesAfterPeerFin();
    }

    /** Both peers closed by FIN alone, both FINs were passed on, and no byte is missing. */
    private boolean faithful() {
        boolean fins = acts.size() == 2 && acts.stream().allMatch(each -> each.act.how() == CloseAct.How.FIN);
        return fins
                && first(client, Endpoint.RESPONDER, Kind.FIN) != null
                && first(upstream, Endpoint.ORIGINATOR, Kind.FIN) != null
                && bytes(client, Endpoint.ORIGINATOR) == bytes(upstream, Endpoint.ORIGINATOR)
                && bytes(client, Endpoint.RESPONDER) == bytes(upstream, Endpoint.RESPONDER);
    }

    private static long bytes(ConnectionFacts facts, Endpoint end) {
        return WireFacts.bytes(facts.of(end).stream());
    }

    private static Observation<Long> relay(ConnectionFacts from, Endpoint came, ConnectionFacts to, Endpoint went) {
        CloseSegment in = first(from, came, Kind.FIN);
        CloseSegment out = first(to, went, Kind.FIN);
        return in == null || out == null || out.atNanos() < in.atNanos()
                ? Observation.notObserved()
                : Fact.wire(out.atNanos() - in.atNanos());
    }
}
