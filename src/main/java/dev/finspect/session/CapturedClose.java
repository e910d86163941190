package dev.finspect.session;

import dev.finspect.lifecycle.connection.CloseSegment;
import dev.finspect.lifecycle.connection.CloseSegment.Kind;
import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.Endpoint;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How captured connections closed: of one alone, or of the two that a proxy joins. */
final class CapturedClose {
    /** One FIN or RST of a peer, or of the proxy by its own will. */
    private record Act(String by, Kind kind, long atNanos) {
        String label() {
            return by + "." + (by.equals(PROXY) && kind == Kind.RST ? "reset" : kind.label());
        }
    }

    private static final String CLIENT = Leg.CLIENT.label();
    private static final String UPSTREAM = Leg.UPSTREAM.label();
    private static final String PROXY = "proxy";

    private final ConnectionFacts client;
    private final ConnectionFacts upstream;
    private final List<Act> acts = new ArrayList<>();

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
        close.acts.sort(Comparator.comparingLong(Act::atNanos));
        return close;
    }

    private void peers() {
        add(CLIENT, client, Endpoint.ORIGINATOR, Kind.FIN);
        add(CLIENT, client, Endpoint.ORIGINATOR, Kind.RST);
        add(UPSTREAM, upstream, Endpoint.RESPONDER, Kind.FIN);
        add(UPSTREAM, upstream, Endpoint.RESPONDER, Kind.RST);
        acts.sort(Comparator.comparingLong(Act::atNanos));
    }

    private void add(String by, ConnectionFacts facts, Endpoint end, Kind kind) {
        CloseSegment segment = first(facts, end, kind);
        if (segment != null) {
            acts.add(new Act(by, kind, segment.atNanos()));
        }
    }

    /** The proxy's FIN or RST counts as its own when no peer had closed anything before it. */
    private void own(ConnectionFacts facts, Endpoint end) {
        for (Kind kind : Kind.values()) {
            CloseSegment segment = first(facts, end, kind);
            boolean caused = segment != null
                    && acts.stream().anyMatch(act -> !act.by.equals(PROXY) && act.atNanos <= segment.atNanos());
            boolean told = acts.stream().anyMatch(act -> act.by.equals(PROXY) && act.kind == kind);
            if (segment != null && !caused && !told) {
                acts.add(new Act(PROXY, kind, segment.atNanos()));
            }
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
                || (first(facts, Endpoint.ORIGINATOR, Kind.FIN) != null && first(facts, Endpoint.RESPONDER, Kind.FIN) != null);
    }

    /** When it is over: an RST after both FINs changes nothing any more. */
    Outcome outcome() {
        if (!acts.isEmpty() && acts.get(0).by.equals(PROXY)) {
            return Outcome.PROXY;
        }
        int fins = 0;
        for (Act act : acts) {
            if (act.kind == Kind.RST) {
                return fins >= 2 ? Outcome.CLEAN : Outcome.RESET;
            }
            fins += act.by.equals(PROXY) ? 0 : 1;
        }
        return fins >= 2 ? Outcome.CLEAN : Outcome.RESET;
    }

    SessionClose record(boolean over) {
        Act first = acts.isEmpty() ? null : acts.get(0);
        boolean half = first != null && first.kind == Kind.FIN && !first.by.equals(PROXY);
        Leg halfClosedBy = !half || first == null ? null : first.by.equals(CLIENT) ? Leg.CLIENT : Leg.UPSTREAM;
        boolean faithful = !single && over && faithful();
        return new SessionClose(
                acts.stream().map(Act::label).distinct().toList(),
                first == null ? null : first.by,
                first == null ? null : first.by.equals(PROXY) && first.kind == Kind.RST ? "proxy" : first.kind.label(),
                single ? null : relay(client, Endpoint.ORIGINATOR, upstream, Endpoint.ORIGINATOR),
                single ? null : relay(upstream, Endpoint.RESPONDER, client, Endpoint.RESPONDER),
                halfClosedBy,
                halfClosedBy == null ? null : WireFacts.fact(halfCloseNanos()),
                halfClosedBy == null ? null : WireFacts.fact(bytesAfter(halfClosedBy)),
                faithful ? "faithful" : null,
                null,
                faithful ? WireFacts.fact(0L) : null);
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
        boolean fins = acts.size() == 2 && acts.stream().allMatch(act -> act.kind == Kind.FIN);
        return fins
                && first(client, Endpoint.RESPONDER, Kind.FIN) != null
                && first(upstream, Endpoint.ORIGINATOR, Kind.FIN) != null
                && CapturedRecords.bytes(client, Endpoint.ORIGINATOR) == CapturedRecords.bytes(upstream, Endpoint.ORIGINATOR)
                && CapturedRecords.bytes(client, Endpoint.RESPONDER) == CapturedRecords.bytes(upstream, Endpoint.RESPONDER);
    }

    private static @Nullable Fact<Long> relay(ConnectionFacts from, Endpoint came, ConnectionFacts to, Endpoint went) {
        CloseSegment in = first(from, came, Kind.FIN);
        CloseSegment out = first(to, went, Kind.FIN);
        return in == null || out == null || out.atNanos() < in.atNanos()
                ? null
                : WireFacts.fact(out.atNanos() - in.atNanos());
    }
}
