package dev.finspect.session.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.tcp.TcpState;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Times are in milliseconds: the later reading at 100,000, the earlier two seconds before. */
final class HostEndTest {
    private static final long MILLI = 1_000_000;
    private static final long NOW = 100_000;
    private static final long BEFORE = 98_000;

    private static TableSocket socket() {
        return TableSocket.of("10.0.0.1:4000", "10.0.0.2:80");
    }

    private static HostEnd end(TableSocket now, @Nullable TableSocket before) {
        NamespaceReading home = new NamespaceReading(1, "", "", NOW * MILLI, Set.of(), List.of(now.entry()));
        return new HostEnd(home, now.entry(), before == null ? null : before.entry(), BEFORE * MILLI);
    }

    private static @Nullable Long millis(@Nullable Long nanos) {
        return nanos == null ? null : (Long) (nanos / MILLI);
    }

    @Test
    void whoConnectedHasItsSynCounted() {
        assertThat(end(socket().bytes(500, 501, 0), null).connected()).isTrue();
        assertThat(end(socket().bytes(500, 500, 0), null).connected()).isFalse();
        assertThat(end(socket().bytes(500, 400, 0).inFlight(1, 0, 100), null).connected())
                .as("it may count bytes that are still under way")
                .isNull();
        assertThat(end(socket().ofOldKernel(), null).connected()).isNull();
        assertThat(end(socket().withoutInfo(), null).connected()).isNull();
        assertThat(end(socket().state(TcpState.FIN_WAIT_2).bytes(5, 7, 0), null).connected())
                .isNull();
        assertThat(end(socket().state(TcpState.SYN_SENT), null).connected()).isTrue();
        assertThat(end(socket().state(TcpState.SYN_RECEIVED), null).connected()).isFalse();
        assertThat(end(socket().inode(0), null).connected()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(TcpState.class)
    void finsAreByTheState(TcpState state) {
        HostEnd end = end(socket().state(state).bytes(10, 11, 21), null);
        assertThat(end.hasPeerFin())
                .isEqualTo(Set.of(TcpState.CLOSE_WAIT, TcpState.LAST_ACK, TcpState.CLOSING, TcpState.TIME_WAIT)
                        .contains(state));
        assertThat(end.bytesReceived()).isEqualTo(end.hasPeerFin() ? 20 : 21);
        assertThat(end.hasOwnFin())
                .isEqualTo(Set.of(
                                TcpState.FIN_WAIT_1,
                                TcpState.FIN_WAIT_2,
                                TcpState.CLOSING,
                                TcpState.LAST_ACK,
                                TcpState.TIME_WAIT)
                        .contains(state));
        assertThat(end.isOwnFinAcknowledged()).isEqualTo(state == TcpState.FIN_WAIT_2 || state == TcpState.TIME_WAIT);
        assertThat(end.isEstablished()).isEqualTo(state != TcpState.SYN_SENT && state != TcpState.SYN_RECEIVED);
    }

    @Test
    void bytesAreThoseOfItsProgram() {
        HostEnd end = end(socket().bytes(700, 401, 0).inFlight(2, 300, 600), null);
        assertThat(end.bytesSent()).isEqualTo(1_000);
        assertThat(end.bytesAcknowledged()).isEqualTo(401);
        assertThat(end.flightBytes()).isEqualTo(300);
        assertThat(end(socket().bytes(0, 77, 0).ofOldKernel(), null).bytesSent())
                .isEqualTo(77);
        assertThat(end(socket().withoutInfo(), null).isRead()).isFalse();
        assertThat(end(socket().withoutInfo(), null).isEstablished()).isFalse();
    }

    @Test
    void momentsAreByTheKernelsAges() {
        HostEnd end = end(socket().bytes(10, 11, 20).ages(5_000, 4_000, 3_000), null);
        assertThat(millis(end.lastTransmittedAt())).isEqualTo(95_000);
        assertThat(millis(end.lastReceivedAt())).isEqualTo(96_000);
        assertThat(millis(end.lastHeardAt())).isEqualTo(97_000);
        assertThat(millis(end.establishedAt())).isEqualTo(95_000);
        HostEnd silent = end(socket().ages(5_000, 4_000, 3_000), null);
        assertThat(silent.lastTransmittedAt()).isNull();
        assertThat(silent.lastReceivedAt()).isNull();
        HostEnd bare = end(socket().withoutInfo(), null);
        assertThat(bare.lastHeardAt()).isNull();
        assertThat(bare.establishedAt()).isNull();
        assertThat(bare.unackedSince()).isNull();
        assertThat(bare.windowClosedSince()).isNull();
    }

    @Test
    void whatWasThereBeforeIsNoYounger() {
        TableSocket now = socket().ages(100, 50, 10);
        assertThat(millis(end(now, socket()).establishedAt())).isEqualTo(BEFORE);
        assertThat(millis(end(now, socket().withoutInfo()).establishedAt())).isEqualTo(99_900);
        assertThat(millis(end(now, null).establishedAt())).isEqualTo(99_900);
        assertThat(end(socket().state(TcpState.SYN_SENT), null).establishedAt()).isNull();
    }

    /** Time-outs of 0.2, 0.4, 0.8 s took 1.4 s; the next is due 1.6 s after the last repetition. */
    @Test
    void timeOutsInARowSaySinceWhen() {
        TableSocket now = socket().bytes(100, 1, 0)
                .inFlight(1, 0, 100)
                .timedOut(3, 1_600_000)
                .ages(500, 9_000, 9_000);
        assertThat(millis(end(now, null).unackedSince())).isEqualTo(NOW - 500 - 1_400);
        TableSocket before = socket().bytes(100, 1, 0).inFlight(1, 0, 100);
        assertThat(millis(end(now, before).unackedSince())).isEqualTo(BEFORE);
        assertThat(millis(end(now, socket().bytes(100, 1, 0)).unackedSince()))
                .as("nothing was in flight then")
                .isEqualTo(NOW - 1_900);
        assertThat(millis(
                        end(now, socket().bytes(100, 0, 0).inFlight(1, 0, 100)).unackedSince()))
                .as("something was acknowledged since")
                .isEqualTo(NOW - 1_900);
        TableSocket fin = socket().state(TcpState.FIN_WAIT_1).inFlight(1, 0, 1).timedOut(1, 400_000);
        assertThat(millis(end(fin, null).unackedSince())).as("no data").isEqualTo(NOW - 200);
        TableSocket longest = socket().bytes(1, 1, 0)
                .inFlight(1, 0, 1)
                .timedOut(12, 120_000_000)
                .ages(0, 0, 0);
        assertThat(millis(end(longest, null).unackedSince()))
                .as("0.2 to 102.4 s, then twice 120 s")
                .isEqualTo(NOW - 204_600 - 240_000);
    }

    @Test
    void windowIsClosedSinceTheLastBytesAtLeast() {
        TableSocket now =
                socket().bytes(100, 101, 0).window(0).inFlight(0, 50, 50).ages(700, 0, 0);
        assertThat(millis(end(now, null).windowClosedSince())).isEqualTo(NOW - 700);
        assertThat(millis(end(now, now).windowClosedSince())).isEqualTo(BEFORE);
        assertThat(millis(
                        end(now, socket().bytes(90, 91, 0).window(0).probes(1)).windowClosedSince()))
                .as("it took bytes meanwhile")
                .isEqualTo(NOW - 700);
        assertThat(millis(end(now, socket().bytes(100, 101, 0)).windowClosedSince()))
                .isEqualTo(NOW - 700);
        assertThat(millis(end(socket().window(0).probes(2), null).windowClosedSince()))
                .isEqualTo(NOW);
        assertThat(end(socket().window(0), null).windowClosedSince())
                .as("nothing waits")
                .isNull();
        assertThat(end(socket().inFlight(0, 50, 50), null).windowClosedSince()).isNull();
    }

    @Test
    void readingsShowWhatTheProgramReads() {
        TableSocket now = socket().bytes(0, 1, 100).unread(40);
        assertThat(end(now, socket().bytes(0, 1, 90).unread(30)).read())
                .as("the same 60 bytes")
                .isFalse();
        assertThat(end(now, socket().bytes(0, 1, 100).unread(60)).read()).isTrue();
        assertThat(end(now, null).read()).isTrue();
        assertThat(end(now, null).neverRead()).isFalse();
        assertThat(end(socket().bytes(0, 1, 40).unread(40), null).neverRead()).isTrue();
        assertThat(end(now, null).progressed()).isTrue();
        assertThat(end(now, socket().bytes(0, 1, 0)).progressed()).isFalse();
    }

    @Test
    void holeIsSeenTwice() {
        TableSocket hole = socket().bytes(0, 1, 50).outOfOrder(2, 4_096);
        assertThat(end(hole, hole).hasHole()).isTrue();
        assertThat(end(hole, null).hasHole()).isFalse();
        assertThat(end(hole, socket().bytes(0, 1, 50)).hasHole()).isFalse();
        assertThat(end(hole, socket().bytes(0, 1, 40).outOfOrder(1, 4_096)).hasHole())
                .isFalse();
        assertThat(end(socket().outOfOrder(2, 0), hole).hasHole()).isFalse();
        assertThat(end(socket().outOfOrder(2, 10).unread(3), hole).hasHole()).isFalse();
        assertThat(end(socket().withoutInfo(), hole).hasHole()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0,0", "3,3", "5,5", "6,7", "7,11", "8,19", "9,35"})
    void synsAreSentAgainAfterTheseSeconds(int repetitions, long seconds) {
        TableSocket now = socket().state(TcpState.SYN_SENT).repeated(repetitions);
        assertThat(end(now, null).firstSynAt()).isEqualTo((NOW - 1_000 * seconds) * MILLI);
        assertThat(end(now, now).firstSynAt()).isEqualTo(Math.min(BEFORE, NOW - 1_000 * seconds) * MILLI);
        assertThat(end(now, now).synRepeated()).isFalse();
        assertThat(end(now, null).synRepeated()).isFalse();
        assertThat(end(socket().repeated(repetitions + 1), now).synRepeated()).isTrue();
    }
}
