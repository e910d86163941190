package dev.finspect.cli;

import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.ProcessContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a manual page, or writes all of them to a directory. */
@Command(
        name = "man",
        header = "Print a manual page, or write all of them to a directory.",
        synopsisHeading = "%nUsage: ",
        footerHeading = "%nExamples:%n",
        footer = {
            "  finspect man run | man -l -                                  # read the page of 'run'",
            "  finspect man --dir /usr/local/share/man/man1                 # install all"
        })
final class ManCommand implements Callable<Integer> {
    private final ProcessContext context;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "COMMAND", arity = "0..1", description = "The command (default: finspect itself).")
    private @Nullable String command;

    @Option(names = "--dir", paramLabel = "DIR", description = "Write all pages to this directory.")
    private @Nullable Path directory;

    ManCommand(ProcessContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        if (directory != null) {
            write(directory);
            return ExitCode.OK.code();
        }
        context.out().print(ManPage.of(HelpCommand.named(spec, command).getCommandSpec()));
        context.out().flush();
        return ExitCode.OK.code();
    }

    /** All pages by file name. */
    static Map<String, String> pages(CommandSpec root) {
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put(ManPage.name(root) + ".1", ManPage.of(root));
        root.subcommands()
                .values()
                .forEach(c -> pages.put(ManPage.name(c.getCommandSpec()) + ".1", ManPage.of(c.getCommandSpec())));
        return pages;
    }

    private void write(Path to) throws CommandFailure {
        try {
            Files.createDirectories(to);
            for (Map.Entry<String, String> page : pages(spec.root()).entrySet()) {
                Files.writeString(to.resolve(page.getKey()), page.getValue());
            }
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.RUNTIME, "cannot write manual pages: " + e + ". Name a directory that you can write to.");
        }
    }
}
