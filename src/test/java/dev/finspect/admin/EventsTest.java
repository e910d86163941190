package dev.finspect.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.admin.EventStreamReader.Event;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.finding.UpstreamSilent;
import dev.finspect.fixture.Findings;
import dev.finspect.fixture.SampleSession;
import dev.finspect.lab.Await;
import dev.finspect.session.Change;
import dev.finspect.session.ChangedSession;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.Leg;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The live stream over HTTP, of sessions that the test puts in. */
@Timeout(300)
final class EventsTest {
    private static final int MANY = 12_000;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void streamBeginsWithAllLivingSessionsAndGoesOnWithChanges() throws Exception {
        try (AdminHouse house = AdminHouse.open()) {
            house.sessions.living.add(SampleSession.living("A", "db"));
            house.sessions.living.add(SampleSession.living("B", "db"));
            try (EventStreamReader stream = open(house, "")) {
                Event hello = stream.next();
                assertThat(hello.name()).isEqualTo("hello");
                assertThat(hello.data().at("/version").asText()).isEqualTo("1.2.3");
                assertThat(hello.data().at("/routes/0/name").asText()).isEqualTo("db");
                assertThat(hello.data().at("/totals/state").asText()).isEqualTo("starting");
                assertThat(hello.data().at("/filter").isNull()).isTrue();
                Event reset = besidesTotals(stream);
                assertThat(reset.name()).isEqualTo("reset");
                assertThat(reset.data().at("/reason").asText()).isEqualTo("first");
                Event rows = besidesTotals(stream);
                assertThat(ids(rows)).containsExactly("A", "B");
                assertThat(rows.data().at("/rows/0/changes")).isEmpty();
                assertThat(besidesTotals(stream).name()).isEqualTo("snapshot_end");
                assertThat(stream.lastId()).isNotEmpty();

                house.sessions.changed.add(changed("C", Change.OPENED, Change.FIRST_BYTES));
                Event change = stream.next(event -> event.name().equals("sessions"));
                assertThat(ids(change)).containsExactly("C");
                assertThat(change.data().at("/rows/0/changes")).hasToString("[\"opened\",\"first_bytes\"]");
                house.feed.closed(SampleSession.closed("C", "db"));
                assertThat(stream.row(row -> row.at("/id").asText().equals("C")).at("/changes"))
                        .hasToString("[\"closed\"]");
                house.feed.closed(SampleSession.closed("D", "db"));
                assertThat(stream.row(row -> row.at("/id").asText().equals("D")).at("/changes"))
                        .hasToString("[\"opened\",\"closed\"]");
                JsonNode totals = stream.next("totals");
                assertThat(totals.at("/closed").asInt()).isEqualTo(2);
                assertThat(totals.at("/failed").asInt()).isZero();
                assertThat(totals.at("/lost").asInt()).isZero();
            }
        }
    }

    @Test
    void readerWhoComesBackGetsWhatHeMissed() throws Exception {
        try (AdminHouse house = AdminHouse.open()) {
            house.sessions.living.add(SampleSession.living("A", "db"));
            String last;
            try (EventStreamReader stream = open(house, "")) {
                stream.next("snapshot_end");
                house.sessions.changed.add(changed("B", Change.OPENED));
                stream.row(row -> row.at("/id").asText().equals("B"));
                last = stream.lastId();
            }
            house.sessions.changed.add(changed("C", Change.OPENED));
            Await.until(() -> "the change is collected", house.sessions.changed::isEmpty);
            for (String query : List.of("", "?last_event_id=" + last)) {
                try (EventStreamReader stream =
                        query.isEmpty() ? open(house, query, "Last-Event-ID", last) : open(house, query)) {
                    assertThat(stream.next().name()).isEqualTo("hello");
                    assertThat(ids(besidesTotals(stream)))
                            .as("no snapshot before it")
                            .containsExactly("C");
                }
            }
            for (String unknown : List.of("x-1", last + "9", last.replaceFirst("-.*", "-zzz"))) {
                try (EventStreamReader stream = open(house, "", "Last-Event-ID", unknown)) {
                    assertThat(stream.next("reset").at("/reason").asText()).isEqualTo("resume_too_old");
                    stream.next("snapshot_end");
                }
            }
        }
    }

    @Test
    void filterTakesItsSessionsAndTellsWhichLeaveIt() throws Exception {
        try (AdminHouse house = AdminHouse.open()) {
            house.sessions.living.add(SampleSession.living("A", "db"));
            house.sessions.living.add(SampleSession.living("W", "web"));
            try (EventStreamReader stream = open(house, "?filter=" + encoded("route:web duration<1h"))) {
                assertThat(stream.next("hello").at("/filter").asText()).isEqualTo("route:web duration<1h");
                assertThat(ids(stream.next(event -> event.name().equals("sessions"))))
                        .containsExactly("W");
                stream.next("snapshot_end");
                house.sessions.changed.add(changed("A", Change.FIRST_BYTES));
                SessionRecord living = SampleSession.living("W", "web");
                house.sessions.changed.add(new ChangedSession(lasting(living, 7_200), EnumSet.of(Change.HUNG)));
                Event left = stream.next(event -> event.name().equals("sessions"));
                assertThat(left.data().at("/rows")).isEmpty();
                assertThat(left.data().at("/gone")).hasToString("[\"W\"]");
                house.sessions.changed.add(new ChangedSession(living, EnumSet.of(Change.RECOVERED)));
                assertThat(ids(stream.next(event -> event.name().equals("sessions"))))
                        .containsExactly("W");
                house.feed.closed(SampleSession.closed("A", "db"));
                house.feed.closed(SampleSession.closed("W", "web"));
                assertThat(ids(stream.next(event -> event.name().equals("sessions"))))
                        .containsExactly("W");
            }
            HttpResponse<String> wrong = house.get("/api/v1/events?filter=nonsense");
            assertThat(wrong.statusCode()).isEqualTo(400);
            assertThat(wrong.body()).contains("at column 1");
            assertThat(house.get("/api/v1/events?filters=x").statusCode()).isEqualTo(400);
        }
    }

    @Test
    void oneStreamTooManyIsRefusedUntilAnotherEnds() throws Exception {
        try (AdminHouse house = AdminHouse.open()) {
            List<EventStreamReader> streams = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                streams.add(open(house, ""));
            }
            HttpResponse<String> refused = house.get("/api/v1/events");
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("retry-after")).isPresent();
            for (EventStreamReader stream : streams) {
                stream.next("totals");
            }
            streams.remove(0).close();
            Await.until(() -> "a place is free", () -> opens(house));
            for (EventStreamReader stream : streams) {
                stream.close();
            }
        }
    }

    @Test
    void slowReaderLosesEventsIsToldAndCatchesUpWhileOthersGetAll() throws Exception {
        try (AdminHouse house = AdminHouse.open();
                EventStreamReader quick = open(house, "");
                Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4 << 10);
            socket.setSoTimeout((int) AdminHouse.GUARD.toMillis());
            socket.connect(house.address());
            socket.getOutputStream()
                    .write("GET /api/v1/events HTTP/1.0\r\nHost: localhost\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            EventStreamReader slow = EventStreamReader.over(socket.getInputStream());
            assertThat(slow.next().name()).isEqualTo("hello");
            quick.next("snapshot_end");
            Set<String> got = new HashSet<>();
            // Ten times what the stream keeps.
            for (int sent = 0; sent < MANY; ) {
                for (int i = 0; i < 500; i++) {
                    house.sessions.changed.add(changed("S" + sent++, Change.OPENED));
                }
                while (got.size() < sent) {
                    for (JsonNode row : quick.next("sessions").at("/rows")) {
                        got.add(row.at("/id").asText());
                    }
                }
            }
            house.sessions.living.add(SampleSession.living("LAST", "db"));
            JsonNode reset = slow.next(event -> event.name().equals("reset")
                            && event.data().at("/reason").asText().equals("lost"))
                    .data();
            assertThat(reset.at("/lost").asLong()).isBetween(1L, (long) MANY);
            assertThat(ids(slow.next(event -> event.name().equals("sessions")))).containsExactly("LAST");
            slow.next("snapshot_end");
            assertThat(slow.next("totals").at("/lost").asLong())
                    .isEqualTo(reset.at("/lost").asLong());
        }
    }

    @Test
    void manySessionsAtOnceAreSentInTheirOrderWithoutTooManyRows() throws Exception {
        try (AdminHouse house = AdminHouse.open();
                EventStreamReader stream = open(house, "")) {
            stream.next("snapshot_end");
            for (int i = 0; i < 1_200; i++) {
                house.feed.closed(SampleSession.closed("E" + i, "db"));
            }
            long rows = 0;
            long omitted = 0;
            while (rows + omitted < 1_200) {
                JsonNode some = stream.next("sessions");
                assertThat(some.at("/rows").size()).isLessThanOrEqualTo(500);
                rows += some.at("/rows").size();
                omitted += some.at("/omitted").asLong();
            }
            assertThat(rows + omitted).isEqualTo(1_200);
            assertThat(stream.next("totals").at("/omitted").asLong()).isEqualTo(omitted);
        }
    }

    @Test
    void moreClosedSessionsThanAreKeptBeginEveryStreamAnew() throws Exception {
        try (AdminHouse house = AdminHouse.open();
                EventStreamReader stream = open(house, "")) {
            stream.next("snapshot_end");
            for (int i = 0; i < 10_000; i++) {
                house.feed.closed(SampleSession.closed("E" + i, "db"));
            }
            assertThat(stream.next("reset").at("/reason").asText()).isEqualTo("lost");
            stream.next("snapshot_end");
        }
    }

    @Test
    void totalsCountWhatHangsAndIsHalfClosed() throws Exception {
        try (AdminHouse house = AdminHouse.open()) {
            assertThat(house.sessions.followed).isFalse();
            try (EventStreamReader stream = open(house, "")) {
                stream.next("snapshot_end");
                assertThat(house.sessions.followed).isTrue();
                SessionIdentity identity = SampleSession.identity("A", "db", 1);
                house.feed.happened(identity, new SessionEvent.Accepted(0, null, null));
                house.feed.happened(identity, new SessionEvent.WorstFindingChanged(0, null, finding()));
                house.counters.activeSessions.increment();
                house.counters.halfClosedByClient.increment();
                JsonNode totals = stream.next(event -> event.name().equals("totals")
                                && event.data().at("/hung").asInt() == 1)
                        .data();
                assertThat(totals.at("/opened").asInt()).isEqualTo(1);
                assertThat(totals.at("/active").asInt()).isEqualTo(1);
                assertThat(totals.at("/half_closed/client").asInt()).isEqualTo(1);
            }
        }
    }

    @Test
    void strangersAndOtherMethodsGetNoStream() throws Exception {
        try (AdminHouse house = AdminHouse.open()) {
            house.trusted = false;
            assertThatThrownBy(() -> open(house, "")).hasMessageContaining("401");
            try (EventStreamReader stream = open(house, "", "Authorization", "Bearer " + house.token())) {
                assertThat(stream.next().name()).isEqualTo("hello");
            }
            assertThat(house.post("/api/v1/events", "Authorization", "Bearer " + house.token())
                            .statusCode())
                    .isEqualTo(405);
        }
    }

    /** Whether there is room for one stream more. */
    private boolean opens(AdminHouse house) {
        try (EventStreamReader stream = open(house, "")) {
            return stream.next().name().equals("hello");
        } catch (Exception e) {
            assertThat(e).hasMessageContaining("429");
            return false;
        }
    }

    private EventStreamReader open(AdminHouse house, String query, String... headers) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + house.port() + "/api/v1/events" + query);
        return EventStreamReader.open(http, uri, AdminHouse.GUARD, headers);
    }

    private static Finding finding() {
        return Findings.of(UpstreamSilent.ID, Blame.UPSTREAM, Confidence.LIKELY, Leg.UPSTREAM, 0, List.of());
    }

    private static Event besidesTotals(EventStreamReader stream) throws Exception {
        return stream.next(event -> !event.name().equals("totals"));
    }

    private static ChangedSession changed(String id, Change... changes) {
        return new ChangedSession(SampleSession.living(id, "db"), EnumSet.copyOf(List.of(changes)));
    }

    private static SessionRecord lasting(SessionRecord record, long seconds) {
        return new SessionRecord(
                record.event(),
                record.identity(),
                seconds * 1_000_000_000,
                record.result(),
                record.client(),
                record.upstream(),
                record.close(),
                record.diagnosed(),
                record.proxyHeaders());
    }

    private static List<String> ids(Event sessions) {
        List<String> ids = new ArrayList<>();
        sessions.data().at("/rows").forEach(row -> ids.add(row.at("/id").asText()));
        return ids;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
