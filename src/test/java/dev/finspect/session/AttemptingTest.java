package dev.finspect.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.ConnectTry;
import dev.finspect.lifecycle.connection.Endpoint;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.TcpState;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Attempts to connect as rules see them. */
final class AttemptingTest {
    private static final long SECOND = 1_000_000_000L;
    private static final SessionIdentity CLOCK = new Play().tracker.identity();
    private static final Map<ConnectResult, String> ERRNO = Map.of(
            ConnectResult.REFUSED, "ECONNREFUSED",
            ConnectResult.HOST_UNREACHABLE, "EHOSTUNREACH",
            ConnectResult.NETWORK_UNREACHABLE, "ENETUNREACH",
            ConnectResult.RESET, "ECONNRESET",
            ConnectResult.NO_PORT, "EADDRNOTAVAIL",
            ConnectResult.TIMED_OUT, "ETIMEDOUT");

    private final Attempting attempting = new Attempting();

    @Test
    void attemptThatGoesOnCountsItsSynsByTheKernel() {
        assertThat(attempting.address()).isNull();
        assertThat(attempting.begunAtNanos()).isEqualTo(LegTraffic.NEVER);
        assertThat(attempting.tries(CLOCK, List.of())).isEmpty();
        attempting.begun(new SessionEvent.AttemptBegun(Play.START_NANOS, "db:5432", Play.UPSTREAM));
        ConnectTry unread = only(List.of());
        assertThat(unread.syns()).isNull();
        assertThat(unread.result()).isNull();
        assertThat(unread.endedAt()).isNull();
        attempting.sampled(new Info().state(TcpState.SYN_SENT).retransmits(2).build());
        ConnectTry sampled = only(List.of());
        assertThat(sampled.syns()).isEqualTo(Fact.kernel(3L));
        assertThat(sampled.begunAt()).isEqualTo(Fact.socket(Play.START_EPOCH_NANOS));
        assertThat(sampled.address()).isEqualTo(Play.UPSTREAM);
        assertThat(attempting.address()).isEqualTo(Play.UPSTREAM);
        assertThat(attempting.begunAtNanos()).isEqualTo(Play.START_NANOS);
        attempting.sampled(Info.empty());
        assertThat(only(List.of()).syns()).as("a kernel that does not count").isNull();
        attempting.connected();
        assertThat(attempting.tries(CLOCK, List.of())).isEmpty();
        assertThat(attempting.nothingFailed()).isTrue();
        assertThat(attempting.address()).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void errnoIsTheKernelsWord(ConnectResult result) {
        attempting.failed(failed(result, "the kernel's words"), CLOCK);
        ConnectTry tried = only(List.of());
        String errno = ERRNO.get(result);
        assertThat(tried.errno()).isEqualTo(errno == null ? null : Fact.socket(errno));
        assertThat(tried.result()).isEqualTo(result);
        assertThat(tried.begunAt()).isEqualTo(Fact.socket(Play.START_EPOCH_NANOS));
        assertThat(tried.endedAt()).isEqualTo(Fact.socket(Play.START_EPOCH_NANOS + SECOND));
        assertThat(attempting.nothingFailed()).isFalse();
    }

    @Test
    void finspectsOwnTimeOutHasNoErrno() {
        String detail = SessionEvent.AttemptFailed.NO_ANSWER_WITHIN + " 5 s";
        attempting.failed(failed(ConnectResult.TIMED_OUT, detail), CLOCK);
        assertThat(only(List.of()).errno()).isNull();
    }

    @Test
    void synsOfAFailedAttemptAreItsOwn() {
        attempting.begun(new SessionEvent.AttemptBegun(Play.START_NANOS, "db:5432", Play.UPSTREAM));
        attempting.sampled(new Info().state(TcpState.SYN_SENT).retransmits(4).build());
        attempting.failed(failed(ConnectResult.TIMED_OUT, "Connection timed out"), CLOCK);
        attempting.begun(new SessionEvent.AttemptBegun(Play.START_NANOS + SECOND, "db2:5432", Play.LOCAL));
        List<ConnectTry> tries = attempting.tries(CLOCK, List.of());
        assertThat(tries).extracting(ConnectTry::address).containsExactly(Play.UPSTREAM, Play.LOCAL);
        assertThat(tries.get(0).syns()).isEqualTo(Fact.kernel(5L));
        assertThat(tries.get(1).syns()).isNull();
    }

    @Test
    void wireSaysHowOftenTheSynWasSentAndWhatAnsweredIt() {
        attempting.failed(failed(ConnectResult.REFUSED, "Connection refused"), CLOCK);
        WirePlay twice = WirePlay.of(1, 40_000, 9, 5_432).syn(0).syn(1_000_000).rst(1_000_200, false);
        ConnectTry witnessed = only(List.of(attempt(wire(twice))));
        assertThat(witnessed.syns()).isEqualTo(WireFacts.fact(2L));
        assertThat(witnessed.rstAt()).isEqualTo(WireFacts.fact(WirePlay.START + 1_000_200_000L));
        assertThat(witnessed.synAckAt()).isNull();
        assertThat(witnessed.errno()).isEqualTo(Fact.socket("ECONNREFUSED"));
        ConnectTry unwitnessed = only(List.of(attempt(null)));
        assertThat(unwitnessed.syns()).isNull();
        assertThat(unwitnessed.rstAt()).isNull();
    }

    private static LegWire wire(WirePlay play) {
        return new LegWire(CaptureMode.LIFECYCLE, false, null, Endpoint.RESPONDER, play.facts(), null);
    }

    private static LegRecord.Attempt attempt(@org.jspecify.annotations.Nullable LegWire wire) {
        return new LegRecord.Attempt(
                "db:5432", Play.UPSTREAM, Play.LOCAL, ConnectResult.REFUSED, "Connection refused", SECOND, wire);
    }

    private static SessionEvent.AttemptFailed failed(ConnectResult result, String detail) {
        return new SessionEvent.AttemptFailed(
                Play.START_NANOS + SECOND, "db:5432", Play.UPSTREAM, Play.LOCAL, result, detail, SECOND);
    }

    private ConnectTry only(List<LegRecord.Attempt> recorded) {
        List<ConnectTry> tries = attempting.tries(CLOCK, recorded);
        assertThat(tries).hasSize(1);
        return tries.get(0);
    }
}
