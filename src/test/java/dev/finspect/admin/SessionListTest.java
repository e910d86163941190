package dev.finspect.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.SampleSession;
import dev.finspect.lab.Await;
import dev.finspect.session.SessionRecord;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Lists are made as they are taken, and few at once. */
@Timeout(120)
final class SessionListTest {
    private static final String LIST = "/api/v1/sessions?limit=1000";
    private static final Duration HOUR = Duration.ofHours(1);
    /** More than sockets hold. */
    private static final String LARGE = ",\"x\":\"" + "x".repeat(20_000) + "\"";

    @Test
    void longListHasAllSessionsInOrderAndComesInChunks() throws Exception {
        try (AdminHouse house = AdminHouse.open()) {
            fill(house, 1_000);
            house.padding = ",\"x\":\"" + "x".repeat(100) + "\"";
            HttpResponse<String> list = house.get(LIST + "&state=living");
            assertThat(list.headers().firstValue("transfer-encoding")).hasValue("chunked");
            assertThat(list.body().replace(house.padding, ""))
                    .isEqualTo(IntStream.range(0, 1_000)
                            .mapToObj(i -> "{\"id\":\"L" + i + "\"}")
                            .collect(Collectors.joining(",", "{\"living\":[", "],\"living_total\":1000}\n")));
            assertThat(house.sessions.records).as("rows need no records").hasValue(0);
            assertThat(house.get("/healthz").statusCode()).isEqualTo(200);
        }
    }

    /** The stream is not anonymised, and says so instead of leaving the wish unheard. */
    @Test
    void listIsAnonymisedInRowsAndRecordsOfLivingAndClosedSessions() throws Exception {
        try (AdminHouse house = AdminHouse.open()) {
            fill(house, 2);
            house.ended("C", "db");
            house.padding = ",\"peers\":[\"10.1.2.3\",\"10.1.2.4\",\"10.1.2.3\"]";
            String other = ",\"peers\":[\"192.0.2.1\",\"192.0.2.2\",\"192.0.2.1\"]";
            for (String kind : List.of("id", "record")) {
                String query = "/api/v1/sessions?state=all&detail=" + (kind.equals("id") ? "row" : "full");
                assertThat(house.get(query).body()).contains("10.1.2.3");
                assertThat(house.get(query + "&anonymise=true").body())
                        .isEqualTo("{\"living\":[{\"" + kind + "\":\"L0\"" + other + "},{\"" + kind + "\":\"L1\""
                                + other + "}],\"living_total\":2,\"closed\":[{\"" + kind + "\":\"C\"" + other
                                + "}]}\n");
            }
            assertThat(house.get("/api/v1/sessions?anonymise=yes").statusCode()).isEqualTo(400);
            assertThat(house.get("/api/v1/events?anonymise=true").statusCode()).isEqualTo(400);
        }
    }

    @Test
    void filtersAndLimitComeBeforeAnythingIsMade() throws Exception {
        try (AdminHouse house = AdminHouse.open()) {
            fill(house, 100);
            house.sessions.living.add(SampleSession.living("W", "web"));
            assertThat(house.get("/api/v1/sessions?state=living&route=web&detail=full")
                            .body())
                    .isEqualTo("{\"living\":[{\"record\":\"W\"}],\"living_total\":101}\n");
            assertThat(house.sessions.records).hasValue(1);
            assertThat(house.sessions.met).hasValue(1);
            assertThat(house.get("/api/v1/sessions?state=living&limit=2&detail=full")
                            .body())
                    .isEqualTo("{\"living\":[{\"record\":\"L0\"},{\"record\":\"L1\"}],\"living_total\":101}\n");
            assertThat(house.sessions.records).hasValue(3);
            assertThat(house.sessions.met).hasValue(3);
        }
    }

    @Test
    void fullRecordsOfClosedSessionsAreListed() throws Exception {
        try (AdminHouse house = AdminHouse.open()) {
            for (int i = 0; i < 90; i++) {
                house.ended("C" + i, i % 2 == 0 ? "db" : "web");
            }
            assertThat(house.get("/api/v1/sessions?state=closed&route=web&limit=2&detail=full")
                            .body())
                    .isEqualTo("{\"closed\":[{\"record\":\"C89\"},{\"record\":\"C87\"}]}\n");
            assertThat(house.get("/api/v1/sessions?state=closed&route=web&limit=1000")
                            .body()
                            .split("\"id\"", -1))
                    .hasSize(46);
        }
    }

    @Test
    void rowsOfTheLiveStreamAreListedOfLivingAndOfClosedSessions() throws Exception {
        try (AdminHouse house = AdminHouse.open()) {
            house.sessions.living.add(SampleSession.living("L", "db"));
            house.ended("C", "db");
            String list = house.get("/api/v1/sessions?state=all&detail=live").body();
            assertThat(list.split("\"phases\":\\[", -1)).hasSize(3);
            assertThat(list)
                    .contains("\"id\":\"L\"", "\"id\":\"C\"", "\"state\":\"closed\"", "\"changes\":[]", "\"verdict\":");
            assertThat(house.get("/api/v1/sessions?detail=some").body()).contains("row, live or full");
        }
    }

    @Test
    void slowReaderHoldsTheListBackAndAnEndedOneEndsIt() throws Exception {
        try (AdminHouse house = AdminHouse.open(AdminHouse.impatient(HOUR, HOUR, HOUR, HOUR))) {
            fill(house, 1_000);
            house.padding = LARGE;
            try (Socket slow = asked(house)) {
                assertThat(slow.getInputStream().read()).isEqualTo('H');
                int before;
                do {
                    before = house.sessions.met.get();
                    for (int i = 0; i < 20; i++) {
                        assertThat(house.get("/healthz").statusCode()).isEqualTo(200);
                    }
                } while (house.sessions.met.get() != before);
                assertThat(house.sessions.met.get()).isLessThan(1_000);
                assertThat(house.sessions.walks).hasValue(1);
            }
            Await.until(() -> "the walk was not ended", () -> house.sessions.walks.get() == 0);
        }
    }

    @Test
    void fewListsAreMadeAtOnceAndTheNextTakesItsTurn() throws Exception {
        AdminLimits.Lists one = new AdminLimits.Lists(1, 1, HOUR);
        try (AdminHouse house = AdminHouse.open(limits(one))) {
            fill(house, 1_000);
            house.padding = LARGE;
            Socket first = asked(house);
            assertThat(first.getInputStream().read()).isEqualTo('H');
            try (Socket second = asked(house)) {
                HttpResponse<String> third = house.get(LIST);
                // The second waits unless the server has read the third before it.
                while (third.statusCode() != 429) {
                    third = house.get(LIST);
                }
                assertThat(third.headers().firstValue("Retry-After")).hasValue("1");
                assertThat(third.body()).contains("\"error\":\"too_many_lists\"");
                assertThat(house.get("/healthz").statusCode()).isEqualTo(200);
                assertThat(house.get("/metrics").statusCode()).isEqualTo(200);
                first.close();
                assertThat(second.getInputStream().read()).isEqualTo('H');
                assertThat(lines(second)).endsWith("\"living_total\":1000,\"closed\":[]}");
            }
            Await.until(() -> "a walk was not ended", () -> house.sessions.walks.get() == 0);
        }
    }

    @Test
    void listThatWaitsTooLongIsTurnedAway() throws Exception {
        AdminLimits.Lists impatient = new AdminLimits.Lists(1, 10, Duration.ofMillis(50));
        try (AdminHouse house = AdminHouse.open(limits(impatient))) {
            fill(house, 1_000);
            house.padding = LARGE;
            try (Socket first = asked(house)) {
                assertThat(first.getInputStream().read()).isEqualTo('H');
                assertThat(house.get(LIST).statusCode()).isEqualTo(429);
                assertThat(house.get("/api/v1/explain").statusCode()).isEqualTo(429);
            }
            HttpResponse<String> again = house.get("/api/v1/sessions?limit=1");
            while (again.statusCode() == 429) {
                again = house.get("/api/v1/sessions?limit=1");
            }
            assertThat(again.statusCode()).isEqualTo(200);
        }
    }

    @Test
    void manyAtOnceAllHaveTheirAnswer() throws Exception {
        try (AdminHouse house = AdminHouse.open(limits(new AdminLimits.Lists(4, 60, HOUR)))) {
            fill(house, 1_000);
            house.padding = ",\"x\":\"" + "x".repeat(100) + "\"";
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                sockets.add(asked(house));
            }
            for (Socket socket : sockets) {
                assertThat(lines(socket)).endsWith("\"living_total\":1000,\"closed\":[]}");
                socket.close();
            }
            assertThat(house.sessions.walks).hasValue(0);
        }
    }

    @Test
    void oldClientHasTheListWithoutChunks() throws Exception {
        try (AdminHouse house = AdminHouse.open()) {
            fill(house, 1_000);
            String answer = house.exchange("GET " + LIST + "&state=living HTTP/1.0\r\nHost: localhost\r\n\r\n");
            assertThat(answer)
                    .startsWith("HTTP/1.1 200 ")
                    .contains("connection: close\r\n")
                    .doesNotContain("chunked")
                    .endsWith(",{\"id\":\"L999\"}],\"living_total\":1000}\n");
            String head = house.exchange("HEAD " + LIST + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            assertThat(head).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n");
            assertThat(house.sessions.walks).hasValue(0);
        }
    }

    private static AdminLimits limits(AdminLimits.Lists lists) {
        return new AdminLimits(64, HOUR, HOUR, HOUR, Duration.ofMinutes(1), 4096, 8192, 1 << 20, lists);
    }

    private static void fill(AdminHouse house, int count) {
        List<SessionRecord> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(SampleSession.living("L" + i, "db"));
        }
        house.sessions.living.addAll(all);
    }

    private static Socket asked(AdminHouse house) throws IOException {
        Socket socket = house.connect();
        String request = "GET " + LIST + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    /** The last line of JSON of a chunked answer. */
    private static String lines(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        String answer = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        assertThat(answer).endsWith("\r\n0\r\n\r\n");
        return answer.substring(0, answer.length() - "\n\r\n0\r\n\r\n".length());
    }
}
