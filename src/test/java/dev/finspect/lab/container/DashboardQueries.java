package dev.finspect.lab.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The queries of a dashboard as Grafana sends them when nothing is chosen. */
final class DashboardQueries {
    private DashboardQueries() {}

    /** Those of every panel, with the variables filled in. */
    static List<String> of(String dashboard) throws IOException {
        Path file = Path.of("grafana", "dashboards", dashboard + ".json");
        List<String> queries = new ArrayList<>();
        for (JsonNode panel : new ObjectMapper().readTree(file.toFile()).at("/panels")) {
            for (JsonNode target : panel.path("targets")) {
                String query = target.path("expr")
                        .asText()
                        .replace("$__rate_interval", "20s")
                        .replaceAll("\\$(job|instance|route)\\b", ".*");
                assertThat(query).doesNotContain("$");
                queries.add(query);
            }
        }
        return queries;
    }
}
