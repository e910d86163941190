package dev.finspect.lab.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The queries of dashboards as Grafana sends them when nothing is chosen. */
public final class DashboardQueries {
    private static final Path FOLDER = Path.of("grafana", "dashboards");

    private DashboardQueries() {}

    /**
     * A panel's question.
     *
     * @param panel what it is called, with its dashboard
     * @param expression in PromQL, the variables filled in
     */
    public record Query(String panel, String expression) {}

    /** Those of all dashboards. */
    static List<Query> all() throws IOException {
        List<Query> queries = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(FOLDER, "*.json")) {
            for (Path file : files) {
                queries.addAll(of(file.getFileName().toString().replace(".json", "")));
            }
        }
        return queries;
    }

    /** Those of every panel of one dashboard. */
    public static List<Query> of(String dashboard) throws IOException {
        List<Query> queries = new ArrayList<>();
        JsonNode whole =
                new ObjectMapper().readTree(FOLDER.resolve(dashboard + ".json").toFile());
        for (JsonNode panel : whole.at("/panels")) {
            for (JsonNode target : panel.path("targets")) {
                String query = target.path("expr")
                        .asText()
                        .replace("$__rate_interval", "20s")
                        .replaceAll("\\$(job|instance|route)\\b", ".*");
                assertThat(query).doesNotContain("$");
                queries.add(new Query(dashboard + ": " + panel.path("title").asText(), query));
            }
        }
        return queries;
    }
}
