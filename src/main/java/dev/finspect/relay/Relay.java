package dev.finspect.relay;

import dev.finspect.session.SessionSink;

/** Starts relays. */
public final class Relay {
    private Relay() {}

    /** Binds all listeners and begins to accept; the rest as in {@link #open}. */
    public static RunningRelay start(Engine.Starter engine, RelaySettings settings, SessionSink sink, RelayParts parts)
            throws RelayStartException {
        RunningRelay relay = open(engine, settings, sink, parts);
        relay.accept();
        return relay;
    }

    /**
     * Binds all listeners. None accepts before {@link RunningRelay#accept}.
     *
     * @param sink receives the events of the sessions on the loops; must not block
     * @param engine the data path
     * @throws RelayStartException when something stands in the way; nothing is left running
     */
    public static RunningRelay open(Engine.Starter engine, RelaySettings settings, SessionSink sink, RelayParts parts)
            throws RelayStartException {
        RelayCore core = new RelayCore(settings, sink, parts);
        return new ActiveRelay(core, engine.start(core));
    }
}
