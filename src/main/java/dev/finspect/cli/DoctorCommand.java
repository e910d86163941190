package dev.finspect.cli;

import dev.finspect.cli.doctor.CheckResult;
import dev.finspect.cli.doctor.CheckResult.Grade;
import dev.finspect.cli.doctor.Checks;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.ProcessContext;
import dev.finspect.log.json.JsonRows;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says what this machine lets finspect see, and how to gain the rest. */
@Command(
        name = "doctor",
        header = "Try what this machine lets finspect see, and say how to gain the rest.",
        description = {
            "",
            "Each line is really tried, by this user, on sockets of its own; interception, as root, in a network namespace"
                    + " that is gone afterwards. Exit code 1 only where finspect could not proxy at all; what is merely"
                    + " less, missing or untried is no error."
        },
        synopsisHeading = "%nUsage: ",
        footerHeading = "%nExamples:%n",
        footer = {"  finspect doctor", "  finspect doctor -o json"})
final class DoctorCommand implements Callable<Integer> {
    private final ProcessContext context;

    /** How findings are shown. */
    enum Output {
        /** Lines for people. */
        table,
        /** One array of objects. */
        json
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json",
            defaultValue = "table",
            description = "How it is shown (table).")
    private Output output = Output.table;

    DoctorCommand(ProcessContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        List<CheckResult> findings = Checks.make();
        PrintStream out = context.out();
        if (output == Output.json) {
            out.println(JsonRows.of(findings.stream().map(DoctorCommand::row).toList()));
        } else {
            for (int i = 0; i < findings.size(); i++) {
                boolean sameFollows = i + 1 < findings.size()
                        && findings.get(i + 1).gain().equals(findings.get(i).gain());
                print(findings.get(i), sameFollows, out);
            }
        }
        boolean broken = findings.stream().anyMatch(finding -> finding.grade() == Grade.BROKEN);
        return (broken ? ExitCode.RUNTIME : ExitCode.OK).code();
    }

    /** A line, and how to gain the rest; where the next has the same to gain, it says so for both. */
    private static void print(CheckResult finding, boolean sameFollows, PrintStream out) {
        out.printf("%-8s%-14s%s%n", finding.grade().label(), finding.check(), finding.found());
        if (!finding.gain().isEmpty() && !sameFollows) {
            out.printf("%-22s%s%n", "", "-> " + finding.gain());
        }
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
