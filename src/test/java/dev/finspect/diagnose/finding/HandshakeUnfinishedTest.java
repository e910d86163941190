package dev.finspect.diagnose.finding;

import static dev.finspect.diagnose.finding.Opening.count;
import static dev.finspect.diagnose.finding.Opening.socket;
import static dev.finspect.diagnose.finding.Opening.where;
import static dev.finspect.diagnose.finding.Opening.wire;

import dev.finspect.record.CloseMark;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.TcpState;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class HandshakeUnfinishedTest {
    @ParameterizedTest
    @MethodSource("rows")
    void isFoundWhereItIsSoAndNowhereElse(OpeningCase row) {
        row.check(new HandshakeUnfinished());
    }

    static Stream<OpeningCase> rows() {
        return Stream.of(
                OpeningCase.of(
                        "SYN-ACK repeated, and silence",
                        where(o -> {
                                    o.client.synAt = wire(0);
                                    o.client.synAckAt = wire(0);
                                    o.client.synAckRetransmits = count(2);
                                    o.client.synRetransmits = count(0);
                                })
                                .now(3.0),
                        "handshake-unfinished: possible client @0.0 SYN_RECEIVED SYN_ACK_SENT SYN_ACKS_AGAIN SYNS_AGAIN"),
                OpeningCase.of(
                        "SYN-ACK repeated, and nobody counts SYNs",
                        where(o -> {
                                    o.client.synAt = wire(0);
                                    o.client.synAckAt = wire(0);
                                    o.client.synAckRetransmits = count(2);
                                })
                                .now(3.0),
                        "handshake-unfinished: possible client_side @0.0 SYN_RECEIVED SYN_ACK_SENT SYN_ACKS_AGAIN"),
                OpeningCase.of(
                        "the client repeats its SYN meanwhile",
                        where(o -> {
                                    o.client.synAt = wire(0);
                                    o.client.synAckAt = wire(0);
                                    o.client.synAckRetransmits = count(2);
                                    o.client.synRetransmits = count(1);
                                })
                                .now(3.0),
                        "handshake-unfinished: likely network_to_client @0.0 SYN_RECEIVED SYN_ACK_SENT SYN_ACKS_AGAIN"
                                + " SYNS_AGAIN"),
                OpeningCase.of(
                        "over, in a capture",
                        where(o -> {
                                    o.client.synAt = wire(0);
                                    o.client.synAckAt = wire(0);
                                    o.client.synAckRetransmits = count(5);
                                    o.client.synRetransmits = count(0);
                                })
                                .over(63.0),
                        "handshake-unfinished: possible client @0.0 SYN_RECEIVED SYN_ACK_SENT SYN_ACKS_AGAIN"
                                + " SYNS_AGAIN"),
                OpeningCase.of(
                        "nobody counts what is repeated",
                        where(o -> {
                                    o.client.synAt = wire(0);
                                    o.client.synAckAt = wire(0);
                                })
                                .now(3.0),
                        "handshake-unfinished: possible client_side @0.0 SYN_RECEIVED SYN_ACK_SENT"),
                OpeningCase.of(
                        "without the wire, by the state of finspect's end",
                        where(o -> {
                                    o.client.synAt = socket(0);
                                    o.client.state = Fact.kernel(TcpState.SYN_RECEIVED);
                                })
                                .now(3.0),
                        "handshake-unfinished: possible client_side @0.0 SYN_RECEIVED"),
                OpeningCase.of(
                        "near miss: not for long enough",
                        where(o -> {
                                    o.client.synAt = wire(0);
                                    o.client.synAckAt = wire(0);
                                    o.client.synAckRetransmits = count(1);
                                })
                                .now(2.9),
                        "-"),
                OpeningCase.of(
                        "near miss: the ACK came late",
                        where(o -> {
                                    o.client.synAt = wire(0);
                                    o.client.synAckAt = wire(0);
                                    o.client.synAckRetransmits = count(2);
                                    o.client.ackAt = wire(3.0);
                                })
                                .now(9.0),
                        "-"),
                OpeningCase.of(
                        "near miss: accepted, and the capture lacks the ACK",
                        where(o -> {
                                    o.client.synAt = wire(0);
                                    o.client.synAckAt = wire(0);
                                    o.client.synAckRetransmits = count(2);
                                    o.client.establishedAt = socket(3.0);
                                })
                                .now(9.0),
                        "-"),
                OpeningCase.of(
                        "near miss: a scanner refuses with RST",
                        where(o -> {
                                    o.client.synAt = wire(0);
                                    o.client.synAckAt = wire(0);
                                    o.client.peerRst = Fact.socket(CloseMark.at(wire(0)));
                                })
                                .over(9.0),
                        "-"),
                OpeningCase.of(
                        "near miss: bytes came, and with them an ACK",
                        where(o -> {
                                    o.client.synAt = wire(0);
                                    o.client.synAckAt = wire(0);
                                    o.client.bytesReceived = Fact.socket(9L);
                                })
                                .now(9.0),
                        "-"),
                OpeningCase.of(
                        "near miss: a SYN that nobody has answered",
                        where(o -> {
                                    o.client.synAt = wire(0);
                                })
                                .now(9.0),
                        "-"),
                OpeningCase.of(
                        "near miss: another state",
                        where(o -> {
                                    o.client.synAt = socket(0);
                                    o.client.state = Fact.kernel(TcpState.CLOSED);
                                })
                                .now(9.0),
                        "-"),
                OpeningCase.of("nothing known", where(o -> {}).now(9.0), "-"));
    }
}
