package dev.finspect.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What follows from the numbers of a sheet. */
final class LegSnapshotTest {
    @ParameterizedTest
    @CsvSource({
        // in flight, unsent, unacknowledged since, acknowledged bytes of 100, FIN (- none, ? not told, y, n): all
        // acknowledged
        "0,    , , , -, true",
        "0,   0, , , -, true",
        "0,   9, , , -, false",
        "3,    , , , -, false",
        "0,   0, 5, 0, n, true",
        " ,    , 5, 100, -, false",
        " ,    , , 100, -, true",
        " ,    , , 99, -, false",
        " ,    , , , -, ",
        " ,    , , 100, ?, ",
        " ,    , , 100, y, true",
        " ,    , , 100, n, false",
        " ,    , , 99, y, false",
    })
    void everythingSentIsAcknowledgedOrNotOrNobodyCanTell(
            @Nullable Long inFlight,
            @Nullable Long unsent,
            @Nullable Long since,
            @Nullable Long acknowledged,
            String fin,
            @Nullable Boolean all) {
        LegSnapshot leg = new LegSnapshot(Leg.UPSTREAM);
        leg.bytesSent = Fact.socket(100L);
        leg.unackedSegments = fact(inFlight);
        leg.notSentBytes = fact(unsent);
        leg.unackedSince = fact(since);
        leg.bytesAcknowledged = fact(acknowledged);
        leg.localFin = switch (fin) {
            case "y", "n" ->
                new LegSnapshot.Mark(Fact.socket(1L), null, Fact.kernel(fin.equals("y")), null, null, null);
            case "?" -> LegSnapshot.Mark.at(Fact.socket(1L));
            default -> null;
        };
        assertThat(leg.allAcknowledged()).isEqualTo(all);
    }

    @Test
    void anyFinRstOrErrorIsTheBeginningOfItsEnd() {
        assertThat(new LegSnapshot(Leg.CLIENT).closing()).isFalse();
        LegSnapshot.Mark mark = LegSnapshot.Mark.at(Fact.socket(1L));
        LegSnapshot leg = new LegSnapshot(Leg.CLIENT);
        leg.peerFin = mark;
        assertThat(leg.closing()).isTrue();
        leg = new LegSnapshot(Leg.CLIENT);
        leg.localFin = mark;
        assertThat(leg.closing()).isTrue();
        leg = new LegSnapshot(Leg.CLIENT);
        leg.peerRst = mark;
        assertThat(leg.closing()).isTrue();
        leg = new LegSnapshot(Leg.CLIENT);
        leg.localRst = mark;
        assertThat(leg.closing()).isTrue();
        leg = new LegSnapshot(Leg.CLIENT);
        leg.errno = Fact.socket(Errno.ETIMEDOUT);
        assertThat(leg.closing()).isTrue();
    }

    private static @Nullable Fact<Long> fact(@Nullable Long value) {
        return value == null ? null : Fact.kernel(value);
    }
}
