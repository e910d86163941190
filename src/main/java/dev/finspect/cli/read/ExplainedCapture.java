package dev.finspect.cli.read;

import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.ProcessContext;
import dev.finspect.diagnose.Thresholds;
import dev.finspect.lifecycle.TimeLimits;
import dev.finspect.lifecycle.connection.ServicePorts;
import dev.finspect.lifecycle.connection.TrackingSettings;
import dev.finspect.log.json.JsonExplanation;
import dev.finspect.session.explain.Explanation;
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

/** Explains the connections of a capture file that have findings; if none has, and there is only one, that one. */
public final class ExplainedCapture {
    private static final int MOST_CONNECTIONS = 16_384;
    /** Most explanations that are printed; the others are counted. */
    private static final int MOST = 100;

    private final ProcessContext context;
    private final Thresholds thresholds;
    private final List<Explanation> wrong = new ArrayList<>();
    private final List<Explanation> first = new ArrayList<>(1);
    private long records;

    /** {@code after} counts as hung what lasts so long; null for the standard thresholds. */
    public ExplainedCapture(ProcessContext context, @Nullable Duration after) {
        this.context = context;
        this.thresholds = after == null ? Thresholds.STANDARD : Thresholds.STANDARD.after(after);
    }

    /** Prints the explanations and returns the ids of the findings; {@code all} as text for every one. */
    public Set<String> show(String file, boolean all, boolean json, boolean colour) throws CommandFailure {
        read(file);
        List<Explanation> inFile = List.copyOf(wrong.subList(0, Math.min(MOST, wrong.size())));
        wrong.sort(Explanation.WORST_FIRST);
        if (json) {
            List<Explanation> some =
                    inFile.stream().sorted(Explanation.WORST_FIRST).toList();
            context.out().print(new String(JsonExplanation.ofCapture(some), StandardCharsets.UTF_8));
        } else if (wrong.isEmpty()) {
            context.out()
                    .print("no findings in " + file + ": " + records
                            + (records == 1 ? " connection\n" : " connections\n"));
            if (records == 1) {
                context.out().print("\n" + ExplanationText.of(first.get(0), colour));
            }
        } else {
            context.out().print(ExplanationText.of(wrong, each -> each, all, colour));
        }
        context.out().flush();
        int more = wrong.size() - inFile.size();
        if (json && more > 0) {
            context.err().println("finspect: " + more + " more connections have findings; 'finspect read' lists all");
        }
        return wrong.stream().flatMap(Explanation::standing).collect(Collectors.toCollection(TreeSet::new));
    }

    private void read(String file) throws CommandFailure {
        CaptureRun run = new CaptureRun(
                new TrackingSettings(TimeLimits.ZEEK, MOST_CONNECTIONS, ServicePorts.WELL_KNOWN, true),
                thresholds,
                record -> {
                    records++;
                    Explanation explanation = Explanation.of(record, List.of(), thresholds);
                    if (records == 1) {
                        first.add(explanation);
                    }
                    if (!explanation.findings().isEmpty()) {
                        wrong.add(explanation);
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
