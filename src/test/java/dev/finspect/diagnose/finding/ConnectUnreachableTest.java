package dev.finspect.diagnose.finding;

import static dev.finspect.diagnose.finding.Opening.attempt;
import static dev.finspect.diagnose.finding.Opening.where;

import dev.finspect.fixture.Lookups;
import dev.finspect.record.Lookup.Purpose;
import dev.finspect.record.Lookup.Result;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Source;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ConnectUnreachableTest {
    @ParameterizedTest
    @MethodSource("rows")
    void isFoundWhereItIsSoAndNowhereElse(OpeningCase row) {
        row.check(new ConnectUnreachable());
    }

    static Stream<OpeningCase> rows() {
        return Stream.of(
                OpeningCase.of(
                        "ICMP on the wire",
                        where(o -> attempt(0)
                                        .syns(1)
                                        .icmp("host_unreachable from 10.0.0.1")
                                        .ended(0.1, ConnectResult.HOST_UNREACHABLE)
                                        .in(o))
                                .over(0.2),
                        "connect-unreachable: likely network_to_upstream @0.1 TRIED SYN_SENT SYNS CONNECT_ICMP CONNECT_RESULT"),
                OpeningCase.of(
                        "a filter refuses by ICMP port unreachable",
                        where(o -> attempt(0)
                                        .icmp("port_unreachable from 10.0.0.5")
                                        .ended(0.1, ConnectResult.REFUSED)
                                        .in(o))
                                .over(0.2),
                        "connect-unreachable: proved network_to_upstream @0.1 TRIED SYN_SENT CONNECT_ICMP CONNECT_RESULT"),
                OpeningCase.of(
                        "a filter forbids by ICMPv6",
                        where(o -> attempt(0)
                                        .icmp("admin_prohibited from fd00::1")
                                        .ended(0.1, ConnectResult.DENIED)
                                        .in(o))
                                .over(0.2),
                        "connect-unreachable: proved network_to_upstream @0.1 TRIED SYN_SENT CONNECT_ICMP CONNECT_RESULT"),
                OpeningCase.of(
                        "the leg's ICMP is the last attempt's",
                        where(o -> {
                                    attempt(0).in(o);
                                    o.upstream.lastIcmp = new Fact<>("host_unreachable from 10.0.0.1", Source.WIRE);
                                })
                                .now(3.0),
                        "connect-unreachable: likely network_to_upstream @0.0 TRIED SYN_SENT CONNECT_ICMP"),
                OpeningCase.of(
                        "errno alone: host",
                        where(o -> attempt(0)
                                        .ended(3.1, ConnectResult.HOST_UNREACHABLE)
                                        .errno(Errno.EHOSTUNREACH)
                                        .in(o))
                                .over(3.2),
                        "connect-unreachable: likely network_to_upstream @3.1 TRIED SYN_SENT CONNECT_ERRNO CONNECT_RESULT"),
                OpeningCase.of(
                        "errno alone: network",
                        where(o -> attempt(0)
                                        .ended(0, ConnectResult.NETWORK_UNREACHABLE)
                                        .in(o))
                                .over(0.2),
                        "connect-unreachable: likely network_to_upstream @0.0 TRIED SYN_SENT CONNECT_RESULT"),
                OpeningCase.of(
                        "the name has no address",
                        where(o -> attempt(0)
                                        .noAddress()
                                        .ended(0.3, ConnectResult.UNRESOLVABLE)
                                        .in(o))
                                .over(0.4),
                        "connect-unreachable: likely configuration @0.3 CONNECT_RESULT NAME_ASKED"),
                OpeningCase.of(
                        "near miss: the name servers did not answer",
                        where(o -> {
                                    o.lookup(0, Purpose.CONNECT, Lookups.failed(1, Result.NO_ANSWER, "late"));
                                    attempt(0)
                                            .noAddress()
                                            .ended(0.3, ConnectResult.UNRESOLVABLE)
                                            .in(o);
                                })
                                .over(0.4),
                        "-"),
                OpeningCase.of(
                        "this host forbids it",
                        where(o -> attempt(0).ended(0, ConnectResult.DENIED).in(o))
                                .over(0.1),
                        "connect-unreachable: likely configuration @0.0 TRIED SYN_SENT CONNECT_RESULT"),
                OpeningCase.of(
                        "an errno without a result of its own",
                        where(o -> attempt(0)
                                        .ended(0, ConnectResult.FAILED)
                                        .errno(Errno.EHOSTDOWN)
                                        .in(o))
                                .over(0.1),
                        "connect-unreachable: possible undetermined @0.0 TRIED SYN_SENT CONNECT_ERRNO CONNECT_RESULT"),
                OpeningCase.of(
                        "near miss: no memory",
                        where(o -> attempt(0)
                                        .ended(0, ConnectResult.FAILED)
                                        .errno(Errno.ENOMEM)
                                        .in(o))
                                .over(0.1),
                        "-"),
                OpeningCase.of(
                        "near miss: the first is unreachable, the second serves",
                        where(o -> {
                                    attempt(0)
                                            .ended(0.1, ConnectResult.HOST_UNREACHABLE)
                                            .in(o);
                                    attempt(0.1)
                                            .ended(0.2, ConnectResult.CONNECTED)
                                            .in(o);
                                })
                                .over(60.0),
                        "-"),
                OpeningCase.of(
                        "near miss: given up before the ICMP",
                        where(o -> attempt(0)
                                        .icmp("host_unreachable from 10.0.0.1")
                                        .ended(0.1, ConnectResult.ABANDONED)
                                        .in(o))
                                .over(0.2),
                        "-"),
                OpeningCase.of(
                        "near miss: RST",
                        where(o -> attempt(0)
                                        .rst(0.1)
                                        .ended(0.1, ConnectResult.REFUSED)
                                        .in(o))
                                .over(0.2),
                        "-"),
                OpeningCase.of(
                        "near miss: no answer", where(o -> attempt(0).in(o)).now(9.0), "-"));
    }
}
