package dev.finspect.diagnose.finding;

import static dev.finspect.diagnose.finding.Opening.attempt;
import static dev.finspect.diagnose.finding.Opening.where;

import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class PortExhaustionTest {
    @ParameterizedTest
    @MethodSource("rows")
    void isFoundWhereItIsSoAndNowhereElse(OpeningCase row) {
        row.check(new PortExhaustion());
    }

    static Stream<OpeningCase> rows() {
        return Stream.of(
                OpeningCase.of(
                        "TIME-WAIT holds the ports",
                        where(o -> attempt(0)
                                        .ended(0, ConnectResult.NO_PORT)
                                        .errno(Errno.EADDRNOTAVAIL)
                                        .timeWaits(28231)
                                        .in(o))
                                .over(0.1),
                        "port-exhaustion: proved configuration @0.0 TRIED SYN_SENT CONNECT_ERRNO CONNECT_RESULT TIME_WAITS"),
                OpeningCase.of(
                        "nobody counted",
                        where(o -> attempt(0).ended(0, ConnectResult.NO_PORT).in(o))
                                .now(0.1),
                        "port-exhaustion: likely configuration @0.0 TRIED SYN_SENT CONNECT_RESULT"),
                OpeningCase.of(
                        "none in TIME-WAIT",
                        where(o -> attempt(0)
                                        .ended(0, ConnectResult.NO_PORT)
                                        .timeWaits(0)
                                        .in(o))
                                .over(0.1),
                        "port-exhaustion: possible configuration @0.0 TRIED SYN_SENT CONNECT_RESULT TIME_WAITS"),
                OpeningCase.of(
                        "near miss: another address has ports",
                        where(o -> {
                                    attempt(0).ended(0, ConnectResult.NO_PORT).in(o);
                                    attempt(0.1)
                                            .ended(0.2, ConnectResult.CONNECTED)
                                            .in(o);
                                })
                                .over(60.0),
                        "-"),
                OpeningCase.of(
                        "near miss: another address is being tried",
                        where(o -> {
                                    attempt(0).ended(0, ConnectResult.NO_PORT).in(o);
                                    attempt(0.1).in(o);
                                })
                                .now(0.5),
                        "-"),
                OpeningCase.of(
                        "near miss: refused",
                        where(o -> attempt(0)
                                        .ended(0, ConnectResult.REFUSED)
                                        .timeWaits(28231)
                                        .in(o))
                                .over(0.1),
                        "-"));
    }
}
