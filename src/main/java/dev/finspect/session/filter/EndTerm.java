package dev.finspect.session.filter;

import dev.finspect.tcp.FourTuple;
import dev.finspect.wire.filter.FilterMode;
import dev.finspect.wire.filter.FilterRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A term about the ends of a connection, which its addresses alone decide: {@code port:} or {@code host:}.
 *
 * @param negated whether it takes the connections of which the rest does not hold
 * @param ports of which an end must have one; empty for a term about hosts
 * @param hosts of which one must have an end; empty for a term about ports
 */
record EndTerm(boolean negated, Set<Integer> ports, List<AddressPrefix> hosts) {
    private static final String PORT = "port";
    private static final String HOST = "host";
    private static final int MOST_PORT = 65_535;

    /** What an understood term, negated before it or not, says about ends; null for a term about something else. */
    static @Nullable EndTerm of(String written, boolean negated) {
        if (written.startsWith("!")) {
            return of(written.substring(1), !negated);
        }
        int colon = written.indexOf(':');
        String name = colon < 0 ? "" : written.substring(0, colon).toLowerCase(Locale.ROOT);
        String[] values = written.substring(colon + 1).split(",", -1);
        if (name.equals(PORT)) {
            Set<Integer> ports = new TreeSet<>();
            for (String value : values) {
                ports.add(Integer.parseInt(value));
            }
            return new EndTerm(negated, ports, List.of());
        }
        if (!name.equals(HOST)) {
            return null;
        }
        List<AddressPrefix> hosts = new ArrayList<>();
        for (String value : values) {
            AddressPrefix network = AddressPrefix.of(value);
            if (network != null) {
                hosts.add(network);
            }
        }
        return new EndTerm(negated, Set.of(), List.copyOf(hosts));
    }

    /** Whether it holds for a connection, in either direction. */
    boolean holds(FourTuple tuple) {
        boolean found = ports.contains(tuple.sourcePort())
                || ports.contains(tuple.destinationPort())
                || hosts.stream().anyMatch(host -> host.has(tuple.source()) || host.has(tuple.destination()));
        return found != negated;
    }

    /**
     * Rules of a capture for what all of these terms select, or more: by ports where a term names some, else by addresses, else
     * for everything.
     */
    static List<FilterRule> rules(List<EndTerm> terms) {
        for (EndTerm term : terms) {
            if (!term.negated && !term.ports.isEmpty() && !term.ports.contains(0)) {
                return term.ports.stream()
                        .map(port -> new FilterRule(null, port, FilterMode.HEADERS))
                        .toList();
            }
        }
        for (EndTerm term : terms) {
            if (!term.negated && !term.hosts.isEmpty() && term.hosts.stream().allMatch(AddressPrefix::isOne)) {
                return term.hosts.stream()
                        .flatMap(host -> everyPort(host).stream())
                        .toList();
            }
        }
        return everyPort(null);
    }

    private static List<FilterRule> everyPort(@Nullable AddressPrefix host) {
        List<FilterRule> rules = new ArrayList<>(MOST_PORT);
        for (int port = 1; port <= MOST_PORT; port++) {
            rules.add(new FilterRule(host == null ? null : host.address(), port, FilterMode.HEADERS));
        }
        return rules;
    }
}
