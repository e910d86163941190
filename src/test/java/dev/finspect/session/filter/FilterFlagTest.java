package dev.finspect.session.filter;

import static dev.finspect.session.filter.FilterFlag.CLEAN;
import static dev.finspect.session.filter.FilterFlag.FIN;
import static dev.finspect.session.filter.FilterFlag.JOINED;
import static dev.finspect.session.filter.FilterFlag.MID_STREAM;
import static dev.finspect.session.filter.FilterFlag.MISSED;
import static dev.finspect.session.filter.FilterFlag.RST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.WirePlay;
import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.file.CapturedRecords;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which words hold of a record by either of its legs, and by either end of a leg. */
final class FilterFlagTest {
    private static final CapturedRecords RECORDS = new CapturedRecords(WirePlay.START, 0);

    @Test
    void finOfEitherEndOfEitherLegIsAFin() {
        assertThat(flags(alone(client().opened(0).fin(100, true)))).contains(FIN);
        assertThat(flags(alone(client().opened(0).fin(100, false)))).contains(FIN);
        assertThat(flags(alone(client().opened(0)))).doesNotContain(FIN, RST);
        assertThat(flags(joined(client().opened(0), upstream().opened(10).fin(100, true))))
                .contains(FIN, JOINED);
        assertThat(flags(joined(client().opened(0), upstream().opened(10).fin(100, false))))
                .contains(FIN, JOINED);
        assertThat(flags(joined(client().opened(0), upstream().opened(10))))
                .contains(JOINED)
                .doesNotContain(FIN, RST);
    }

    @Test
    void resetOfEitherEndOfEitherLegIsAReset() {
        assertThat(flags(alone(client().opened(0).rst(100, true))))
                .contains(RST)
                .doesNotContain(CLEAN, FIN);
        assertThat(flags(alone(client().opened(0).rst(100, false)))).contains(RST);
        assertThat(flags(joined(client().opened(0), upstream().opened(10).rst(100, true))))
                .contains(RST);
        assertThat(flags(joined(client().opened(0), upstream().opened(10).rst(100, false))))
                .contains(RST);
    }

    @Test
    void whatACaptureLacksIsSeenOnEitherLeg() {
        WirePlay begun = client().data(0, true, 100).ack(10, false);
        assertThat(flags(alone(begun))).contains(MID_STREAM);
        assertThat(flags(
                        joined(client().opened(0), upstream().data(0, true, 100).ack(10, false))))
                .contains(MID_STREAM);
        WirePlay lost = client().opened(0).lost(true, 100).ack(100, false).closed(200);
        assertThat(flags(alone(lost))).contains(MISSED);
        assertThat(flags(alone(client().opened(0).closed(200)))).contains(CLEAN).doesNotContain(MISSED, MID_STREAM);
    }

    @Test
    void bothEndsAtOnceIsSimultaneous() {
        WirePlay crossed = client().opened(0).fin(100, true).finCrossing(101, false);
        assertThat(flags(alone(crossed))).contains(FilterFlag.SIMULTANEOUS);
        WirePlay opened = client().syn(0).synBack(10).synAck(310);
        assertThat(flags(alone(opened))).contains(FilterFlag.SIMULTANEOUS);
        assertThat(flags(alone(client().opened(0).closed(100)))).doesNotContain(FilterFlag.SIMULTANEOUS);
    }

    @Test
    void portsOfAnEarlierConnectionAreReused() {
        List<ConnectionFacts> both =
                WirePlay.together(List.of(client().opened(0).closed(10), client().synOf(60_000_000, 77_000)));
        assertThat(both).hasSize(2);
        assertThat(flags(RECORDS.alone(both.get(0)))).doesNotContain(FilterFlag.REUSED);
        assertThat(flags(RECORDS.alone(both.get(1)))).contains(FilterFlag.REUSED);
    }

    @Test
    void whatHangsIsHung() {
        WirePlay silent = client().opened(0).data(10, true, 300).ack(20, false);
        assertThat(flags(RECORDS.alone(silent.facts(), WirePlay.START + 120_000_000_000L)))
                .contains(FilterFlag.HUNG)
                .doesNotContain(CLEAN);
        assertThat(flags(alone(silent))).doesNotContain(FilterFlag.HUNG);
    }

    private static List<FilterFlag> flags(SessionRecord record) {
        return Arrays.stream(FilterFlag.values())
                .filter(flag -> flag.test(record))
                .toList();
    }

    private static WirePlay client() {
        return WirePlay.of(1, 5_000, 2, 80);
    }

    private static WirePlay upstream() {
        return WirePlay.of(2, 6_000, 3, 8_080);
    }

    private static SessionRecord alone(WirePlay play) {
        return RECORDS.alone(play.facts());
    }

    private static SessionRecord joined(WirePlay client, WirePlay upstream) {
        ConnectionFacts one = client.facts();
        return RECORDS.joined(one, upstream.facts());
    }
}
