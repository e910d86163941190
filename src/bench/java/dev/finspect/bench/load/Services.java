package dev.finspect.bench.load;

import dev.finspect.bench.host.Network;
import dev.finspect.bench.host.Processes;
import dev.finspect.bench.host.RunningProcess;
import java.io.IOException;

/**
 * The services behind the proxies, running.
 *
 * @param sourcePort sends as fast as it can
 * @param echoPort sends back what it gets
 */
public record Services(int sourcePort, int echoPort) {
    /** Starts both in one process, and waits until they listen. */
    public static Services start(Network network, Processes processes) throws IOException, InterruptedException {
        Services services = new Services(network.freePort(), network.freePort());
        RunningProcess process = processes.startPiped(
                "origin", JavaCommand.of(OriginProcess.class, services.sourcePort, services.echoPort));
        process.awaitListening(services.sourcePort);
        process.awaitListening(services.echoPort);
        return services;
    }
}
