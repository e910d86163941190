package dev.finspect.diagnose.finding;

import static dev.finspect.diagnose.finding.Opening.attempt;
import static dev.finspect.diagnose.finding.Opening.socket;
import static dev.finspect.diagnose.finding.Opening.where;

import dev.finspect.diagnose.Snapshot;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ProxyLimitedTest {
    @ParameterizedTest
    @MethodSource("rows")
    void isFoundWhereItIsSoAndNowhereElse(OpeningCase row) {
        row.check(new ProxyLimited());
    }

    static Stream<OpeningCase> rows() {
        return Stream.of(
                OpeningCase.of(
                        "no descriptor",
                        where(o -> attempt(0)
                                        .ended(0, ConnectResult.NO_DESCRIPTOR)
                                        .in(o))
                                .over(0.1),
                        "proxy-limited: proved finspect @0.0 TRIED SYN_SENT CONNECT_RESULT LIMIT"),
                OpeningCase.of(
                        "no memory",
                        where(o -> attempt(0)
                                        .ended(0, ConnectResult.FAILED)
                                        .errno(Errno.ENOBUFS)
                                        .in(o))
                                .over(0.1),
                        "proxy-limited: proved finspect @0.0 TRIED SYN_SENT CONNECT_ERRNO CONNECT_RESULT LIMIT"),
                OpeningCase.of(
                        "the upstream is finspect itself",
                        where(o -> attempt(0).ended(0, ConnectResult.LOOP).in(o))
                                .over(0.1),
                        "proxy-limited: proved configuration @0.0 TRIED SYN_SENT CONNECT_RESULT LIMIT"),
                OpeningCase.of(
                        "session limit",
                        where(o -> {
                                    o.proxy = new Snapshot.Proxy(Fact.socket("session_limit"), null, null, null);
                                })
                                .over(0.1),
                        "proxy-limited: proved configuration @0.1 LIMIT"),
                OpeningCase.of(
                        "shut down after a drain",
                        where(o -> {
                                    o.proxy = new Snapshot.Proxy(Fact.socket("shutdown"), null, socket(5), null);
                                })
                                .over(35.0),
                        "proxy-limited: proved finspect @5.0 LIMIT"),
                OpeningCase.of(
                        "shut down at once",
                        where(o -> {
                                    o.proxy = new Snapshot.Proxy(Fact.socket("shutdown"), null, null, null);
                                })
                                .over(35.0),
                        "proxy-limited: proved finspect @35.0 LIMIT"),
                OpeningCase.of(
                        "held bytes",
                        where(o -> {
                                    o.proxy = new Snapshot.Proxy(null, socket(5), null, null);
                                })
                                .now(10.0),
                        "proxy-limited: proved finspect @5.0 LIMIT"),
                OpeningCase.of(
                        "near miss: held bytes for a moment",
                        where(o -> {
                                    o.proxy = new Snapshot.Proxy(null, socket(5), null, null);
                                })
                                .now(9.9),
                        "-"),
                OpeningCase.of(
                        "near miss: held bytes, and over",
                        where(o -> {
                                    o.proxy = new Snapshot.Proxy(null, socket(5), null, null);
                                })
                                .over(60.0),
                        "-"),
                OpeningCase.of(
                        "near miss: draining holds nothing back",
                        where(o -> {
                                    o.proxy = new Snapshot.Proxy(null, null, socket(5), null);
                                })
                                .now(20.0),
                        "-"),
                OpeningCase.of(
                        "near miss: a time-out of finspect's answers a silence that others name",
                        where(o -> {
                                    o.proxy = new Snapshot.Proxy(Fact.socket("idle_timeout"), null, null, null);
                                })
                                .over(60.0),
                        "-"),
                OpeningCase.of(
                        "near miss: reading pauses because the other side takes no more",
                        where(o -> {
                                    o.client.pausedSince = socket(0);
                                })
                                .now(60.0),
                        "-"),
                OpeningCase.of(
                        "near miss: no descriptor at first, connected at last",
                        where(o -> {
                                    attempt(0)
                                            .ended(0, ConnectResult.NO_DESCRIPTOR)
                                            .in(o);
                                    attempt(0.1)
                                            .ended(0.2, ConnectResult.CONNECTED)
                                            .in(o);
                                })
                                .over(60.0),
                        "-"),
                OpeningCase.of(
                        "near miss: an errno about the network",
                        where(o -> attempt(0)
                                        .ended(0, ConnectResult.FAILED)
                                        .errno(Errno.EHOSTDOWN)
                                        .in(o))
                                .over(0.1),
                        "-"),
                OpeningCase.of(
                        "near miss: failed, and nobody knows why",
                        where(o -> attempt(0).ended(0, ConnectResult.FAILED).in(o))
                                .over(0.1),
                        "-"));
    }
}
