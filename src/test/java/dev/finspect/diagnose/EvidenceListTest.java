package dev.finspect.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.LegFixture;
import dev.finspect.record.IdleLimit;
import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpState;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What evidence says of keep-alive beside a learnt idle limit. */
final class EvidenceListTest {
    private static final long SECOND = 1_000_000_000L;

    private final LegFixture leg = new LegFixture(Leg.UPSTREAM);

    private List<Clue> clues(IdleLimit limit, @Nullable PeerSocket socket) {
        leg.idleLimit = Fact.inferred(limit);
        leg.peerSocket = socket == null ? Observation.notObserved() : Fact.kernel(socket);
        return new EvidenceList(Leg.UPSTREAM)
                .idleLimit(leg.build()).pieces().stream().map(Evidence::clue).toList();
    }

    private static IdleLimit limit(boolean closed) {
        return IdleLimit.learnt(340 * SECOND, 350 * SECOND, 2, closed);
    }

    private static PeerSocket socket(TcpState state, long unsent, String timer) {
        return new PeerSocket(
                7, state, 0, unsent, new PeerSocket.Due(timer, 9 * SECOND), PeerSocket.Holder.UNSEEN, null, null);
    }

    @Test
    void keepAliveOfFinspectIsSaidWhereItIsKnown() {
        assertThat(clues(limit(false), null)).doesNotContain(Clue.KEEP_ALIVE, Clue.KEEP_ALIVE_AFTER);
        assertThat(clues(limit(false).probedAfter(Observation.none(Source.SOCKET)), null))
                .contains(Clue.KEEP_ALIVE)
                .doesNotContain(Clue.KEEP_ALIVE_AFTER);
        assertThat(clues(limit(false).probedAfter(Fact.socket(60 * SECOND)), null))
                .contains(Clue.KEEP_ALIVE_AFTER)
                .doesNotContain(Clue.KEEP_ALIVE);
    }

    @Test
    void keepAliveOfThePeerIsReadFromItsTimerAtRest() {
        assertThat(clues(limit(false), socket(TcpState.ESTABLISHED, 0, "keepalive")))
                .contains(Clue.PEER_PROBES_IN)
                .doesNotContain(Clue.PEER_KEEP_ALIVE);
        assertThat(clues(limit(false), socket(TcpState.ESTABLISHED, 0, "none")))
                .contains(Clue.PEER_KEEP_ALIVE)
                .doesNotContain(Clue.PEER_PROBES_IN);
        for (PeerSocket busy : List.of(
                socket(TcpState.ESTABLISHED, 0, "persist"),
                socket(TcpState.ESTABLISHED, 5, "retransmit"),
                socket(TcpState.FIN_WAIT_2, 0, "keepalive"))) {
            assertThat(clues(limit(false), busy)).doesNotContain(Clue.PEER_KEEP_ALIVE, Clue.PEER_PROBES_IN);
        }
    }

    @Test
    void keepAliveHelpsNobodyWhosePeerClosesByItself() {
        IdleLimit closed = limit(true).probedAfter(Observation.none(Source.SOCKET));
        assertThat(clues(closed, socket(TcpState.ESTABLISHED, 0, "none")))
                .contains(Clue.IDLE_ENDED)
                .doesNotContain(Clue.KEEP_ALIVE, Clue.PEER_KEEP_ALIVE);
    }
}
