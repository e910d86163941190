package dev.finspect.bench.host;

import java.io.IOException;
import java.util.List;

/** The network in which everything of a benchmark runs; closing it removes what was made for it. */
public interface Network extends AutoCloseable {
    /** The command, so put that it runs in this network under the process id it is started with. */
    List<String> inside(List<String> command);

    /** A port of 127.0.0.1 on which nobody listens. */
    int freePort() throws IOException;

    /** The congestion control that sockets of this network get. */
    String congestionControl() throws IOException;

    /** What network this is, in a few words. */
    String description();

    @Override
    void close() throws IOException;
}
