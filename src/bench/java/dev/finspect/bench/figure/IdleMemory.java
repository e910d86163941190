package dev.finspect.bench.figure;

import dev.finspect.bench.load.LoadKind;
import dev.finspect.bench.load.Services;
import dev.finspect.bench.proxy.Proxy;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * What an open session that carries nothing costs in memory, and what the proxy costs without any.
 *
 * <p>A few sessions come and go first, so that what is made once (buffers, classes) is not laid to the sessions' account.
 * The kernel's memory for the sockets is nobody's resident memory, and the same for all.
 */
public final class IdleMemory implements Figure {
    private static final int EARLIER_SESSIONS = 100;
    private static final long SETTLE_MILLIS = 1_500;
    private static final double KB_PER_MB = 1024;

    private final int sessions;

    /** Memory of so many idle sessions. */
    public IdleMemory(int sessions) {
        this.sessions = sessions;
    }

    @Override
    public String group() {
        return "memory";
    }

    @Override
    public String title() {
        return "memory, " + sessions + " idle sessions";
    }

    @Override
    public List<Measure> measures() {
        return List.of(Measure.KB_PER_SESSION, Measure.BASE_MB);
    }

    @Override
    public int upstreamPort(Services services) {
        return services.echoPort();
    }

    @Override
    public boolean admits(Proxy proxy) {
        return !proxy.bulkOnly() && !proxy.isDirect();
    }

    @Override
    public boolean startsFresh() {
        return true;
    }

    @Override
    public Map<Measure, Double> run(Trial trial) throws IOException, InterruptedException {
        openAndClose(trial, EARLIER_SESSIONS);
        double before = trial.proxy().residentKilobytes();
        double with = openAndClose(trial, sessions);
        return Map.of(Measure.KB_PER_SESSION, (with - before) / sessions, Measure.BASE_MB, before / KB_PER_MB);
    }

    /** Resident memory in kB while the sessions were open. */
    private static double openAndClose(Trial trial, int count) throws IOException, InterruptedException {
        try {
            trial.order(LoadKind.IDLE, count);
            Thread.sleep(SETTLE_MILLIS);
            return trial.proxy().residentKilobytes();
        } finally {
            trial.order(LoadKind.RELEASE, count);
            Thread.sleep(SETTLE_MILLIS);
        }
    }
}
