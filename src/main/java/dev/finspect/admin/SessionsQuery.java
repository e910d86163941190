package dev.finspect.admin;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The query of {@code /api/v1/sessions}.
 *
 * @param state living sessions, closed sessions, or both
 * @param limit maximum number of records of each kind, 1 to {@link #MAX_LIMIT}
 * @param route null for all routes
 * @param hung only sessions that hang, longest first; a closed session does not hang
 * @param full whole records, not rows
 */
record SessionsQuery(StateFilter state, int limit, @Nullable String route, boolean hung, boolean full) {
    private static final List<String> NAMES = List.of("state", "limit", "route", "hung", "detail");

    /** Maximum number of records of one kind in one response. */
    static final int MAX_LIMIT = 1000;

    private static final int DEFAULT_LIMIT = 100;
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,6}");

    /** Selects living sessions, closed sessions, or both. */
    enum StateFilter {
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

    /** Parses the query parameters. */
    static SessionsQuery of(Map<String, List<String>> parameters) throws BadQuery {
        for (String name : parameters.keySet()) {
            if (!NAMES.contains(name)) {
                throw new BadQuery("unknown parameter \"" + name + "\": valid are " + String.join(", ", NAMES));
            }
        }
        boolean hung = hung(parameters);
        return new SessionsQuery(
                hung && !parameters.containsKey("state") ? StateFilter.LIVING : state(parameters),
                limit(parameters),
                single(parameters, "route"),
                hung,
                full(parameters));
    }

    private static StateFilter state(Map<String, List<String>> parameters) throws BadQuery {
        String state = single(parameters, "state");
        return switch (state == null ? "all" : state) {
            case "all" -> StateFilter.ALL;
            case "living" -> StateFilter.LIVING;
            case "closed" -> StateFilter.CLOSED;
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

    private static boolean full(Map<String, List<String>> parameters) throws BadQuery {
        String detail = single(parameters, "detail");
        return switch (detail == null ? "row" : detail) {
            case "full" -> true;
            case "row" -> false;
            default -> throw new BadQuery("detail is row or full, not \"" + detail + "\"");
        };
    }

    private static int limit(Map<String, List<String>> parameters) throws BadQuery {
        String limit = single(parameters, "limit");
        if (limit == null) {
            return DEFAULT_LIMIT;
        }
        int number = NUMBER.matcher(limit).matches() ? Integer.parseInt(limit) : 0;
        if (number < 1 || number > MAX_LIMIT) {
            throw new BadQuery("limit is a number from 1 to " + MAX_LIMIT + ", not \"" + limit + "\"");
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
