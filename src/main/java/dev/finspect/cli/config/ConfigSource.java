package dev.finspect.cli.config;

import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.ProcessContext;
import dev.finspect.tcp.Suggestions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds and reads a command's configuration. Flags override the environment; the environment overrides the file. */
public final class ConfigSource {
    private static final String PREFIX = "FINSPECT_";
    private static final Location FLAGS = Location.of("--listen");

    private final ProcessContext context;
    private final Overrides overrides;

    public ConfigSource(ProcessContext context) {
        this.context = context;
        this.overrides = new Overrides(context.environment());
    }

    /** Adds a flag that overrides a key of the file; null if the flag was not given. */
    public ConfigSource flag(String flag, String path, @Nullable Object value) {
        overrides.flag(flag, path, value);
        return this;
    }

    /** The configuration in this file; if null, in the file that FINSPECT_CONFIG names. */
    public Config fromFile(@Nullable Path file) throws ConfigException, CommandFailure {
        warnOfMistypedVariables();
        Optional<Path> named = Optional.ofNullable(file)
                .or(() -> overrides.variable("FINSPECT_CONFIG").map(v -> Path.of(v.value())));
        if (named.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.USAGE, "no configuration file given. Name one with -c FILE or FINSPECT_CONFIG.");
        }
        return ConfigReader.ofFile(named.get(), overrides);
    }

    /**
     * Fails unless the file can be read a second time: a pipe or a device has been read, and may keep its reader waiting.
     *
     * @param file the file; null for the one of {@code FINSPECT_CONFIG}
     */
    public void requireReadableAgain(@Nullable Path file) throws ConfigException {
        Optional<Path> named = Optional.ofNullable(file)
                .or(() -> overrides.variable("FINSPECT_CONFIG").map(value -> Path.of(value.value())));
        if (named.isPresent() && Files.exists(named.get())) {
            ConfigFile.requireRegular(named.get());
        }
    }

    /** A configuration of one route, from {@code --listen} and {@code --upstream}. */
    public Config fromFlags(@Nullable String name, List<String> listen, List<String> upstreams) throws ConfigException {
        warnOfMistypedVariables();
        Located<String> named = name != null
                ? new Located<>(name, Location.of("--name"))
                : overrides.variable("FINSPECT_NAME").orElse(new Located<>("default", FLAGS));
        return ConfigReader.ofRoute(named, located("--listen", listen), located("--upstream", upstreams), overrides);
    }

    /** The configuration from the environment: FINSPECT_CONFIG, or FINSPECT_LISTEN with FINSPECT_UPSTREAM. */
    public Config fromEnvironment() throws ConfigException, CommandFailure {
        List<Located<String>> listen = variables("FINSPECT_LISTEN");
        List<Located<String>> upstreams = variables("FINSPECT_UPSTREAM");
        boolean file = overrides.variable("FINSPECT_CONFIG").isPresent();
        if (file && !listen.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "FINSPECT_CONFIG and FINSPECT_LISTEN are both set. Unset one of them, or use -c or --listen.");
        }
        if (file) {
            return fromFile(null);
        }
        if (listen.isEmpty() || upstreams.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "no route given. Use --listen ADDR:PORT and --upstream HOST:PORT, or -c FILE."
                            + " 'finspect run --help' shows examples.");
        }
        warnOfMistypedVariables();
        Located<String> name = overrides
                .variable("FINSPECT_NAME")
                .orElse(new Located<>("default", listen.get(0).location()));
        return ConfigReader.ofRoute(name, listen, upstreams, overrides);
    }

    /** The settings of a watch, in this file or, if null, from flags and the environment alone. */
    public WatchConfig watch(@Nullable Path file) throws ConfigException {
        warnOfMistypedVariables();
        return ConfigReader.ofWatch(Optional.ofNullable(file), overrides);
    }

    private List<Located<String>> variables(String name) {
        List<Located<String>> all = new ArrayList<>();
        overrides
                .variable(name)
                .ifPresent(v -> Arrays.stream(v.value().split(","))
                        .forEach(each -> all.add(new Located<>(each.strip(), v.location()))));
        return all;
    }

    private static List<Located<String>> located(String flag, List<String> values) {
        return values.stream()
                .map(v -> new Located<>(v.strip(), Location.of(flag)))
                .toList();
    }

    /** Warns only of names similar to a setting: Kubernetes sets FINSPECT_PORT and others for a service named finspect. */
    private void warnOfMistypedVariables() {
        Set<String> known = new TreeSet<>(List.of("CONFIG", "LISTEN", "UPSTREAM", "NAME", "DEBUG"));
        ConfigReader.knownPaths().stream()
                .filter(path -> !path.startsWith("routes"))
                .forEach(path -> known.add(Overrides.variableOf(path).substring(PREFIX.length())));
        for (String variable : context.environment().keySet()) {
            String word = variable.startsWith(PREFIX) ? variable.substring(PREFIX.length()) : "";
            if (!word.isEmpty() && !known.contains(word)) {
                Suggestions.to(word, known)
                        .ifPresent(near -> context.err()
                                .println("warning: " + variable + " is not a setting. Did you mean " + PREFIX + near
                                        + "?"));
            }
        }
    }
}
