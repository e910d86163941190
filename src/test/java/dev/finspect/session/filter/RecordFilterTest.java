package dev.finspect.session.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.finding.UpstreamSilent;
import dev.finspect.fixture.Findings;
import dev.finspect.fixture.LegFixture;
import dev.finspect.fixture.SampleSession;
import dev.finspect.fixture.TlsFixture;
import dev.finspect.fixture.WirePlay;
import dev.finspect.record.LegRecord;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.file.CapturedRecords;
import dev.finspect.tcp.Leg;
import dev.finspect.wire.tls.ClientHello;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a filter takes and leaves, and what it says of one that it cannot understand. */
final class RecordFilterTest {
    private static final CapturedRecords RECORDS = new CapturedRecords(WirePlay.START, 0);

    /** 2.5 seconds; 1,000 bytes of request, sent twice, 20,000 of answer, 30 of them after the client's FIN. */
    private static final SessionRecord CLEAN = RECORDS.alone(WirePlay.of(1, 5_000, 2, 5_432)
            .opened(0)
            .data(1_000, true, 1_000)
            .again(2_000, true, 1_000)
            .ack(2_001, false)
            .data(3_000, false, 19_970)
            .fin(4_000, true)
            .data(5_000, false, 30)
            .fin(2_500_000, false)
            .ack(2_500_001, true)
            .facts());

    private static final SessionRecord REFUSED =
            RECORDS.alone(WirePlay.of(1, 5_001, 9, 80).syn(0).rst(10, false).facts());

    private static final SessionRecord JOINED = RECORDS.joined(
            WirePlay.of(1, 5_000, 2, 80).opened(0).closed(100).facts(),
            WirePlay.of(2, 6_000, 3, 8_080).opened(10).closed(110).facts());

    @Test
    void serverNameIsThatOfAClientHelloThatWasSeen() throws Exception {
        LegFixture client = new LegFixture(Leg.CLIENT);
        LegRecord none = new LegFixture(Leg.UPSTREAM).build();
        assertThat(names(client, none)).isEmpty();
        client.tls = new TlsFixture();
        assertThat(names(client, none)).isEmpty();
        client.tls.offered = new ClientHello(null, List.of(), List.of());
        assertThat(names(client, none)).isEmpty();
        client.tls.offered = TlsFixture.OFFER;
        assertThat(names(client, none)).containsExactly("sni:*", "sni:db.example", "sni:*.EXAMPLE");
    }

    private static List<String> names(LegFixture client, LegRecord upstream) throws Exception {
        SessionRecord record = SampleSession.living(9, client.build(), upstream);
        List<String> taken = new ArrayList<>();
        for (String filter : List.of("sni:*", "sni:db.example", "sni:*.EXAMPLE", "sni:other")) {
            if (RecordFilter.of(filter).test(record)) {
                taken.add(filter);
            }
        }
        return taken;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "port:5432",
                "port:5000",
                "port:1,5432",
                "host:10.0.0.1",
                "host:10.0.0.2",
                "host:10.0.0.0/8",
                "host:0.0.0.0/0",
                "!host:10.0.0.2/31,11.0.0.0/8 !port:80 !rst",
                "conn_state:SF",
                "state:sf",
                "state:TIME-WAIT",
                "state:time_wait,S0",
                "history:DTa",
                "outcome:clean",
                "event:session.closed",
                "first:client",
                "fin",
                "half_closed",
                "retransmits",
                "retransmits>0",
                "retransmits=1",
                "retransmits==1",
                "!retransmits>1",
                "duration>1s",
                "duration>2s duration<3s",
                "duration>=2500ms",
                "bytes>20kB bytes<1MB",
                "bytes=21000",
                "rtt<1ms",
                "rtt<=2us",
                "segments>5",
                "syn_retransmits=0",
                "out_of_order<=0",
                "clean",
                "not rst clean",
                "not not clean",
                "rst or clean",
                "RST port:80 or joined Or fin NOT rst",
                "!joined !rst !mid_stream !missed !icmp !reused !simultaneous"
            })
    void takes(String filter) throws Exception {
        // 10.0.0.2/31 has the server of CLEAN: what holds of either end holds.
        boolean expected = !filter.startsWith("!host:10.0.0.2/31");
        assertThat(RecordFilter.of(filter).test(CLEAN)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "port:80",
                "host:10.0.0.3",
                "host:11.0.0.0/8",
                "host:::1",
                "host:2001:db8::/32",
                "conn_state:S0,REJ",
                "state:ESTABLISHED",
                "history:R",
                "outcome:reset",
                "event:attempt.failed",
                "error:refused",
                "first:upstream",
                "first:proxy",
                "rst",
                "joined",
                "duration<1s",
                "bytes>=1GB",
                "keep_alives>0",
                "wrong_checksums",
                "zero_windows",
                "port:5432 rst",
                "not clean",
                "rst or joined",
                "clean rst or joined",
                "finding:*",
                "error:*",
                "!fin"
            })
    void leaves(String filter) throws Exception {
        assertThat(RecordFilter.of(filter).test(CLEAN)).isFalse();
    }

    @Test
    void otherRecordsAreToldByTheirWords() throws Exception {
        assertThat(RecordFilter.of("event:attempt.failed error:refused conn_state:REJ rst outcome:connect_failed")
                        .test(REFUSED))
                .isTrue();
        assertThat(RecordFilter.of("joined port:8080 host:10.0.0.1 !half_closed")
                        .test(JOINED))
                .isTrue();
        assertThat(RecordFilter.of("rtt<1h").test(REFUSED))
                .as("unknown is no number")
                .isFalse();
    }

    @Test
    void recordOfARelayedSessionCanBeChosenToo() throws Exception {
        SessionRecord relayed = SampleSession.closed("01", "db");
        assertThat(RecordFilter.of("joined retransmits>3 port:40000 first:client")
                        .test(relayed))
                .isTrue();
        assertThat(RecordFilter.of("segments>=0").test(relayed)).isFalse();
        assertThat(RecordFilter.of("state:ESTABLISHED").test(relayed)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "finding:connect-refused, true",
        "'finding:idle,connect-refused', true",
        "finding:idle, false",
        "!finding:idle, true",
        "blame:upstream, true",
        "'blame:client,nobody', false",
        "blame:upstream finding:connect-refused error:refused, true",
        "finding:*, true",
        "blame:*, true",
        "error:*, true",
        "clean, false",
        "not clean, true",
    })
    void findingsAreChosenByIdAndByBlame(String filter, boolean takes) throws Exception {
        SessionRecord refused = RECORDS.alone(
                WirePlay.of(1, 5_001, 9, 80).syn(0).rst(10, false).facts(), WirePlay.START + 1_000_000_000L);
        assertThat(RecordFilter.of(filter).test(refused)).isEqualTo(takes);
    }

    @Test
    void findingThatWentAwayCountsAndARecordThatNoRuleHasSeenHasNone() throws Exception {
        Finding gone = Findings.of(UpstreamSilent.ID, Blame.UPSTREAM, Confidence.LIKELY, Leg.UPSTREAM, 0, List.of());
        SessionRecord relayed = SampleSession.closed("01", "db");
        RecordFilter silent = RecordFilter.of("finding:upstream-silent blame:upstream");
        assertThat(silent.test(relayed)).isFalse();
        SessionRecord blamed = relayed.with(Diagnosed.of(List.of(new SessionFinding(gone, 5L, false))));
        assertThat(silent.test(blamed)).isTrue();
        RecordFilter clean = RecordFilter.of("clean");
        assertThat(clean.test(relayed)).isTrue();
        assertThat(clean.test(relayed.with(Diagnosed.of(List.of())))).isTrue();
        assertThat(clean.test(SampleSession.living("01", "db"))).isTrue();
        assertThat(clean.test(blamed)).as("it hung before it ended clean").isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "prot:80 | at column 1: 'prot:' is not known. Known are port",
                "rst prot:80 | at column 5: 'prot:' is not known.",
                "resets | at column 1: 'resets' is no word of the filter language.",
                "!resets | at column 2: 'resets' is no word",
                "duration | at column 1: 'duration' is no word",
                "port:80x | at column 6: '80x' does not fit port:, which wants a number from 0 to 65535.",
                "port:80,65536 | at column 9: '65536' does not fit",
                "port:80, | at column 9: '' does not fit",
                "host:localhost | at column 6: 'localhost' does not fit host:, which wants an IPv4",
                "host:10.0.0.999 | at column 6: '10.0.0.999' does not fit",
                "host:10.0.0.1/33 | at column 6: '10.0.0.1/33' does not fit",
                "host:10.0.0.1/x | at column 6: '10.0.0.1/x' does not fit",
                "conn_state:XX | at column 12: 'XX' does not fit conn_state:, which wants one of S0",
                "outcome:good | at column 9: 'good' does not fit outcome:, which wants one of clean reset",
                "finding:slow | at column 9: 'slow' does not fit finding:, which wants one of name-slow name-stale",
                "blame:me | at column 7: 'me' does not fit blame:, which wants one of client upstream network_to_client",
                "event:x | at column 7: 'x' does not fit event:",
                "first:me | at column 7: 'me' does not fit first:",
                "weight>1 | at column 1: 'weight' is no number of a record.",
                "duration>1 | at column 10: '1' is no time: give a number with ns",
                "duration>fast | at column 10: 'fast' is no time",
                "bytes>1TB | at column 7: '1TB' is no size",
                "retransmits>1s | at column 13: '1s' is no number.",
                "retransmits> | at column 13: '' is no number.",
                "or rst | at column 1: 'or' stands between two terms.",
                "rst or or fin | at column 8: 'or' stands between two terms.",
                "rst or | at column 5: a term must follow.",
                "rst not | at column 5: a term must follow.",
                "not or rst | at column 5: 'or' stands between two terms.",
                "port:* | at column 6: '*' does not fit port:",
                "retransmits=>1 | at column 13: '>1' is no number.",
            })
    void whatCannotBeUnderstoodIsToldWithItsPlace(String filter, String complaint) {
        assertThatThrownBy(() -> RecordFilter.of(filter))
                .isInstanceOf(RecordFilter.Misunderstood.class)
                .hasMessageStartingWith(complaint);
    }

    @ParameterizedTest
    @CsvSource({
        "duration>1ns",
        "duration>1us",
        "duration<1m",
        "duration<1.5h",
        "bytes>1B",
        "bytes<1M",
        "bytes<1G",
        "bytes>1k",
        "bytes>1KB"
    })
    void everyUnitIsKnown(String filter) throws Exception {
        assertThat(RecordFilter.of(filter).test(CLEAN)).isTrue();
    }
}
