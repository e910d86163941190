package dev.finspect.admin;

import dev.finspect.session.Diagnosed;
import dev.finspect.session.SessionRecord;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which sessions {@code /api/v1/sessions} shall list.
 *
 * @param limit records at most of each kind, 1 to {@link #MOST}
 * @param route null for all routes
 * @param hung only those that hang, the worst first; no session that has closed does
 */
record SessionsQuery(State state, int limit, @Nullable String route, boolean hung) {
    /** Records of one kind that one answer holds at most. */
    static final int MOST = 1000;

    private static final int USUAL = 100;
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,6}");

    /** Which sessions. */
    enum State {
        LIVING,
        CLOSED,
        ALL;

        boolean living() {
            return this != CLOSED;
        }

        boolean closed() {
            return this != LIVING;
        }
    }

    /** Reads the parameters of a query. */
    static SessionsQuery of(Map<String, List<String>> parameters) throws BadQuery {
        for (String name : parameters.keySet()) {
            if (!List.of("state", "limit", "route", "hung").contains(name)) {
                throw new BadQuery("unknown parameter \"" + name + "\": there are state, limit, route and hung");
            }
        }
        boolean hung = hung(parameters);
        return new SessionsQuery(
                hung && !parameters.containsKey("state") ? State.LIVING : state(parameters),
                limit(parameters),
                single(parameters, "route"),
                hung);
    }

    /** Whether a record is of the route that is asked for. */
    boolean matches(SessionRecord record) {
        Diagnosed diagnosed = record.diagnosed();
        return (route == null || route.equals(record.identity().route()))
                && (!hung || (diagnosed != null && diagnosed.hangs()));
    }

    private static State state(Map<String, List<String>> parameters) throws BadQuery {
        String state = single(parameters, "state");
        return switch (state == null ? "all" : state) {
            case "all" -> State.ALL;
            case "living" -> State.LIVING;
            case "closed" -> State.CLOSED;
            default -> throw new BadQuery("state is living, closed or all, not \"" + state + "\"");
        };
    }

    private static boolean hung(Map<String, List<String>> parameters) throws BadQuery {
        String hung = single(parameters, "hung");
        return switch (hung == null ? "false" : hung) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new BadQuery("hung is true or false, not \"" + hung + "\"");
        };
    }

    private static int limit(Map<String, List<String>> parameters) throws BadQuery {
        String limit = single(parameters, "limit");
        if (limit == null) {
            return USUAL;
        }
        int number = NUMBER.matcher(limit).matches() ? Integer.parseInt(limit) : 0;
        if (number < 1 || number > MOST) {
            throw new BadQuery("limit is a number from 1 to " + MOST + ", not \"" + limit + "\"");
        }
        return number;
    }

    private static @Nullable String single(Map<String, List<String>> parameters, String name) throws BadQuery {
        List<String> values = parameters.get(name);
        if (values == null) {
            return null;
        }
        if (values.size() > 1) {
            throw new BadQuery("parameter " + name + " is given " + values.size() + " times");
        }
        return values.get(0);
    }
}
