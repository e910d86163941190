package dev.finspect.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.finding.UpstreamSilent;
import dev.finspect.fixture.Findings;
import dev.finspect.fixture.OpenMetricsPage;
import dev.finspect.fixture.SampleSession;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.SessionFinding;
import dev.finspect.tcp.Leg;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AdminPathsTest {
    private final AdminHouse house = AdminHouse.open();

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void indexListsThePaths() throws Exception {
        HttpResponse<String> index = house.get("/");
        assertThat(index.statusCode()).isEqualTo(200);
        assertThat(index.body()).contains("/metrics", "/healthz", "/readyz", "/api/v1/sessions");
    }

    @Test
    void readyzFollowsTheProcessFromStartToDrain() throws Exception {
        assertThat(house.get("/healthz").body()).isEqualTo("ok\n");
        HttpResponse<String> starting = house.get("/readyz");
        assertThat(starting.statusCode()).isEqualTo(503);
        assertThat(starting.body()).startsWith("starting: ");
        house.readiness.warmingUp();
        HttpResponse<String> warming = house.get("/readyz");
        assertThat(warming.statusCode()).isEqualTo(503);
        assertThat(warming.body()).startsWith("warming up: ");
        house.readiness.listening();
        assertThat(house.get("/readyz").statusCode()).isEqualTo(200);
        house.readiness.draining();
        house.readiness.listening();
        HttpResponse<String> draining = house.get("/readyz");
        assertThat(draining.statusCode()).isEqualTo(503);
        assertThat(draining.body()).startsWith("draining: ");
        assertThat(house.get("/healthz").statusCode()).isEqualTo(200);
    }

    @Test
    void metricsAreOpenMetricsWithExemplarsWhereAskedForAndPlainOtherwise() throws Exception {
        HttpResponse<String> open = house.get("/metrics", "Accept", "application/openmetrics-text; version=1.0.0");
        assertThat(type(open)).isEqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8");
        assertThat(OpenMetricsPage.read(open.body()).exemplars()).isNotEmpty();
        HttpResponse<String> plain = house.get("/metrics");
        assertThat(type(plain)).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
        HttpResponse<String> forced = house.get("/metrics?format=text", "Accept", "application/openmetrics-text");
        assertThat(type(forced)).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
        assertThat(forced.body()).contains("finspect_sessions_total{").doesNotContain("session_id");
        assertThat(house.get("/metrics?format=xml").statusCode()).isEqualTo(400);
    }

    @Test
    void sessionsAreListedLivingAndClosed() throws Exception {
        house.sessions.living.add(SampleSession.living("L1", "db"));
        house.sessions.living.add(SampleSession.living("L2", "web"));
        house.ended("C1", "db");
        house.ended("C2", "web");
        HttpResponse<String> all = house.get("/api/v1/sessions");
        assertThat(type(all)).isEqualTo("application/json");
        assertThat(all.body())
                .isEqualTo("{\"living\":[{\"id\":\"L1\"},{\"id\":\"L2\"}],\"living_total\":2,"
                        + "\"closed\":[{\"id\":\"C2\"},{\"id\":\"C1\"}]}\n");
        assertThat(house.get("/api/v1/sessions?state=closed&limit=1").body())
                .isEqualTo("{\"closed\":[{\"id\":\"C2\"}]}\n");
        assertThat(house.get("/api/v1/sessions?state=living&route=web").body())
                .isEqualTo("{\"living\":[{\"id\":\"L2\"}],\"living_total\":2}\n");
        assertThat(house.get("/api/v1/sessions?route=nobody").body())
                .isEqualTo("{\"living\":[],\"living_total\":2,\"closed\":[]}\n");
        assertThat(house.encodingThreads).isNotEmpty().allMatch(t -> t.startsWith("finspect-admin-lists"));
    }

    @Test
    void hungSessionsAreListedAloneAndTheLongestHungFirst() throws Exception {
        hangs("L1", "db", 30);
        hangs("L2", "db", 10);
        hangs("L3", "web", 20);
        house.sessions.living.add(SampleSession.living("L4", "db"));
        house.ended("C1", "db");
        assertThat(house.get("/api/v1/sessions?hung=true").body())
                .isEqualTo("{\"living\":[{\"id\":\"L2\"},{\"id\":\"L3\"},{\"id\":\"L1\"}],\"living_total\":4}\n");
        assertThat(house.get("/api/v1/sessions?hung=true&limit=1&route=db").body())
                .isEqualTo("{\"living\":[{\"id\":\"L2\"}],\"living_total\":4}\n");
        assertThat(house.get("/api/v1/sessions?hung=true&state=all").body())
                .as("what has closed does not hang")
                .endsWith(",\"closed\":[]}\n");
        assertThat(house.get("/api/v1/sessions?hung=false").body())
                .contains("L4", "C1")
                .isEqualTo(house.get("/api/v1/sessions").body());
    }

    private void hangs(String id, String route, long sinceEpochNanos) {
        Finding finding = Findings.of(
                UpstreamSilent.ID, Blame.UPSTREAM, Confidence.LIKELY, Leg.UPSTREAM, sinceEpochNanos, List.of());
        house.sessions.living.add(
                SampleSession.living(id, route).with(Diagnosed.of(List.of(new SessionFinding(finding, null, false)))));
        house.sessions.hung.add(id);
    }

    @ParameterizedTest
    @CsvSource({
        "state=dead, 'state is living, closed or all'",
        "state=, 'state is living, closed or all'",
        "limit=0, 'limit is a number from 1 to 1000'",
        "limit=-1, 'limit is a number from 1 to 1000'",
        "limit=1001, 'limit is a number from 1 to 1000'",
        "limit=99999999999999999999, 'limit is a number from 1 to 1000'",
        "limit=ten, 'limit is a number from 1 to 1000'",
        "limit=1&limit=2, 'given 2 times'",
        "stat=living, 'unknown parameter'",
        "detail=all, 'detail is row'",
        "hung=yes, 'hung is true or false, not'",
        "hung=true&hung=true, 'given 2 times'",
        "state=%zz, 'percent-encoded'",
    })
    void invalidQueryIsRejectedWithTheValidValues(String query, String message) throws Exception {
        String answer = house.exchange(
                "GET /api/v1/sessions?" + query + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 400 ").contains("\"error\":\"bad_request\"", message);
    }

    @Test
    void oneSessionIsFoundWhileItLivesAndAfterItClosed() throws Exception {
        house.sessions.living.add(SampleSession.living("L1", "db"));
        house.ended("C1", "db");
        assertThat(house.get("/api/v1/sessions/L1").body()).isEqualTo("{\"record\":\"L1\"}");
        assertThat(house.get("/api/v1/sessions/C1").body()).isEqualTo("{\"record\":\"C1\"}");
        HttpResponse<String> unknown = house.get("/api/v1/sessions/%22%3Cb%3E");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("\"error\":\"session_not_found\"", "\\\"<b>");
    }

    @Test
    void theFirstLettersOfAnIdAreEnoughWhereTheyAreOfOne() throws Exception {
        house.sessions.living.add(SampleSession.living("1ABC0", "db"));
        house.sessions.living.add(SampleSession.living("1ABD0", "db"));
        house.ended("1ABD1", "db");
        assertThat(house.get("/api/v1/sessions/1ABC").body()).isEqualTo("{\"record\":\"1ABC0\"}");
        assertThat(house.get("/api/v1/sessions/1ABD1").body())
                .as("a whole id that others begin with as well")
                .isEqualTo("{\"record\":\"1ABD1\"}");
        assertThat(house.get("/api/v1/sessions/1ABC/explain?format=text").body())
                .startsWith("session 1ABC0 ");
        HttpResponse<String> several = house.get("/api/v1/sessions/1ABD");
        assertThat(several.statusCode()).isEqualTo(409);
        assertThat(several.body()).contains("ambiguous_id", "1ABD0, 1ABD1; write more of the id");
        for (int i = 0; i < 9; i++) {
            house.sessions.living.add(SampleSession.living("1ABE" + i, "db"));
        }
        assertThat(house.get("/api/v1/sessions/1AB/capture.pcapng").body()).contains("and more");
        assertThat(house.get("/api/v1/sessions/2").statusCode()).isEqualTo(404);
        assertThat(house.sessions.walks).as("every walk was ended").hasValue(0);
    }

    @Test
    void whatAFindingMeansMayBeReadByAnyone() throws Exception {
        house.trusted = false;
        HttpResponse<String> part = house.get("/runbook/upstream-silent");
        assertThat(part.statusCode()).isEqualTo(200);
        assertThat(part.body())
                .startsWith("### `upstream-silent`")
                .contains("What to do")
                .doesNotContain("client-silent`");
        assertThat(house.get("/runbook/FinspectDown").body()).startsWith("### FinspectDown");
        assertThat(house.get("/runbook/none").statusCode()).isEqualTo(404);
    }

    @Test
    void aSessionIsShownAnonymouslyWhereThatIsAsked() throws Exception {
        house.sessions.living.add(SampleSession.living("1ABC0", "db"));
        house.padding = ",\"peer\":\"10.1.2.3\"";
        assertThat(house.get("/api/v1/sessions/1ABC0").body()).contains("10.1.2.3");
        assertThat(house.get("/api/v1/sessions/1ABC0?anonymise=true").body())
                .isEqualTo("{\"record\":\"1ABC0\",\"peer\":\"192.0.2.1\"}");
        String text = house.get("/api/v1/sessions/1ABC0/explain?format=text").body();
        String other = house.get("/api/v1/sessions/1ABC0/explain?format=text&anonymise=true")
                .body();
        assertThat(text).contains("127.0.0.1");
        assertThat(other).contains("192.0.2.").doesNotContain("127.0.0.1");
        assertThat(house.get("/api/v1/sessions/1ABC0/capture.pcapng?anonymise=true")
                        .statusCode())
                .as("nothing is captured here")
                .isEqualTo(404);
        for (String query : new String[] {"anonymise=yes", "verbose=1", "anonymise=true&anonymise=true"}) {
            assertThat(house.get("/api/v1/sessions/1ABC0?" + query).statusCode())
                    .isEqualTo(400);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nothing", "/metrics/", "/api/v1/sessions/", "/api/v1/sessions/a/b", "/api", "//", "/.."})
    void unknownPathIsNotFound(String path) throws Exception {
        String answer = house.exchange("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 404 ").contains("\"error\":\"not_found\"");
    }

    @Test
    void failingSourceIsAnErrorOfThisRequestAlone() throws Exception {
        try (AdminHouse broken = AdminHouse.showing(AdminLimits.DEFAULT, accept -> {
            throw new IllegalStateException("thrown by a test");
        })) {
            HttpResponse<String> answer = broken.get("/metrics");
            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.body()).contains("\"error\":\"internal_error\"").doesNotContain("thrown by a test");
            assertThat(broken.get("/healthz").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void eventLoopsThatDoNotAnswerCauseAnError() throws Exception {
        Duration hour = Duration.ofHours(1);
        try (AdminHouse deaf = AdminHouse.deaf(AdminHouse.impatient(hour, hour, hour, Duration.ofMillis(50)))) {
            HttpResponse<String> answer = deaf.get("/api/v1/sessions");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("\"error\":\"no_answer\"");
        }
    }

    private static String type(HttpResponse<String> response) {
        return response.headers().firstValue("content-type").orElse("");
    }
}
