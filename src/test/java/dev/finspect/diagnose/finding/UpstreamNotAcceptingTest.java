package dev.finspect.diagnose.finding;

import static dev.finspect.diagnose.finding.Opening.at;
import static dev.finspect.diagnose.finding.Opening.listener;
import static dev.finspect.diagnose.finding.Opening.socket;
import static dev.finspect.diagnose.finding.Opening.socketOf;
import static dev.finspect.diagnose.finding.Opening.where;

import dev.finspect.fixture.SocketFixture;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.TcpState;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class UpstreamNotAcceptingTest {
    @ParameterizedTest
    @MethodSource("rows")
    void isFoundWhereItIsSoAndNowhereElse(OpeningCase row) {
        row.check(new UpstreamNotAccepting());
    }

    static Stream<OpeningCase> rows() {
        return Stream.of(
                OpeningCase.of(
                        "unread bytes in a socket that nobody has accepted",
                        where(o -> {
                                    o.upstream.establishedAt = socket(0);
                                    o.upstream.peerSocket = socketOf(1, TcpState.ESTABLISHED, 512, false);
                                })
                                .now(1.2),
                        "upstream-not-accepting: proved upstream @0.0 HANDSHAKE_DONE PEER_NOT_ACCEPTED PEER_UNREAD LISTENER_WAITING LISTENER_BACKLOG"),
                OpeningCase.of(
                        "nothing sent, and not accepted either",
                        where(o -> {
                                    o.upstream.establishedAt = socket(0);
                                    o.upstream.peerSocket = socketOf(1, TcpState.ESTABLISHED, 0, false);
                                })
                                .now(1.2),
                        "upstream-not-accepting: proved upstream @0.0 HANDSHAKE_DONE PEER_NOT_ACCEPTED PEER_UNREAD LISTENER_WAITING LISTENER_BACKLOG"),
                OpeningCase.of(
                        "the client has finished meanwhile",
                        where(o -> {
                                    o.upstream.establishedAt = socket(0);
                                    o.upstream.peerSocket = socketOf(2, TcpState.CLOSE_WAIT, 512, false);
                                })
                                .now(2.2),
                        "upstream-not-accepting: proved upstream @0.0 HANDSHAKE_DONE PEER_NOT_ACCEPTED PEER_UNREAD LISTENER_WAITING LISTENER_BACKLOG"),
                OpeningCase.of(
                        "over: the client gave up",
                        where(o -> {
                                    o.upstream.establishedAt = socket(0);
                                    o.upstream.peerSocket = socketOf(5, TcpState.ESTABLISHED, 512, false);
                                })
                                .over(6.0),
                        "upstream-not-accepting: proved upstream @0.0 HANDSHAKE_DONE PEER_NOT_ACCEPTED PEER_UNREAD LISTENER_WAITING LISTENER_BACKLOG"),
                OpeningCase.of(
                        "its listener was not seen",
                        where(o -> {
                                    o.upstream.establishedAt = socket(0);
                                    o.upstream.peerSocket = Fact.kernel(SocketFixture.seen(
                                            at(1), TcpState.ESTABLISHED, 9, 0, false, 0, -1, null, null, null));
                                })
                                .now(1.2),
                        "upstream-not-accepting: proved upstream @0.0 HANDSHAKE_DONE PEER_NOT_ACCEPTED PEER_UNREAD"),
                OpeningCase.of(
                        "near miss: looked up before the threshold, and never again",
                        where(o -> {
                                    o.upstream.establishedAt = socket(0);
                                    o.upstream.peerSocket = socketOf(0.9, TcpState.ESTABLISHED, 512, false);
                                })
                                .now(60.0),
                        "-"),
                OpeningCase.of(
                        "near miss: it has answered since it was looked up",
                        where(o -> {
                                    o.upstream.establishedAt = socket(0);
                                    o.upstream.peerSocket = socketOf(1, TcpState.ESTABLISHED, 512, false);
                                    o.upstream.bytesReceived = Fact.socket(1L);
                                })
                                .now(1.2),
                        "-"),
                OpeningCase.of(
                        "near miss: accepted, and not read",
                        where(o -> {
                                    o.upstream.establishedAt = socket(0);
                                    o.upstream.peerSocket = socketOf(9, TcpState.ESTABLISHED, 512, true);
                                })
                                .now(9.0),
                        "-"),
                OpeningCase.of(
                        "near miss: its kernel has not even completed the handshake",
                        where(o -> {
                                    o.upstream.establishedAt = socket(0);
                                    o.upstream.peerSocket = socketOf(9, TcpState.SYN_RECEIVED, 0, false);
                                })
                                .now(9.0),
                        "-"),
                OpeningCase.of(
                        "near miss: it is on another host",
                        where(o -> {
                                    o.upstream.establishedAt = socket(0);
                                })
                                .now(60.0),
                        "-"),
                OpeningCase.of(
                        "near miss: not connected yet",
                        where(o -> {
                                    o.upstream.peerSocket = listener(9, 1, 128);
                                })
                                .now(9.0),
                        "-"),
                OpeningCase.of(
                        "near miss: only its listener was found",
                        where(o -> {
                                    o.upstream.establishedAt = socket(0);
                                    o.upstream.peerSocket = listener(9, 1, 128);
                                })
                                .now(9.0),
                        "-"));
    }
}
