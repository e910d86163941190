package dev.finspect.bench.proxy;

import dev.finspect.bench.host.RunningProcess;
import java.io.IOException;
import java.util.Optional;

/**
 * A contender ready for load.
 *
 * @param proxy which one
 * @param host where clients connect to
 * @param port and the port there
 * @param process its process; empty where there is no proxy at all
 */
public record RunningProxy(Proxy proxy, String host, int port, Optional<RunningProcess> process) {
    /** CPU time since its start in seconds; not a number where there is no proxy. */
    public double cpuSeconds() throws IOException {
        return process.isPresent() ? process.get().cpuSeconds() : Double.NaN;
    }

    /** Memory of its own in kB, RssAnon; not a number where there is no proxy. */
    public double anonymousKilobytes() throws IOException {
        return process.isPresent() ? process.get().anonymousKilobytes() : Double.NaN;
    }

    /** From its start until it listened, in milliseconds; not a number where there is no proxy. */
    public double listensAfterMillis() {
        return process.isPresent() ? process.get().listensAfterMillis() : Double.NaN;
    }

    /** Resident memory in kB; not a number where there is no proxy. */
    public double residentKilobytes() throws IOException {
        return process.isPresent() ? process.get().residentKilobytes() : Double.NaN;
    }
}
