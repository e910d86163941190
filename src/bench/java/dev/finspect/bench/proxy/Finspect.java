package dev.finspect.bench.proxy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** finspect as its users run it: a record for each session on its standard output, metrics and samples on. */
public final class Finspect implements Proxy {
    /** The name under which others are compared with it. */
    public static final String NAME = "finspect";

    private final String name;
    private final Path launcher;
    private final List<String> moreArguments;

    /** The same with {@code --capture MODE}, so that a run can compare the modes: {@code finspect-off} and so on. */
    public static Finspect capturing(String mode, Path launcher, List<String> moreArguments) {
        return new Finspect(
                NAME + "-" + mode,
                launcher,
                Stream.concat(moreArguments.stream(), Stream.of("--capture", mode))
                        .toList());
    }

    /**
     * The finspect of a launcher.
     *
     * @param launcher the script that users start
     * @param moreArguments added to the command, to measure with a capture, say
     */
    public Finspect(Path launcher, List<String> moreArguments) {
        this(NAME, launcher, moreArguments);
    }

    private Finspect(String name, Path launcher, List<String> moreArguments) {
        this.name = name;
        this.launcher = launcher.toAbsolutePath();
        this.moreArguments = moreArguments;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String setting() {
        return String.join(" ", "run --log-format json, records to a file", String.join(" ", moreArguments))
                .strip();
    }

    @Override
    public Optional<String> obstacle() {
        return Files.isExecutable(launcher)
                ? Optional.empty()
                : Optional.of("no launcher " + launcher.getFileName() + " to execute (see --finspect)");
    }

    @Override
    public String configuration(Route route) {
        return "";
    }

    @Override
    public List<String> command(Route route, Path configuration) {
        Stream<String> asUsersDo = Stream.of(
                launcher.toString(),
                "run",
                "--listen",
                route.listenHost() + ":" + route.listenPort(),
                "--upstream",
                route.upstreamHost() + ":" + route.upstreamPort(),
                "--log-format",
                "json");
        return Stream.concat(asUsersDo, moreArguments.stream()).toList();
    }

    @Override
    public boolean writesRecords() {
        return true;
    }

    @Override
    public List<String> versionCommand() {
        return List.of(launcher.toString(), "--version");
    }
}
