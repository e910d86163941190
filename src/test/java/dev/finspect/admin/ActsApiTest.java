package dev.finspect.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.SampleSession;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an operator can do over HTTP, and who may; ids that are shortened; lists in an order. */
@Timeout(120)
final class ActsApiTest {
    @Test
    void sessionIsClosedAsAskedAndByAShortenedId() throws Exception {
        try (AdminHouse house = AdminHouse.open()) {
            house.sessions.living.add(SampleSession.living("AB1", "db"));
            house.sessions.living.add(SampleSession.living("AC1", "db"));
            assertThat(post(house, "/api/v1/sessions/AB1/close").body())
                    .isEqualTo("{\"id\":\"AB1\",\"how\":\"fin\"}\n");
            assertThat(post(house, "/api/v1/sessions/AC/close?how=reset").body())
                    .isEqualTo("{\"id\":\"AC1\",\"how\":\"reset\"}\n");
            assertThat(house.sessions.closings).containsExactly("AB1 fin", "AC1 reset");

            HttpResponse<String> unclear = post(house, "/api/v1/sessions/A/close");
            assertThat(unclear.statusCode()).isEqualTo(409);
            assertThat(unclear.body()).contains("ambiguous_id", "AB1, AC1");
            assertThat(post(house, "/api/v1/sessions/X/close").statusCode()).isEqualTo(404);
            assertThat(post(house, "/api/v1/sessions/AB1/close?how=gently").body())
                    .contains("fin or reset");
            house.sessions.hung.add("AB1");
            assertThat(post(house, "/api/v1/sessions/AB1/close").body()).contains("session_ending");
        }
    }

    @Test
    void idsAreShortenedEverywhere() throws Exception {
        try (AdminHouse house = AdminHouse.open()) {
            house.sessions.living.add(SampleSession.living("AB1", "db"));
            house.ended("AC1", "db");
            assertThat(house.get("/api/v1/sessions/AB").body()).contains("AB1");
            assertThat(house.get("/api/v1/sessions/ac").body()).contains("AC1");
            assertThat(house.get("/api/v1/sessions/A").statusCode()).isEqualTo(409);
            assertThat(house.get("/api/v1/sessions/AC/explain").body()).contains("AC1");
            assertThat(house.get("/api/v1/sessions/AB/capture.pcapng").statusCode())
                    .isEqualTo(404);
            assertThat(post(house, "/api/v1/sessions/AB/probe").statusCode()).isEqualTo(200);
            for (int i = 0; i < 10; i++) {
                house.ended("AC1" + i, "db");
            }
            assertThat(house.get("/api/v1/sessions/A").body()).contains("and more");
            assertThat(house.get("/api/v1/sessions/AC1").body())
                    .as("the whole of an id")
                    .contains("\"AC1\"");
        }
    }

    @Test
    void drainEndsFinspectWithTheTimeThatIsAskedFor() throws Exception {
        try (AdminHouse house = AdminHouse.open()) {
            house.sessions.living.add(SampleSession.living("A", "db"));
            assertThat(post(house, "/api/v1/drain").statusCode())
                    .as("before it accepts clients")
                    .isEqualTo(503);
            house.readiness.listening();
            assertThat(post(house, "/api/v1/drain").body())
                    .isEqualTo("{\"state\":\"draining\",\"living\":1,\"patience_seconds\":30}\n");
            assertThat(post(house, "/api/v1/drain?patience=5").body()).contains("\"patience_seconds\":5");
            assertThat(house.drains).containsExactly(Optional.empty(), Optional.of(Duration.ofSeconds(5)));
            assertThat(post(house, "/api/v1/drain?patience=soon").statusCode()).isEqualTo(400);
            assertThat(house.get("/api/v1/drain").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void changeNeedsTheTokenOrALinkThatWasMadeForItAndNoForeignPage() throws Exception {
        try (AdminHouse house = AdminHouse.open()) {
            house.sessions.living.add(SampleSession.living("A", "db"));
            assertThat(house.post("/api/v1/sessions/A/close").statusCode()).isEqualTo(401);
            assertThat(house.post("/api/v1/drain").statusCode()).isEqualTo(401);
            assertThat(house.post(
                                    "/api/v1/sessions/A/close",
                                    "Authorization",
                                    "Bearer " + house.token(),
                                    "Origin",
                                    "http://evil.example")
                            .statusCode())
                    .isEqualTo(403);

            HttpResponse<String> opened = open(house, "");
            assertThat(opened.headers().firstValue("location")).hasValue("/");
            String cookie =
                    opened.headers().firstValue("set-cookie").orElseThrow().replaceFirst(";.*", "");
            assertThat(house.post("/api/v1/sessions/A/close", "Cookie", cookie).statusCode())
                    .isEqualTo(401);

            String to =
                    open(house, "?act=true").headers().firstValue("location").orElseThrow();
            assertThat(to).startsWith("/#act=");
            String secret = "Bearer " + to.substring("/#act=".length());
            house.trusted = false;
            assertThat(house.post("/api/v1/sessions/A/close", "Authorization", secret)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(house.get("/api/v1/sessions", "Authorization", secret).statusCode())
                    .isEqualTo(200);
            assertThat(house.post("/api/v1/links", "Authorization", secret).statusCode())
                    .as("it makes no further ones")
                    .isEqualTo(401);
            assertThat(house.post("/api/v1/links?act=maybe", "Authorization", "Bearer " + house.token())
                            .statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void listsHaveAnOrderAFilterAndAPlaceToGoOn() throws Exception {
        try (AdminHouse house = AdminHouse.open()) {
            for (String id : new String[] {"C", "A", "B"}) {
                house.sessions.living.add(SampleSession.living(id, id.equals("B") ? "web" : "db"));
            }
            String first =
                    house.get("/api/v1/sessions?state=living&sort=age&limit=2").body();
            assertThat(first).startsWith("{\"living\":[{\"id\":\"A\"},{\"id\":\"B\"}],\"living_total\":3,\"next\":\"");
            String next = first.replaceFirst("(?s).*\"next\":\"([^\"]+)\".*", "$1");
            assertThat(house.get("/api/v1/sessions?state=living&sort=age&limit=2&cursor=" + next)
                            .body())
                    .isEqualTo("{\"living\":[{\"id\":\"C\"}],\"living_total\":3,\"next\":null}\n");
            assertThat(house.get("/api/v1/sessions?state=living&sort=stuck&filter=route:db")
                            .body())
                    .isEqualTo("{\"living\":[{\"id\":\"A\"},{\"id\":\"C\"}],\"living_total\":3,\"next\":null}\n");
            house.ended("D", "db");
            house.ended("E", "web");
            assertThat(house.get("/api/v1/sessions?state=closed&filter=route:web")
                            .body())
                    .isEqualTo("{\"closed\":[{\"id\":\"E\"}]}\n");
            assertThat(house.get("/api/v1/sessions?filter=route").body()).contains("at column 1");
            assertThat(house.get("/api/v1/sessions?sort=size").body()).contains("stuck, age, idle or bytes");
            assertThat(house.get("/api/v1/sessions?cursor=1~A").statusCode()).isEqualTo(400);
            assertThat(house.get("/api/v1/sessions?sort=age&cursor=A").statusCode())
                    .isEqualTo(400);
        }
    }

    private static HttpResponse<String> open(AdminHouse house, String query) throws Exception {
        String made = post(house, "/api/v1/links" + query).body();
        return house.get(made.replaceFirst("(?s).*\"link\":\"([^\"]+)\".*", "$1"));
    }

    private static HttpResponse<String> post(AdminHouse house, String path) throws Exception {
        return house.post(path, "Authorization", "Bearer " + house.token());
    }
}
