package dev.finspect.bench.host;

import java.io.IOException;
import java.util.List;

/** The network in which everything of a benchmark runs; closing it removes what was made for it. */
public interface Network extends AutoCloseable {
    /** The command, so put that it runs on this host of the network under the process id it is started with. */
    List<String> inside(Part part, List<String> command);

    /** A port on which nobody listens, on any host. */
    int freePort() throws IOException;

    /** The address at which this host is connected to. */
    default String host(Part part) {
        return "127.0.0.1";
    }

    /**
     * Forgets connections that are over: each leaves a TIME-WAIT with a port that connects to come must pass over, and that
     * slows the next contender.
     */
    default void forgetClosed() throws IOException {}

    /** The congestion control that sockets of this network get. */
    String congestionControl() throws IOException;

    /** What network this is, in a few words. */
    String description();

    @Override
    void close() throws IOException;
}
