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
