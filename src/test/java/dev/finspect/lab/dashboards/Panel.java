package dev.finspect.lab.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.Rectangle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One panel of a dashboard.
 *
 * @param type as Grafana calls it, {@code timeseries} for example
 * @param unit as Grafana calls it; empty for a row, which is a heading
 * @param place in Grafana's grid, 24 columns wide
 */
record Panel(String title, String type, String unit, Rectangle place, List<Target> targets) {
    static final Path FOLDER = Path.of("grafana", "dashboards");

    /**
     * What a panel asks.
     *
     * @param expression in PromQL, the variables filled in as Grafana does when nothing is chosen
     * @param legend of each series, labels in double braces
     */
    record Target(String expression, String legend) {}

    /** Those of a dashboard, rows among them. */
    static List<Panel> of(String dashboard) throws IOException {
        List<Panel> panels = new ArrayList<>();
        JsonNode whole =
                new ObjectMapper().readTree(FOLDER.resolve(dashboard + ".json").toFile());
        for (JsonNode panel : whole.at("/panels")) {
            List<Target> targets = new ArrayList<>();
            for (JsonNode target : panel.path("targets")) {
                String expression = target.path("expr")
                        .asText()
                        .replace("$__rate_interval", "20s")
                        .replaceAll("\\$(job|instance|route)\\b", ".*");
                assertThat(expression).doesNotContain("$");
                targets.add(new Target(expression, target.path("legendFormat").asText()));
            }
            JsonNode grid = panel.at("/gridPos");
            panels.add(new Panel(
                    panel.at("/title").asText(),
                    panel.at("/type").asText(),
                    panel.at("/fieldConfig/defaults/unit").asText(),
                    new Rectangle(
                            grid.at("/x").asInt(),
                            grid.at("/y").asInt(),
                            grid.at("/w").asInt(),
                            grid.at("/h").asInt()),
                    targets));
        }
        return panels;
    }
}
