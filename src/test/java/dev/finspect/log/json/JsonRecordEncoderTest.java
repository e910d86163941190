package dev.finspect.log.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.log.RandomRecords;
import dev.finspect.log.RecordSchema;
import dev.finspect.log.SampleRecords;
import dev.finspect.log.line.LineBatch;
import dev.finspect.log.line.Rfc3339;
import dev.finspect.log.line.Unicode;
import dev.finspect.record.CloseMark;
import dev.finspect.record.Handshake;
import dev.finspect.record.LegClose;
import dev.finspect.record.LegData;
import dev.finspect.record.LegRecord;
import dev.finspect.record.SessionClose;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionRow;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpState;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records become one valid JSON line each, whatever they hold. */
final class JsonRecordEncoderTest {
    private final JsonRecordEncoder encoder = new JsonRecordEncoder();

    @Test
    void recordsOfEveryKindAreValid() {
        RecordSchema.valid(encoder.encode(SampleRecords.clean("01", "db")));
        RecordSchema.valid(encoder.encode(SampleRecords.troubled("02")));
        RecordSchema.valid(encoder.encode(SampleRecords.connectFailed("03", "db", "db.example", "no answer")));
        assertThat(RecordSchema.valid(encoder.encode(SampleRecords.living("04")))
                        .get("event")
                        .asText())
                .isEqualTo("session.progress");
    }

    @Test
    void factsStandUnderTheirNamesAndSourcesBeside() {
        JsonNode record = RecordSchema.valid(encoder.encode(SampleRecords.clean("01", "db")));
        assertThat(record.get("started_at").asText()).isEqualTo("2026-01-02T03:04:05.123456789Z");
        assertThat(record.get("ended_at").asText()).isEqualTo("2026-01-02T03:04:06.358024679Z");
        assertThat(record.get("duration_seconds").decimalValue()).isEqualByComparingTo("1.234567890");
        assertThat(record.get("listener").asText()).isEqualTo("127.0.0.1:15432");
        assertThat(record.at("/client/network.peer.port").asInt()).isEqualTo(50_000);
        assertThat(record.at("/upstream/network.local.port").asInt()).isEqualTo(41_234);
        assertThat(record.at("/client/handshake/originator/isn").asLong()).isEqualTo(4_294_967_295L);
        assertThat(record.at("/client/handshake/originator/sources/isn").asText())
                .isEqualTo("kernel");
        assertThat(record.at("/upstream/handshake/connect_seconds").decimalValue())
                .isEqualByComparingTo("0.000055");
        assertThat(record.at("/client/data/state").asText()).isEqualTo("LAST-ACK");
        assertThat(record.at("/client/data/received_bytes").asLong()).isEqualTo(1_234);
        assertThat(record.at("/client/data/sent_bytes").asLong()).isEqualTo(4_000_000);
        assertThat(record.at("/client/data/received_retransmits").isNull()).isTrue();
        assertThat(record.at("/client/close/peer_fin/at").asText()).isEqualTo("2026-01-02T03:04:05.423456789Z");
        assertThat(record.at("/client/close/peer_fin/sources/at").asText()).isEqualTo("socket");
        assertThat(record.at("/close/order").toString()).isEqualTo("[\"client.fin\",\"upstream.fin\"]");
        assertThat(record.at("/close/half_closed_by").asText()).isEqualTo("client");
    }

    @Test
    void durationsAreWrittenToTheNanosecond() {
        assertThat(text(SampleRecords.clean("01", "db"))).contains("\"duration_seconds\":1.234567890,");
    }

    /** The schema's fields stand in the order of the model's components, so that no two facts can have changed places. */
    @Test
    void everyFactOfTheModelStandsUnderItsOwnName() {
        RandomRecords records = new RandomRecords(5);
        for (int i = 0; i < 50; i++) {
            SessionRecord session = records.next();
            JsonNode json = RecordSchema.valid(encoder.encode(session));
            if (session.event() == RecordEvent.HUNG || session.event() == RecordEvent.RECOVERED) {
                continue; // Only what is new, see lineAboutALivingSessionHasOnlyWhatIsNew.
            }
            for (Leg leg : Leg.values()) {
                JsonNode node = json.get(leg.label());
                if (leg == Leg.UPSTREAM && session.single()) {
                    assertThat(node.isNull()).isTrue();
                    continue;
                }
                LegRecord model = session.leg(leg);
                same(handshake(model.handshake()), node.get("handshake"), "handshake");
                same(side(model.handshake().originator()), node.at("/handshake/originator"), "handshakeSide");
                same(side(model.handshake().responder()), node.at("/handshake/responder"), "handshakeSide");
                same(data(model.data()), node.get("data"), "data");
                same(close(model.close()), node.get("close"), "legClose");
                mark(model.close().peerFin(), node.at("/close/peer_fin"));
                mark(model.close().localFin(), node.at("/close/local_fin"));
                mark(model.close().peerRst(), node.at("/close/peer_rst"));
                mark(model.close().localRst(), node.at("/close/local_rst"));
            }
            same(sessionClose(session.close()), json.get("close"), "sessionClose");
        }
    }

    @Test
    void lineAboutALivingSessionHasOnlyWhatIsNew() {
        RandomRecords records = new RandomRecords(6);
        int seen = 0;
        while (seen < 50) {
            SessionRecord session = records.next();
            if (session.closed() || session.identity().route().isEmpty()) {
                continue;
            }
            seen++;
            JsonNode line = line(session);
            assertThat(line.get("event").asText()).isEqualTo(session.event().label());
            assertThat(line.has("close")).isFalse();
            assertThat(line.get("finding").isObject()).isEqualTo(session.event() != RecordEvent.PROGRESS);
            for (Leg leg : Leg.values()) {
                LegData.Traffic traffic = session.leg(leg).data().traffic();
                JsonNode node = line.get(leg.label());
                assertThat(node.get("received_bytes").asLong())
                        .isEqualTo(traffic.bytesReceived().value());
                assertThat(node.get("sent_bytes").asLong())
                        .isEqualTo(traffic.bytesSent().value());
            }
            Diagnosed diagnosed = session.diagnosed();
            assertThat(line.get("findings").isNull()).isEqualTo(diagnosed == null);
            assertThat(line.get("findings").findValuesAsText("id"))
                    .isEqualTo(
                            diagnosed == null
                                    ? List.of()
                                    : diagnosed.findings().stream()
                                            .filter(SessionFinding::hangs)
                                            .map(each -> each.finding().id().label())
                                            .toList());
        }
    }

    @Test
    void timeOfALineIsItsStartAndDuration() {
        JsonNode line = line(SampleRecords.living("01"));
        assertThat(line.get("started_at").asText()).isEqualTo("2026-01-02T03:04:05.123456789Z");
        assertThat(line.get("at").asText()).isEqualTo("2026-01-02T03:05:05.123456789Z");
        assertThat(line.at("/client/network.peer.port").isInt()).isTrue();
    }

    @Test
    void lineForManySessionsNamesThemAll() {
        for (RecordEvent event : List.of(RecordEvent.HUNG, RecordEvent.RECOVERED, RecordEvent.PROGRESS)) {
            LineBatch batch = new LineBatch(100);
            encoder.append(SampleRecords.omitted(event, "01", "02", "03"), batch);
            JsonNode line = RecordSchema.valid(batch.toByteArray());
            assertThat(line.get("event").asText()).isEqualTo(event.label().replace("session.", "sessions."));
            assertThat(line.get("route").asText()).isEqualTo("db");
            assertThat(line.get("peer").asText()).isEqualTo("10.0.0.1:5432");
            assertThat(line.at("/finding/id").asText()).isEqualTo("upstream-silent");
            assertThat(line.get("count").asInt()).isEqualTo(3);
            assertThat(line.get("ids").toString()).isEqualTo("[\"01\",\"02\",\"03\"]");
        }
    }

    private JsonNode line(SessionRecord session) {
        LineBatch batch = new LineBatch(100);
        encoder.append(session, 1, batch);
        return RecordSchema.valid(batch.toByteArray());
    }

    /** In the order of the schema; null for what is no fact of its own. */
    private static List<@Nullable Observation<?>> handshake(Handshake it) {
        return Arrays.asList(
                it.synAt(),
                it.synAckAt(),
                it.ackAt(),
                it.segments().synToSynAck(),
                it.segments().synAckToAck(),
                it.acceptDelay(),
                it.connectDuration(),
                it.rtt(),
                it.simultaneousOpen(),
                null,
                null);
    }

    private static List<@Nullable Observation<?>> side(Handshake.Side it) {
        return Arrays.asList(
                it.isn(),
                it.isnAcknowledged(),
                it.retransmits(),
                it.windowBytes(),
                it.options().mssBytes(),
                it.options().windowScale(),
                it.options().sack(),
                it.options().timestamps(),
                it.ttl());
    }

    private static List<@Nullable Observation<?>> data(LegData it) {
        return Arrays.asList(
                it.traffic().bytesReceived(),
                it.traffic().bytesSent(),
                it.traffic().segmentsReceived(),
                it.traffic().segmentsSent(),
                it.traffic().firstReceivedAt(),
                it.traffic().lastReceivedAt(),
                it.traffic().firstSentAt(),
                it.traffic().lastSentAt(),
                it.path().smoothedRtt(),
                it.path().minRtt(),
                it.loss().retransmitsSent(),
                it.loss().retransmitsReceived(),
                it.loss().bytesSent(),
                it.loss().bytesReceived(),
                it.loss().sizes().full(),
                it.flight().retransmission().pathMtuBytes(),
                it.path().icmpMtuBytes(),
                it.loss().sizes().acknowledged(),
                it.loss().sizes().sentAgain(),
                it.loss().sizes().sacked(),
                it.loss().sizes().received(),
                it.loss().sizes().behindGap(),
                it.loss().sizes().gap(),
                it.windows().peerZeroWindows(),
                it.windows().peerZeroWindowTime(),
                it.windows().localZeroWindows(),
                it.windows().localZeroWindowTime(),
                it.queue().busyTime(),
                it.queue().receiverLimitedTime(),
                it.queue().sendBufferLimitedTime(),
                it.queue().unackedSegments(),
                it.queue().notSentBytes(),
                it.queue().peerWindowBytes(),
                it.relay().pausedTime(),
                it.relay().pauses(),
                it.relay().heldBytesMax(),
                it.transfer().time(),
                it.transfer().peer(),
                it.transfer().network(),
                it.transfer().finspect(),
                it.transfer().source(),
                it.relay().undeliveredBytes(),
                it.relay().urgentSeen(),
                it.queue().state());
    }

    private static List<@Nullable Observation<?>> close(LegClose it) {
        return Arrays.asList(
                null,
                null,
                null,
                null,
                it.errno(),
                it.simultaneousClose(),
                it.timeWaitHolder(),
                it.waits().peerCloseWait(),
                it.waits().localCloseWait(),
                it.waits().peerFinWait2(),
                it.waits().localFinWait2(),
                it.afterFin().bytesSent(),
                it.afterFin().bytesReceived());
    }

    private static List<@Nullable Observation<?>> sessionClose(SessionClose it) {
        return Arrays.asList(
                null,
                null,
                null,
                it.clientFinRelay(),
                it.upstreamFinRelay(),
                null,
                it.halfClose().time(),
                it.halfClose().bytesAfter(),
                null,
                null,
                it.relaying().lostBytes());
    }

    private static void mark(Observation<CloseMark> observed, JsonNode json) {
        CloseMark it = observed.orNull();
        if (it == null) {
            assertThat(json.isNull()).isTrue();
            return;
        }
        Fact<Long> toAck = it.timeToAck().fact();
        boolean inferred = toAck != null && toAck.source() == Source.INFERRED;
        same(
                Arrays.asList(
                        it.at(),
                        it.sequenceNumber(),
                        inferred ? Observation.notObserved() : it.timeToAck(),
                        it.retransmits(),
                        it.withData()),
                json,
                "finOrRst");
    }

    private static void same(List<@Nullable Observation<?>> model, JsonNode json, String definition) {
        List<String> names = new ArrayList<>();
        json.fieldNames().forEachRemaining(names::add);
        List<String> required = new ArrayList<>();
        RecordSchema.document().at("/$defs/" + definition + "/required").forEach(name -> required.add(name.asText()));
        names.removeAll(List.of("kernel_sent_at", "kernel_reason", "close_wait_at")); // Only where it was traced.
        assertThat(names).isEqualTo(required);
        names.remove("sources");
        assertThat(names).hasSameSizeAs(model);
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            Observation<?> observed = model.get(i);
            if (observed == null) {
                continue;
            }
            Fact<?> fact = observed.fact();
            if (fact == null) {
                assertThat(json.get(name).isNull()).as(name).isTrue();
                assertThat(json.get("sources").has(name)).as(name).isFalse();
            } else {
                assertThat(asRead(json.get(name))).as(name).isEqualTo(asWritten(fact.value(), name));
                assertThat(json.get("sources").get(name).asText())
                        .as(name)
                        .isEqualTo(fact.source().label());
            }
        }
    }

    private static String asRead(JsonNode value) {
        return value.isBigDecimal() ? value.decimalValue().setScale(9).toPlainString() : value.asText();
    }

    private static String asWritten(Object value, String name) {
        if (value instanceof TcpState state) {
            return state.label();
        }
        if (value instanceof Errno errno) {
            return errno.name();
        }
        if (value instanceof LegClose.TimeWaitHolder holder) {
            return holder.name().toLowerCase(Locale.ROOT);
        }
        if (value instanceof Long nanos && name.endsWith("_seconds")) {
            return BigDecimal.valueOf(nanos, 9).toPlainString();
        }
        if (value instanceof Long nanos && (name.endsWith("_at") || name.equals("at"))) {
            byte[] time = new byte[Rfc3339.LENGTH];
            Rfc3339.write(nanos, time, 0);
            return new String(time, StandardCharsets.US_ASCII);
        }
        return Unicode.wellFormed(value.toString());
    }

    @Test
    void everyCharacterInNamesAndErrorTextsStaysInItsString() {
        String all = IntStream.range(0, 0x100).mapToObj(Character::toString).collect(Collectors.joining());
        JsonNode record = RecordSchema.valid(encoder.encode(SampleRecords.connectFailed("01", all, all, all)));
        assertThat(record.get("route").asText()).isEqualTo(all);
        assertThat(record.at("/upstream/lookups/1/error").asText()).isEqualTo(all);
        assertThat(record.at("/upstream/attempts/0/target").asText()).isEqualTo(all + ":5432");
        assertThat(record.at("/upstream/attempts/0/detail").asText()).isEqualTo(all);
    }

    @Test
    void forgedLineEndAndQuoteAreOnlyText() {
        String forged = "db\"}\n{\"event\":\"session.closed\"}\r\n\u001b[2J\u2028";
        JsonNode record = RecordSchema.valid(encoder.encode(SampleRecords.clean("01", forged)));
        assertThat(record.get("route").asText()).isEqualTo(forged);
    }

    @Test
    void halfASurrogatePairIsReplacedAndAWholeOneKept() {
        JsonNode record =
                RecordSchema.valid(encoder.encode(SampleRecords.clean("01", "a\ud800b\udc00c\ud83d\ude00d\ud83d")));
        assertThat(record.get("route").asText()).isEqualTo("a\ufffdb\ufffdc\ud83d\ude00d\ufffd");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void anyRecordIsValid(long seed) {
        RandomRecords records = new RandomRecords(seed);
        for (int i = 0; i < 40; i++) {
            RecordSchema.valid(encoder.encode(records.next()));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void everyMemberOfARowIsInTheRecordUnderTheSamePath(long seed) {
        RandomRecords records = new RandomRecords(seed);
        for (int i = 0; i < 40; i++) {
            SessionRecord record = records.next();
            boolean whole = record.event() != RecordEvent.HUNG && record.event() != RecordEvent.RECOVERED;
            if (whole && !record.single()) {
                byte[] row = encoder.encode(SessionRow.of(record));
                byte[] all = encoder.encode(record);
                within("", RecordSchema.parse(new String(row, StandardCharsets.UTF_8)), RecordSchema.valid(all));
                assertThat(row.length).isLessThan(all.length / 2);
            }
        }
    }

    private static void within(String path, JsonNode part, JsonNode whole) {
        if (part.isContainerNode()) {
            assertThat(whole.getNodeType()).as(path).isEqualTo(part.getNodeType());
            assertThat(part.isArray() ? whole.size() : 0).as(path).isEqualTo(part.isArray() ? part.size() : 0);
            part.properties()
                    .forEach(
                            field -> within(path + "/" + field.getKey(), field.getValue(), whole.path(field.getKey())));
            for (int i = 0; part.isArray() && i < part.size(); i++) {
                within(path + "/" + i, part.get(i), whole.get(i));
            }
        } else {
            assertThat(part).as(path).isEqualTo(whole);
        }
    }

    private String text(SessionRecord record) {
        return new String(encoder.encode(record), StandardCharsets.UTF_8);
    }
}
