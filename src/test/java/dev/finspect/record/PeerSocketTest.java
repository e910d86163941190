package dev.finspect.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.tcp.TcpState;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whether a program still has a socket. */
final class PeerSocketTest {
    private static PeerSocket socket(@Nullable TcpState state, @Nullable String unseen) {
        return new PeerSocket(0, state, 0, 0, new PeerSocket.Due("none", -1), PeerSocket.Holder.UNSEEN, null, unseen);
    }

    @Test
    void closedOrLeftToTheKernelItHasNoProgram() {
        assertThat(socket(TcpState.CLOSED, null).isLeft()).isTrue();
        assertThat(socket(TcpState.FIN_WAIT_2, PeerSocket.CLOSED_BY_PROGRAM).isLeft())
                .isTrue();
        assertThat(socket(TcpState.FIN_WAIT_2, null).isLeft()).isFalse();
        assertThat(socket(null, "no right").isLeft()).isFalse();
    }
}
