package dev.finspect.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.SampleSession;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may read what, and who may change what. */
@Timeout(60)
final class AccessTest {
    private static final String[] PATHS = {
        "/",
        "/metrics",
        "/healthz",
        "/readyz",
        "/api/v1/sessions",
        "/api/v1/sessions/L1",
        "/api/v1/sessions/L1/capture.pcapng",
        "/api/v1/sessions/L1/explain",
        "/api/v1/explain",
        "/api/v1/routes",
        "/nothing"
    };

    @Test
    void othersReadNothingWithoutTheToken() throws Exception {
        try (AdminHouse house = AdminHouse.open()) {
            house.sessions.living.add(SampleSession.living("L1", "db"));
            house.trusted = false;
            for (String path : PATHS) {
                HttpResponse<String> refused = house.get(path);
                assertThat(refused.statusCode()).as(path).isEqualTo(401);
                assertThat(refused.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
                assertThat(refused.body()).contains("root and user 7", "token").doesNotContain("L1");
                assertThat(house.get(path, "Authorization", "Bearer x").statusCode())
                        .as(path)
                        .isEqualTo(401);
                assertThat(house.get(path, "Authorization", "Bearer " + house.token())
                                .statusCode())
                        .as(path)
                        .isNotEqualTo(401);
            }
        }
    }

    @Test
    void rootAndTheOwnUserReadWithoutTheTokenAndChangeNothingWithoutIt() throws Exception {
        try (AdminHouse house = AdminHouse.open()) {
            assertThat(house.get("/api/v1/sessions").statusCode()).isEqualTo(200);
            assertThat(house.get("/api/v1/explain").statusCode()).isEqualTo(200);
            assertThat(house.lookUps).as("once for each connection").hasValueBetween(1, 2);
            HttpResponse<String> refused = house.post("/api/v1/routes/db/close-policy?policy=reset");
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.body()).contains("a change needs the token");
            assertThat(house.post("/api/v1/links").statusCode()).isEqualTo(401);
        }
    }

    @Test
    void openPathsAreReadByAllUnderAnyNameAndTheOthersAreNot() throws Exception {
        AdminAccess access = new AdminAccess("0123456789abcdef", Set.of("/metrics", "/readyz"), Set.of("finspect"));
        try (AdminHouse house = AdminHouse.open(access)) {
            house.trusted = false;
            house.readiness.listening();
            assertThat(house.get("/metrics").statusCode()).isEqualTo(200);
            assertThat(house.get("/metrics?format=text").statusCode()).isEqualTo(200);
            assertThat(house.get("/readyz").statusCode()).isEqualTo(200);
            assertThat(house.get("/healthz").statusCode()).isEqualTo(401);
            assertThat(house.get("/metrics/").statusCode()).isEqualTo(401);
            assertThat(house.get("/api/v1/sessions").statusCode()).isEqualTo(401);
            assertThat(house.lookUps).as("nobody is looked up for an open path").hasValueBetween(1, 3);
            assertThat(status(house, "/metrics", "anything.example:80", "")).isEqualTo(200);
            assertThat(status(house, "/healthz", "anything.example:80", bearer(house)))
                    .isEqualTo(403);
            assertThat(status(house, "/healthz", "FinSpect:9600", bearer(house)))
                    .isEqualTo(200);
            assertThat(house.token()).isEqualTo("0123456789abcdef");
        }
    }

    @Test
    void linkIsExchangedOnceForACookieThatReadsAndChangesNothing() throws Exception {
        try (AdminHouse house = AdminHouse.open()) {
            house.trusted = false;
            String link = house.browserLink();
            HttpResponse<String> exchanged = house.get(link);
            assertThat(exchanged.statusCode()).isEqualTo(303);
            assertThat(exchanged.headers().firstValue("Location")).hasValue("/");
            String cookie = exchanged.headers().firstValue("Set-Cookie").orElse("");
            assertThat(cookie)
                    .startsWith("finspect-" + house.port() + "=")
                    .contains("; HttpOnly", "; SameSite=Strict", "; Path=/")
                    .doesNotContain(house.token());
            String pair = cookie.substring(0, cookie.indexOf(';'));

            assertThat(house.get("/api/v1/sessions", "Cookie", "a=b; " + pair).statusCode())
                    .isEqualTo(200);
            assertThat(house.get("/api/v1/sessions", "Cookie", pair + "x").statusCode())
                    .isEqualTo(401);
            assertThat(house.get("/api/v1/sessions", "Cookie", pair.replace("finspect", "other"))
                            .statusCode())
                    .isEqualTo(401);
            assertThat(house.post("/api/v1/links", "Cookie", pair).statusCode()).isEqualTo(401);

            HttpResponse<String> again = house.get(link);
            assertThat(again.statusCode()).isEqualTo(401);
            assertThat(again.body()).contains("used before or has expired", "finspect open");
            assertThat(again.headers().firstValue("Set-Cookie")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/open", "/open?link=", "/open?link=x", "/open?link=x&link=y"})
    void madeUpLinkOpensNothing(String path) throws Exception {
        try (AdminHouse house = AdminHouse.open()) {
            house.trusted = false;
            HttpResponse<String> answer = house.get(path);
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
        }
    }

    @Test
    void whoHasTheTokenMakesLinksAndAForeignPageDoesNot() throws Exception {
        try (AdminHouse house = AdminHouse.open()) {
            house.trusted = false;
            String bearer = "Bearer " + house.token();
            String body = house.post("/api/v1/links", "Authorization", bearer).body();
            assertThat(body).matches("\\{\"link\":\"/open\\?link=[\\w-]{43}\",\"expires_seconds\":600\\}\n");
            String link = body.substring(body.indexOf('/'), body.indexOf("\",\"expires"));
            assertThat(house.get(link).statusCode()).isEqualTo(303);
            assertThat(house.post("/api/v1/links", "Authorization", bearer, "Origin", "http://elsewhere.example")
                            .statusCode())
                    .isEqualTo(403);
            assertThat(house.post("/api/v1/links?x=1", "Authorization", bearer).statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void linksAndCookiesExpireAndAreFew() {
        long[] nowNanos = {Long.MAX_VALUE - 5};
        BrowserLinks links = new BrowserLinks(() -> nowNanos[0]);
        String late = links.issue();
        String cookie = links.exchange(links.issue()).orElseThrow().cookie();
        nowNanos[0] += BrowserLinks.LINK_LIFE.toNanos() + 1;
        assertThat(links.exchange(late)).isEmpty();
        assertThat(links.admits(cookie)).isTrue();
        nowNanos[0] += BrowserLinks.COOKIE_LIFE.toNanos();
        assertThat(links.admits(cookie)).isFalse();
        String first = links.issue();
        List<String> later = IntStream.range(0, 16).mapToObj(i -> links.issue()).toList();
        assertThat(links.exchange(first)).as("the oldest of too many").isEmpty();
        assertThat(later).allMatch(each -> links.exchange(each).isPresent());
    }

    private static String bearer(AdminHouse house) {
        return "Authorization: Bearer " + house.token() + "\r\n";
    }

    private static int status(AdminHouse house, String path, String host, String header) throws Exception {
        String answer = house.exchange(
                "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + header + "Connection: close\r\n\r\n");
        return Integer.parseInt(answer.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
    }
}
