package dev.finspect.session.file;

import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.lifecycle.connection.CloseSegment;
import dev.finspect.lifecycle.connection.CloseSegment.Kind;
import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.Endpoint;
import dev.finspect.tcp.FourTuple;
import org.jspecify.annotations.Nullable;

/**
 * Whether two connections are the legs of one session of a proxy that passes bytes on unchanged. Nothing may be against it, and
 * something must show it.
 *
 * <ul>
 *   <li>Nothing is against it: the second was opened after the first and before the proxy answered it; no byte left the proxy
 *       before it had come in; as many bytes left as came in, up to the head of a proxy, or fewer where they had no time or no
 *       way; every FIN of the proxy has a cause; both ended at about the same time.
 *   <li>Something shows it: what came in on one leg went out on the other soon after, in bytes, FINs or RSTs. A host that
 *       opens a connection of its own when it is called does neither.
 * </ul>
 */
final class LegMatch {
    /** By how much time stamps of two interfaces may be off against each other. */
    static final long SLACK_NANOS = 1_000_000L;
    /** A FIN or RST that follows the other peer's within this time was most likely caused by it. */
    private static final long AT_ONCE_NANOS = 10_000_000L;
    /** What the evidence must add up to: some bytes that are the same, or the close, twice at about or once at the same time. */
    private static final int LEAST_WEIGHT = 2;

    private LegMatch() {}

    /** Of two of which no more is captured, by a capture that goes on until this time at least. */
    static boolean fitsAtEnd(ConnectionFacts client, ConnectionFacts upstream, long capturedUntilNanos) {
        long last = Math.max(client.lastAtNanos(), upstream.lastAtNanos());
        boolean silent = !isClosed(client) && !isClosed(upstream);
        return Math.abs(client.lastAtNanos() - upstream.lastAtNanos()) <= LegJoiner.LONGEST_CLOSING_NANOS
                && openedInTime(client, upstream)
                && fits(client, upstream, silent ? Math.max(last, capturedUntilNanos) : last);
    }

    private static boolean isClosed(ConnectionFacts facts) {
        return facts.ending() == FlowEndReason.CLOSED || facts.ending() == FlowEndReason.REUSED;
    }

    /** Of two that may live, with nothing missing from the capture until this time. */
    static boolean fits(ConnectionFacts client, ConnectionFacts upstream, long untilNanos) {
        return established(client)
                && established(upstream)
                && differentServices(client.tuple(), upstream.tuple())
                && openedInTurn(client, upstream)
                && caused(client, Endpoint.RESPONDER, upstream, Endpoint.RESPONDER)
                && caused(upstream, Endpoint.ORIGINATOR, client, Endpoint.ORIGINATOR)
                && weight(client, upstream, untilNanos) >= LEAST_WEIGHT;
    }

    /** How much shows that they belong together; negative where the bytes deny it. */
    private static int weight(ConnectionFacts client, ConnectionFacts upstream, long untilNanos) {
        PassedBytes requests = new PassedBytes(client, Endpoint.ORIGINATOR, upstream, Endpoint.ORIGINATOR, untilNanos);
        PassedBytes answers = new PassedBytes(upstream, Endpoint.RESPONDER, client, Endpoint.RESPONDER, untilNanos);
        // With a head, the number of requests' bytes alone shows little: then the answers must be the same.
        boolean head = answers.same() && requests.headed();
        if (requests.denied(head) || answers.denied(false)) {
            return -1;
        }
        return requests.weight()
                + answers.weight()
                + relayed(client, Endpoint.ORIGINATOR, upstream, Endpoint.ORIGINATOR)
                + relayed(upstream, Endpoint.RESPONDER, client, Endpoint.RESPONDER);
    }

    /** Whether the close of a peer on one leg went out on the other: 2 at once, 1 soon after, 0 not. */
    private static int relayed(ConnectionFacts in, Endpoint peer, ConnectionFacts out, Endpoint proxy) {
        Long came = firstClose(in, peer);
        Long went = firstClose(out, proxy);
        if (came == null || went == null || went < came - SLACK_NANOS) {
            return 0;
        }
        return went - came <= AT_ONCE_NANOS ? 2 : went - came <= LegJoiner.LONGEST_OPENING_NANOS ? 1 : 0;
    }

    private static @Nullable Long firstClose(ConnectionFacts facts, Endpoint end) {
        for (CloseSegment segment : facts.close().order()) {
            if (segment.sender() == end) {
                return segment.atNanos();
            }
        }
        return null;
    }

    private static boolean established(ConnectionFacts facts) {
        return facts.handshake().synAtNanos() != null
                && facts.handshake().synAckAtNanos() != null
                && facts.handshake().refusedAtNanos() == null;
    }

    /** A proxy that connects to itself would be a loop. */
    private static boolean differentServices(FourTuple client, FourTuple upstream) {
        return client.destinationPort() != upstream.destinationPort()
                || !client.destination().equals(upstream.destination());
    }

    private static boolean openedInTurn(ConnectionFacts client, ConnectionFacts upstream) {
        Long accepted = client.handshake().ackAtNanos();
        Long answered = client.handshake().synAckAtNanos();
        Long connecting = upstream.handshake().synAtNanos();
        Long reply = client.responder().stream().firstByteAtNanos();
        if (answered == null || connecting == null) {
            return false;
        }
        return connecting >= (accepted == null ? answered : accepted) - SLACK_NANOS
                && (reply == null || connecting <= reply);
    }

    /** Whether the second was opened before the client ended. One that lives may wait for it after its last segment. */
    static boolean openedInTime(ConnectionFacts client, ConnectionFacts upstream) {
        Long connecting = upstream.handshake().synAtNanos();
        return connecting != null && connecting <= client.lastAtNanos() + SLACK_NANOS;
    }

    /** A FIN of the proxy follows a FIN or RST of a peer; or the proxy closed both legs by itself. */
    private static boolean caused(ConnectionFacts leg, Endpoint proxy, ConnectionFacts other, Endpoint peerOfOther) {
        CloseSegment fin = leg.close().first(proxy, Kind.FIN);
        if (fin == null) {
            return true;
        }
        return closedBefore(other, peerOfOther, fin.atNanos() + SLACK_NANOS)
                || closedBefore(leg, proxy.other(), fin.atNanos())
                || closedNear(other, peerOfOther.other(), fin.atNanos());
    }

    private static boolean closedBefore(ConnectionFacts facts, Endpoint end, long atNanos) {
        for (CloseSegment segment : facts.close().order()) {
            if (segment.sender() == end && segment.atNanos() <= atNanos) {
                return true;
            }
        }
        return false;
    }

    private static boolean closedNear(ConnectionFacts facts, Endpoint end, long atNanos) {
        for (CloseSegment segment : facts.close().order()) {
            if (segment.sender() == end && Math.abs(segment.atNanos() - atNanos) <= LegJoiner.LONGEST_OPENING_NANOS) {
                return true;
            }
        }
        return false;
    }
}
