package dev.finspect.diagnose.finding;

import static dev.finspect.diagnose.finding.Opening.at;
import static dev.finspect.diagnose.finding.Opening.attempt;
import static dev.finspect.diagnose.finding.Opening.count;
import static dev.finspect.diagnose.finding.Opening.listener;
import static dev.finspect.diagnose.finding.Opening.socket;
import static dev.finspect.diagnose.finding.Opening.socketOf;
import static dev.finspect.diagnose.finding.Opening.where;

import dev.finspect.fixture.SocketFixture;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.TcpState;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class BacklogFullTest {
    @ParameterizedTest
    @MethodSource("rows")
    void isFoundWhereItIsSoAndNowhereElse(OpeningCase row) {
        row.check(new BacklogFull());
    }

    static Stream<OpeningCase> rows() {
        return Stream.of(
                OpeningCase.of(
                        "SYNs unanswered, and the listener on this host is full",
                        where(o -> {
                                    attempt(0).syns(3).in(o);
                                    o.upstream.peerSocket = listener(2, 129, 128);
                                })
                                .now(3.0),
                        "backlog-full: proved upstream @0.0 TRIED SYN_SENT SYNS LISTENER_WAITING LISTENER_BACKLOG"),
                OpeningCase.of(
                        "timed out before a full listener",
                        where(o -> {
                                    attempt(0)
                                            .ended(10, ConnectResult.TIMED_OUT)
                                            .in(o);
                                    o.upstream.peerSocket = listener(9, 129, 128);
                                })
                                .over(10.0),
                        "backlog-full: proved upstream @0.0 TRIED SYN_SENT CONNECT_RESULT LISTENER_WAITING LISTENER_BACKLOG"),
                OpeningCase.of(
                        "a full listener resets",
                        where(o -> {
                                    attempt(0).ended(0.1, ConnectResult.RESET).in(o);
                                    o.upstream.peerSocket = listener(0.1, 129, 128);
                                })
                                .over(0.2),
                        "backlog-full: likely upstream @0.0 TRIED SYN_SENT CONNECT_RESULT LISTENER_WAITING LISTENER_BACKLOG"),
                OpeningCase.of(
                        "the last ACK is not taken, and the listener is full",
                        where(o -> {
                                    o.upstream.establishedAt = socket(0);
                                    o.upstream.peerSocket = listener(3, 129, 128);
                                })
                                .now(3.0),
                        "backlog-full: proved upstream @0.0 HANDSHAKE_DONE LISTENER_WAITING LISTENER_BACKLOG"),
                OpeningCase.of(
                        "from afar: SYN-ACKs again, though acknowledged and followed by bytes",
                        where(o -> {
                                    o.upstream.establishedAt = socket(0);
                                    o.upstream.synAckRetransmits = count(2);
                                    o.upstream.bytesSent = Fact.socket(512L);
                                    o.upstream.lastSentAt = socket(0.1);
                                    o.upstream.unackedSegments = Fact.kernel(1L);
                                })
                                .now(3.0),
                        "backlog-full: possible upstream_side @0.0 HANDSHAKE_DONE SYN_ACKS_AGAIN LAST_SENT"),
                OpeningCase.of(
                        "the same of a session that is over",
                        where(o -> {
                                    o.upstream.establishedAt = socket(0);
                                    o.upstream.synAckRetransmits = count(2);
                                    o.upstream.bytesSent = Fact.socket(512L);
                                    o.upstream.unackedSegments = Fact.kernel(1L);
                                })
                                .over(9.0),
                        "backlog-full: possible upstream_side @0.0 HANDSHAKE_DONE SYN_ACKS_AGAIN"),
                OpeningCase.of(
                        "near miss: the listener waits for bytes before it wakes its program",
                        where(o -> {
                                    o.upstream.establishedAt = socket(0);
                                    o.upstream.synAckRetransmits = count(2);
                                    o.upstream.unackedSegments = Fact.kernel(0L);
                                })
                                .now(9.0),
                        "-"),
                OpeningCase.of(
                        "near miss: SYN-ACK repeated once, then all went well",
                        where(o -> {
                                    o.upstream.establishedAt = socket(0);
                                    o.upstream.synAckRetransmits = count(1);
                                    o.upstream.bytesSent = Fact.socket(512L);
                                    o.upstream.unackedSegments = Fact.kernel(0L);
                                })
                                .now(9.0),
                        "-"),
                OpeningCase.of(
                        "near miss: it works since",
                        where(o -> {
                                    o.upstream.establishedAt = socket(0);
                                    o.upstream.synAckRetransmits = count(2);
                                    o.upstream.bytesSent = Fact.socket(512L);
                                    o.upstream.bytesReceived = Fact.socket(9L);
                                    o.upstream.unackedSegments = Fact.kernel(1L);
                                })
                                .now(600.0),
                        "-"),
                OpeningCase.of(
                        "near miss: bytes are lost without a SYN-ACK again",
                        where(o -> {
                                    o.upstream.establishedAt = socket(0);
                                    o.upstream.synAckRetransmits = count(0);
                                    o.upstream.bytesSent = Fact.socket(512L);
                                    o.upstream.unackedSegments = Fact.kernel(1L);
                                })
                                .now(9.0),
                        "-"),
                OpeningCase.of(
                        "near miss: nobody counts SYN-ACKs",
                        where(o -> {
                                    o.upstream.establishedAt = socket(0);
                                    o.upstream.bytesSent = Fact.socket(512L);
                                    o.upstream.unackedSegments = Fact.kernel(1L);
                                })
                                .now(9.0),
                        "-"),
                OpeningCase.of(
                        "near miss: the peer's socket is established",
                        where(o -> {
                                    o.upstream.establishedAt = socket(0);
                                    o.upstream.synAckRetransmits = count(2);
                                    o.upstream.bytesSent = Fact.socket(512L);
                                    o.upstream.unackedSegments = Fact.kernel(1L);
                                    o.upstream.peerSocket = socketOf(3, TcpState.ESTABLISHED, 0, true);
                                })
                                .now(9.0),
                        "-"),
                OpeningCase.of(
                        "near miss: half-open there, and the listener has room",
                        where(o -> {
                                    o.upstream.establishedAt = socket(0);
                                    o.upstream.peerSocket = socketOf(3, TcpState.SYN_RECEIVED, 0, false);
                                })
                                .now(9.0),
                        "-"),
                OpeningCase.of(
                        "near miss: the peer's socket could not be seen",
                        where(o -> {
                                    o.upstream.establishedAt = socket(0);
                                    o.upstream.peerSocket =
                                            Fact.kernel(SocketFixture.unseen(at(3), null, "another namespace"));
                                })
                                .now(9.0),
                        "-"),
                OpeningCase.of(
                        "near miss: not for long enough",
                        where(o -> {
                                    o.upstream.establishedAt = socket(0);
                                    o.upstream.peerSocket = listener(2, 129, 128);
                                })
                                .now(2.9),
                        "-"),
                OpeningCase.of(
                        "near miss: SYNs unanswered, and exactly as many wait as fit",
                        where(o -> {
                                    attempt(0).syns(3).in(o);
                                    o.upstream.peerSocket = listener(2, 128, 128);
                                })
                                .now(3.0),
                        "-"),
                OpeningCase.of(
                        "near miss: SYNs unanswered from afar",
                        where(o -> attempt(0).syns(3).in(o)).now(9.0),
                        "-"),
                OpeningCase.of(
                        "near miss: what was looked up belongs to the next attempt",
                        where(o -> {
                                    attempt(0)
                                            .ended(10, ConnectResult.TIMED_OUT)
                                            .in(o);
                                    attempt(10).in(o);
                                    o.upstream.peerSocket = listener(11, 129, 128);
                                })
                                .now(11.0),
                        "-"));
    }
}
