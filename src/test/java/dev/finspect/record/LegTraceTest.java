package dev.finspect.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.LegFixture;
import dev.finspect.session.SessionTrace;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.ResetReason;
import dev.finspect.tcp.Source;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What the kernel's tracing adds to a record: facts about acts that the record has, and no others. */
final class LegTraceTest {
    private static final LegTrace.Reset RESET = new LegTrace.Reset(7, new ResetReason("TCP_STATE"));

    @Test
    void actsOfTheRecordAreNoted() {
        LegFixture it = new LegFixture(Leg.CLIENT);
        it.peerRst = Fact.socket(CloseMark.at(Fact.socket(9L)));
        it.localRst = Fact.socket(CloseMark.at(Fact.socket(9L)));
        it.localFin = Fact.wire(CloseMark.at(Fact.wire(3L)));

        LegClose close = LegTrace.NONE
                .withPeerReset(RESET)
                .withLocalReset(RESET)
                .withCloseWait(4)
                .into(it.build())
                .close();

        assertThat(kernel(close.peerRst()))
                .isEqualTo(KernelNote.ofReset(Fact.kernel(7L), Fact.kernel(new ResetReason("TCP_STATE"))));
        assertThat(kernel(close.localRst()).sentAt()).isEqualTo(Fact.kernel(7L));
        assertThat(kernel(close.localFin())).isEqualTo(KernelNote.ofFin(Fact.kernel(4L)));
        assertThat(close.localFin().fact()).extracting(Fact::source).isEqualTo(Source.WIRE);
    }

    @Test
    void anActThatTheRecordDoesNotHaveStaysAbsent() {
        LegFixture it = new LegFixture(Leg.UPSTREAM);
        it.peerRst = Observation.none(Source.SOCKET);

        LegClose close = LegTrace.NONE.withPeerReset(RESET).into(it.build()).close();

        assertThat(close.peerRst().isNone()).isTrue();
        assertThat(close.localFin().isNotObserved()).isTrue();
    }

    @Test
    void aSessionsTraceGoesToItsLegsAndAttempts() {
        SessionTrace trace = new SessionTrace();
        LegFixture it = new LegFixture(Leg.UPSTREAM);
        it.peerRst = Fact.socket(CloseMark.at(Fact.socket(9L)));
        LegRecord bare = it.build();
        Attempt attempt = new Attempt(
                "db:1",
                null,
                null,
                Fact.socket(1L),
                new Attempt.End(ConnectResult.REFUSED, Fact.socket(2L), 1, null, Observation.notObserved()),
                Attempt.Answers.NOT_OBSERVED,
                null);
        assertThat(trace.into(bare)).isSameAs(bare);
        assertThat(trace.into(List.of(attempt))).containsExactly(attempt);

        trace.add(Leg.UPSTREAM, known -> known.withPeerReset(RESET));
        trace.add(Leg.CLIENT, known -> known.withCloseWait(5));
        trace.ofAttempt(1, RESET);

        assertThat(kernel(trace.into(bare).close().peerRst()).sentAt().isKnown())
                .isTrue();
        List<Attempt> attempts = trace.into(List.of(attempt, attempt));
        assertThat(attempts.get(0)).isEqualTo(attempt);
        assertThat(attempts.get(1).kernel().sentAt()).isEqualTo(Fact.kernel(7L));
    }

    private static KernelNote kernel(Observation<CloseMark> mark) {
        return Objects.requireNonNull(mark.orNull()).kernel();
    }
}
