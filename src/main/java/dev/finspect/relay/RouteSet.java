package dev.finspect.relay;

import dev.finspect.session.RouteCounters;
import dev.finspect.session.watch.PeerSockets;
import dev.finspect.session.watch.RouteDiagnosis;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The routes of a relay: those in force, and those that were removed or changed while sessions of them live on. One thread at
 * a time changes it; any thread reads.
 */
final class RouteSet {
    private final PeerSockets sockets;
    private volatile List<Route> inForce;
    /** The latest last. */
    private volatile List<Route> former = List.of();
    /** Of every route that there was since finspect began. */
    private volatile Map<String, RouteCounters> counters = Map.of();

    RouteSet(List<RouteSettings> routes, PeerSockets sockets) {
        this.sockets = sockets;
        this.inForce = List.of();
        change(planned(routes, Set.of()));
    }

    /** The routes in force, in the order of the configuration. */
    List<Route> inForce() {
        return inForce;
    }

    /**
     * The routes that these settings make: the one in force where it is as it should be, otherwise another.
     *
     * @param anew names of routes of which another is made in any case
     */
    List<Route> planned(List<RouteSettings> wanted, Set<String> anew) {
        List<Route> next = new ArrayList<>();
        for (RouteSettings settings : wanted) {
            Optional<Route> now = named(settings.name());
            next.add(now.filter(route -> route.isAsIn(settings) && !anew.contains(settings.name()))
                    .orElseGet(() -> new Route(
                            settings,
                            counters.getOrDefault(settings.name(), new RouteCounters(settings.name())),
                            sockets,
                            now.orElse(null))));
        }
        return List.copyOf(next);
    }

    /** From now on these are in force; forgets the former ones that are over. */
    void change(List<Route> next) {
        Map<String, RouteCounters> all = new LinkedHashMap<>(counters);
        next.forEach(route -> all.put(route.settings().name(), route.counters()));
        counters = Collections.unmodifiableMap(all);
        List<Route> left = new ArrayList<>(former);
        left.removeIf(RouteSet::isOver);
        inForce.stream().filter(route -> !next.contains(route)).forEach(left::add);
        former = List.copyOf(left);
        inForce = next;
    }

    private static boolean isOver(Route route) {
        RouteDiagnosis diagnosis = route.diagnosis();
        return route.living() == 0 && (diagnosis == null || !diagnosis.omitsLines());
    }

    /** The one in force of this name. */
    Optional<Route> named(String name) {
        return inForce.stream()
                .filter(route -> route.settings().name().equals(name))
                .findFirst();
    }

    /** The former ones of which sessions live. */
    List<Route> livingOn() {
        return former.stream().filter(route -> route.living() > 0).toList();
    }

    /** Counters of every route that there was since finspect began, by name. */
    Map<String, RouteCounters> counters() {
        return counters;
    }

    /** Switches the close policy of the route of this name, also for its sessions that began before it last changed. */
    boolean closePolicy(String name, ClosePolicy policy) {
        for (Route route : former) {
            if (route.settings().name().equals(name)) {
                route.closePolicy(policy);
            }
        }
        Optional<Route> now = named(name);
        now.ifPresent(route -> route.closePolicy(policy));
        return now.isPresent();
    }

    /** Does this for the diagnosis of each route, in force or former, that has one. */
    void eachDiagnosis(Consumer<RouteDiagnosis> action) {
        eachDiagnosis(inForce, action);
        eachDiagnosis(former, action);
    }

    private static void eachDiagnosis(List<Route> routes, Consumer<RouteDiagnosis> action) {
        for (int i = 0; i < routes.size(); i++) {
            RouteDiagnosis diagnosis = routes.get(i).diagnosis();
            if (diagnosis != null) {
                action.accept(diagnosis);
            }
        }
    }

    /** Whether lines were left out and not reported yet. */
    boolean omitsLines() {
        return omitsLines(inForce) || omitsLines(former);
    }

    private static boolean omitsLines(List<Route> routes) {
        for (int i = 0; i < routes.size(); i++) {
            RouteDiagnosis diagnosis = routes.get(i).diagnosis();
            if (diagnosis != null && diagnosis.omitsLines()) {
                return true;
            }
        }
        return false;
    }
}
