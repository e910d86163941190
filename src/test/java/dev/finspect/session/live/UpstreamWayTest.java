package dev.finspect.session.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.Info;
import dev.finspect.fixture.SessionPlay;
import dev.finspect.fixture.WirePlay;
import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.lifecycle.connection.Endpoint;
import dev.finspect.record.Attempt;
import dev.finspect.record.CaptureMode;
import dev.finspect.record.LegWire;
import dev.finspect.session.SessionCaptures;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionIdentity;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpState;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attempts to connect, as the record has them. */
final class UpstreamWayTest {
    private static final long SECOND = 1_000_000_000L;
    private static final SessionIdentity CLOCK = new SessionPlay().watched.identity();

    private final UpstreamWay way = new UpstreamWay();
    private final SessionCaptures captured = new SessionPlay().watched.captures();

    @Test
    void attemptThatGoesOnCountsItsSynsByTheKernel() {
        assertThat(way.triedAddress()).isNull();
        assertThat(way.tryingSinceNanos()).isEqualTo(LegTraffic.NEVER);
        assertThat(attempts()).isEmpty();
        way.begun(new SessionEvent.AttemptBegun(SessionPlay.START_NANOS, "db:5432", SessionPlay.UPSTREAM));
        Attempt unread = only();
        assertThat(unread.answers().syns().fact()).isNull();
        assertThat(unread.result()).isNull();
        assertThat(unread.end()).isNull();
        way.sampled(new Info().state(TcpState.SYN_SENT).retransmits(2).build(), SessionPlay.START_NANOS + SECOND);
        Attempt sampled = only();
        assertThat(sampled.answers().syns()).isEqualTo(Fact.kernel(3L));
        assertThat(sampled.begunAt()).isEqualTo(Fact.socket(SessionPlay.START_EPOCH_NANOS));
        assertThat(sampled.address()).isEqualTo(SessionPlay.UPSTREAM);
        assertThat(way.triedAddress()).isEqualTo(SessionPlay.UPSTREAM);
        assertThat(way.tryingSinceNanos()).isEqualTo(SessionPlay.START_NANOS);
        way.sampled(Info.empty(), SessionPlay.START_NANOS + 2 * SECOND);
        assertThat(only().answers().syns().fact())
                .as("a kernel that does not count")
                .isNull();
        way.connected(
                new SessionEvent.Connected(
                        SessionPlay.START_NANOS + 1, "db:5432", SessionPlay.UPSTREAM, SessionPlay.LOCAL, 1, null),
                CLOCK);
        assertThat(only().result()).isEqualTo(ConnectResult.CONNECTED);
        assertThat(way.isTroubled()).isFalse();
        assertThat(way.triedAddress()).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 12, 13, 22, 24, 99, 101, 104, 105, 110, 111, 112, 113})
    void errnoIsTheOneThatTheSystemCallFailedWith(int number) {
        Errno errno = new Errno(number);
        way.failed(failed(errno.connectResult(), errno), CLOCK);
        Attempt.End end = ended();
        assertThat(end.errno()).isEqualTo(Fact.socket(errno));
        assertThat(end.result()).isEqualTo(errno.connectResult());
        assertThat(only().begunAt()).isEqualTo(Fact.socket(SessionPlay.START_EPOCH_NANOS));
        assertThat(end.at()).isEqualTo(Fact.socket(SessionPlay.START_EPOCH_NANOS + SECOND));
        assertThat(way.isTroubled()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = ConnectResult.class,
            names = {"NO_DESCRIPTOR", "NO_PORT", "LOOP"})
    void attemptThatEndsBeforeTheSynHasSentNone(ConnectResult result) {
        way.failed(failed(result, null), CLOCK);
        assertThat(only().answers().syns()).isEqualTo(Fact.socket(0L));
        assertThat(only().answers().lastSynAt().isNone()).isTrue();
    }

    @Test
    void synsThatWereCountedStay() {
        way.begun(new SessionEvent.AttemptBegun(SessionPlay.START_NANOS, "db:5432", SessionPlay.UPSTREAM));
        way.sampled(new Info().state(TcpState.SYN_SENT).retransmits(1).build(), SessionPlay.START_NANOS + SECOND);
        way.failed(failed(ConnectResult.NO_PORT, Errno.EADDRNOTAVAIL), CLOCK);
        assertThat(only().answers().syns()).isEqualTo(Fact.kernel(2L));
    }

    @Test
    void finspectsOwnTimeOutHasNoErrno() {
        way.failed(failed(ConnectResult.TIMED_OUT, null), CLOCK);
        assertThat(ended().errno()).isEqualTo(Observation.none(Source.SOCKET));
    }

    @Test
    void synsOfAFailedAttemptAreItsOwn() {
        way.begun(new SessionEvent.AttemptBegun(SessionPlay.START_NANOS, "db:5432", SessionPlay.UPSTREAM));
        way.sampled(new Info().state(TcpState.SYN_SENT).retransmits(4).build(), SessionPlay.START_NANOS + SECOND);
        way.failed(failed(ConnectResult.TIMED_OUT, Errno.ETIMEDOUT), CLOCK);
        way.begun(new SessionEvent.AttemptBegun(SessionPlay.START_NANOS + SECOND, "db2:5432", SessionPlay.LOCAL));
        assertThat(attempts()).extracting(Attempt::address).containsExactly(SessionPlay.UPSTREAM, SessionPlay.LOCAL);
        assertThat(attempts().get(0).answers().syns()).isEqualTo(Fact.kernel(5L));
        assertThat(attempts().get(1).answers().syns().fact()).isNull();
    }

    @Test
    void lastSynIsNoYoungerThanTheReadingThatFirstCountedIt() {
        way.begun(new SessionEvent.AttemptBegun(SessionPlay.START_NANOS, "db:5432", SessionPlay.UPSTREAM));
        assertThat(only().answers().lastSynAt().isNotObserved()).isTrue();
        long[] retransmits = {0, 0, 1, 1, 2};
        long[] lastAtSecond = {0, 0, 3, 3, 5};
        for (int i = 0; i < retransmits.length; i++) {
            way.sampled(
                    new Info()
                            .state(TcpState.SYN_SENT)
                            .retransmits(retransmits[i])
                            .build(),
                    SessionPlay.START_NANOS + (i + 1) * SECOND);
            assertThat(only().answers().lastSynAt())
                    .isEqualTo(Fact.kernel(SessionPlay.START_EPOCH_NANOS + lastAtSecond[i] * SECOND));
        }
    }

    @Test
    void captureShowsHowOftenTheSynWasSentAndWhatAnsweredIt() {
        way.failed(failed(ConnectResult.REFUSED, Errno.ECONNREFUSED), CLOCK);
        assertThat(only().answers()).isEqualTo(Attempt.Answers.NOT_OBSERVED);
        LegWire twice =
                wire(WirePlay.of(1, 40_000, 9, 5_432).syn(0).syn(1_000_000).rst(1_000_200, false));
        captured.ofAttempt(0, () -> twice);
        Attempt.Answers answers = only().answers();
        assertThat(answers.syns()).isEqualTo(Fact.wire(2L));
        assertThat(answers.lastSynAt()).isEqualTo(Fact.wire(WirePlay.START + 1_000_000_000L));
        assertThat(answers.rstAt()).isEqualTo(Fact.wire(WirePlay.START + 1_000_200_000L));
        assertThat(answers.synAckAt()).isEqualTo(Observation.none(Source.WIRE));
        assertThat(ended().errno()).isEqualTo(Fact.socket(Errno.ECONNREFUSED));
    }

    private static LegWire wire(WirePlay play) {
        return new LegWire(
                CaptureMode.LIFECYCLE, false, null, Endpoint.RESPONDER, play.live(FlowEndReason.CLOSED), null);
    }

    private static SessionEvent.AttemptFailed failed(ConnectResult result, @Nullable Errno errno) {
        return new SessionEvent.AttemptFailed(
                SessionPlay.START_NANOS + SECOND,
                "db:5432",
                SessionPlay.UPSTREAM,
                SessionPlay.LOCAL,
                result,
                errno,
                "in vain",
                SECOND);
    }

    private List<Attempt> attempts() {
        return way.record(CLOCK, captured).attempts();
    }

    private Attempt only() {
        assertThat(attempts()).hasSize(1);
        return attempts().get(0);
    }

    private Attempt.End ended() {
        return Objects.requireNonNull(only().end());
    }
}
