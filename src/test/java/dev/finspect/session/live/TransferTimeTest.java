package dev.finspect.session.live;

import static dev.finspect.tcp.Leg.CLIENT;
import static dev.finspect.tcp.Leg.UPSTREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.Info;
import dev.finspect.fixture.SessionPlay;
import dev.finspect.record.LegData;
import dev.finspect.session.SessionEvent;
import org.junit.jupiter.api.Test;

/** Who limited what was sent to the client, from readings of tcp_info. */
final class TransferTimeTest {
    private static final long SECOND = 1_000_000_000;

    private final SessionPlay play = SessionPlay.connected();
    private long busy;
    private long byPeer;
    private long byBuffer;

    @Test
    void closedWindowIsTheReceivers() {
        read(0, 0, 0);
        second(1_000_000, 900_000, 0, new Info().notSent(1));
        assertThat(to().peer().orNull()).isEqualTo(900_000_000);
        assertThat(to().network().orNull()).isEqualTo(100_000_000);
        assertThat(to().source().orNull()).isZero();
        assertThat(to().time().orNull()).isEqualTo(SECOND);
    }

    @Test
    void whatIsOnlyOnItsWayWaitsForTheSource() {
        read(0, 0, 0);
        second(400_000, 0, 0, new Info());
        assertThat(to().network().orNull()).isZero();
        assertThat(to().source().orNull()).isEqualTo(SECOND);
    }

    @Test
    void networkLimitsWhileMoreWaitsOrSomethingIsLost() {
        read(0, 0, 0);
        second(600_000, 0, 0, new Info().lost(1));
        assertThat(to().network().orNull()).isEqualTo(600_000_000);
        second(600_000, 0, 0, new Info().retransmits(2));
        assertThat(to().network().orNull()).isEqualTo(1_200_000_000);
        assertThat(to().source().orNull()).isEqualTo(800_000_000);
        play.tell(new SessionEvent.Paused(play.nowNanos, UPSTREAM));
        second(1_000_000, 0, 0, new Info().retransmits(2));
        assertThat(to().network().orNull()).isEqualTo(2_200_000_000L);
    }

    @Test
    void bufferThatIsTooSmallAndBytesThatAreNotPassedOnAreFinspects() {
        read(0, 0, 0);
        second(1_000_000, 0, 300_000, new Info());
        assertThat(to().finspect().orNull()).isEqualTo(300_000_000);
        play.tell(new SessionEvent.Paused(play.nowNanos, UPSTREAM));
        second(200_000, 0, 0, new Info());
        assertThat(to().finspect().orNull())
                .as("not read for a second, though the socket had something to send for 200 ms only")
                .isEqualTo(1_100_000_000);
    }

    @Test
    void restsAreNobodys() {
        read(0, 0, 0);
        second(0, 0, 0, new Info());
        play.after(5_000);
        read(0, 0, 0);
        play.relayed(UPSTREAM, 10);
        assertThat(to().source().orNull()).isEqualTo(SECOND);
        assertThat(to().time().orNull()).isEqualTo(6 * SECOND);
        assertThat(to().limitedNanos()).isEqualTo(SECOND);
    }

    @Test
    void nothingIsKnownWithoutReadingsThatHaveTheCounters() {
        SessionPlay unread =
                new SessionPlay().accepted(null, null).connected(null).relayed(UPSTREAM, 5);
        assertThat(unread.record().client().data().transfer()).isEqualTo(LegData.Transfer.NOT_OBSERVED);
        for (Info lacking :
                new Info[] {new Info().busy(-1, 0, 0), new Info().busy(0, -1, 0), new Info().busy(0, 0, -1)}) {
            unread.sampled(CLIENT, lacking);
            assertThat(unread.record().client().data().transfer()).isEqualTo(LegData.Transfer.NOT_OBSERVED);
        }
    }

    @Test
    void fullWindowIsThePeersAlsoAfterALoss() {
        read(0, 0, 0);
        second(1_000_000, 100_000, 0, new Info().lost(1).peerWindow(0).probes(1));
        assertThat(to().peer().orNull()).isEqualTo(SECOND);
        assertThat(to().network().orNull()).isZero();
    }

    @Test
    void timeBetweenTurnsIsNobodysUnlessBothPeersSpeakAtOnce() {
        IoRound round = new IoRound();
        play.watched.tracker().on(round);
        read(0, 0, 0);
        for (int i = 0; i < 10; i++) {
            round.begin();
            play.relayed(CLIENT, 10);
            round.begin();
            play.relayed(UPSTREAM, 10).after(100);
        }
        read(0, 0, 0);
        assertThat(to().source().orNull()).isZero();
        for (int i = 0; i < 13; i++) {
            round.begin();
            play.relayed(CLIENT, 10).relayed(UPSTREAM, 10).after(100);
        }
        read(0, 0, 0);
        assertThat(to().source().orNull())
                .as("eleven times, from before the third that crossed")
                .isEqualTo(1_100_000_000);
    }

    @Test
    void nothingWasSent() {
        read(0, 0, 0);
        assertThat(to()).isEqualTo(LegData.Transfer.NOT_OBSERVED);
    }

    @Test
    void timeEndsWithTheLastByteOnceEverythingIsAcknowledged() {
        read(0, 0, 0);
        second(0, 0, 0, new Info().unacked(0, 1_000));
        play.after(30_000);
        assertThat(to().time().orNull()).isEqualTo(SECOND);
        second(0, 0, 0, new Info().unacked(2, 1_000));
        play.after(9_000);
        assertThat(to().time().orNull()).as("something is not acknowledged").isEqualTo(41 * SECOND);
        play.ended();
        assertThat(to().time().orNull()).isEqualTo(32 * SECOND);
    }

    /** Ten times a tenth of a second, in which the upstream sends, and a reading at the end. */
    private void second(long busyMicros, long byPeerMicros, long byBufferMicros, Info info) {
        play.relayed(UPSTREAM, 10);
        for (int i = 0; i < 10; i++) {
            play.after(100).relayed(UPSTREAM, 10);
        }
        busy += busyMicros;
        byPeer += byPeerMicros;
        byBuffer += byBufferMicros;
        play.sampled(CLIENT, info.busy(busy, byPeer, byBuffer));
    }

    private void read(long busyMicros, long byPeerMicros, long byBufferMicros) {
        busy += busyMicros;
        byPeer += byPeerMicros;
        byBuffer += byBufferMicros;
        play.sampled(CLIENT, new Info().busy(busy, byPeer, byBuffer).unacked(0, 1_000));
    }

    private LegData.Transfer to() {
        return play.record().client().data().transfer();
    }
}
