package dev.finspect.admin;

import java.util.List;
import java.util.Optional;

/** The routes, to be looked at and to be told to close differently. Any thread. */
public interface RouteTable {
    /** All of them, in the order of the configuration; none before the relay is open. */
    List<Row> rows();

    /**
     * From now on a route does this after the first FIN of a session; sessions whose first FIN has passed go on as they were.
     *
     * @param policy as in the configuration
     * @return the route as it is now; empty when there is none of this name
     * @throws IllegalArgumentException where the policy is not one; its message says what to write
     */
    Optional<Row> closePolicy(String route, String policy);

    /**
     * One route.
     *
     * @param listen the addresses really listened on
     * @param upstream in the order in which they are tried
     * @param closePolicy as it would be written in the configuration
     */
    record Row(String name, List<String> listen, List<String> upstream, String closePolicy) {}
}
