package dev.finspect.relay;

import dev.finspect.session.RecordingErrors;
import dev.finspect.session.RouteCounters;
import dev.finspect.session.SessionSink;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** What all loops of one relay share. Any thread. */
public final class RelayCore {
    private volatile RelaySettings settings;
    private final SessionSink sink;
    private final RelayParts parts;
    private final RouteSet routes;
    private final SessionGate gate;
    private final ClientGate clients;
    private final HeldBytes heldBytes;
    private final OwnAddresses ownAddresses;
    private final OwnDials ownDials = new OwnDials();
    private final RecordingErrors recordingErrors = new RecordingErrors();
    private volatile boolean admits = true;
    private final long processRandom = ThreadLocalRandom.current().nextLong();

    RelayCore(RelaySettings settings, SessionSink sink, RelayParts parts) {
        this.settings = settings;
        this.sink = sink;
        this.parts = parts;
        this.routes = new RouteSet(settings.routes(), parts.peerSockets());
        this.gate = new SessionGate(settings.maxSessions());
        this.clients = new ClientGate(settings.admission());
        this.heldBytes = new HeldBytes(settings.heldBytesBudget());
        this.ownAddresses = new OwnAddresses(parts.ownAddresses());
    }

    /** The settings in force; those of its route are a session's own. */
    public RelaySettings settings() {
        return settings;
    }

    /**
     * From now on these settings apply, to sessions that begin. Engine and number of loops stay.
     *
     * @param next the routes that {@link RouteSet#planned} made of them
     */
    void change(RelaySettings changed, List<Route> next) {
        settings = changed;
        routes.change(next);
        gate.limit(changed.maxSessions());
        clients.limits(changed.admission());
        heldBytes.budget(changed.heldBytesBudget());
    }

    SessionSink sink() {
        return sink;
    }

    public RelayParts parts() {
        return parts;
    }

    /** The routes in force, in the order of the configuration. */
    public List<Route> routes() {
        return routes.inForce();
    }

    /** The routes in force, and what is left of those before. */
    RouteSet routeSet() {
        return routes;
    }

    public SessionGate gate() {
        return gate;
    }

    ClientGate clients() {
        return clients;
    }

    public HeldBytes heldBytes() {
        return heldBytes;
    }

    public OwnAddresses ownAddresses() {
        return ownAddresses;
    }

    public OwnDials ownDials() {
        return ownDials;
    }

    /** Reports lines that were left out, once their minute is over. */
    void reportOmittedLines(long nowNanos) {
        routes.eachDiagnosis(diagnosis -> diagnosis.omittedLines(nowNanos).forEach(sink::omitted));
    }

    /** Reports all lines that were left out: no session lives any more. */
    void reportAllOmittedLines() {
        routes.eachDiagnosis(diagnosis -> diagnosis.allOmittedLines().forEach(sink::omitted));
    }

    /** Whether lines were left out and not reported yet. */
    boolean omitsLines() {
        return routes.omitsLines();
    }

    /** Sessions between their first event and their last. */
    long livingCount() {
        long sum = 0;
        for (RouteCounters counters : routes.counters().values()) {
            sum += counters.activeSessions.sum();
        }
        return sum;
    }

    /** Errors of trackers, rules and sinks, none of which disturbs the bytes. */
    RecordingErrors recordingErrors() {
        return recordingErrors;
    }

    /** Makes the ids of one loop, counted from 0. */
    SessionIds sessionIds(int loop) {
        return new SessionIds(processRandom, loop, loopCount());
    }

    /** Whether sessions may begin; not when finspect is about to reset those that live. */
    boolean admits() {
        return admits;
    }

    /** From now on accepted clients are reset, and recorded. */
    void admitNoMore() {
        admits = false;
    }

    /** How many loops to run: as configured, else one for every two processors. */
    public int loopCount() {
        return settings.loops() > 0
                ? settings.loops()
                : Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    }
}
