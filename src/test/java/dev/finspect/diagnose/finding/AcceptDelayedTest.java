package dev.finspect.diagnose.finding;

import static dev.finspect.diagnose.finding.Opening.nanos;
import static dev.finspect.diagnose.finding.Opening.socket;
import static dev.finspect.diagnose.finding.Opening.where;
import static dev.finspect.diagnose.finding.Opening.wire;

import dev.finspect.tcp.Fact;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class AcceptDelayedTest {
    @ParameterizedTest
    @MethodSource("rows")
    void isFoundWhereItIsSoAndNowhereElse(OpeningCase row) {
        row.check(new AcceptDelayed());
    }

    static Stream<OpeningCase> rows() {
        return Stream.of(
                OpeningCase.of(
                        "the wire knows when the handshake was done",
                        where(o -> {
                                    o.client.ackAt = wire(0);
                                    o.client.establishedAt = socket(2);
                                    o.client.acceptDelayNanos = nanos(2);
                                })
                                .now(2.1),
                        "accept-delayed: proved finspect @0.0 ACK_RECEIVED ACCEPT_DELAY"),
                OpeningCase.of(
                        "inferred, and the ACK not seen",
                        where(o -> {
                                    o.client.establishedAt = socket(2);
                                    o.client.acceptDelayNanos = Fact.inferred(1_500_000_000L);
                                })
                                .now(2.1),
                        "accept-delayed: likely finspect @0.5 ACCEPT_DELAY"),
                OpeningCase.of(
                        "neither ACK nor accept() has a time",
                        where(o -> {
                                    o.client.acceptDelayNanos = nanos(1);
                                })
                                .now(2.0),
                        "accept-delayed: proved finspect @1.0 ACCEPT_DELAY"),
                OpeningCase.of(
                        "over: told, though all went well after it",
                        where(o -> {
                                    o.client.ackAt = wire(0);
                                    o.client.establishedAt = socket(2);
                                    o.client.acceptDelayNanos = nanos(2);
                                    o.client.bytesSent = Fact.socket(512L);
                                })
                                .over(600.0),
                        "accept-delayed: proved finspect @0.0 ACK_RECEIVED ACCEPT_DELAY"),
                OpeningCase.of(
                        "near miss: it works by now",
                        where(o -> {
                                    o.client.ackAt = wire(0);
                                    o.client.establishedAt = socket(2);
                                    o.client.acceptDelayNanos = nanos(2);
                                    o.client.bytesSent = Fact.socket(512L);
                                })
                                .now(600.0),
                        "-"),
                OpeningCase.of(
                        "near miss: under the threshold",
                        where(o -> {
                                    o.client.ackAt = wire(0);
                                    o.client.acceptDelayNanos = nanos(0.99);
                                })
                                .over(2.0),
                        "-"),
                OpeningCase.of("near miss: not known", where(o -> {}).over(2.0), "-"));
    }
}
