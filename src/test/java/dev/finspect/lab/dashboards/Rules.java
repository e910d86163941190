package dev.finspect.lab.dashboards;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The rules for Prometheus, as they are shipped. */
final class Rules {
    static final Path ALERTS = Path.of("grafana", "rules", "alerts.yaml");
    static final Path RECORDING = Path.of("grafana", "rules", "recording.yaml");

    private Rules() {}

    /** Expressions by the name of the alert, or of the series that is recorded. */
    static Map<String, String> expressions(Path file, String kind) throws IOException {
        Map<String, String> byName = new LinkedHashMap<>();
        Map<?, ?> whole = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
        for (Object group : list(whole, "groups")) {
            for (Object rule : list((Map<?, ?>) group, "rules")) {
                Map<?, ?> each = (Map<?, ?>) rule;
                byName.put(String.valueOf(each.get(kind)), String.valueOf(each.get("expr")));
            }
        }
        return byName;
    }

    private static Iterable<?> list(Map<?, ?> in, String key) {
        return (Iterable<?>) Objects.requireNonNull(in.get(key), key);
    }
}
