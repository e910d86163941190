package dev.finspect.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ReloadApiTest {
    private static final String RELOAD = "/api/v1/reload";
    private final AdminHouse house = AdminHouse.open();
    private final String bearer = "Bearer " + house.token();

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void theAnswerSaysWhatHasChanged() throws Exception {
        HttpResponse<String> json = house.post(RELOAD, "Authorization", bearer);
        assertThat(json.statusCode()).isEqualTo(200);
        assertThat(json.body()).isEqualTo("{\"result\":\"applied\",\"messages\":[\"route web added.\"]}\n");
        HttpResponse<String> text = house.post(RELOAD + "?format=text", "Authorization", bearer);
        assertThat(text.body()).isEqualTo("route web added.\n");
        assertThat(house.reloads).hasValue(2);
        assertThat(house.get("/").body()).contains(RELOAD);
    }

    @Test
    void aFileWithAnErrorAndAChangeThatNeedsARestartHaveStatusesOfTheirOwn() throws Exception {
        house.reload = new Reloading.Outcome(
                Reloading.Result.INVALID, List.of("a.yaml:3:5: unknown key 'lisen'.", "Nothing has changed."));
        HttpResponse<String> invalid = house.post(RELOAD, "Authorization", bearer);
        assertThat(invalid.statusCode()).isEqualTo(422);
        assertThat(invalid.body()).contains("\"result\":\"invalid\"", "a.yaml:3:5", "Nothing has changed.");
        house.reload = new Reloading.Outcome(Reloading.Result.REFUSED, List.of("engine cannot change."));
        assertThat(house.post(RELOAD, "Authorization", bearer).statusCode()).isEqualTo(409);
        house.reload = new Reloading.Outcome(Reloading.Result.UNCHANGED, List.of("The configuration has not changed."));
        assertThat(house.post(RELOAD, "Authorization", bearer).statusCode()).isEqualTo(200);
    }

    @Test
    void whoeverLacksTheTokenOrComesFromAnotherSiteReloadsNothing() throws Exception {
        assertThat(house.post(RELOAD).statusCode()).isEqualTo(401);
        assertThat(house.post(RELOAD, "Authorization", "Bearer x").statusCode()).isEqualTo(401);
        assertThat(house.post(RELOAD, "Authorization", bearer, "Origin", "http://elsewhere.example")
                        .statusCode())
                .isEqualTo(403);
        assertThat(house.get(RELOAD).statusCode()).isEqualTo(404);
        assertThat(house.post(RELOAD + "?file=other", "Authorization", bearer).statusCode())
                .isEqualTo(400);
        assertThat(house.reloads).hasValue(0);
    }
}
