package dev.finspect.relay;

import dev.finspect.record.ProxyHeader;
import dev.finspect.relay.header.ProxyHeaderCodec;
import dev.finspect.session.SessionIdentity;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The PROXY headers of one session: the client's, which comes before everything else, and the one to the upstream. Confined to the loop. */
final class SessionHeaders {
    private static final byte[] NONE = {};

    private @Nullable Dialer awaiting;
    private @Nullable ProxyHeader ofClient;

    /** A header must come first; then this dialer has its turn. */
    void await(Dialer next) {
        awaiting = next;
    }

    boolean isAwaited() {
        return awaiting != null;
    }

    /** Ends the wait; returns the dialer whose turn it is, null when no header was awaited. */
    @Nullable
    Dialer over() {
        Dialer next = awaiting;
        awaiting = null;
        return next;
    }

    /** What the client's header says. */
    void read(ProxyHeader header) {
        ofClient = header;
    }

    /** With what the upstream's connection of this session is to begin; empty where its route sends no header. */
    byte[] forUpstream(SessionIdentity identity, int version) {
        if (version == 0) {
            return NONE;
        }
        ProxyHeader received = ofClient;
        InetSocketAddress source = received == null ? null : received.source();
        InetSocketAddress destination = received == null ? null : received.destination();
        return ProxyHeaderCodec.encode(
                version,
                source == null ? identity.client() : source,
                destination == null ? identity.dialled() : destination,
                identity.id());
    }
}
