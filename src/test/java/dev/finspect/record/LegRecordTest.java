package dev.finspect.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.LegFixture;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What follows from the facts of a leg. */
final class LegRecordTest {
    @Test
    void onlyALegOfWhichNothingIsKnownIsNone() {
        LegRecord none = LegRecord.NONE;
        LegRecord another = new LegRecord(
                none.leg(),
                new LegRecord.Ends(null, null),
                none.search(),
                none.handshake(),
                none.data(),
                none.close(),
                none.peerProgram(),
                null,
                null);
        assertThat(none.isNone()).isTrue();
        assertThat(another.isNone()).isTrue();
        LegFixture leg = new LegFixture(Leg.UPSTREAM);
        assertThat(leg.build().isNone()).isFalse();
        InetSocketAddress peer = new InetSocketAddress(InetAddress.getLoopbackAddress(), 80);
        LegRecord reached = new LegRecord(
                none.leg(),
                new LegRecord.Ends(peer, null),
                none.search(),
                none.handshake(),
                none.data(),
                none.close(),
                none.peerProgram(),
                null,
                null);
        assertThat(reached.isNone()).isFalse();
        LegRecord searched = new LegRecord(
                none.leg(),
                none.ends(),
                new LegRecord.Search(List.of(), List.of(), Fact.socket(1L)),
                none.handshake(),
                none.data(),
                none.close(),
                none.peerProgram(),
                null,
                null);
        assertThat(searched.isNone()).isFalse();
    }

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
        LegFixture leg = new LegFixture(Leg.UPSTREAM);
        leg.bytesSent = Fact.socket(100L);
        leg.unackedSegments = fact(inFlight);
        leg.notSentBytes = fact(unsent);
        leg.unackedSince = fact(since);
        leg.bytesAcknowledged = fact(acknowledged);
        leg.localFin = switch (fin) {
            case "y", "n" ->
                Fact.socket(CloseMark.at(Fact.socket(1L))
                        .with(new CloseMark.Delivery(
                                Fact.kernel(fin.equals("y")),
                                Observation.notObserved(),
                                Observation.notObserved(),
                                Observation.notObserved())));
            case "?" -> Fact.socket(CloseMark.at(Fact.socket(1L)));
            default -> Observation.<CloseMark>notObserved();
        };
        assertThat(leg.build().allAcknowledged()).isEqualTo(all);
    }

    @Test
    void theEmptyQueueOfAResetSocketProvesNothing() {
        LegFixture leg = new LegFixture(Leg.UPSTREAM);
        leg.bytesSent = Fact.socket(100L);
        leg.unackedSegments = Fact.kernel(0L);
        leg.notSentBytes = Fact.kernel(0L);
        assertThat(leg.build().allAcknowledged()).isTrue();
        leg.peerRst = Fact.socket(CloseMark.at(Fact.socket(1L)));
        assertThat(leg.build().allAcknowledged()).isNull();
        leg.bytesAcknowledged = Fact.kernel(82L);
        assertThat(leg.build().allAcknowledged()).isFalse();
        leg.bytesAcknowledged = Fact.kernel(100L);
        assertThat(leg.build().allAcknowledged()).isTrue();
    }

    @Test
    void anyFinRstOrErrorIsTheBeginningOfItsEnd() {
        assertThat(new LegFixture(Leg.CLIENT).build().closing()).isFalse();
        Fact<CloseMark> mark = Fact.socket(CloseMark.at(Fact.socket(1L)));
        LegFixture leg = new LegFixture(Leg.CLIENT);
        leg.peerFin = mark;
        assertThat(leg.build().closing()).isTrue();
        leg = new LegFixture(Leg.CLIENT);
        leg.localFin = mark;
        assertThat(leg.build().closing()).isTrue();
        leg = new LegFixture(Leg.CLIENT);
        leg.peerRst = mark;
        assertThat(leg.build().closing()).isTrue();
        leg = new LegFixture(Leg.CLIENT);
        leg.localRst = mark;
        assertThat(leg.build().closing()).isTrue();
        leg = new LegFixture(Leg.CLIENT);
        leg.errno = Fact.socket(Errno.ETIMEDOUT);
        assertThat(leg.build().closing()).isTrue();
    }

    private static Observation<Long> fact(@Nullable Long value) {
        return value == null ? Observation.notObserved() : Fact.kernel(value);
    }
}
