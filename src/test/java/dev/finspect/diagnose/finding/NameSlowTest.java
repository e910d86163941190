package dev.finspect.diagnose.finding;

import static dev.finspect.diagnose.finding.Opening.attempt;
import static dev.finspect.diagnose.finding.Opening.where;

import dev.finspect.fixture.Lookups;
import dev.finspect.record.Lookup;
import dev.finspect.record.Lookup.Purpose;
import dev.finspect.record.Lookup.Result;
import dev.finspect.record.NameAnswer;
import dev.finspect.record.NameSource;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class NameSlowTest {
    private static final long SECOND = 1_000_000_000L;

    @ParameterizedTest
    @MethodSource("rows")
    void isFoundWhereItIsSoAndNowhereElse(OpeningCase row) {
        row.check(new NameSlow());
    }

    static Stream<OpeningCase> rows() {
        return Stream.of(
                OpeningCase.of(
                        "no answer for as long as the threshold",
                        where(o -> o.lookup(0, Purpose.CONNECT, null)).now(3.0),
                        "name-slow: likely name_service @0.0 NAME NAME_ASKED NAME_SERVER"),
                OpeningCase.of(
                        "the same, and nobody says who was asked",
                        where(o -> o.upstream.lookups.add(new Lookup(
                                        "db", Purpose.CONNECT, Opening.socket(0), Observation.notObserved(), null)))
                                .now(3.0),
                        "name-slow: possible undetermined @0.0 NAME NAME_ASKED"),
                OpeningCase.of(
                        "near miss: the name servers have some time",
                        where(o -> o.lookup(0, Purpose.CONNECT, null)).now(2.9),
                        "-"),
                OpeningCase.of(
                        "the client left before the answer",
                        where(o -> {
                                    o.lookup(0, Purpose.CONNECT, Lookups.failed(4 * SECOND, Result.ABANDONED, "left"));
                                    attempt(0)
                                            .noAddress()
                                            .ended(4, ConnectResult.ABANDONED)
                                            .in(o);
                                })
                                .over(4.1),
                        "name-slow: likely name_service @0.0 NAME NAME_ASKED NAME_SERVER LOOK_UP_TOOK"),
                OpeningCase.of(
                        "near miss: it left soon",
                        where(o -> o.lookup(0, Purpose.CONNECT, Lookups.failed(2 * SECOND, Result.ABANDONED, "left")))
                                .over(2.1),
                        "-"),
                OpeningCase.of(
                        "the time for it is over",
                        where(o -> {
                                    o.lookup(0, Purpose.CONNECT, Lookups.failed(SECOND / 5, Result.NO_ANSWER, "late"));
                                    attempt(0)
                                            .noAddress()
                                            .ended(0.2, ConnectResult.UNRESOLVABLE)
                                            .in(o);
                                })
                                .over(0.3),
                        "name-slow: likely name_service @0.0 NAME NAME_ASKED NAME_SERVER LOOK_UP_TOOK"),
                OpeningCase.of(
                        "near miss: another upstream was connected after that",
                        where(o -> {
                                    o.lookup(0, Purpose.CONNECT, Lookups.failed(SECOND / 5, Result.NO_ANSWER, "late"));
                                    attempt(0)
                                            .noAddress()
                                            .ended(0.2, ConnectResult.UNRESOLVABLE)
                                            .in(o);
                                    attempt(0.2)
                                            .ended(0.3, ConnectResult.CONNECTED)
                                            .in(o);
                                })
                                .over(9.0),
                        "-"),
                OpeningCase.of(
                        "near miss: an answer without an address",
                        where(o -> {
                                    o.lookup(0, Purpose.CONNECT, Lookups.failed(4 * SECOND, Result.NO_ADDRESS, "none"));
                                    attempt(0)
                                            .noAddress()
                                            .ended(4, ConnectResult.UNRESOLVABLE)
                                            .in(o);
                                })
                                .over(5.0),
                        "-"),
                OpeningCase.of(
                        "a late answer",
                        connected(Lookups.found(2 * SECOND, 0, 30, "10.0.0.5"), 2, 2.5)
                                .over(9.0),
                        "name-slow: proved name_service @0.0 NAME NAME_ASKED NAME_SERVER LOOK_UP_TOOK"),
                OpeningCase.of(
                        "a late answer, and the upstream has said nothing yet",
                        connected(Lookups.found(2 * SECOND, 0, 30, "10.0.0.5"), 2, 2.5)
                                .now(3.0),
                        "name-slow: proved name_service @0.0 NAME NAME_ASKED NAME_SERVER LOOK_UP_TOOK"),
                OpeningCase.of(
                        "near miss: it is over and done with",
                        heard(connected(Lookups.found(2 * SECOND, 0, 30, "10.0.0.5"), 2, 2.5))
                                .now(9.0),
                        "-"),
                OpeningCase.of(
                        "near miss: a late answer of the system's resolver, which does not say who was slow",
                        connected(bySystem(2 * SECOND), 2, 2.5).over(9.0),
                        "-"),
                OpeningCase.of(
                        "near miss: the name server was fast, and finspect late",
                        connected(late(2 * SECOND, SECOND / 10), 2, 2.5).over(9.0),
                        "-"),
                OpeningCase.of(
                        "near miss: less than a second",
                        connected(Lookups.found(SECOND - 1, 0, 30, "10.0.0.5"), 1, 1.1)
                                .over(9.0),
                        "-"),
                OpeningCase.of(
                        "near miss: connecting took longer",
                        connected(Lookups.found(2 * SECOND, 0, 30, "10.0.0.5"), 2, 4.1)
                                .over(9.0),
                        "-"),
                OpeningCase.of(
                        "near miss: the attempt still goes on",
                        where(o -> {
                                    o.lookup(0, Purpose.CONNECT, Lookups.found(2 * SECOND, 0, 30, "10.0.0.5"));
                                    attempt(2).in(o);
                                })
                                .now(3.0),
                        "-"),
                OpeningCase.of(
                        "near miss: a second look-up keeps nobody waiting",
                        where(o -> o.lookup(0, Purpose.RECHECK, null)).now(9.0),
                        "-"),
                OpeningCase.of(
                        "near miss: no name", where(o -> attempt(0).in(o)).now(9.0), "-"));
    }

    private static Opening connected(Lookup.End end, double begun, double connected) {
        return where(o -> {
            o.lookup(0, Purpose.CONNECT, end);
            attempt(begun).ended(connected, ConnectResult.CONNECTED).in(o);
        });
    }

    private static Opening heard(Opening opening) {
        opening.upstream.bytesReceived = Fact.socket(5L);
        return opening;
    }

    private static Lookup.End bySystem(long nanos) {
        return new Lookup.End(
                nanos,
                Result.ANSWERED,
                NameAnswer.of(List.of(InetAddress.getLoopbackAddress()), NameSource.SYSTEM),
                null);
    }

    private static Lookup.End late(long nanos, long tookNanos) {
        NameAnswer answer = new NameAnswer(
                List.of(InetAddress.getLoopbackAddress()),
                NameSource.NAME_SERVER,
                Fact.socket(tookNanos),
                Fact.socket(30 * SECOND),
                Fact.socket(0L));
        return new Lookup.End(nanos, Result.ANSWERED, answer, null);
    }
}
