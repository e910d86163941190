package dev.finspect.session.explain;

import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Parties;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.session.PeerProbe;
import dev.finspect.tcp.HumanUnits;
import dev.finspect.tcp.IpText;
import dev.finspect.tcp.Leg;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Explanations for a person to read, in at most 80 columns but for commands, which are left whole to be copied. */
public final class ExplanationText {
    private static final int WIDTH = 80;
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

    /** The text where no session hangs. */
    public static String nothingHangs(long living) {
        return "nothing hangs: " + (living == 1 ? "1 session lives" : living + " sessions live") + "\n";
    }

    private void session(Explanation explanation) {
        line(paint(BOLD, "session " + explanation.id()) + route(explanation.parties()));
        line("  " + way(explanation.parties(), explanation.ladder().single()));
        if (explanation.findings().isEmpty()) {
            line("");
            line(explanation.ladder().over() ? "It ended, and nothing was wrong." : "Nothing hangs here.");
        }
        for (Explained each : explanation.findings()) {
            finding(each, explanation.ladder());
        }
        line("");
        LadderText.lines(explanation.ladder()).forEach(this::line);
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
        wrapped(each.sentence(), "", each.hangs() ? RED : BOLD);
        String state = each.hangs() ? "hangs" : each.untilEpochNanos() == null ? "found at the end" : "has gone";
        wrapped(
                each.finding().id().label() + ", " + each.finding().confidence().label() + ", " + state
                        + (each.finding().explained().isEmpty() ? "" : "; explains " + explained(each)),
                "  ",
                FAINT);
        if (each.untilEpochNanos() != null && !ladder.over()) {
            return; // What it was proved by, and what would look at it, is of the past.
        }
        line("");
        line(paint(FAINT, "        time  source    fact"));
        for (Evidence evidence : each.finding().evidence()) {
            evidence(evidence, ladder);
        }
        list("would contradict it", each.contradictions());
        steps(each.steps());
    }

    private static String explained(Explained each) {
        List<String> labels =
                each.finding().explained().stream().map(id -> id.label()).toList();
        return String.join(", ", labels);
    }

    private void evidence(Evidence evidence, Ladder ladder) {
        String time = evidence.atEpochNanos() == Evidence.TIMELESS
                ? ""
                : String.format(Locale.ROOT, "%.6f", (evidence.atEpochNanos() - ladder.fromEpochNanos()) / 1e9);
        String begin = String.format(
                Locale.ROOT, "%12s  %-8s  ", time, evidence.source().label());
        hanging(begin, (ladder.single() || evidence.leg() == null ? "" : legWords(evidence.leg())) + fact(evidence));
    }

    private static String legWords(Leg leg) {
        return leg.label() + " leg: ";
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
    private static List<String> broken(String words, int width) {
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
        return colour ? "\033[" + style + "m" + words + "\033[0m" : words;
    }

    private void line(String words) {
        text.append(words).append('\n');
    }
}
