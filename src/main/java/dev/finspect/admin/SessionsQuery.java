package dev.finspect.admin;

import dev.finspect.session.SessionDirectory.Selection;
import dev.finspect.session.SessionOrder;
import dev.finspect.session.filter.RecordFilter;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The query of {@code /api/v1/sessions}.
 *
 * @param state living sessions, closed sessions, or both
 * @param limit maximum number of records of each kind, 1 to {@link #MAX_LIMIT}
 * @param route null for all routes
 * @param hung only sessions that hang, longest first; a closed session does not hang
 * @param detail how much of each session
 * @param filter null for all
 * @param order of the living sessions; null for the order in which they are met, the oldest first in each event loop
 * @param after the place in this order behind which the list begins; null for the beginning
 * @param shown whether addresses and names are those of the sessions
 */
record SessionsQuery(
        StateFilter state,
        int limit,
        @Nullable String route,
        boolean hung,
        Detail detail,
        @Nullable RecordFilter filter,
        @Nullable SessionOrder order,
        SessionOrder.@Nullable Place after,
        Shown shown) {
    private static final List<String> NAMES =
            List.of("state", "limit", "route", "hung", "detail", "filter", "sort", "cursor", Shown.PARAMETER);

    /** Maximum number of records of one kind in one response. */
    static final int MAX_LIMIT = 1000;

    private static final int DEFAULT_LIMIT = 100;
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,6}");
    private static final Pattern CURSOR = Pattern.compile("(-?[0-9]{1,19})~([0-9A-Za-z]{1,40})");

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

    /** How much of each session is wanted. */
    enum Detail {
        /** A row of a list. */
        ROW,
        /** A row of the live stream. */
        LIVE,
        /** The whole record. */
        FULL
    }

    /** Parses the query parameters. */
    static SessionsQuery of(Map<String, List<String>> parameters) throws BadQuery {
        Parameters given = new Parameters(parameters, NAMES);
        boolean hung = hung(given);
        SessionOrder order = order(given);
        String filter = given.single("filter");
        return new SessionsQuery(
                hung && !parameters.containsKey("state") ? StateFilter.LIVING : state(given),
                limit(given),
                given.single("route"),
                hung,
                detail(given),
                filter == null ? null : Parameters.filter(filter),
                order,
                after(given, order),
                Shown.of(parameters));
    }

    /** Which living sessions are met. */
    Selection selection() {
        return new Selection(route, hung);
    }

    private static @Nullable SessionOrder order(Parameters given) throws BadQuery {
        String sort = given.single("sort");
        SessionOrder order = sort == null ? null : SessionOrder.of(sort);
        if (sort != null && order == null) {
            throw new BadQuery("sort is stuck, age, idle or bytes, not \"" + sort + "\"");
        }
        return order;
    }

    private static SessionOrder.@Nullable Place after(Parameters given, @Nullable SessionOrder order) throws BadQuery {
        String cursor = given.single("cursor");
        if (cursor == null) {
            return null;
        }
        Matcher place = CURSOR.matcher(cursor);
        try {
            if (order != null && place.matches()) {
                return new SessionOrder.Place(Long.parseLong(place.group(1)), place.group(2));
            }
        } catch (NumberFormatException e) {
            // Reported below.
        }
        throw new BadQuery("cursor is the \"next\" of an earlier list, with the same sort");
    }

    /** The cursor behind a place. */
    static String cursor(SessionOrder.Place place) {
        return place.key() + "~" + place.id();
    }

    private static StateFilter state(Parameters given) throws BadQuery {
        String state = given.single("state");
        return switch (state == null ? "all" : state) {
            case "all" -> StateFilter.ALL;
            case "living" -> StateFilter.LIVING;
            case "closed" -> StateFilter.CLOSED;
            default -> throw new BadQuery("state is living, closed or all, not \"" + state + "\"");
        };
    }

    private static boolean hung(Parameters given) throws BadQuery {
        String hung = given.single("hung");
        return switch (hung == null ? "false" : hung) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new BadQuery("hung is true or false, not \"" + hung + "\"");
        };
    }

    private static Detail detail(Parameters given) throws BadQuery {
        String detail = given.single("detail");
        return switch (detail == null ? "row" : detail) {
            case "row" -> Detail.ROW;
            case "live" -> Detail.LIVE;
            case "full" -> Detail.FULL;
            default -> throw new BadQuery("detail is row, live or full, not \"" + detail + "\"");
        };
    }

    private static int limit(Parameters given) throws BadQuery {
        String limit = given.single("limit");
        if (limit == null) {
            return DEFAULT_LIMIT;
        }
        int number = NUMBER.matcher(limit).matches() ? Integer.parseInt(limit) : 0;
        if (number < 1 || number > MAX_LIMIT) {
            throw new BadQuery("limit is a number from 1 to " + MAX_LIMIT + ", not \"" + limit + "\"");
        }
        return number;
    }
}
