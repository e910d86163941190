package dev.finspect.session.explain;

import dev.finspect.diagnose.Alternative;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.Parties;
import dev.finspect.diagnose.Standing;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.session.PeerProbe;
import dev.finspect.session.SessionIdentity;
import dev.finspect.tcp.HumanUnits;
import dev.finspect.tcp.IpText;
import dev.finspect.tcp.Leg;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Explanations for a person to read, in at most 80 columns but for commands, which are left whole to be copied. */
public final class ExplanationText {
    static final int WIDTH = 80;
    /** In how many sessions what is owed is written. */
    private static final int MOST_OWING = 3;

    /** What was so more shortly ago is so now. */
    private static final long LEAST_AGO_NANOS = 1_000_000;

    private static final String PLAIN = "0";
    private static final String BOLD = "1";
    private static final String FAINT = "2";
    private static final String RED = "1;31";

    private final boolean colour;
    private final StringBuilder text = new StringBuilder();

    private ExplanationText(boolean colour) {
        this.colour = colour;
    }

    /** One session, with its ladder. */
    public static String of(Explanation explanation, boolean colour) {
        ExplanationText text = new ExplanationText(colour);
        text.session(explanation);
        return text.text.toString();
    }

    /**
     * Several sessions: a line for each cause with how many have it, then the worst session of each of the worst causes.
     *
     * @param worstFirst in the order of {@link Explanation#WORST_FIRST}
     * @param detail a session's explanation with all that is kept of it
     * @param all whether every session is explained
     */
    public static String of(
            List<Explanation> worstFirst, UnaryOperator<Explanation> detail, boolean all, boolean colour) {
        ExplanationOverview overview = new ExplanationOverview(
                worstFirst.stream().map(Explanation::head).toList(), all);
        Map<String, Explanation> byId =
                worstFirst.stream().collect(Collectors.toMap(Explanation::id, Function.identity(), (one, same) -> one));
        List<String> parts = new ArrayList<>();
        if (worstFirst.size() > 1) {
            parts.add(overview.causes(colour));
        }
        for (String id : overview.shown()) {
            parts.add(of(detail.apply(Objects.requireNonNull(byId.get(id))), colour));
        }
        return String.join(ExplanationOverview.SEPARATOR, parts) + overview.more();
    }

    /** A line for each cause, also for a single session. */
    public static String table(List<ExplanationHead> worstFirst, boolean colour) {
        return causes(Cause.of(worstFirst), worstFirst.size(), colour);
    }

    /** A line for each cause. */
    static String causes(List<Cause> causes, int sessions, boolean colour) {
        ExplanationText table = new ExplanationText(colour);
        table.causes(causes, sessions);
        return table.text.toString();
    }

    /** What came of probing a session's peers. */
    public static String of(List<PeerProbe> probes) {
        ExplanationText text = new ExplanationText(false);
        for (PeerProbe probe : probes) {
            text.hanging(
                    String.format(
                            Locale.ROOT,
                            "%-9s %-12s ",
                            probe.leg().label(),
                            probe.verdict().label()),
                    probe.words());
        }
        return text.text.toString();
    }

    /**
     * The text where no session hangs.
     *
     * @param sessions those that live, with what is owed in them and not reported yet
     */
    public static String nothingHangs(long living, List<Explanation> sessions) {
        List<Explanation> owing = sessions.stream().filter(Explanation::owes).toList();
        return nothingHangs(living, owing.size(), owing);
    }

    /**
     * The text where no session hangs.
     *
     * @param owing in how many sessions something is owed and not reported yet
     * @param first the first of these
     */
    public static String nothingHangs(long living, int owing, List<Explanation> first) {
        ExplanationText text = new ExplanationText(false);
        text.line("nothing hangs: " + HumanUnits.count(living, "session") + (living == 1 ? " lives" : " live"));
        if (owing > 0) {
            text.line("");
            text.line(
                    owing == 1
                            ? "not reported yet:"
                            : "not reported yet, in " + HumanUnits.count(owing, "session") + ":");
            for (Explanation each : first.subList(0, Math.min(MOST_OWING, first.size()))) {
                text.hanging(
                        "  ",
                        SessionIdentity.shortened(each.id(), each.parties().route()) + route(each.parties()) + ": "
                                + String.join(" ", each.outlook()));
            }
        }
        return text.text.toString();
    }

    private void causes(List<Cause> causes, int sessions) {
        line(paint(BOLD, HumanUnits.count(sessions, "session") + ", " + HumanUnits.count(causes.size(), "cause")));
        line("");
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"count", "finding", "blame", "route", "peer", "oldest", "for example"});
        for (Cause each : causes) {
            Cause.Key key = each.key();
            rows.add(new String[] {
                String.valueOf(each.sessions().size()),
                key.id().label() + (key.tense() == Tense.PAST ? " (over)" : ""),
                key.blame().label(),
                key.route().isEmpty() ? "-" : key.route(),
                key.peer().isEmpty() ? "-" : key.peer(),
                each.isOfTheEnd() ? "-" : HumanUnits.spokenDuration(each.oldestNanos()),
                SessionIdentity.shortened(each.first().id(), key.route())
            });
        }
        List<String> lines = columns(rows);
        for (int i = 0; i < lines.size(); i++) {
            line(paint(i == 0 ? FAINT : PLAIN, lines.get(i)));
        }
    }

    /** A line for each row; the first column stands to the right. */
    static List<String> columns(List<String[]> rows) {
        int[] widths = new int[rows.get(0).length];
        rows.forEach(row -> Arrays.setAll(widths, i -> Math.max(widths[i], row[i].length())));
        List<String> lines = new ArrayList<>(rows.size());
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                String cell = row[column];
                String room = " ".repeat(widths[column] - cell.length());
                line.append(column == 0 ? room + cell : "  " + cell + room);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    private void session(Explanation explanation) {
        line(paint(BOLD, "session " + explanation.id()) + route(explanation.parties()));
        line("  " + way(explanation.parties(), explanation.ladder().single()));
        if (explanation.findings().stream().allMatch(each -> each.tense() == Tense.PAST)
                && !explanation.ladder().over()) {
            line("");
            line("Nothing hangs here.");
        }
        boolean outlookWritten = explanation.outlook().isEmpty();
        for (Explained each : explanation.findings()) {
            if (!outlookWritten && each.tense() == Tense.PAST) {
                outlook(explanation);
                outlookWritten = true;
            }
            finding(each, explanation.ladder());
        }
        if (!outlookWritten) {
            outlook(explanation);
        }
        list("turns and transfers", explanation.flow());
        list(
                "meanwhile, of all connections of this host",
                explanation.meanwhile().stream()
                        .map(each -> each.count() + " " + each.words() + " (" + each.counter() + ")")
                        .toList());
        line("");
        LadderText.lines(explanation.ladder()).forEach(this::line);
    }

    private void outlook(Explanation explanation) {
        line("");
        explanation.outlook().forEach(each -> wrapped(each, "", PLAIN));
    }

    private static String route(Parties parties) {
        return parties.route().isEmpty() ? "" : " on route " + parties.route();
    }

    private static String way(Parties parties, boolean single) {
        String client = endpoint(parties.client());
        if (single) {
            return client + " > " + endpoint(parties.upstream());
        }
        InetSocketAddress local = parties.upstreamLocal();
        return client + " > finspect" + (local == null ? "" : " (from port " + local.getPort() + ")") + " > "
                + endpoint(parties.upstream());
    }

    private static String endpoint(@Nullable InetSocketAddress endpoint) {
        return endpoint == null ? "no upstream" : IpText.endpoint(endpoint);
    }

    private void finding(Explained each, Ladder ladder) {
        line("");
        Tense tense = each.tense();
        if (tense == Tense.PAST) {
            wrapped("Was so from " + span(each, ladder) + ": " + each.sentence(), "", PLAIN);
        } else {
            wrapped(each.sentence(), "", tense == Tense.HANGS ? RED : BOLD);
        }
        wrapped(
                each.finding().id().label() + ", " + sure(each.finding(), tense) + ", " + tense.words()
                        + (each.finding().explained().isEmpty() ? "" : "; explains " + explained(each)),
                "  ",
                FAINT);
        if (tense == Tense.PAST && !ladder.over()) {
            return; // What it was proved by, and what would look at it, is of the past.
        }
        line("");
        line(paint(FAINT, "        time  source    fact"));
        for (Evidence evidence : each.finding().evidence()) {
            evidence(evidence, each.finding(), ladder);
        }
        list("ruled out", alternatives(each.finding(), tense, Standing.RULED_OUT));
        list("rare", alternatives(each.finding(), tense, Standing.RARE));
        list("remains open", alternatives(each.finding(), tense, Standing.OPEN));
        if (tense != Tense.PAST) {
            list("would contradict it", each.contradictions());
            steps(each.steps());
        }
    }

    private static String span(Explained each, Ladder ladder) {
        Long until = each.untilEpochNanos();
        long from = each.finding().sinceEpochNanos();
        Evidence delay = each.finding().first(Clue.ACCEPT_DELAY);
        long to = until != null ? until : delay == null ? from : from + delay.amount();
        return String.format(
                Locale.ROOT,
                "%.1f s to %.1f s",
                (from - ladder.fromEpochNanos()) / 1e9,
                (to - ladder.fromEpochNanos()) / 1e9);
    }

    /** How sure the sentence is, the hang or failure by itself where that is surer, and whom it blames. */
    private static String sure(Finding finding, Tense tense) {
        String whole = finding.confidence().label();
        if (!finding.accuses()) {
            return whole;
        }
        return whole
                + (finding.hang() == finding.confidence()
                        ? ""
                        : (tense == Tense.AT_END ? " (that it failed: " : " (that it hangs: ")
                                + finding.hang().label() + ")")
                + ", blame "
                + finding.blame().label();
    }

    /** What each says, and why it is so, or what would decide it. */
    private static List<String> alternatives(Finding finding, Tense tense, Standing standing) {
        return finding.alternatives(standing).stream()
                .map(each -> each.reading()
                        + (each.isOpen() ? "; to decide it: " : ": ")
                        + each.because()
                        + ago(finding, tense, each))
                .toList();
    }

    private static String ago(Finding finding, Tense tense, Alternative each) {
        long nanos = finding.untilEpochNanos() - each.atEpochNanos();
        return each.atEpochNanos() == Evidence.TIMELESS || nanos < LEAST_AGO_NANOS
                ? ""
                : " (" + HumanUnits.spokenDuration(nanos) + (tense == Tense.AT_END ? " before)" : " ago)");
    }

    private static String explained(Explained each) {
        List<String> labels =
                each.finding().explained().stream().map(id -> id.label()).toList();
        return String.join(", ", labels);
    }

    private void evidence(Evidence evidence, Finding finding, Ladder ladder) {
        String time = evidence.atEpochNanos() == Evidence.TIMELESS
                ? ""
                : String.format(Locale.ROOT, "%.6f", (evidence.atEpochNanos() - ladder.fromEpochNanos()) / 1e9);
        String begin = String.format(
                Locale.ROOT, "%12s  %-8s  ", time, evidence.source().label());
        hanging(begin, legWords(evidence.leg(), finding, ladder) + fact(evidence));
    }

    /** Which leg a fact is about; of a single connection, which end, where the finding is about both. */
    private static String legWords(@Nullable Leg leg, Finding finding, Ladder ladder) {
        if (leg == null || (ladder.single() && finding.leg() != null)) {
            return "";
        }
        return leg.label() + (ladder.single() ? ": " : " leg: ");
    }

    /** What a piece of evidence says, with its amount. */
    public static String fact(Evidence evidence) {
        String words = evidence.clue().words();
        return switch (evidence.clue().unit()) {
            case NONE -> words;
            case COUNT, BYTES -> words + ": " + evidence.amount();
            case NANOS -> words + ": " + HumanUnits.spokenDuration(evidence.amount());
            case TEXT -> words + ": " + evidence.text();
        };
    }

    private void list(String title, List<String> items) {
        if (!items.isEmpty()) {
            line("");
            line(paint(FAINT, title));
            items.forEach(item -> hanging("  - ", item));
        }
    }

    private void steps(List<NextCommands.Step> steps) {
        if (!steps.isEmpty()) {
            line("");
            line(paint(FAINT, "next"));
            for (NextCommands.Step step : steps) {
                hanging("  # ", step.shows());
                line("  " + step.command());
            }
        }
    }

    private void wrapped(String words, String indent, String style) {
        for (String part : broken(words, WIDTH - indent.length())) {
            line(indent + paint(style, part));
        }
    }

    private void hanging(String begin, String words) {
        String indent = begin;
        for (String part : broken(words, WIDTH - begin.length())) {
            line(indent + part);
            indent = " ".repeat(begin.length());
        }
    }

    /** Broken between words; a word that is longer stays whole. */
    static List<String> broken(String words, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : words.split(" ", -1)) {
            if (line.length() > 0 && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    private String paint(String style, String words) {
        return colour && !style.equals(PLAIN) ? "\033[" + style + "m" + words + "\033[0m" : words;
    }

    private void line(String words) {
        text.append(words).append('\n');
    }
}
