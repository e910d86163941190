package dev.finspect.cli;

import dev.finspect.cli.process.Colors;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.OutputFormat;
import dev.finspect.cli.process.ProcessContext;
import dev.finspect.cli.read.CaptureInput;
import dev.finspect.cli.read.CaptureProgress;
import dev.finspect.cli.read.CaptureRun;
import dev.finspect.cli.read.FailOn;
import dev.finspect.cli.read.RecordOutput;
import dev.finspect.lifecycle.TimeLimits;
import dev.finspect.lifecycle.connection.ServicePorts;
import dev.finspect.lifecycle.connection.TrackingSettings;
import dev.finspect.session.anonymous.Anonymiser;
import dev.finspect.session.filter.RecordFilter;
import dev.finspect.tcp.HumanUnits;
import dev.finspect.wire.capture.CaptureEnd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Reads capture files and writes a record for each connection. */
@Command(
        name = "read",
        header = "Read pcap and pcapng files and write a record for each TCP connection.",
        description = {
            "",
            "A record describes one connection: client is its originator, upstream is null. If the capture of a proxy"
                    + " contains both connections of a session, and the match is unique, one record has both. Files"
                    + " that follow each other within a minute count as one capture. 'explain FILE ID' explains a record.",
            "",
            "All terms of a filter must match; ! negates a term; quote the filter for the shell."
                    + " Words: rst fin half_closed mid_stream missed icmp reused simultaneous joined."
                    + " NAME:VALUE[,VALUE]: port host conn_state state history outcome event error first finding blame."
                    + " NAME>NUMBER, also < >= <= =: duration bytes rtt retransmits syn_retransmits zero_windows"
                    + " out_of_order keep_alives wrong_checksums segments; times need a unit: ns, us, ms, s, m or h."
        },
        synopsisHeading = "%nUsage: ",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  finspect read capture.pcap",
            "  finspect read -o ndjson part1.pcap part2.pcap | jq -r .client.conn_state | sort | uniq -c",
            "  finspect read --filter 'port:5432 retransmits>0 duration>1s' capture.pcapng",
            "  tcpdump -U -w - -i eth0 tcp | finspect read --filter '!conn_state:SF host:10.0.0.0/8' -"
        })
final class ReadCommand implements Callable<Integer> {
    /** As many open connections as fit the launcher's heap. */
    private static final int MOST_CONNECTIONS = 16_384;

    private static final Duration LEAST = Duration.ofMillis(1);
    private static final Duration MOST = Duration.ofDays(365);

    private final ProcessContext context;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Capture files; - is standard input.")
    private List<String> files = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = OutputFormat.LABEL,
            description = "text (on a terminal), table, json (one array), ndjson (else).")
    private @Nullable OutputFormat format;

    @Option(names = "--filter", paramLabel = "TERMS", description = "Write only matching records.")
    private String filter = "";

    @Option(
            names = "--fail-on",
            paramLabel = "ID",
            split = ",",
            completionCandidates = FailOn.Words.class,
            description = "Exit with 5 if a match has this finding; any: one that blames a side.")
    private List<String> failOn = List.of();

    @Option(
            names = "--attempt-timeout",
            paramLabel = "TIME",
            description = "End a connection whose SYN is unanswered for this long (5s); off.")
    private String attemptTimeout = "5s";

    @Option(
            names = "--idle-timeout",
            paramLabel = "TIME",
            description = "End after this long in silence (5m; ports 21, 22, 23, 513: 1h); off.")
    private @Nullable String idleTimeout;

    @Option(names = "--no-checksums", description = "Also use segments with a wrong checksum (checksum offloading).")
    private boolean noChecksums;

    @Option(names = "--anonymise", description = "Write other addresses and names of hosts and programs.")
    private boolean anonymise;

    ReadCommand(ProcessContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        RecordFilter chosen = filter();
        FailOn failing = FailOn.of(failOn, spec);
        TrackingSettings settings = settings();
        RecordOutput output = output();
        CaptureProgress progress = new CaptureProgress(
                context.err(), context.errIsTerminal() && !context.isDumbTerminal(), System.nanoTime());
        long[] written = new long[1];
        long[] failed = new long[1];
        CaptureRun run = new CaptureRun(settings, record -> {
            if (chosen.test(record)) {
                progress.clear();
                output.write(record);
                written[0]++;
                failed[0] += failing.foundIn(record) ? 1 : 0;
            }
        });
        boolean whole = true;
        for (String file : files) {
            whole &= read(file, run, output, progress);
            if (output.broken()) {
                break;
            }
        }
        run.finish();
        output.finish();
        progress.clear();
        say(run.totals().line(!noChecksums)
                + (filter.isBlank()
                        ? ""
                        : ", " + HumanUnits.count(written[0], "record") + (written[0] == 1 ? " matches" : " match")
                                + " the filter"));
        if (output.broken()) {
            say("standard output is closed or full; the remaining records were not written");
            return ExitCode.RUNTIME.code();
        }
        if (failed[0] > 0) {
            say((failed[0] == 1 ? "1 record has" : failed[0] + " records have") + " a finding named by --fail-on");
        }
        if (run.totals().nothingKnown()) {
            say("nothing was read: " + run.totals().unknownLinkTypes() + " cannot be read");
            return ExitCode.RUNTIME.code();
        }
        return (!whole ? ExitCode.RUNTIME : failed[0] > 0 ? ExitCode.FOUND : ExitCode.OK).code();
    }

    /** Whether the file was read to its end; a truncated last packet is accepted. */
    private boolean read(String file, CaptureRun run, RecordOutput output, CaptureProgress progress) {
        long before = run.totals().packets();
        try (CaptureInput input = CaptureInput.open(file, context.in())) {
            CaptureEnd end = run.read(input, offset -> {
                progress.show(input, offset, run.totals().packets(), System.nanoTime());
                return !output.broken();
            });
            progress.clear();
            return end == null || reportEnd(input.name(), end, run.totals().packets() - before);
        } catch (UncheckedIOException e) {
            progress.clear();
            String reason = e.getCause() == null
                    ? e.toString()
                    : String.valueOf(e.getCause().getMessage());
            say(file + ": reading failed after " + (run.totals().packets() - before)
                    + (run.totals().packets() - before == 1 ? " packet: " : " packets: ") + reason);
            return false;
        } catch (IOException e) {
            progress.clear();
            say(file + ": " + e.getMessage());
            return false;
        }
    }

    private boolean reportEnd(String name, CaptureEnd end, long packets) {
        if (end instanceof CaptureEnd.Complete) {
            if (packets == 0) {
                say(name + ": the capture has no packets");
            }
            return true;
        }
        say(name + ": " + end.sentence() + (packets == 0 ? "" : "; used the " + packetsBefore(packets)));
        return end instanceof CaptureEnd.Truncated;
    }

    private static String packetsBefore(long packets) {
        return packets == 1 ? "packet before it" : packets + " packets before it";
    }

    private RecordFilter filter() {
        try {
            return RecordFilter.of(filter);
        } catch (RecordFilter.Misunderstood e) {
            throw new ParameterException(spec.commandLine(), "--filter '" + filter + "', " + e.getMessage());
        }
    }

    private TrackingSettings settings() {
        Duration idle = idleTimeout == null ? TimeLimits.ZEEK.idle() : time("--idle-timeout", idleTimeout);
        TimeLimits limits = new TimeLimits(
                time("--attempt-timeout", attemptTimeout),
                idle,
                idleTimeout == null ? TimeLimits.ZEEK.interactiveIdle() : idle,
                TimeLimits.ZEEK.afterClose());
        return new TrackingSettings(limits, MOST_CONNECTIONS, ServicePorts.WELL_KNOWN, !noChecksums);
    }

    private Duration time(String option, String text) {
        return Durations.optionOrOff(option, text, LEAST, MOST, spec).orElse(Duration.ZERO);
    }

    private RecordOutput output() {
        boolean terminal = context.outIsTerminal();
        OutputFormat chosen = format != null ? format : terminal ? OutputFormat.TEXT : OutputFormat.NDJSON;
        boolean colour = !chosen.isJson() && Colors.wanted(spec, context);
        boolean prompt = terminal || files.contains(CaptureInput.STANDARD_INPUT);
        return new RecordOutput(
                chosen, context.out(), colour, context.columns(), prompt, anonymise ? new Anonymiser() : null);
    }

    private void say(String what) {
        context.err().println("finspect: " + what);
    }
}
