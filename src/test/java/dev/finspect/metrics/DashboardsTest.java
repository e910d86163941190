package dev.finspect.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every panel of the dashboards owes its reader, and what a query must not do. */
final class DashboardsTest {
    private static final Pattern RATED =
            Pattern.compile("\\b(?:rate|increase)\\(\\s*([a-z_:]+)[^\\[\\]]*\\[([^\\]]+)\\]");
    private static final Set<String> GAUGES = Arrays.stream(Meters.values())
            .filter(meter -> meter.type() == MeterType.GAUGE)
            .map(Meters::exposedName)
            .collect(Collectors.toUnmodifiableSet());

    @ParameterizedTest
    @ValueSource(strings = {"overview", "handshake-and-close", "hangs"})
    void everyPanelIsTitledDescribedMeasuredAndAsksTheChosenSource(String name) throws IOException {
        JsonNode dashboard = read(name);
        assertThat(dashboard.at("/uid").asText()).isEqualTo("finspect-" + name);
        assertThat(dashboard.at("/templating/list").findValuesAsText("name"))
                .contains("datasource", "job", "instance", "route");
        List<String> titles = new ArrayList<>();
        for (JsonNode panel : dashboard.at("/panels")) {
            String title = panel.at("/title").asText();
            assertThat(title).isNotBlank();
            if (panel.at("/type").asText().equals("row")) {
                continue;
            }
            titles.add(title);
            assertThat(panel.at("/description").asText()).as(title).isNotBlank();
            assertThat(panel.at("/fieldConfig/defaults/unit").asText())
                    .as(title)
                    .isNotBlank();
            assertThat(panel.at("/datasource/uid").asText()).as(title).isEqualTo("${datasource}");
            assertThat(panel.at("/targets")).as(title).isNotEmpty();
            for (JsonNode target : panel.at("/targets")) {
                String query = target.at("/expr").asText();
                query(title, query);
                assertThat(target.at("/exemplar").asBoolean()).as(title).isEqualTo(query.contains("_bucket{"));
            }
        }
        assertThat(titles).doesNotHaveDuplicates().hasSizeGreaterThan(5);
    }

    /** The table of what hangs leads to the sessions of its row, and the states of ends have a time line. */
    @Test
    void rowsLeadToTheirSessionsAndStatesHaveATimeLine() throws IOException {
        JsonNode table = panel("hangs", "What hangs now", "table");
        assertThat(table.at("/fieldConfig/defaults/links").findValuesAsText("url"))
                .contains("${admin}/api/v1/sessions?hung=true&route=${__data.fields.Route:percentencode}");
        assertThat(table.at("/transformations/0/options/renameByName/route").asText())
                .isEqualTo("Route");
        assertThat(panel("hangs", "Hung sessions by finding", "state-timeline")
                        .at("/targets/0/expr")
                        .asText())
                .contains("finspect_sessions_hung{");
        assertThat(panel("handshake-and-close", "Half-closed now", "state-timeline")
                        .at("/targets/0/expr")
                        .asText())
                .contains("finspect_half_closed_sessions{");
        assertThat(panel("handshake-and-close", "Ends by TCP state", "state-timeline")
                        .at("/targets/0/expr")
                        .asText())
                .contains("finspect_tcp_state{");
    }

    private static JsonNode panel(String dashboard, String title, String type) throws IOException {
        for (JsonNode panel : read(dashboard).at("/panels")) {
            if (panel.at("/type").asText().equals(type)
                    && panel.at("/title").asText().equals(title)) {
                return panel;
            }
        }
        throw new AssertionError("no " + type + " called " + title + " in " + dashboard);
    }

    private static JsonNode read(String dashboard) throws IOException {
        return new ObjectMapper()
                .readTree(Path.of("grafana", "dashboards", dashboard + ".json").toFile());
    }

    private static void query(String title, String query) {
        assertThat(query).as(title).isNotBlank().contains("job=~\"$job\"", "instance=~\"$instance\"");
        Matcher rated = RATED.matcher(query);
        while (rated.find()) {
            assertThat(GAUGES).as(title + ": a gauge has no rate").doesNotContain(rated.group(1));
            assertThat(rated.group(2)).as(title).isEqualTo("$__rate_interval");
        }
        if (query.contains("histogram_quantile")) {
            assertThat(query).as(title).contains("_bucket{", "by (le");
        }
    }
}
