package dev.finspect.cli.config;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Settings given outside of the file, by the path of their key ({@code log.format}): a flag is stronger than the
 * environment, and both are stronger than the file.
 */
public final class Overrides {
    private final Map<String, Located<String>> flags = new LinkedHashMap<>();
    private final Map<String, String> environment;

    /** Flags may be added; {@code environment} is asked for {@code FINSPECT_LOG_FORMAT} and the like. */
    public Overrides(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Takes the value of a flag; null, when it was not given, changes nothing. */
    public Overrides flag(String flag, String path, @org.jspecify.annotations.Nullable Object value) {
        if (value != null) {
            flags.put(path, new Located<>(value.toString(), Location.of(flag)));
        }
        return this;
    }

    /** The value that is stronger than the file's. An empty variable counts as not set. */
    Optional<Located<String>> find(String path) {
        Located<String> flag = flags.get(path);
        return flag != null ? Optional.of(flag) : variable(variableOf(path));
    }

    /** The value of a variable of the environment. */
    public Optional<Located<String>> variable(String name) {
        return Optional.ofNullable(environment.get(name))
                .map(String::strip)
                .filter(v -> !v.isEmpty())
                .map(v -> new Located<>(v, Location.of(name)));
    }

    /** {@code FINSPECT_LOG_FORMAT} for {@code log.format}. */
    public static String variableOf(String path) {
        return "FINSPECT_" + path.toUpperCase(Locale.ROOT).replace('.', '_');
    }
}
