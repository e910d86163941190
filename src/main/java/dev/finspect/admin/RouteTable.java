package dev.finspect.admin;

import dev.finspect.diagnose.Thresholds;
import java.util.List;
import java.util.Optional;

/** The routes, with their close policies, which can be changed. Any thread. */
public interface RouteTable {
    /** All routes, in the order of the configuration; empty before the relay is open. */
    List<RouteStatus> rows();

    /**
     * Changes the close policy of a route. Sessions in which a FIN has already passed keep the former policy.
     *
     * @param policy as in the configuration
     * @return the route after the change; empty if there is no route with this name
     * @throws IllegalArgumentException if the policy is invalid; the message says what is valid
     */
    Optional<RouteStatus> closePolicy(String route, String policy);

    /** From when on a state counts as hung on a route; the standard thresholds for one that is not known. */
    default Thresholds thresholds(String route) {
        return Thresholds.STANDARD;
    }

    /**
     * One route.
     *
     * @param listen the addresses that it listens on
     * @param upstream in the order in which they are tried
     * @param closePolicy as written in the configuration
     */
    record RouteStatus(String name, List<String> listen, List<String> upstream, String closePolicy) {}
}
