package dev.finspect.session.file;

import dev.finspect.lifecycle.connection.CloseSegment;
import dev.finspect.lifecycle.connection.CloseSegment.Kind;
import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.Endpoint;
import dev.finspect.lifecycle.connection.EndpointFacts;
import dev.finspect.record.WireFacts;
import dev.finspect.tcp.FourTuple;
import org.jspecify.annotations.Nullable;

/**
 * Whether two connections can be the legs of one session of a proxy that passes bytes on unchanged. All must hold: the second
 * was opened after the first and before the proxy answered it; no byte left the proxy before it had come in; as many bytes
 * left as came in, or fewer where a side was cut off; every FIN of the proxy has a cause; both ended at about the same time.
 */
final class LegMatch {
    /** By how much time stamps of two interfaces may be off against each other. */
    private static final long SLACK_NANOS = 1_000_000L;

    private LegMatch() {}

    static boolean fits(ConnectionFacts client, ConnectionFacts upstream) {
        return established(client)
                && established(upstream)
                && differentServices(client.tuple(), upstream.tuple())
                && openedInTurn(client, upstream)
                && passedOn(client, Endpoint.ORIGINATOR, upstream, Endpoint.ORIGINATOR)
                && passedOn(upstream, Endpoint.RESPONDER, client, Endpoint.RESPONDER)
                && caused(client, Endpoint.RESPONDER, upstream, Endpoint.RESPONDER)
                && caused(upstream, Endpoint.ORIGINATOR, client, Endpoint.ORIGINATOR)
                && Math.abs(client.lastAtNanos() - upstream.lastAtNanos()) <= LegJoiner.LONGEST_CLOSING_NANOS;
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
                && connecting <= client.lastAtNanos() + SLACK_NANOS
                && (reply == null || connecting <= reply);
    }

    /** What came in from one peer, and what went out to the other. */
    private static boolean passedOn(ConnectionFacts in, Endpoint from, ConnectionFacts out, Endpoint by) {
        long came = WireFacts.bytes(in.of(from).stream());
        long went = WireFacts.bytes(out.of(by).stream());
        boolean whole = out.close().first(by, Kind.FIN) != null && in.close().first(from, Kind.FIN) != null;
        if (whole ? came != went : went > came) {
            return false;
        }
        EndpointFacts source = in.of(from);
        EndpointFacts target = out.of(by);
        return notBefore(target.stream().firstByteAtNanos(), source.stream().firstByteAtNanos())
                && (came != went
                        || notBefore(
                                target.stream().lastByteAtNanos(),
                                source.stream().lastByteAtNanos()));
    }

    private static boolean notBefore(@Nullable Long later, @Nullable Long earlier) {
        return later == null || (earlier != null && later >= earlier - SLACK_NANOS);
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
