package dev.finspect.diagnose.finding;

import static dev.finspect.diagnose.finding.Opening.attempt;
import static dev.finspect.diagnose.finding.Opening.listener;
import static dev.finspect.diagnose.finding.Opening.socket;
import static dev.finspect.diagnose.finding.Opening.where;
import static dev.finspect.diagnose.finding.Opening.wire;

import dev.finspect.record.CloseMark;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Fact;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SynUnansweredTest {
    @ParameterizedTest
    @MethodSource("rows")
    void isFoundWhereItIsSoAndNowhereElse(OpeningCase row) {
        row.check(new SynUnanswered());
    }

    static Stream<OpeningCase> rows() {
        return Stream.of(
                OpeningCase.of(
                        "goes on for longer than the threshold",
                        where(o -> attempt(0).syns(3).in(o)).now(3.0),
                        "syn-unanswered: possible upstream_side @0.0 TRIED SYN_SENT SYNS"),
                OpeningCase.of(
                        "goes on, and nobody counts SYNs",
                        where(o -> attempt(0).in(o)).now(3.0),
                        "syn-unanswered: possible upstream_side @0.0 TRIED SYN_SENT"),
                OpeningCase.of(
                        "one SYN alone may have been lost",
                        where(o -> attempt(0).syns(1).in(o)).now(3.0),
                        "syn-unanswered: possible upstream_side @0.0 TRIED SYN_SENT SYNS"),
                OpeningCase.of(
                        "the listener on this host has room",
                        where(o -> {
                                    attempt(0).syns(3).in(o);
                                    o.upstream.peerSocket = listener(2, 0, 128);
                                })
                                .now(3.0),
                        "syn-unanswered: possible upstream_side @0.0 TRIED SYN_SENT SYNS LISTENER_WAITING LISTENER_BACKLOG"),
                OpeningCase.of(
                        "the listener has room, and dropped nothing around the last SYN",
                        where(o -> {
                                    attempt(0).syns(3).in(o);
                                    o.upstream.peerSocket = listener(2, -1, 5, 5);
                                })
                                .now(3.0),
                        "syn-unanswered: proved network_to_upstream @0.0 TRIED SYN_SENT SYNS LISTENER_WAITING LISTENER_BACKLOG"),
                OpeningCase.of(
                        "the listener has dropped something meanwhile",
                        where(o -> {
                                    attempt(0).syns(3).in(o);
                                    o.upstream.peerSocket = listener(2, -1, 5, 6);
                                })
                                .now(3.0),
                        "syn-unanswered: possible upstream_side @0.0 TRIED SYN_SENT SYNS LISTENER_WAITING LISTENER_BACKLOG"),
                OpeningCase.of(
                        "both looks came after the last SYN",
                        where(o -> {
                                    attempt(0).syns(3).in(o);
                                    o.upstream.peerSocket = listener(2, 1, 5, 5);
                                })
                                .now(3.0),
                        "syn-unanswered: possible upstream_side @0.0 TRIED SYN_SENT SYNS LISTENER_WAITING LISTENER_BACKLOG"),
                OpeningCase.of(
                        "its drops are not known",
                        where(o -> {
                                    attempt(0).syns(3).in(o);
                                    o.upstream.peerSocket = listener(2, -1, -1, -1);
                                })
                                .now(3.0),
                        "syn-unanswered: possible upstream_side @0.0 TRIED SYN_SENT SYNS LISTENER_WAITING LISTENER_BACKLOG"),
                OpeningCase.of(
                        "the listener has room, but no SYN was counted",
                        where(o -> {
                                    attempt(0).in(o);
                                    o.upstream.peerSocket = listener(2, 0, 128);
                                })
                                .now(3.0),
                        "syn-unanswered: possible upstream_side @0.0 TRIED SYN_SENT LISTENER_WAITING LISTENER_BACKLOG"),
                OpeningCase.of(
                        "the listener is full: no more than likely",
                        where(o -> {
                                    attempt(0).syns(3).in(o);
                                    o.upstream.peerSocket = listener(2, 129, 128);
                                })
                                .now(3.0),
                        "syn-unanswered: possible upstream_side @0.0 TRIED SYN_SENT SYNS LISTENER_WAITING LISTENER_BACKLOG"),
                OpeningCase.of(
                        "timed out, session over",
                        where(o -> attempt(0)
                                        .syns(5)
                                        .ended(10, ConnectResult.TIMED_OUT)
                                        .in(o))
                                .over(10.0),
                        "syn-unanswered: possible upstream_side @0.0 TRIED SYN_SENT SYNS CONNECT_RESULT"),
                OpeningCase.of(
                        "timed out by a short time-out of the configuration",
                        where(o -> attempt(0)
                                        .ended(0.5, ConnectResult.TIMED_OUT)
                                        .in(o))
                                .over(0.5),
                        "syn-unanswered: possible upstream_side @0.0 TRIED SYN_SENT CONNECT_RESULT"),
                OpeningCase.of(
                        "the client gave up after the threshold",
                        where(o -> attempt(0).ended(5, ConnectResult.ABANDONED).in(o))
                                .over(5.0),
                        "syn-unanswered: possible upstream_side @0.0 TRIED SYN_SENT CONNECT_RESULT"),
                OpeningCase.of(
                        "the client gave up at once",
                        where(o -> attempt(0).ended(1, ConnectResult.ABANDONED).in(o))
                                .over(1.0),
                        "-"),
                OpeningCase.of(
                        "the first address timed out, the next is being tried",
                        where(o -> {
                                    attempt(0)
                                            .syns(5)
                                            .ended(10, ConnectResult.TIMED_OUT)
                                            .in(o);
                                    attempt(10).in(o);
                                })
                                .now(10.5),
                        "syn-unanswered: possible upstream_side @0.0 TRIED SYN_SENT SYNS CONNECT_RESULT"),
                OpeningCase.of(
                        "both addresses timed out",
                        where(o -> {
                                    attempt(0)
                                            .ended(10, ConnectResult.TIMED_OUT)
                                            .in(o);
                                    attempt(10)
                                            .ended(20, ConnectResult.TIMED_OUT)
                                            .in(o);
                                })
                                .over(20.0),
                        "syn-unanswered: possible upstream_side @10.0 TRIED SYN_SENT CONNECT_RESULT TRIES_FAILED"),
                OpeningCase.of(
                        "near miss: not for long enough",
                        where(o -> attempt(0).syns(2).in(o)).now(2.9),
                        "-"),
                OpeningCase.of(
                        "near miss: the next address answered, so that nothing hangs",
                        where(o -> {
                                    attempt(0)
                                            .ended(10, ConnectResult.TIMED_OUT)
                                            .in(o);
                                    attempt(10)
                                            .ended(10.1, ConnectResult.CONNECTED)
                                            .in(o);
                                })
                                .over(60.0),
                        "-"),
                OpeningCase.of(
                        "near miss: connected long ago after three SYNs",
                        where(o -> {
                                    attempt(0)
                                            .syns(3)
                                            .synAck(3)
                                            .ended(3, ConnectResult.CONNECTED)
                                            .in(o);
                                    o.upstream.establishedAt = socket(3);
                                })
                                .now(600.0),
                        "-"),
                OpeningCase.of(
                        "near miss: established, and the attempts are not known",
                        where(o -> {
                                    attempt(0).in(o);
                                    o.upstream.establishedAt = socket(3);
                                })
                                .now(600.0),
                        "-"),
                OpeningCase.of(
                        "near miss: a SYN-ACK came",
                        where(o -> attempt(0).syns(3).synAck(2.9).in(o)).now(3.0),
                        "-"),
                OpeningCase.of(
                        "near miss: an RST came",
                        where(o -> attempt(0).syns(3).rst(2.9).in(o)).now(3.0),
                        "-"),
                OpeningCase.of(
                        "near miss: the RST is known of the leg alone",
                        where(o -> {
                                    attempt(0).in(o);
                                    o.upstream.peerRst = Fact.socket(CloseMark.at(wire(2.9)));
                                })
                                .now(3.0),
                        "-"),
                OpeningCase.of(
                        "near miss: ICMP answered",
                        where(o -> attempt(0)
                                        .syns(3)
                                        .icmp("host_unreachable from 10.0.0.1")
                                        .in(o))
                                .now(3.0),
                        "-"),
                OpeningCase.of(
                        "near miss: the name is still being looked up",
                        where(o -> attempt(0).noAddress().in(o)).now(9.0),
                        "-"),
                OpeningCase.of(
                        "near miss: refused",
                        where(o -> attempt(0).ended(0, ConnectResult.REFUSED).in(o))
                                .over(0.0),
                        "-"),
                OpeningCase.of("no attempt at all", where(o -> {}).now(9.0), "-"));
    }
}
