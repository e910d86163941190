package dev.finspect.relay;

import dev.finspect.record.ProxyHeader;
import dev.finspect.record.ProxyReason;
import dev.finspect.relay.header.ProxyHeaderCodec;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionIdentity;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * How one session begins: its client is admitted or refused, the PROXY header before its bytes is read, and an upstream is
 * searched. Confined to the session's loop.
 *
 * <pre>
 *   refusal() -&gt; [awaitHeader() -&gt; headerRead()] -&gt; search() -&gt; searched()
 * </pre>
 */
final class SessionStart {
    private final UpstreamSearch.Owner session;
    private final RelayCore core;
    private final EventLoop loop;
    private final SessionIdentity identity;
    private final SessionDeadline deadline;
    private final SessionHeaders headers = new SessionHeaders();
    private final ClientGate.Place place;
    private @Nullable UpstreamSearch search;

    SessionStart(
            UpstreamSearch.Owner session,
            RelayCore core,
            EventLoop loop,
            SessionIdentity identity,
            SessionDeadline deadline) {
        this.session = session;
        this.core = core;
        this.loop = loop;
        this.identity = identity;
        this.deadline = deadline;
        this.place = core.clients().place();
    }

    // Admission.

    /** Whether the client is a proxy that must send a PROXY header before all else. */
    boolean beginsWithHeader() {
        return proxyProtocol().expectedFrom(identity.client().getAddress());
    }

    /**
     * Why the client is refused; null when it is admitted. With a PROXY header the client is known only when that is read.
     *
     * @param room whether the session limit has room for it
     */
    @Nullable
    ProxyReason refusal(boolean headerFirst, boolean room) {
        if (!core.admits()) {
            return ProxyReason.SHUTDOWN;
        }
        if (!room) {
            return ProxyReason.SESSION_LIMIT;
        }
        InetSocketAddress client = identity.client();
        ProxyReason reason = session.route().refusal(client, identity.original(), core.ownDials());
        if (reason == null && !headerFirst) {
            reason = place.enter(client.getAddress());
        }
        return reason == null ? place.awaitWord() : reason;
    }

    /** A peer has sent its first byte. */
    void spoken() {
        place.spoken();
    }

    /** The session is over: gives back what it has taken of the limits. */
    void leave() {
        place.leave();
    }

    // The PROXY headers.

    /** The header is read first; then this dialer has its turn. */
    void awaitHeader(Dialer dialer) {
        headers.await(dialer);
        deadline.armAfter(proxyProtocol().patience());
    }

    boolean awaitsHeader() {
        return headers.isAwaited();
    }

    /** There is no header to be had; whether one was awaited. */
    boolean headerRefused() {
        return headers.over() != null;
    }

    /** The header is read: searches for an upstream, or returns why the client that it names is refused. */
    @Nullable
    ProxyReason headerRead(ProxyHeader header) {
        Dialer dialer = headers.over();
        if (dialer == null) {
            return null;
        }
        deadline.disarm();
        headers.read(header);
        session.record(new SessionEvent.ProxyHeaderRead(System.nanoTime(), header));
        InetSocketAddress source = header.source();
        ProxyReason refusal = source == null
                ? null
                : session.route().lets(source.getAddress())
                        ? place.enter(source.getAddress())
                        : ProxyReason.CLIENT_REFUSED;
        if (refusal == null) {
            search(dialer);
        }
        return refusal;
    }

    /** The header with which the upstream's connection is to begin; empty where the route sends none. */
    byte[] headerForUpstream() {
        return headers.forUpstream(identity, proxyProtocol().send());
    }

    /** That header is in the upstream's kernel queue. */
    void headerSent(byte[] header) {
        ProxyHeader sent = ProxyHeaderCodec.decode(header);
        if (sent != null) {
            session.record(new SessionEvent.ProxyHeaderSent(System.nanoTime(), sent));
        }
    }

    private ProxyProtocol proxyProtocol() {
        return session.route().settings().proxyProtocol();
    }

    // The search for an upstream.

    /** Begins it. */
    void search(Dialer dialer) {
        UpstreamSearch begun =
                new UpstreamSearch(session, core, loop, session.route().targets(identity.original()), dialer);
        search = begun;
        begun.begin();
    }

    /** The search; null before it, and once it has ended. */
    @Nullable
    UpstreamSearch searching() {
        return search;
    }

    /** The search has ended. */
    void searched() {
        search = null;
    }

    /** No upstream is needed any more. */
    void abandonSearch() {
        UpstreamSearch searching = search;
        search = null;
        if (searching != null) {
            searching.abandon();
        }
    }
}
