package dev.finspect.lab.dashboards;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The queries of dashboards as Grafana sends them when nothing is chosen. */
public final class DashboardQueries {
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
        for (String dashboard : dashboards()) {
            queries.addAll(of(dashboard));
        }
        return queries;
    }

    /** What the dashboards are called. */
    static List<String> dashboards() throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Panel.FOLDER, "*.json")) {
            for (Path file : files) {
                names.add(file.getFileName().toString().replace(".json", ""));
            }
        }
        return names;
    }

    /** Those of every panel of one dashboard. */
    public static List<Query> of(String dashboard) throws IOException {
        List<Query> queries = new ArrayList<>();
        for (Panel panel : Panel.of(dashboard)) {
            panel.targets().forEach(t -> queries.add(new Query(dashboard + ": " + panel.title(), t.expression())));
        }
        return queries;
    }
}
