package dev.finspect.log.compact;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.catalogue.Catalogue;
import dev.finspect.fixture.Findings;
import dev.finspect.log.LineSchema;
import dev.finspect.log.RandomRecords;
import dev.finspect.log.RecordSchema;
import dev.finspect.log.SampleRecords;
import dev.finspect.log.json.JsonRecordEncoder;
import dev.finspect.log.line.LineBatch;
import dev.finspect.record.ProxyHeader;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.OmittedLines;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Compact lines say what is known, in few bytes, and never otherwise than the full record. */
final class CompactLineTest {
    private static final int FEW_BYTES = 3_000;

    private final CompactLine encoder = new CompactLine("db-1");
    private final JsonRecordEncoder full = new JsonRecordEncoder();

    @Test
    void aCleanSessionIsOneShortLine() {
        assertThat(text(SampleRecords.clean("01M826BAS8000039GM00", "db")))
                .isEqualTo(
                        "{\"time\":\"2026-01-02T03:04:06.358024679Z\",\"severity\":\"INFO\",\"event\":\"session.closed\""
                                + ",\"schema\":\"compact.1\",\"id\":\"01M826BAS8000039GM00\",\"instance\":\"db-1\",\"route\":\"db\""
                                + ",\"duration_seconds\":1.23456789,\"outcome\":\"clean\",\"termination\":\"--\""
                                + ",\"client\":{\"address\":\"127.0.0.1\",\"port\":50000,\"received_bytes\":1234"
                                + ",\"sent_bytes\":4000000,\"rtt_seconds\":0.00008}"
                                + ",\"server\":{\"address\":\"127.0.0.1\",\"port\":5432,\"received_bytes\":4000000"
                                + ",\"sent_bytes\":1234,\"rtt_seconds\":0.00008,\"handshake\":{\"connect_seconds\":0.000055}}"
                                + ",\"network\":{\"transport\":\"tcp\",\"connection\":{\"state\":\"closed\"}}"
                                + ",\"close\":{\"order\":[\"client.fin\",\"upstream.fin\"],\"half_close_seconds\":0.9"
                                + ",\"after_first_fin_bytes\":4000000},\"evidence\":{\"source\":\"kernel\"}}");
    }

    @Test
    void linesOfEveryKindAreValid() {
        JsonNode troubled = line(SampleRecords.troubled("02"));
        assertThat(troubled.at("/severity").asText()).isEqualTo("ERROR");
        assertThat(troubled.at("/error/type").asText()).isEqualTo("reset");
        assertThat(troubled.at("/server/sent_retransmits").asInt()).isEqualTo(3);
        assertThat(troubled.at("/server/paused_seconds").asDouble()).isEqualTo(1.2);
        assertThat(troubled.at("/server/errno").asText()).isEqualTo("ECONNRESET");
        assertThat(troubled.at("/close/relayed").asText()).isEqualTo("data_lost");
        assertThat(troubled.at("/close/relayed_reason").asText()).isEqualTo("upstream.rst");
        assertThat(troubled.at("/close/lost_bytes").asInt()).isEqualTo(4096);
        assertThat(troubled.at("/evidence").toString())
                .isEqualTo("{\"source\":\"kernel\",\"inferred\":[\"server.peer_zero_window_seconds\"]}");

        JsonNode failed = line(SampleRecords.connectFailed("03", "db", "db.example", "no answer"));
        assertThat(failed.at("/server/address").asText()).isEqualTo("10.0.0.1");
        assertThat(failed.at("/server/lookup_seconds").asDouble()).isEqualTo(0.003);
        assertThat(failed.at("/server/name_server").asText()).isEqualTo("10.0.0.53:53");
        assertThat(failed.at("/server/answer_age_seconds").asDouble()).isEqualTo(12.0);
        assertThat(failed.at("/server/answer_ttl_seconds").asDouble()).isEqualTo(30.0);
        assertThat(failed.at("/server/attempts/0/result").asText()).isEqualTo("timed_out");
        assertThat(failed.at("/server/attempts/1/address").isMissingNode()).isTrue();
        assertThat(failed.at("/proxy_reason").asText()).isEqualTo("connect_failed");

        JsonNode living = line(SampleRecords.living("04"));
        assertThat(living.at("/severity").asText()).isEqualTo("INFO");
        assertThat(living.at("/network/connection/state").asText()).isEqualTo("last_ack");
        assertThat(living.has("outcome")).isFalse();
        assertThat(living.has("close")).isFalse();
    }

    @Test
    void whatTheModelAllowsIsWrittenAndAgreesWithTheFullRecord() {
        RandomRecords records = new RandomRecords(11);
        Set<String> written = new HashSet<>();
        for (int i = 0; i < 400; i++) {
            SessionRecord record = records.next();
            JsonNode line = line(record);
            JsonNode whole = record.closed() ? RecordSchema.valid(full.encode(record)) : null;
            for (Field<SessionRecord> field : SessionFields.TABLE.fields()) {
                JsonNode value = line.at(pointer(field));
                if (!value.isMissingNode()) {
                    written.add(field.path());
                }
                String there = FullPaths.of(field);
                if (whole != null
                        && there != null
                        && !(record.single() && field.path().startsWith("server."))) {
                    same(field, value, whole.at(there));
                    sameSource(field, line, whole, there);
                }
            }
        }
        written.addAll(List.of("destination.address", "destination.port"));
        written.addAll(List.of("network.peer.address", "network.peer.port", "sampled_one_in"));
        assertThat(written)
                .as(
                        "each field has a value now and then; those of an intercepted, a PROXY or a sampled line have tests")
                .containsAll(SessionFields.TABLE.fields().stream()
                        .map(Field::path)
                        .filter(path -> !path.endsWith("_omitted"))
                        .toList());
    }

    private static void same(Field<SessionRecord> field, JsonNode value, JsonNode there) {
        boolean saysNothing = there.isNull()
                || there.isContainerNode() && there.isEmpty()
                || there.isTextual() && there.asText().isEmpty()
                || field.isWithoutZero()
                        && there.isNumber()
                        && there.decimalValue().signum() == 0
                || field.path().equals("close.relayed") && there.asText().equals("faithful");
        if (saysNothing) {
            assertThat(value.isMissingNode()).as(field.path()).isTrue();
        } else if (there.isNumber()) {
            assertThat(value.decimalValue()).as(field.path()).isEqualByComparingTo(there.decimalValue());
        } else {
            assertThat(value).as(field.path()).isEqualTo(there);
        }
    }

    private static void sameSource(Field<SessionRecord> field, JsonNode line, JsonNode whole, String there) {
        Usual usual = field.usualOrNull();
        if (usual == null || line.at(pointer(field)).isMissingNode()) {
            return;
        }
        Source best = Source.SOCKET;
        String said = null;
        for (Source source : Source.values()) {
            best = source.label().equals(line.at("/evidence/source").asText()) ? source : best;
            for (JsonNode path : line.at("/evidence/" + source.label())) {
                said = path.asText().equals(field.path()) ? source.label() : said;
            }
        }
        int name = there.lastIndexOf('/');
        assertThat(said == null ? usual.in(best).label() : said)
                .as("source of " + field.path())
                .isEqualTo(whole.at(there.substring(0, name) + "/sources" + there.substring(name))
                        .asText());
    }

    @Test
    void aLineAboutAHangNamesItFirstAndThenWhatHangsBesides() {
        Finding silent = finding("upstream-silent", 1);
        Finding unread = finding("upstream-not-reading", 2);
        Finding past = finding("client-not-reading", 3);
        Diagnosed diagnosed = new Diagnosed(
                new SessionFinding(silent, null, false),
                List.of(
                        new SessionFinding(past, 5L, false),
                        new SessionFinding(unread, null, false),
                        new SessionFinding(silent, null, false)),
                0,
                7);
        JsonNode hung = line(with(SampleRecords.living("01"), RecordEvent.HUNG, diagnosed));
        assertThat(hung.at("/finding/id").asText()).isEqualTo("upstream-silent");
        assertThat(hung.at("/severity").asText()).isEqualTo("ERROR");
        assertThat(ids(hung)).containsExactly("upstream-silent", "upstream-not-reading");
        assertThat(hung.at("/findings/0/sentence").asText()).contains("127.0.0.1:5432");
        assertThat(hung.at("/findings/0/blame").asText()).isEqualTo("upstream");
        assertThat(hung.at("/findings/0/confidence").asText()).isEqualTo("proved");
        assertThat(hung.at("/finding_changes_untold").asInt()).isEqualTo(7);

        JsonNode recovered = line(with(
                SampleRecords.living("01"),
                RecordEvent.RECOVERED,
                new Diagnosed(new SessionFinding(past, 5L, false), diagnosed.findings(), 0, 0)));
        assertThat(recovered.at("/severity").asText()).isEqualTo("INFO");
        assertThat(ids(recovered)).containsExactly("client-not-reading", "upstream-silent", "upstream-not-reading");
        assertThat(recovered.at("/findings/0/until").isTextual()).isTrue();
        assertThat(recovered.at("/findings/1/until").isMissingNode()).isTrue();

        JsonNode progress = line(with(SampleRecords.living("01"), RecordEvent.PROGRESS, diagnosedOf(diagnosed)));
        assertThat(progress.has("finding")).isFalse();
        assertThat(ids(progress)).containsExactly("upstream-silent", "upstream-not-reading");
    }

    private static Diagnosed diagnosedOf(Diagnosed other) {
        return new Diagnosed(null, other.findings(), 0, 0);
    }

    @Test
    void ofManyFindingsThoseThatBlameAPartyAreWrittenAndTheRestIsCounted() {
        List<SessionFinding> many = new ArrayList<>();
        many.add(new SessionFinding(nobody(), null, true));
        for (FindingId id : Catalogue.standard().ids()) {
            many.add(new SessionFinding(finding(id.label(), many.size()), (long) many.size(), false));
        }
        SessionRecord record = SampleRecords.clean("01", "db").with(new Diagnosed(null, many, 3, 0));
        String text = text(record);
        JsonNode line = LineSchema.valid(text);
        assertThat(text.length()).isLessThanOrEqualTo(FEW_BYTES);
        assertThat(line.at("/severity").asText()).isEqualTo("WARN");
        assertThat(line.at("/findings").size()).isGreaterThan(2);
        assertThat(line.at("/findings_omitted").asInt())
                .isEqualTo(many.size() - line.at("/findings").size() + 3);
        assertThat(ids(line))
                .first()
                .isEqualTo(many.get(many.size() - 1).finding().id().label());
    }

    @Test
    void aLineFitsWhateverItsTextsAre() {
        String evil = "\u0000\"\\ \ud83d\ude00\ud800".repeat(2_000);
        SessionRecord record = SampleRecords.connectFailed("01", evil, evil, evil);
        SessionFinding first = new SessionFinding(finding("upstream-silent", 1), 1L, false);
        JsonNode line = line(record.with(Diagnosed.of(List.of(first, first, first))));
        assertThat(line.at("/route").asText()).endsWith("...").hasSizeLessThan(600);
        assertThat(line.at("/findings")).hasSizeGreaterThanOrEqualTo(1);
        assertThat(line.at("/server/attempts_omitted").asInt()).isEqualTo(1);
    }

    @Test
    void linesAboutManySessionsComeInPartsThatFit() {
        String[] ids = IntStream.range(0, 1000)
                .mapToObj(i -> "01M826BAS8000039G" + (100 + i % 900))
                .toArray(String[]::new);
        for (RecordEvent event : List.of(RecordEvent.HUNG, RecordEvent.RECOVERED, RecordEvent.PROGRESS)) {
            List<String> seen = new ArrayList<>();
            for (OmittedLines part : SampleRecords.omitted(event, ids).parts(encoder.mostIds())) {
                LineBatch batch = new LineBatch(100);
                encoder.append(part, batch);
                JsonNode line = LineSchema.valid(batch.toByteArray());
                assertThat(line.at("/event").asText()).isEqualTo(event.label().replace("session", "sessions"));
                assertThat(line.at("/severity").asText()).isEqualTo(event == RecordEvent.RECOVERED ? "INFO" : "ERROR");
                assertThat(line.at("/finding/id").asText()).isEqualTo("upstream-silent");
                assertThat(line.at("/count").asInt()).isEqualTo(line.at("/ids").size());
                line.at("/ids").forEach(id -> seen.add(id.asText()));
            }
            assertThat(seen).containsExactly(ids);
        }
    }

    @Test
    void theClientIsThatOfThePROXYHeaderAndItsSenderThePeer() {
        SessionRecord plain = SampleRecords.clean("01", "db");
        ProxyHeader header = new ProxyHeader(2, 28, SampleRecords.endpoint(4711, 192, 0, 2, 7), null, null, null, null);
        JsonNode line = line(with(plain, ProxyHeader.Both.NONE.received(header)));
        assertThat(line.at("/client/address").asText()).isEqualTo("192.0.2.7");
        assertThat(line.at("/client/port").asInt()).isEqualTo(4711);
        assertThat(line.at("/network/peer/address").asText()).isEqualTo("127.0.0.1");
        assertThat(line.at("/network/peer/port").asInt()).isEqualTo(50_000);

        ProxyHeader local = new ProxyHeader(2, 16, null, null, null, null, null);
        assertThat(line(with(plain, ProxyHeader.Both.NONE.received(local)))
                        .at("/client/address")
                        .asText())
                .isEqualTo("127.0.0.1");
    }

    @Test
    void anInterceptedClientsDestinationIsNamed() {
        SessionRecord plain = SampleRecords.clean("01", "db");
        SessionIdentity i = plain.identity();
        SessionIdentity intercepted = new SessionIdentity(
                i.id(),
                i.route(),
                i.listener(),
                i.client(),
                i.accepted(),
                SampleRecords.endpoint(443, 198, 51, 100, 9),
                i.startEpochNanos(),
                i.startNanos());
        JsonNode line = line(new SessionRecord(
                plain.event(),
                intercepted,
                plain.durationNanos(),
                plain.result(),
                plain.client(),
                plain.upstream(),
                plain.close(),
                null,
                plain.proxyHeaders()));
        assertThat(line.at("/destination/address").asText()).isEqualTo("198.51.100.9");
        assertThat(line.at("/destination/port").asInt()).isEqualTo(443);
    }

    @Test
    void aSampledLineSaysForHowManyItStands() {
        LineBatch batch = new LineBatch(100);
        encoder.append(SampleRecords.clean("01", "db"), 100, batch);
        assertThat(LineSchema.valid(batch.toByteArray()).at("/sampled_one_in").asInt())
                .isEqualTo(100);
        assertThat(line(SampleRecords.clean("01", "db")).has("sampled_one_in")).isFalse();
    }

    private JsonNode line(SessionRecord record) {
        return LineSchema.valid(text(record));
    }

    private String text(SessionRecord record) {
        LineBatch batch = new LineBatch(100);
        encoder.append(record, 1, batch);
        return new String(batch.toByteArray(), StandardCharsets.US_ASCII);
    }

    private static String pointer(Field<?> field) {
        return "/" + field.path().replace('.', '/');
    }

    private static List<String> ids(JsonNode line) {
        List<String> ids = new ArrayList<>();
        line.at("/findings").forEach(finding -> ids.add(finding.get("id").asText()));
        return ids;
    }

    private static Finding finding(String id, long since) {
        return made(id, Blame.UPSTREAM, Leg.UPSTREAM, since);
    }

    private static Finding nobody() {
        return made("slow-answer", Blame.NOBODY, null, 1);
    }

    private static Finding made(String id, Blame blame, @Nullable Leg leg, long since) {
        FindingId known = Catalogue.standard()
                .find(id)
                .orElseGet(() -> Catalogue.standard().ids().iterator().next());
        Evidence evidence = Evidence.at(Clue.LAST_SENT, Leg.UPSTREAM, Fact.socket(since));
        return Findings.of(known, blame, Confidence.PROVED, leg, since, List.of(evidence));
    }

    private static SessionRecord with(SessionRecord r, ProxyHeader.Both headers) {
        return new SessionRecord(
                r.event(),
                r.identity(),
                r.durationNanos(),
                r.result(),
                r.client(),
                r.upstream(),
                r.close(),
                r.diagnosed(),
                headers);
    }

    private static SessionRecord with(SessionRecord r, RecordEvent event, Diagnosed diagnosed) {
        return new SessionRecord(
                event,
                r.identity(),
                r.durationNanos(),
                r.result(),
                r.client(),
                r.upstream(),
                r.close(),
                diagnosed,
                r.proxyHeaders());
    }
}
