package dev.finspect.bench.load;

import dev.finspect.bench.host.Network;
import dev.finspect.bench.host.Part;
import dev.finspect.bench.host.Processes;
import dev.finspect.bench.host.RunningProcess;
import java.io.IOException;

/**
 * The services behind the proxies, running.
 *
 * @param process serves both
 * @param sourcePort sends as fast as it can
 * @param echoPort sends back what it gets
 */
public record Services(RunningProcess process, int sourcePort, int echoPort) {
    /** Starts both in one process, and waits until they listen. */
    public static Services start(Network network, Processes processes) throws IOException, InterruptedException {
        int sourcePort = network.freePort();
        int echoPort = network.freePort();
        RunningProcess process = processes.startPiped(
                "origin",
                Part.SERVICES,
                JavaCommand.of(OriginProcess.class, network.host(Part.SERVICES), sourcePort, echoPort));
        process.awaitListening(sourcePort);
        process.awaitListening(echoPort);
        return new Services(process, sourcePort, echoPort);
    }
}
