package dev.finspect.lab.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.lab.Await;
import dev.finspect.lab.NeedsPrograms;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A real Prometheus scrapes {@code finspect demo} and a finspect with all kinds of trouble: every panel has data, every
 * recording rule records, and the expression of every alert has a result once its cause occurs.
 */
@Tag("privileged")
@Execution(ExecutionMode.SAME_THREAD)
@NeedsPrograms(
        value = {"ip", "prometheus", "prlimit"},
        root = true)
@Order(3)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class DashboardsIT {
    private static final int A_LOT_OF_SESSIONS = 500;
    private static final int PORTS = 400;
    private static final int MOST_PORTS = 350;

    private static Watched watched;

    @BeforeAll
    static void start() throws Exception {
        watched = new Watched();
    }

    @AfterAll
    static void end() throws IOException {
        watched.close();
    }

    @Test
    void everyPanelHasSomethingToShow() throws IOException {
        List<DashboardQueries.Query> queries = DashboardQueries.all();
        assertThat(queries).hasSizeGreaterThan(40);
        Cause lookup = watched.troubled()::refuse;
        for (DashboardQueries.Query query : queries) {
            Await.until(() -> query + " has no answer\n" + watched.said(), () -> {
                lookup.happens();
                return watched.shows(query.expression());
            });
        }
    }

    @Test
    void everyRecordingRuleRecords() throws IOException {
        Map<String, String> rules = Rules.expressions(Rules.RECORDING, "record");
        assertThat(rules).isNotEmpty();
        for (String series : rules.keySet()) {
            Await.until(() -> series + " is not recorded\n" + watched.said(), () -> watched.shows(series));
        }
    }

    /** One after the other, since the last of them end what the others need; other tests too. */
    @Test
    @Order(Integer.MAX_VALUE)
    void everyAlertHasAnAnswerOnceItsCauseIsThere() throws IOException {
        Troubled troubled = watched.troubled();
        Map<String, Cause> causes = new LinkedHashMap<>();
        causes.put("FinspectSessionsHang", () -> {});
        causes.put("FinspectSessionsMayHang", () -> {});
        causes.put("FinspectConnectsFail", troubled::refuse);
        causes.put("FinspectManyResets", troubled::reset);
        causes.put("FinspectSeesNotAll", () -> {
            for (int i = 0; i < A_LOT_OF_SESSIONS; i++) {
                troubled.refuse();
            }
        });
        causes.put("FinspectPortsRunOut", () -> {
            troubled.narrow(PORTS);
            troubled.hold(MOST_PORTS);
        });
        causes.put("FinspectAcceptFails", () -> {
            troubled.allPorts();
            troubled.noMoreDescriptors();
            troubled.knock();
        });
        causes.put("FinspectDown", troubled::end);
        Map<String, String> alerts = Rules.expressions(Rules.ALERTS, "alert");
        assertThat(causes).containsOnlyKeys(alerts.keySet());
        causes.forEach((alert, cause) -> {
            String expression = alerts.getOrDefault(alert, "");
            Await.until(() -> alert + " has no answer\n" + watched.said(), () -> {
                cause.happens();
                return watched.shows(expression);
            });
        });
    }

    @Test
    void exemplarsNameSessionsThatTheApiKnows() {
        Await.until(() -> "no exemplar of a session that is known\n" + watched.said(), () -> {
            for (JsonNode id : watched.exemplars("finspect_session_duration_seconds_bucket")
                    .findValues("session_id")) {
                if (watched.session(id.asText()).toString().contains("\"" + id.asText() + "\"")) {
                    return true;
                }
            }
            return false;
        });
    }

    /** What makes an alert's expression true, as often as it takes. */
    private interface Cause {
        void go() throws Exception;

        default void happens() {
            try {
                go();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }
}
