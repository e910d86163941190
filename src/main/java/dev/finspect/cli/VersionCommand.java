package dev.finspect.cli;

import dev.finspect.cli.process.ProcessContext;
import dev.finspect.cli.process.Version;
import picocli.CommandLine.Command;

/** Prints the version, as {@code --version} does. */
@Command(
        name = "version",
        header = "Print the version of finspect, of Java and of the system.",
        synopsisHeading = "%nUsage: ",
        footerHeading = "%nExamples:%n",
        footer = {"  finspect version"})
final class VersionCommand implements Runnable {
    private final ProcessContext context;

    VersionCommand(ProcessContext context) {
        this.context = context;
    }

    @Override
    public void run() {
        for (String line : new Version().getVersion()) {
            context.out().println(line);
        }
    }
}
