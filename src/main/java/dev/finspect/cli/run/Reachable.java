package dev.finspect.cli.run;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What runs and can be found by others: a proxy or a watch. Any thread. */
public interface Reachable {
    /** The admin server's address; empty if there is none. */
    Optional<InetSocketAddress> adminAddress();

    /** The token for the admin server's POST requests; empty if there is no admin server. */
    Optional<String> adminToken();

    /** A new one-time link to the admin server, for a browser on this machine; empty if there is no admin server. */
    Optional<String> browserLink();

    /** The addresses that each route listens on, by its name. */
    Map<String, List<InetSocketAddress>> listening();
}
