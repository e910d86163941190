package dev.finspect.session.explain;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.session.SessionIdentity;
import dev.finspect.tcp.HumanUnits;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.IpText;
import dev.finspect.tcp.Leg;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What hangs on a host, for a person to read on one screen: a line and a sentence for each cause, the worst connection explained,
 * and what could not be seen.
 */
public final class HostText {
    private static final int MOST_CAUSES = 12;
    private static final String INDENT = "       ";
    private static final String FAINT = "\033[2m";
    private static final String PLAIN = "\033[0m";

    private final Scope scope;
    private final boolean colour;
    private final StringBuilder text = new StringBuilder();

    private HostText(Scope scope, boolean colour) {
        this.scope = scope;
        this.colour = colour;
    }

    /**
     * One connection that does not go on.
     *
     * @param explanation with at least one finding
     * @param program whose it is, as far as that is known; else empty
     */
    public record Row(Explanation explanation, String program) {
        /** Those that are surest to hang first; then the oldest. */
        public static final Comparator<Row> WORST_FIRST = Comparator.<Row>comparingInt(
                        row -> row.finding().hang().ordinal())
                .thenComparingLong(row -> row.finding().sinceEpochNanos())
                .thenComparing(row -> row.explanation.id());

        private Explained worst() {
            return Objects.requireNonNull(explanation.worst());
        }

        private Finding finding() {
            return worst().finding();
        }
    }

    /**
     * What was looked at.
     *
     * @param connections with an end on this host
     * @param namespaces network namespaces that were read
     * @param apartNanos between the two readings
     * @param unseen what could not be seen, and which right would show it
     */
    public record Scope(long connections, int namespaces, long apartNanos, List<Unseen> unseen) {}

    /**
     * What could not be seen.
     *
     * @param what one sentence
     * @param needs which right would show it; empty where none would
     */
    public record Unseen(String what, String needs) {
        private String words() {
            return what + (needs.isEmpty() ? "." : "; needs " + needs + ".");
        }
    }

    /** What connections of one cause have in common. */
    private record Key(FindingId id, @Nullable Leg leg, Blame blame, String program, String peer) {
        static Key of(Row row) {
            Finding finding = row.finding();
            return new Key(finding.id(), finding.leg(), finding.blame(), row.program, peer(row, finding.leg()));
        }

        private static String peer(Row row, @Nullable Leg leg) {
            InetSocketAddress upstream = row.explanation.parties().upstream();
            InetSocketAddress client = row.explanation.parties().client();
            return leg == Leg.CLIENT
                    ? IpAddress.of(client.getAddress()).toString()
                    : upstream == null ? "-" : IpText.endpoint(upstream);
        }
    }

    /**
     * The whole text.
     *
     * @param worstFirst in the order of {@link Row#WORST_FIRST}
     * @param all whether a connection of every cause is explained, not only the worst
     */
    public static String of(List<Row> worstFirst, Scope scope, boolean all, boolean colour) {
        HostText text = new HostText(scope, colour);
        if (worstFirst.isEmpty()) {
            text.line("nothing hangs: " + HumanUnits.count(scope.connections, "connection") + " of this host "
                    + (scope.connections == 1 ? "goes" : "go") + " on or " + (scope.connections == 1 ? "rests" : "rest")
                    + text.how());
        } else {
            text.hangs(worstFirst, all);
        }
        text.unseen();
        return text.text.toString();
    }

    /** A line for each cause alone. */
    public static String table(List<Row> worstFirst, Scope scope, boolean colour) {
        HostText text = new HostText(scope, colour);
        List<List<Row>> causes = causes(worstFirst);
        text.head(worstFirst.size(), causes.size());
        text.lines(causes, false);
        text.unseen();
        return text.text.toString();
    }

    private static List<List<Row>> causes(List<Row> worstFirst) {
        Map<Key, List<Row>> causes = new LinkedHashMap<>();
        worstFirst.forEach(row ->
                causes.computeIfAbsent(Key.of(row), unused -> new ArrayList<>()).add(row));
        return List.copyOf(causes.values());
    }

    private void hangs(List<Row> worstFirst, boolean all) {
        List<List<Row>> causes = causes(worstFirst);
        if (worstFirst.size() > 1) {
            head(worstFirst.size(), causes.size());
            lines(causes, true);
        }
        int explained = all ? causes.size() : 1;
        for (List<Row> cause : causes.subList(0, explained)) {
            if (text.length() > 0) {
                text.append(ExplanationOverview.SEPARATOR);
            }
            text.append(ExplanationText.of(cause.get(0).explanation, colour));
        }
        if (causes.size() > explained) {
            line("");
            line("'finspect explain --host ID' explains another; --all explains one of each cause");
        }
        if (worstFirst.size() == 1) {
            line("");
            line("1 of " + HumanUnits.count(scope.connections, "connection") + " of this host" + how());
        }
    }

    private void head(int connections, int causes) {
        line(HumanUnits.count(connections, "connection") + (connections == 1 ? " does" : " do") + " not go on, "
                + HumanUnits.count(causes, "cause") + ", of " + scope.connections + " of this host" + how());
    }

    private String how() {
        return " (" + HumanUnits.count(scope.namespaces, "network namespace") + ", read twice, "
                + HumanUnits.spokenDuration(scope.apartNanos) + " apart)";
    }

    private void lines(List<List<Row>> causes, boolean withSentences) {
        List<List<Row>> shown = causes.subList(0, Math.min(MOST_CAUSES, causes.size()));
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"count", "finding", "hangs", "blame", "program", "peer", "oldest", "ID"});
        for (List<Row> cause : shown) {
            Row first = cause.get(0);
            Key key = Key.of(first);
            rows.add(new String[] {
                String.valueOf(cause.size()),
                key.id.label(),
                first.finding().hang().label(),
                key.blame.label(),
                key.program.isEmpty() ? "-" : key.program,
                key.peer,
                HumanUnits.spokenDuration(cause.stream()
                        .mapToLong(each -> each.finding().lastedNanos())
                        .max()
                        .orElse(0)),
                SessionIdentity.shortened(first.explanation.id(), "")
            });
        }
        line("");
        List<String> table = ExplanationText.columns(rows);
        line(colour ? FAINT + table.get(0) + PLAIN : table.get(0));
        for (int i = 0; i < shown.size(); i++) {
            line(table.get(i + 1));
            if (withSentences) {
                indented(INDENT, shown.get(i).get(0).worst().sentence());
            }
        }
        if (causes.size() > shown.size()) {
            line(INDENT + HumanUnits.count(causes.size() - shown.size(), "more cause") + "; -o json has all");
        }
    }

    private void unseen() {
        if (!scope.unseen.isEmpty()) {
            line("");
            line(colour ? FAINT + "not seen" + PLAIN : "not seen");
            scope.unseen.forEach(each -> {
                List<String> parts = ExplanationText.broken(each.words(), ExplanationText.WIDTH - 4);
                for (int i = 0; i < parts.size(); i++) {
                    line((i == 0 ? "  - " : "    ") + parts.get(i));
                }
            });
        }
    }

    private void indented(String indent, String words) {
        ExplanationText.broken(words, ExplanationText.WIDTH - indent.length()).forEach(part -> line(indent + part));
    }

    private void line(String words) {
        text.append(words).append('\n');
    }
}
