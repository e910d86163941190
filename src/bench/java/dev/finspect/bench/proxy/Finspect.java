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
    private final int warmUp;

    /** The same with so many sessions of its own before it is ready, with capture off. */
    public static Finspect warmingUp(int sessions, Path launcher, List<String> moreArguments) {
        return new Finspect(
                NAME + "-warm-up",
                launcher,
                Stream.concat(moreArguments.stream(), Stream.of("--capture", "off"))
                        .toList(),
                sessions);
    }

    /** The same with {@code --capture MODE}, so that a run can compare the modes: {@code finspect-off} and so on. */
    public static Finspect capturing(String mode, Path launcher, List<String> moreArguments) {
        return new Finspect(
                NAME + "-" + mode,
                launcher,
                Stream.concat(moreArguments.stream(), Stream.of("--capture", mode))
                        .toList(),
                0);
    }

    /**
     * The finspect of a launcher.
     *
     * @param launcher the script that users start
     * @param moreArguments added to the command, to measure with a capture, say
     */
    public Finspect(Path launcher, List<String> moreArguments) {
        this(NAME, launcher, moreArguments, 0);
    }

    private Finspect(String name, Path launcher, List<String> moreArguments, int warmUp) {
        this.warmUp = warmUp;
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
        return String.join(
                        " ",
                        "run --log-format json, records to a file" + (warmUp == 0 ? "" : ", warm_up: " + warmUp),
                        String.join(" ", moreArguments))
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
                "env",
                "FINSPECT_WARM_UP=" + warmUp,
                "FINSPECT_TRAIN=off",
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
    public List<String> preparation() {
        return List.of(launcher.toString(), "train");
    }

    @Override
    public List<String> readyCommand() {
        return warmUp == 0 ? List.of() : List.of(launcher.toString(), "healthcheck");
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
