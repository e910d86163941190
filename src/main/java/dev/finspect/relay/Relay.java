package dev.finspect.relay;

import dev.finspect.session.SessionSink;

/** Starts relays. */
public final class Relay {
    private Relay() {}

    /**
     * Binds all listeners and begins to accept.
     *
     * @param sink told by the loops what the sessions do; must not block
     * @throws RelayStartException when something stands in the way; nothing is left running
     */
    public static RunningRelay start(RelaySettings settings, SessionSink sink, RelayParts parts)
            throws RelayStartException {
        RelayCore core = new RelayCore(settings, sink, parts);
        boolean epoll = switch (settings.engine()) {
            case AUTO -> EpollEngine.available();
            case EPOLL -> true;
            case NIO -> false;
        };
        return new ActiveRelay(core, epoll ? EpollEngine.start(core) : NioEngine.start(core));
    }
}
