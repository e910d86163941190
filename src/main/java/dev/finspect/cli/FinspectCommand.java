package dev.finspect.cli;

import dev.finspect.cli.process.Colors;
import dev.finspect.cli.process.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program without a command: prints its help. */
@Command(
        name = "finspect",
        header = "A TCP proxy that explains connections: how both legs opened, lived and closed.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Version.class,
        synopsisHeading = "%nUsage: ",
        commandListHeading = "%nCommands:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  finspect demo",
            "  finspect run --listen 127.0.0.1:15432 --upstream 127.0.0.1:5432",
            "  finspect explain"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:success",
            "1:failed while running",
            "2:wrong command line",
            "3:wrong configuration",
            "4:cannot listen on an address",
            "5:--fail-on: a named finding was found"
        })
final class FinspectCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--color",
            paramLabel = "WHEN",
            scope = ScopeType.INHERIT,
            defaultValue = "auto",
            description = "Colour the output: auto (default), always, never.")
    @SuppressWarnings(
            "UnusedVariable") // Colors reads it before the command line is parsed; here it is validated and documented
    private Colors color = Colors.AUTO;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
