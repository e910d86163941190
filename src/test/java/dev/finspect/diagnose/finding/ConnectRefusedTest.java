package dev.finspect.diagnose.finding;

import static dev.finspect.diagnose.finding.Opening.attempt;
import static dev.finspect.diagnose.finding.Opening.socket;
import static dev.finspect.diagnose.finding.Opening.where;
import static dev.finspect.diagnose.finding.Opening.wire;

import dev.finspect.record.CloseMark;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ConnectRefusedTest {
    @ParameterizedTest
    @MethodSource("rows")
    void isFoundWhereItIsSoAndNowhereElse(OpeningCase row) {
        row.check(new ConnectRefused());
    }

    static Stream<OpeningCase> rows() {
        return Stream.of(
                OpeningCase.of(
                        "RST on the wire",
                        where(o -> attempt(0)
                                        .syns(1)
                                        .rst(0.1)
                                        .ended(0.1, ConnectResult.REFUSED)
                                        .errno(Errno.ECONNREFUSED)
                                        .in(o))
                                .over(0.2),
                        "connect-refused: likely upstream @0.1 TRIED SYN_SENT SYNS CONNECT_RST CONNECT_ERRNO CONNECT_RESULT"),
                OpeningCase.of(
                        "the upstream's kernel, on this host, had no socket",
                        where(o -> attempt(0)
                                        .ended(0.1, ConnectResult.REFUSED)
                                        .errno(Errno.ECONNREFUSED)
                                        .noted(0.1, "NO_SOCKET")
                                        .in(o))
                                .over(0.2),
                        "connect-refused: proved upstream @0.1 TRIED SYN_SENT CONNECT_RST RST_REASON CONNECT_ERRNO"
                                + " CONNECT_RESULT"),
                OpeningCase.of(
                        "errno alone",
                        where(o -> attempt(0)
                                        .ended(0.1, ConnectResult.REFUSED)
                                        .errno(Errno.ECONNREFUSED)
                                        .in(o))
                                .over(0.2),
                        "connect-refused: possible upstream_side @0.1 TRIED SYN_SENT CONNECT_ERRNO CONNECT_RESULT"),
                OpeningCase.of(
                        "the wire told of the RST for the leg",
                        where(o -> {
                                    attempt(0).ended(0.1, ConnectResult.REFUSED).in(o);
                                    o.upstream.peerRst = Fact.socket(CloseMark.at(wire(0.1)));
                                })
                                .over(0.2),
                        "connect-refused: likely upstream @0.1 TRIED SYN_SENT CONNECT_RST CONNECT_RESULT"),
                OpeningCase.of(
                        "an RST that only the socket knows proves nothing",
                        where(o -> {
                                    attempt(0).ended(0.1, ConnectResult.REFUSED).in(o);
                                    o.upstream.peerRst = Fact.socket(CloseMark.at(socket(0.1)));
                                })
                                .over(0.2),
                        "connect-refused: possible upstream_side @0.1 TRIED SYN_SENT CONNECT_RESULT"),
                OpeningCase.of(
                        "the leg's RST came before this attempt",
                        where(o -> {
                                    attempt(1).ended(1.1, ConnectResult.REFUSED).in(o);
                                    o.upstream.peerRst = Fact.socket(CloseMark.at(wire(0.1)));
                                })
                                .over(1.2),
                        "connect-refused: possible upstream_side @1.1 TRIED SYN_SENT CONNECT_RESULT"),
                OpeningCase.of(
                        "reset while it was being opened",
                        where(o -> attempt(0).ended(0.1, ConnectResult.RESET).in(o))
                                .over(0.2),
                        "connect-refused: possible upstream_side @0.1 TRIED SYN_SENT CONNECT_RESULT"),
                OpeningCase.of(
                        "all addresses refuse, and the client is not told yet",
                        where(o -> {
                                    attempt(0).ended(0.1, ConnectResult.REFUSED).in(o);
                                    attempt(0.1)
                                            .ended(0.2, ConnectResult.REFUSED)
                                            .in(o);
                                })
                                .now(0.2),
                        "connect-refused: possible upstream_side @0.2 TRIED SYN_SENT CONNECT_RESULT TRIES_FAILED"),
                OpeningCase.of(
                        "the first refuses, the second does not answer",
                        where(o -> {
                                    attempt(0).ended(0.1, ConnectResult.REFUSED).in(o);
                                    attempt(0.1).in(o);
                                })
                                .now(3.0),
                        "connect-refused: possible upstream_side @0.1 TRIED SYN_SENT CONNECT_RESULT"),
                OpeningCase.of(
                        "near miss: the first refuses, the second is being tried",
                        where(o -> {
                                    attempt(0).ended(0.1, ConnectResult.REFUSED).in(o);
                                    attempt(0.1).in(o);
                                })
                                .now(0.5),
                        "-"),
                OpeningCase.of(
                        "near miss: the first refuses, the second serves",
                        where(o -> {
                                    attempt(0).ended(0.1, ConnectResult.REFUSED).in(o);
                                    attempt(0.1)
                                            .ended(0.2, ConnectResult.CONNECTED)
                                            .in(o);
                                    o.upstream.establishedAt = socket(0.2);
                                })
                                .over(60.0),
                        "-"),
                OpeningCase.of(
                        "near miss: a filter refuses by ICMP",
                        where(o -> attempt(0)
                                        .icmp("port_unreachable from 10.0.0.5")
                                        .ended(0.1, ConnectResult.REFUSED)
                                        .in(o))
                                .over(0.2),
                        "-"),
                OpeningCase.of(
                        "near miss: timed out",
                        where(o -> attempt(0).ended(10, ConnectResult.TIMED_OUT).in(o))
                                .over(10.0),
                        "-"));
    }
}
