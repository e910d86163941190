package dev.finspect.cli;

import dev.finspect.cli.process.Colors;
import dev.finspect.cli.process.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program without a command. */
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
            "  finspect run -c config/finspect.yaml",
            "  finspect check -c config/finspect.yaml",
            "  finspect read capture.pcap",
            "  finspect explain",
            "  finspect doctor"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed while it ran",
            "2:the command line cannot be understood",
            "3:bad configuration",
            "4:cannot listen on an address",
            "5:found what --fail-on names"
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
            description = "Colour what people read: auto (default), always, never.")
    @SuppressWarnings(
            "UnusedVariable") // read by Colors before the command line is parsed; here it is checked and explained
    private Colors color = Colors.AUTO;

    @Override
    public void run() {
        throw new picocli.CommandLine.ParameterException(spec.commandLine(), "no command given");
    }
}
