package dev.finspect.session.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.Info;
import dev.finspect.fixture.SessionPlay;
import dev.finspect.record.ProxyHeader;
import dev.finspect.session.SessionEvent;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import org.junit.jupiter.api.Test;

/** Whether a client's bytes wait to be read when its upstream is searched. */
final class UnreadTest {
    private static final int HEADER_BYTES = 28;

    private final SessionPlay play = new SessionPlay();

    @Test
    void bytesThatTheKernelHasWaitUntilTheyAreRead() {
        play.accepted(SessionPlay.SYN, new Info().received(100, 0).build());
        assertThat(clientHasUnread()).isTrue();
        play.relayed(Leg.CLIENT, 100);
        assertThat(clientHasUnread()).isFalse();
    }

    @Test
    void aClientThatHasSaidNothingHasNone() {
        play.accepted(SessionPlay.SYN, new Info().received(0, 0).build());
        assertThat(clientHasUnread()).isFalse();
    }

    @Test
    void anOldKernelCountsNone() {
        play.accepted(SessionPlay.SYN, Info.empty());
        assertThat(clientHasUnread()).isFalse();
    }

    @Test
    void aFinIsNoByte() {
        play.accepted(
                SessionPlay.SYN,
                new Info().received(1, 0).state(TcpState.CLOSE_WAIT).build());
        assertThat(clientHasUnread()).isFalse();
    }

    @Test
    void aProxyHeaderIsReadAlready() {
        play.accepted(SessionPlay.SYN, new Info().received(HEADER_BYTES, 0).build());
        play.tell(new SessionEvent.ProxyHeaderRead(
                play.nowNanos,
                new ProxyHeader(2, HEADER_BYTES, SessionPlay.CLIENT, SessionPlay.UPSTREAM, null, null, null)));
        assertThat(clientHasUnread()).isFalse();
    }

    private boolean clientHasUnread() {
        return play.watched.tracker().hasUnread(Leg.CLIENT);
    }
}
