package dev.finspect.diagnose.question;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.LegFixture;
import dev.finspect.fixture.WirePlay;
import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.lifecycle.connection.Endpoint;
import dev.finspect.record.CaptureMode;
import dev.finspect.record.CloseMark;
import dev.finspect.record.LegRecord;
import dev.finspect.record.LegWire;
import dev.finspect.record.WireFacts;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** An RST was captured on a leg; finspect's own socket says whether its kernel took it. */
final class PeerResetTest {
    private static final long SECOND = 1_000_000;

    /** The upstream's RST comes after a second, in a live capture that sees no data. */
    private static LegRecord leg(CaptureMode mode, Consumer<LegFixture> known) {
        LegFixture fixture = new LegFixture(Leg.UPSTREAM);
        known.accept(fixture);
        LegWire wire = new LegWire(
                mode,
                false,
                0L,
                Endpoint.RESPONDER,
                WirePlay.of(1, 5_000, 2, 80)
                        .opened(0)
                        .rstWithoutAck(SECOND, false)
                        .live(FlowEndReason.LIVING),
                null);
        return WireFacts.into(fixture.build(), wire);
    }

    private static long at(long micros) {
        return WirePlay.START + micros * 1_000;
    }

    private static CloseMark rst(LegRecord leg) {
        return Objects.requireNonNull(leg.close().peerRst().orNull());
    }

    @Test
    void resetAfterWhichFinspectSendsHasEndedNothing() {
        LegRecord before = leg(CaptureMode.LIFECYCLE, it -> it.lastSentAt = Fact.socket(at(SECOND - 10)));
        assertThat(PeerReset.of(before)).isNotNull();
        LegRecord after = leg(CaptureMode.LIFECYCLE, it -> it.lastSentAt = Fact.socket(at(2 * SECOND)));
        assertThat(PeerReset.of(after)).isNull();
        LegRecord finished =
                leg(CaptureMode.LIFECYCLE, it -> it.peerFin = Fact.socket(CloseMark.at(Fact.socket(at(2 * SECOND)))));
        assertThat(PeerReset.of(finished)).isNull();
    }

    @Test
    void socketThatFailedWasReset() {
        LegRecord failed = leg(CaptureMode.LIFECYCLE, it -> {
            it.lastSentAt = Fact.socket(at(2 * SECOND));
            it.errno = Fact.socket(Errno.ECONNRESET);
        });
        assertThat(PeerReset.of(failed)).isNotNull();
        assertThat(PeerReset.isRefused(failed, rst(failed), at(60 * SECOND))).isFalse();
    }

    @Test
    void socketThatLivesOnForSecondsWasNotReset() {
        LegRecord silent = leg(CaptureMode.LIFECYCLE, it -> {});
        assertThat(PeerReset.isRefused(silent, rst(silent), at(SECOND + SECOND / 2)))
                .isFalse();
        assertThat(PeerReset.isRefused(silent, rst(silent), at(4 * SECOND))).isTrue();
    }

    /** Without a socket of its own, finspect knows no more than the segments. */
    @Test
    void capturesOfOthersSayNothingOfSockets() {
        LegRecord watched = leg(CaptureMode.FILE, it -> it.lastSentAt = Fact.socket(at(2 * SECOND)));
        assertThat(PeerReset.of(watched)).isNotNull();
        assertThat(PeerReset.isRefused(watched, rst(watched), at(60 * SECOND))).isFalse();
    }

    @Test
    void resetsAreAsFarAsTheirTimesToLiveSay() {
        assertThat(Hops.of(58)).isEqualTo(6);
        assertThat(Hops.of(122)).isEqualTo(6);
        assertThat(Hops.of(249)).isEqualTo(6);
        assertThat(Hops.of(64)).isZero();
        assertThat(Hops.of(30)).isEqualTo(2);
    }
}
