package dev.finspect.cli;

import dev.finspect.cli.doctor.CheckResult;
import dev.finspect.cli.doctor.CheckResult.Grade;
import dev.finspect.cli.doctor.Checks;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.OutputFormat;
import dev.finspect.cli.process.ProcessContext;
import dev.finspect.log.json.JsonRows;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Checks what finspect can observe on this machine, and how to enable the rest. */
@Command(
        name = "doctor",
        header = "Check what finspect can observe on this machine, and how to enable the rest.",
        description = {
            "",
            "Each check is a real trial, run as this user on its own sockets; interception is tried as root, in a temporary"
                    + " network namespace. Exit code 1 means that finspect cannot proxy at all (broken); less, missing"
                    + " and untried are no errors."
        },
        synopsisHeading = "%nUsage: ",
        footerHeading = "%nExamples:%n",
        footer = {"  finspect doctor", "  finspect doctor -o json"})
final class DoctorCommand implements Callable<Integer> {
    private final ProcessContext context;

    @Option(
            names = {"-o", "--output"},
            paramLabel = OutputFormat.LABEL,
            description = "text (default), table (one line a check), json, ndjson.")
    private OutputFormat output = OutputFormat.TEXT;

    DoctorCommand(ProcessContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        List<CheckResult> findings = Checks.make();
        PrintStream out = context.out();
        switch (output) {
            case JSON -> out.println(JsonRows.of(rows(findings)));
            case NDJSON -> out.print(JsonRows.lines(rows(findings)));
            case TABLE ->
                findings.forEach(
                        each -> out.printf("%-8s%-14s%s%n", each.grade().label(), each.check(), each.found()));
            case TEXT -> {
                for (int i = 0; i < findings.size(); i++) {
                    boolean nextHasSame = i + 1 < findings.size()
                            && findings.get(i + 1).gain().equals(findings.get(i).gain());
                    print(findings.get(i), nextHasSame, out);
                }
            }
        }
        boolean broken = findings.stream().anyMatch(finding -> finding.grade() == Grade.BROKEN);
        return (broken ? ExitCode.RUNTIME : ExitCode.OK).code();
    }

    /** Prints a check and its advice; omits the advice if the next check has the same. */
    private static void print(CheckResult finding, boolean nextHasSame, PrintStream out) {
        out.printf("%-8s%-14s%s%n", finding.grade().label(), finding.check(), finding.found());
        if (!finding.gain().isEmpty() && !nextHasSame) {
            out.printf("%-22s%s%n", "", "-> " + finding.gain());
        }
    }

    private static List<Map<String, String>> rows(List<CheckResult> findings) {
        return findings.stream().map(DoctorCommand::row).toList();
    }

    private static Map<String, String> row(CheckResult finding) {
        Map<String, String> row = new LinkedHashMap<>();
        row.put("check", finding.check());
        row.put("grade", finding.grade().label());
        row.put("found", finding.found());
        row.put("gain", finding.gain());
        return row;
    }
}
