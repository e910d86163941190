package dev.finspect.cli.read;

import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.ProcessContext;
import dev.finspect.lifecycle.TimeLimits;
import dev.finspect.lifecycle.connection.ServicePorts;
import dev.finspect.lifecycle.connection.TrackingSettings;
import dev.finspect.log.json.JsonExplanation;
import dev.finspect.session.explain.Explanation;
import dev.finspect.session.explain.ExplanationText;
import dev.finspect.wire.capture.CaptureEnd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Explains the connections of a capture file that have findings; if none has, and there is only one, that one. */
public final class ExplainedCapture {
    private static final int MOST_CONNECTIONS = 16_384;
    /** Most explanations that are printed; the others are counted. */
    private static final int MOST = 100;

    private final ProcessContext context;
    private final List<Explanation> wrong = new ArrayList<>();
    private final List<Explanation> first = new ArrayList<>(1);
    private long records;
    private long more;

    public ExplainedCapture(ProcessContext context) {
        this.context = context;
    }

    /** Prints the explanations and returns the ids of the findings. */
    public Set<String> show(String file, boolean json, boolean colour) throws CommandFailure {
        read(file);
        wrong.sort(Explanation.WORST_FIRST);
        if (json) {
            context.out().print(new String(JsonExplanation.ofCapture(wrong), java.nio.charset.StandardCharsets.UTF_8));
        } else {
            boolean one = wrong.isEmpty() && records == 1;
            String head = wrong.isEmpty()
                    ? "no findings in " + file + ": " + records + (records == 1 ? " connection\n" : " connections\n")
                    : "";
            context.out()
                    .print(head
                            + (one ? "\n" : "")
                            + (one ? first : wrong)
                                    .stream()
                                            .map(each -> ExplanationText.of(each, colour))
                                            .collect(Collectors.joining("\n" + "=".repeat(79) + "\n\n")));
        }
        context.out().flush();
        if (more > 0) {
            context.err().println("finspect: " + more + " more connections have findings; 'finspect read' lists all");
        }
        return wrong.stream().flatMap(Explanation::standing).collect(Collectors.toCollection(TreeSet::new));
    }

    private void read(String file) throws CommandFailure {
        CaptureRun run = new CaptureRun(
                new TrackingSettings(TimeLimits.ZEEK, MOST_CONNECTIONS, ServicePorts.WELL_KNOWN, true), record -> {
                    records++;
                    Explanation explanation = Explanation.of(record, List.of());
                    if (records == 1) {
                        first.add(explanation);
                    }
                    if (explanation.findings().isEmpty()) {
                        return;
                    }
                    if (wrong.size() < MOST) {
                        wrong.add(explanation);
                    } else {
                        more++;
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
        if (run.totals().packets() == 0) {
            throw new CommandFailure(ExitCode.RUNTIME, file + ": no packet can be read. Give a pcap or pcapng file.");
        }
    }
}
