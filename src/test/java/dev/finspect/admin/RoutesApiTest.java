package dev.finspect.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class RoutesApiTest {
    private static final String ALL = "/api/v1/routes";
    private static final String SWITCH = ALL + "/db/close-policy";
    private final AdminHouse house = AdminHouse.open();
    private final String bearer = "Bearer " + house.token();

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void routesAreListedWithWhereTheyListenAndWhatTheyDo() throws Exception {
        HttpResponse<String> all = house.get(ALL);
        assertThat(all.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(all.body())
                .isEqualTo("{\"routes\":[{\"name\":\"db\",\"listen\":[\"127.0.0.1:1\"],\"upstream\":[\"[::1]:5432\"],"
                        + "\"close_policy\":\"propagate\"}]}\n");
        assertThat(house.get(ALL + "?route=db").statusCode()).isEqualTo(400);
        assertThat(house.get("/").body()).contains(ALL, "/api/v1/routes/NAME/close-policy");
    }

    @Test
    void aPolicyIsSwitchedAndShownFromThenOn() throws Exception {
        HttpResponse<String> answer = house.post(SWITCH + "?policy=linger+5s", "Authorization", bearer);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"name\":\"db\"", "\"close_policy\":\"linger 5s\"");
        assertThat(house.get(ALL).body()).contains("\"close_policy\":\"linger 5s\"");
    }

    @Test
    void whoeverLacksTheTokenOrComesFromAnotherSiteSwitchesNothing() throws Exception {
        String path = SWITCH + "?policy=reset";
        assertThat(house.post(path).statusCode()).isEqualTo(401);
        assertThat(house.post(path, "Authorization", "Bearer x").statusCode()).isEqualTo(401);
        assertThat(house.post(path, "Authorization", bearer, "Origin", "http://elsewhere.example")
                        .statusCode())
                .isEqualTo(403);
        assertThat(house.get(path).statusCode()).isEqualTo(404);
        assertThat(house.post(ALL, "Authorization", bearer).statusCode()).isEqualTo(405);
        assertThat(house.get(ALL).body()).contains("\"close_policy\":\"propagate\"");
    }

    @Test
    void invalidChangeIsRejectedWithWhatToDo() throws Exception {
        HttpResponse<String> unknown = house.post(ALL + "/web/close-policy?policy=reset", "Authorization", bearer);
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("route_not_found", "/api/v1/routes lists");
        for (String query : new String[] {"", "?policy=slam", "?policy=reset&policy=reset", "?policy=reset&now=1"}) {
            HttpResponse<String> bad = house.post(SWITCH + query, "Authorization", bearer);
            assertThat(bad.statusCode()).as(query).isEqualTo(400);
            assertThat(bad.body()).contains("policy");
        }
    }
}
