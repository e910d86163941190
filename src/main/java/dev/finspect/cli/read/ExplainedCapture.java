package dev.finspect.cli.read;

import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.OutputFormat;
import dev.finspect.cli.process.ProcessContext;
import dev.finspect.diagnose.Thresholds;
import dev.finspect.lifecycle.TimeLimits;
import dev.finspect.lifecycle.connection.ServicePorts;
import dev.finspect.lifecycle.connection.TrackingSettings;
import dev.finspect.log.json.JsonExplanation;
import dev.finspect.session.anonymous.Anonymiser;
import dev.finspect.session.explain.Explanation;
import dev.finspect.session.explain.ExplanationHead;
import dev.finspect.session.explain.ExplanationText;
import dev.finspect.wire.capture.CaptureEnd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Explains the connections of a capture file that have findings, or the one that is asked for; if none has, and there is only one, that one. */
public final class ExplainedCapture {
    private static final int MOST_CONNECTIONS = 16_384;
    /** Most explanations that are printed; the others are counted. */
    private static final int MOST = 100;

    private static final int MOST_NAMED = 4;

    private final ProcessContext context;
    private final Thresholds thresholds;
    private final @Nullable Anonymiser anonymiser;
    private final List<Explanation> chosen = new ArrayList<>();
    private final List<Explanation> first = new ArrayList<>(1);
    private long records;

    /** {@code after} counts as hung what lasts so long; null for the standard thresholds. With other addresses if wished. */
    public ExplainedCapture(ProcessContext context, @Nullable Duration after, boolean anonymise) {
        this.context = context;
        this.anonymiser = anonymise ? new Anonymiser() : null;
        this.thresholds = after == null ? Thresholds.STANDARD : Thresholds.STANDARD.after(after);
    }

    /**
     * What is wanted of a file.
     *
     * @param id the first letters of one connection's id; null for all that have findings
     * @param all as text every one, not one for each cause
     */
    public record Wanted(@Nullable String id, boolean all, OutputFormat format, boolean colour) {
        private boolean takes(String full) {
            return id == null || full.regionMatches(true, 0, id, 0, id.length());
        }
    }

    /** Prints the explanations and returns the ids of the findings. */
    public Set<String> show(String file, Wanted wanted) throws CommandFailure {
        read(file, wanted);
        String id = wanted.id;
        if (id != null) {
            print(one(file, id), wanted);
        } else {
            List<Explanation> inFile = List.copyOf(chosen.subList(0, Math.min(MOST, chosen.size())));
            chosen.sort(Explanation.WORST_FIRST);
            if (wanted.format.isJson()) {
                print(inFile.stream().sorted(Explanation.WORST_FIRST).toList(), wanted.format);
                reportMore(chosen.size() - inFile.size());
            } else if (chosen.isEmpty()) {
                print("no findings in " + file + ": " + Totals.count(records, "connection") + "\n");
                if (records == 1 && wanted.format == OutputFormat.TEXT) {
                    print("\n" + ExplanationText.of(first.get(0), wanted.colour));
                }
            } else if (wanted.format == OutputFormat.TABLE) {
                print(ExplanationText.table(heads(), wanted.colour));
            } else {
                print(ExplanationText.of(chosen, each -> each, wanted.all, wanted.colour));
            }
        }
        context.out().flush();
        return chosen.stream().flatMap(Explanation::standing).collect(Collectors.toCollection(TreeSet::new));
    }

    private void print(Explanation one, Wanted wanted) {
        switch (wanted.format) {
            case TEXT -> print(ExplanationText.of(one, wanted.colour));
            case TABLE -> print(ExplanationText.table(heads(), wanted.colour));
            case JSON, NDJSON -> print(List.of(one), wanted.format);
        }
    }

    private void print(List<Explanation> some, OutputFormat format) {
        JsonExplanation json = new JsonExplanation();
        if (format == OutputFormat.JSON) {
            print(new String(JsonExplanation.ofCapture(some), StandardCharsets.UTF_8));
        } else {
            some.forEach(each -> print(new String(json.one(each), StandardCharsets.UTF_8)));
        }
    }

    private void print(String text) {
        context.out().print(anonymiser == null ? text : anonymiser.text(text));
    }

    private void reportMore(int more) {
        if (more > 0) {
            context.err()
                    .println("finspect: " + more + " more "
                            + (more == 1 ? "connection has findings" : "connections have findings")
                            + "; 'finspect read' lists all");
        }
    }

    private List<ExplanationHead> heads() {
        return chosen.stream().map(Explanation::head).toList();
    }

    private Explanation one(String file, String id) throws CommandFailure {
        if (chosen.size() == 1) {
            return chosen.get(0);
        }
        throw new CommandFailure(
                ExitCode.RUNTIME,
                chosen.isEmpty()
                        ? file + " has no connection '" + id + "'. 'finspect read " + file + "' lists all."
                        : "several connections of " + file + " begin with '" + id + "': "
                                + chosen.stream()
                                        .limit(MOST_NAMED)
                                        .map(Explanation::id)
                                        .collect(Collectors.joining(", "))
                                + ". Write more letters.");
    }

    private void read(String file, Wanted wanted) throws CommandFailure {
        CaptureRun run = new CaptureRun(
                new TrackingSettings(TimeLimits.ZEEK, MOST_CONNECTIONS, ServicePorts.WELL_KNOWN, true),
                thresholds,
                record -> {
                    records++;
                    Explanation explanation = Explanation.of(
                            anonymiser == null ? record : anonymiser.record(record), List.of(), thresholds);
                    if (records == 1) {
                        first.add(explanation);
                    }
                    if (wanted.takes(explanation.id())
                            && (wanted.id != null || !explanation.findings().isEmpty())) {
                        chosen.add(explanation);
                    }
                });
        try (CaptureInput input = CaptureInput.open(file, context.in())) {
            CaptureEnd end = run.read(input, offset -> true);
            run.finish();
            if (end != null && !(end instanceof CaptureEnd.Complete)) {
                context.err().println("finspect: " + file + ": " + end.sentence());
            }
        } catch (UncheckedIOException e) {
            throw new CommandFailure(ExitCode.RUNTIME, file + ": reading failed: " + e.getMessage());
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.RUNTIME,
                    file + ": " + e.getMessage() + ". Give a session's ID, or a pcap or pcapng file.");
        }
        if (run.totals().nothingKnown()) {
            throw new CommandFailure(
                    ExitCode.RUNTIME, file + ": " + run.totals().unknownLinkTypes() + " cannot be read");
        }
        if (run.totals().packets() == 0) {
            throw new CommandFailure(ExitCode.RUNTIME, file + ": no packet can be read. Give a pcap or pcapng file.");
        }
    }
}
