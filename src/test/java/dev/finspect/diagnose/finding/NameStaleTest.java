package dev.finspect.diagnose.finding;

import static dev.finspect.diagnose.finding.Opening.attempt;
import static dev.finspect.diagnose.finding.Opening.where;
import static java.util.Objects.requireNonNull;

import dev.finspect.fixture.Lookups;
import dev.finspect.record.Lookup;
import dev.finspect.record.Lookup.Purpose;
import dev.finspect.record.Lookup.Result;
import dev.finspect.record.NameAnswer;
import dev.finspect.record.NameSource;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Fact;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class NameStaleTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Lookup.End NEWER = Lookups.found(1, 0, 30, "10.0.0.6");
    private static final String HANGS = "TRIED SYN_SENT NAME NAME_SERVER ANSWER_CAME ANSWER_TTL";

    @ParameterizedTest
    @MethodSource("rows")
    void isFoundWhereItIsSoAndNowhereElse(OpeningCase row) {
        row.check(new NameStale());
    }

    static Stream<OpeningCase> rows() {
        return Stream.of(
                OpeningCase.of(
                        "a newer answer is without the address, which does not answer",
                        hanging(NEWER).now(3.1),
                        "name-stale: likely name_service @0.1 " + HANGS + " NAME_ADDRESSES"),
                OpeningCase.of(
                        "the same, and a listener at it is seen on this host",
                        listened(hanging(NEWER)).now(3.1),
                        "name-stale: likely name_service @0.1 " + HANGS + " NAME_ADDRESSES"),
                OpeningCase.of("near miss: it has some time", hanging(NEWER).now(3.0), "-"),
                OpeningCase.of(
                        "near miss: the newer answer has it as well",
                        hanging(Lookups.found(1, 0, 30, "10.0.0.6", "10.0.0.5")).now(9.0),
                        "-"),
                OpeningCase.of(
                        "near miss: nobody answered the second look-up",
                        hanging(Lookups.failed(1, Result.NO_ANSWER, "late")).now(9.0),
                        "-"),
                OpeningCase.of(
                        "near miss: the second look-up goes on", hanging(null).now(9.0), "-"),
                OpeningCase.of(
                        "near miss: the address answered another session meanwhile",
                        reached(hanging(NEWER), 2.0).now(9.0),
                        "-"),
                OpeningCase.of(
                        "it did so before, but not since",
                        reached(hanging(NEWER), 0.0).now(3.1),
                        "name-stale: likely name_service @0.1 " + HANGS + " NAME_ADDRESSES"),
                OpeningCase.of(
                        "it refused, and so does all that is new",
                        where(o -> {
                                    aged(o, 20, 30, "10.0.0.5", "10.0.0.7");
                                    attempt(0.1)
                                            .ended(0.2, ConnectResult.REFUSED)
                                            .in(o);
                                    o.lookup(0.2, Purpose.RECHECK, Lookups.found(1, 0, 30, "10.0.0.5"));
                                    attempt(0.3)
                                            .to("10.0.0.7")
                                            .ended(0.4, ConnectResult.REFUSED)
                                            .in(o);
                                })
                                .over(0.5),
                        "name-stale: likely name_service @0.3 TRIED SYN_SENT CONNECT_RESULT TRIES_FAILED NAME NAME_SERVER"
                                + " ANSWER_CAME ANSWER_TTL NAME_ADDRESSES"),
                OpeningCase.of(
                        "near miss: what is new refuses",
                        where(o -> {
                                    aged(o, 20, 30, "10.0.0.5");
                                    attempt(0.1)
                                            .ended(0.2, ConnectResult.REFUSED)
                                            .in(o);
                                    o.lookup(0.2, Purpose.RECHECK, NEWER);
                                    attempt(0.3)
                                            .to("10.0.0.6")
                                            .ended(0.4, ConnectResult.REFUSED)
                                            .in(o);
                                })
                                .over(0.5),
                        "-"),
                OpeningCase.of(
                        "near miss: what is new serves",
                        where(o -> {
                                    aged(o, 20, 30, "10.0.0.5");
                                    attempt(0.1)
                                            .ended(0.2, ConnectResult.REFUSED)
                                            .in(o);
                                    o.lookup(0.2, Purpose.RECHECK, NEWER);
                                    attempt(0.3)
                                            .to("10.0.0.6")
                                            .ended(0.4, ConnectResult.CONNECTED)
                                            .in(o);
                                })
                                .over(9.0),
                        "-"),
                OpeningCase.of(
                        "older than its time to live",
                        where(o -> {
                                    aged(o, 31, 30, "10.0.0.5");
                                    attempt(0.1)
                                            .ended(0.2, ConnectResult.HOST_UNREACHABLE)
                                            .in(o);
                                })
                                .over(0.5),
                        "name-stale: possible undetermined @0.1 TRIED SYN_SENT CONNECT_RESULT NAME NAME_SERVER ANSWER_CAME"
                                + " ANSWER_TTL"),
                OpeningCase.of(
                        "near miss: within its time to live",
                        where(o -> {
                                    aged(o, 29, 30, "10.0.0.5");
                                    attempt(0.1)
                                            .ended(0.2, ConnectResult.HOST_UNREACHABLE)
                                            .in(o);
                                })
                                .over(0.5),
                        "-"),
                OpeningCase.of(
                        "near miss: nobody says how old it is",
                        where(o -> {
                                    o.lookup(
                                            0,
                                            Purpose.CONNECT,
                                            new Lookup.End(
                                                    1,
                                                    Result.ANSWERED,
                                                    NameAnswer.of(fives(), NameSource.SYSTEM),
                                                    null));
                                    attempt(0.1).ended(0.2, ConnectResult.RESET).in(o);
                                })
                                .over(0.5),
                        "-"),
                OpeningCase.of(
                        "near miss: this host's own trouble",
                        where(o -> {
                                    aged(o, 31, 30, "10.0.0.5");
                                    attempt(0.1)
                                            .ended(0.2, ConnectResult.NO_PORT)
                                            .in(o);
                                })
                                .over(0.5),
                        "-"),
                OpeningCase.of(
                        "near miss: an address that was configured",
                        where(o -> attempt(0)
                                        .ended(0.1, ConnectResult.NETWORK_UNREACHABLE)
                                        .in(o))
                                .over(0.5),
                        "-"),
                OpeningCase.of(
                        "near miss: another name's address",
                        where(o -> {
                                    aged(o, 31, 30, "10.0.0.9");
                                    attempt(0.1)
                                            .ended(0.2, ConnectResult.TIMED_OUT)
                                            .in(o);
                                })
                                .over(0.5),
                        "-"),
                OpeningCase.of("near miss: nothing was tried", where(o -> {}).now(9.0), "-"));
    }

    private static Opening hanging(Lookup.@Nullable End newer) {
        return where(o -> {
            aged(o, 20, 30, "10.0.0.5");
            attempt(0.1).in(o);
            o.lookup(1.2, Purpose.RECHECK, newer);
        });
    }

    /** A look-up whose answer is this old. */
    private static void aged(Opening opening, long ageSeconds, long ttlSeconds, String... addresses) {
        opening.lookup(0, Purpose.CONNECT, Lookups.found(1, ageSeconds * SECOND, ttlSeconds, addresses));
    }

    private static Opening listened(Opening opening) {
        opening.upstream.peerSocket = Opening.listener(3, 0, 128);
        return opening;
    }

    private static Opening reached(Opening opening, double seconds) {
        opening.upstream.reachedElsewhere = Fact.socket(Opening.at(seconds));
        return opening;
    }

    private static List<InetAddress> fives() {
        return requireNonNull(Lookups.found(1, 0, 0, "10.0.0.5").answer()).addresses();
    }
}
