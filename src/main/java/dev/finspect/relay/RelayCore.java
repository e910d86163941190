package dev.finspect.relay;

import dev.finspect.session.RecordingErrors;
import dev.finspect.session.SessionSink;
import dev.finspect.session.watch.RouteDiagnosis;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** What all loops of one relay share. Any thread. */
public final class RelayCore {
    private final RelaySettings settings;
    private final SessionSink sink;
    private final RelayParts parts;
    private final List<Route> routes;
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
        this.routes = settings.routes().stream()
                .map(route -> new Route(route, parts.peerSockets()))
                .toList();
        this.gate = new SessionGate(settings.maxSessions());
        this.clients = new ClientGate(settings.admission());
        this.heldBytes = new HeldBytes(settings.heldBytesBudget());
        this.ownAddresses = new OwnAddresses(parts.ownAddresses());
    }

    public RelaySettings settings() {
        return settings;
    }

    SessionSink sink() {
        return sink;
    }

    public RelayParts parts() {
        return parts;
    }

    public List<Route> routes() {
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
        for (Route route : routes) {
            RouteDiagnosis diagnosis = route.diagnosis();
            if (diagnosis != null) {
                diagnosis.omittedLines(nowNanos).forEach(sink::omitted);
            }
        }
    }

    /** Reports all lines that were left out: no session lives any more. */
    void reportAllOmittedLines() {
        for (Route route : routes) {
            RouteDiagnosis diagnosis = route.diagnosis();
            if (diagnosis != null) {
                diagnosis.allOmittedLines().forEach(sink::omitted);
            }
        }
    }

    /** Whether lines were left out and not reported yet. */
    boolean omitsLines() {
        for (Route route : routes) {
            RouteDiagnosis diagnosis = route.diagnosis();
            if (diagnosis != null && diagnosis.omitsLines()) {
                return true;
            }
        }
        return false;
    }

    /** Sessions between their first event and their last. */
    long livingCount() {
        long sum = 0;
        for (Route route : routes) {
            sum += route.counters().activeSessions.sum();
        }
        return sum;
    }

    /** Errors of trackers, rules and sinks, none of which disturbs the bytes. */
    RecordingErrors recordingErrors() {
        return recordingErrors;
    }

    /** Makes the ids of one loop, counted from 0. */
    SessionIds sessionIds(int loop) {
        return new SessionIds(processRandom, loop);
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
