package dev.finspect.session.filter;

import dev.finspect.record.LegRecord;
import dev.finspect.record.LegWire;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.Suggestions;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.filter.FilterRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A choice of records in a small language: terms with blanks between them, all of which must hold; {@code or} stands between
 * two such choices.
 *
 * <pre>
 * port:5432  host:10.0.0.1  host:10.0.0.0/8     of either end of either leg
 * conn_state:RSTR,REJ  state:TIME-WAIT          Zeek's word; either that or an end's RFC 9293 state
 * outcome:reset  event:attempt.failed  error:refused  first:client  history:T
 * finding:upstream-silent  blame:upstream        what the rules found, at any time; finding:* anything
 * sni:db.example  sni:*.example                   the host name in a ClientHello, with tls: observe
 * clean                                          nothing is wrong, and nothing was found that blames a party
 * route:db  hung                                 of a running finspect
 * rst  fin  retransmits  zero_window  half_closed  mid_stream  joined  icmp  missed  reused
 * duration&gt;1s  idle&gt;30s  bytes&gt;=1MB  retransmits&gt;0  rtt&lt;5ms  out_of_order&gt;0 ...
 * !TERM  not TERM                                what does not hold
 * finding:* or duration&gt;10s                     either
 * </pre>
 */
public final class RecordFilter implements Predicate<SessionRecord> {
    /** A filter that cannot be understood. */
    public static final class Misunderstood extends Exception {
        private static final long serialVersionUID = 1L;

        private final int column;

        Misunderstood(int column, String message) {
            super(message, null, false, false);
            this.column = column;
        }

        /** Where, counted from 1. */
        public int column() {
            return column;
        }

        @Override
        public String getMessage() {
            return "at column " + column + ": " + super.getMessage();
        }
    }

    /** One of these choices must hold, with all its terms. */
    private final List<List<Predicate<SessionRecord>>> choices;

    /** The terms about ends of each choice. */
    private final List<List<EndTerm>> ends;

    private RecordFilter(List<List<Predicate<SessionRecord>>> choices, List<List<EndTerm>> ends) {
        this.choices = choices;
        this.ends = ends;
    }

    /**
     * Understands a filter; one without terms takes every record.
     *
     * @throws Misunderstood with the place and what could stand there
     */
    public static RecordFilter of(String text) throws Misunderstood {
        Reading reading = new Reading();
        int from = 0;
        while (from < text.length()) {
            if (Character.isWhitespace(text.charAt(from))) {
                from++;
                continue;
            }
            int to = from;
            while (to < text.length() && !Character.isWhitespace(text.charAt(to))) {
                to++;
            }
            reading.word(text.substring(from, to), from + 1);
            from = to;
        }
        return reading.end();
    }

    /** The choices of a filter as far as it was read. */
    private static final class Reading {
        private final List<List<Predicate<SessionRecord>>> choices = new ArrayList<>();
        private final List<List<EndTerm>> ends = new ArrayList<>();
        private List<Predicate<SessionRecord>> terms = new ArrayList<>();
        private List<EndTerm> endTerms = new ArrayList<>();
        private boolean not;
        /** Where the word begins after which a term must follow, counted from 1; 0 where none must. */
        private int open;

        void word(String word, int column) throws Misunderstood {
            if (word.equalsIgnoreCase("or")) {
                if (terms.isEmpty() || open > 0) {
                    throw new Misunderstood(column, "'or' stands between two terms.");
                }
                choose();
                open = column;
            } else if (word.equalsIgnoreCase("not")) {
                not = !not;
                open = column;
            } else {
                Predicate<SessionRecord> term = term(word, column);
                terms.add(not ? term.negate() : term);
                EndTerm about = EndTerm.of(word, not);
                if (about != null) {
                    endTerms.add(about);
                }
                not = false;
                open = 0;
            }
        }

        private void choose() {
            choices.add(List.copyOf(terms));
            ends.add(List.copyOf(endTerms));
            terms = new ArrayList<>();
            endTerms = new ArrayList<>();
        }

        RecordFilter end() throws Misunderstood {
            if (open > 0) {
                throw new Misunderstood(open, "a term must follow.");
            }
            choose();
            return new RecordFilter(List.copyOf(choices), List.copyOf(ends));
        }
    }

    @Override
    public boolean test(SessionRecord record) {
        for (List<Predicate<SessionRecord>> terms : choices) {
            if (all(terms, record)) {
                return true;
            }
        }
        return false;
    }

    /** Whether it can take a record of this connection: whether its terms about ports and hosts of either end hold. */
    public boolean mayTake(FourTuple tuple) {
        for (List<EndTerm> terms : ends) {
            if (terms.stream().allMatch(term -> term.holds(tuple))) {
                return true;
            }
        }
        return false;
    }

    /** Rules of a capture for the connections that it {@link #mayTake}, or more: a capture compares less than it does. */
    public List<FilterRule> captureRules() {
        return ends.stream()
                .flatMap(terms -> EndTerm.rules(terms).stream())
                .distinct()
                .toList();
    }

    private static boolean all(List<Predicate<SessionRecord>> terms, SessionRecord record) {
        for (Predicate<SessionRecord> term : terms) {
            if (!term.test(record)) {
                return false;
            }
        }
        return true;
    }

    private static Predicate<SessionRecord> term(String term, int column) throws Misunderstood {
        if (term.startsWith("!")) {
            return term(term.substring(1), column + 1).negate();
        }
        int end = 0;
        while (end < term.length() && ":<>=".indexOf(term.charAt(end)) < 0) {
            end++;
        }
        String name = term.substring(0, end).toLowerCase(Locale.ROOT);
        if (end == term.length()) {
            return flag(name, column);
        }
        return term.charAt(end) == ':'
                ? words(name, term.substring(end + 1), column, column + end + 1)
                : comparison(name, term.substring(end), column, column + end);
    }

    private static Predicate<SessionRecord> flag(String name, int column) throws Misunderstood {
        for (FilterFlag flag : FilterFlag.values()) {
            if (flag.label().equals(name)) {
                return flag;
            }
        }
        for (FilterNumber number : FilterNumber.values()) {
            if (number.label().equals(name) && number.count()) {
                return record -> number.of(record) > 0;
            }
        }
        throw new Misunderstood(
                column,
                "'" + name + "' is no word of the filter language. Words that stand alone: "
                        + FilterFlag.labels() + ". With a value: " + FilterWord.labels() + " (NAME:VALUE), "
                        + FilterNumber.labels() + " (NAME>VALUE)."
                        + Suggestions.question(
                                name,
                                Stream.of(FilterFlag.labels(), FilterWord.labels(), FilterNumber.labels())
                                        .flatMap(labels -> Stream.of(labels.split(", ")))
                                        .toList()));
    }

    private static Predicate<SessionRecord> words(String name, String values, int column, int valueColumn)
            throws Misunderstood {
        for (FilterWord word : FilterWord.values()) {
            if (word.label().equals(name)) {
                return any(word, values, valueColumn);
            }
        }
        throw new Misunderstood(
                column,
                "'" + name + ":' is not known. Known are " + FilterWord.labels() + ", each as NAME:VALUE."
                        + question(name, FilterWord.labels()));
    }

    private static Predicate<SessionRecord> any(FilterWord word, String values, int column) throws Misunderstood {
        List<Predicate<SessionRecord>> choices = new ArrayList<>();
        int at = column;
        for (String value : values.split(",", -1)) {
            Predicate<SessionRecord> choice =
                    value.isEmpty() ? null : value.equals("*") ? word.any() : word.choice(value);
            if (choice == null) {
                throw new Misunderstood(
                        at,
                        "'" + value + "' does not fit " + word.label() + ":, which wants " + word.wants() + "."
                                + Suggestions.question(
                                        value, List.of(word.wants().split(" "))));
            }
            choices.add(choice);
            at += value.length() + 1;
        }
        return record -> {
            for (Predicate<SessionRecord> choice : choices) {
                if (choice.test(record)) {
                    return true;
                }
            }
            return false;
        };
    }

    private static Predicate<SessionRecord> comparison(String name, String rest, int column, int restColumn)
            throws Misunderstood {
        FilterNumber number = number(name, column);
        int length = rest.length() > 1 && rest.charAt(1) == '=' ? 2 : 1;
        String operator = rest.substring(0, length);
        long bound = number.read(rest.substring(length));
        if (bound < 0) {
            throw new Misunderstood(
                    restColumn + length, "'" + rest.substring(length) + "' is no " + number.wants() + ".");
        }
        return switch (operator) {
            case ">" -> record -> number.of(record) > bound;
            case ">=" -> record -> number.of(record) >= bound;
            case "<" -> record -> number.known(record) && number.of(record) < bound;
            case "<=" -> record -> number.known(record) && number.of(record) <= bound;
            case "=", "==" -> record -> number.of(record) == bound;
            default -> throw new Misunderstood(restColumn, "'" + operator + "' is none of > >= < <= =.");
        };
    }

    private static FilterNumber number(String name, int column) throws Misunderstood {
        for (FilterNumber number : FilterNumber.values()) {
            if (number.label().equals(name)) {
                return number;
            }
        }
        throw new Misunderstood(
                column,
                "'" + name + "' is no number of a record. Known are " + FilterNumber.labels() + "."
                        + question(name, FilterNumber.labels()));
    }

    private static String question(String name, String labels) {
        return Suggestions.question(name, List.of(labels.split(", ")));
    }

    /** Whether an end of the leg is, or was last, in this state. */
    static boolean inState(LegRecord leg, TcpState state) {
        LegWire wire = leg.wire();
        return wire != null
                && (wire.peerEnd().state() == state || wire.localEnd().state() == state);
    }
}
