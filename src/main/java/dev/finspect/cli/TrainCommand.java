package dev.finspect.cli;

import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.ProcessContext;
import dev.finspect.cli.run.ClassPreloader;
import dev.finspect.cli.train.Commands;
import dev.finspect.cli.train.Training;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Drives the load by which the launcher makes a class archive. Java itself records what is used meanwhile. */
@Command(
        name = "train",
        hidden = true,
        header = "Make a class archive for fast starts now; the launcher does so by itself.",
        description = {
            "",
            "Drives sessions through a finspect in this process, on its loopback. The launcher starts it with the Java"
                    + " options that make the archive, and keeps the archive."
        },
        synopsisHeading = "%nUsage: ",
        footerHeading = "%nExamples:%n",
        footer = {"  finspect train", "  finspect train --cpu 25"})
final class TrainCommand implements Callable<Integer> {
    /** The first Java whose archive has profiles of methods as well. */
    private static final int FIRST_WITH_PROFILES = 25;

    private static final int FOR_PROFILES = 100_000;
    private static final int FOR_CLASSES = 2_000;

    private final ProcessContext context;
    private final Commands commands;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--sessions",
            paramLabel = "N",
            description = "Short connections (default: 100000; before Java 25, whose archive has classes alone, 2000).")
    private int sessions = Runtime.version().feature() < FIRST_WITH_PROFILES ? FOR_CLASSES : FOR_PROFILES;

    @Option(names = "--cpu", paramLabel = "PERCENT", description = "Of one processor at most (default: 100, no limit).")
    private int percent = 100;

    @Option(names = "--for", paramLabel = "TIME", description = "End the load after this time (default: 10m).")
    private String most = "10m";

    TrainCommand(ProcessContext context, Commands commands) {
        this.context = context;
        this.commands = commands;
    }

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
        Duration within = Durations.option("--for", most, Duration.ofSeconds(1), Duration.ofHours(1), spec);
        long startNanos = System.nanoTime();
        ClassPreloader.start("run");
        try {
            int driven = new Training(
                            commands,
                            new Training.Extent(Math.max(0, sessions), Math.max(1, percent), within),
                            context.environment())
                    .run();
            long seconds = Duration.ofNanos(System.nanoTime() - startNanos).toSeconds();
            context.out().println("trained by " + driven + " sessions in " + seconds + " s");
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.RUNTIME, "the training has failed: " + e.getMessage() + ".");
        }
        return ExitCode.OK.code();
    }
}
