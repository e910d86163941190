package dev.finspect.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.finding.UpstreamSilent;
import dev.finspect.fixture.Findings;
import dev.finspect.fixture.SampleSession;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.SessionFinding;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
final class ExplainApiTest {
    private static final String ALL = "/api/v1/explain";
    private final AdminHouse house = AdminHouse.open();

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void onlyHungSessionsAreExplainedAndTheRestCounted() throws Exception {
        house.sessions.living.add(SampleSession.closed("01IDLE", "db"));
        house.sessions.living.add(SampleSession.living("01OTHER", "db"));
        assertThat(house.get(ALL).body()).isEqualTo("{\"living_total\":2,\"sessions\":[]}\n");
        assertThat(house.get(ALL + "?format=text").body()).isEqualTo("nothing hangs: 2 sessions live\n");
        house.sessions.living.add(SampleSession.living("01HUNG", "db").with(Diagnosed.of(List.of(hangs()))));
        house.sessions.hung.add("01HUNG");
        assertThat(house.get(ALL).body()).isEqualTo("{\"living_total\":3,\"sessions\":[one 01HUNG]}\n");
        HttpResponse<String> text = house.get(ALL + "?format=text");
        assertThat(text.body()).startsWith("session 01HUNG on route db\n");
        assertThat(text.headers().firstValue("Finspect-Findings")).hasValue(UpstreamSilent.ID.label());
        assertThat(house.sessions.walks).as("every walk was ended").hasValue(0);
    }

    @Test
    void severalAreCountedByCauseAndAllAreExplainedWhereAsked() throws Exception {
        for (String id : new String[] {"01A", "01B"}) {
            house.sessions.living.add(SampleSession.living(id, "db").with(Diagnosed.of(List.of(hangs()))));
            house.sessions.hung.add(id);
        }
        assertThat(house.get(ALL + "?format=text").body())
                .startsWith("2 sessions, 1 cause\n")
                .contains("session 01A ", "\n1 more of these;")
                .doesNotContain("session 01B ");
        assertThat(house.get(ALL + "?format=text&all=true").body()).contains("session 01A ", "session 01B ");
        assertThat(house.get(ALL).body())
                .as("JSON has every one")
                .isEqualTo("{\"living_total\":2,\"sessions\":[one 01A,one 01B]}\n");
    }

    @Test
    void tableAndLinesAreFormatsToo() throws Exception {
        assertThat(house.get(ALL + "?format=ndjson").body()).isEmpty();
        house.sessions.living.add(SampleSession.living("01A", "db").with(Diagnosed.of(List.of(hangs()))));
        house.sessions.hung.add("01A");
        assertThat(house.get(ALL + "?format=table").body())
                .startsWith("1 session, 1 cause\n")
                .contains(" upstream-silent ", " 01A\n")
                .doesNotContain("session 01A ");
        assertThat(house.get(ALL + "?format=table&color=always").body()).startsWith("\033[1m1 session");
        assertThat(house.get(ALL + "?format=ndjson").body()).isEqualTo("one 01A");
        assertThat(house.get("/api/v1/sessions/01A/explain?format=table").body())
                .startsWith("1 session, 1 cause\n");
        assertThat(house.get(ALL + "?format=text&anonymise=true").body())
                .contains("192.0.2.")
                .doesNotContain("127.0.0.1");
    }

    @ParameterizedTest
    @CsvSource({
        "5s, 200",
        "500ms, 200",
        "1m, 200",
        "1h, 200",
        "0.5, 200",
        "5, 200",
        "2d, 400",
        "25h, 400",
        "0ms, 400",
        "x, 400"
    })
    void durationsHaveTheirUnit(String after, int status) throws Exception {
        assertThat(house.get(ALL + "?after=" + after).statusCode()).isEqualTo(status);
    }

    @Test
    void anotherThresholdLooksAtEveryLivingSession() throws Exception {
        house.sessions.living.add(SampleSession.living("01A", "db").with(Diagnosed.of(List.of(hangs()))));
        assertThat(house.get(ALL + "?after=5").body())
                .as("what the rules found before is found anew, and is not so")
                .isEqualTo("{\"living_total\":1,\"sessions\":[]}\n");
        assertThat(house.get("/api/v1/sessions/01A/explain?after=0.5").body()).isEqualTo("one 01A");
        for (String wrong : new String[] {"x", "0", "-1", "1e9", "NaN"}) {
            assertThat(house.get(ALL + "?after=" + wrong).statusCode()).isEqualTo(400);
        }
    }

    private static SessionFinding hangs() {
        long at = SampleSession.identity("01", "db", 1).startEpochNanos();
        Finding finding = Findings.of(
                UpstreamSilent.ID,
                Blame.UPSTREAM,
                Confidence.LIKELY,
                Leg.UPSTREAM,
                at,
                List.of(Evidence.at(Clue.LAST_SENT, Leg.UPSTREAM, Fact.socket(at))));
        return new SessionFinding(finding, null, false);
    }

    @Test
    void oneSessionIsExplainedLivingOrClosed() throws Exception {
        house.sessions.living.add(SampleSession.closed("01LIVES", "db"));
        house.ended("01ENDED", "db");
        for (String id : new String[] {"01LIVES", "01ENDED"}) {
            assertThat(house.get("/api/v1/sessions/" + id + "/explain").body()).isEqualTo("one " + id);
            assertThat(house.get("/api/v1/sessions/" + id + "/explain?format=text&color=always")
                            .body())
                    .startsWith("\033[1msession " + id);
        }
        HttpResponse<String> unknown = house.get("/api/v1/sessions/01NONE/explain");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("session_not_found");
        assertThat(house.get(ALL + "?format=xml").statusCode()).isEqualTo(400);
        assertThat(house.get(ALL + "?verbose=1").statusCode()).isEqualTo(400);
    }

    @Test
    void probeNeedsThePostTheTokenAndNoForeignOrigin() throws Exception {
        house.sessions.living.add(SampleSession.closed("01LIVES", "db"));
        String path = "/api/v1/sessions/01LIVES/probe";
        String bearer = "Bearer " + house.token();
        assertThat(house.get(path).statusCode()).isEqualTo(404);
        assertThat(house.post(path).statusCode()).isEqualTo(401);
        assertThat(house.post(path, "Authorization", "Bearer x").statusCode()).isEqualTo(401);
        assertThat(house.post(path, "Authorization", bearer, "Origin", "http://elsewhere.example")
                        .statusCode())
                .isEqualTo(403);
        assertThat(house.post("/api/v1/sessions/01NONE/probe", "Authorization", bearer)
                        .statusCode())
                .isEqualTo(404);
        assertThat(house.post(path, "Authorization", bearer).body()).isEqualTo("probed 01LIVES [HOST_ALIVE]");
        assertThat(house.post(ALL, "Authorization", bearer).statusCode()).isEqualTo(405);
    }
}
