package dev.finspect.cli.config;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Settings from flags and environment variables, by the path of their key ({@code log.format}). A flag overrides a
 * variable, and both override the file.
 */
public final class Overrides {
    private final Map<String, Located<String>> flags = new LinkedHashMap<>();
    private final Map<String, String> environment;

    /** Looks up {@code FINSPECT_LOG_FORMAT} and the like in {@code environment}; flags can be added. */
    public Overrides(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Adds the value of a flag; null if the flag was not given. */
    public Overrides flag(String flag, String path, @org.jspecify.annotations.Nullable Object value) {
        if (value != null) {
            flags.put(path, new Located<>(value.toString(), Location.of(flag)));
        }
        return this;
    }

    /** The value that overrides the file's, if any. An empty variable counts as not set. */
    Optional<Located<String>> find(String path) {
        Located<String> flag = flags.get(path);
        return flag != null ? Optional.of(flag) : variable(variableOf(path));
    }

    /** The value of an environment variable. */
    public Optional<Located<String>> variable(String name) {
        return Optional.ofNullable(environment.get(name))
                .map(String::strip)
                .filter(v -> !v.isEmpty())
                .map(v -> new Located<>(v, Location.of(name)));
    }

    /** The name of a key's variable: {@code FINSPECT_LOG_FORMAT} for {@code log.format}. */
    public static String variableOf(String path) {
        return "FINSPECT_" + path.toUpperCase(Locale.ROOT).replace('.', '_');
    }
}
