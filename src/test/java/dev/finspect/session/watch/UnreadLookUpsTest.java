package dev.finspect.session.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.SocketFixture;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpState;
import org.junit.jupiter.api.Test;

/** What several look-ups of a peer's socket add up to. */
final class UnreadLookUpsTest {
    private final PeerQuestions questions = new PeerQuestions();

    @Test
    void twoLookUpsOfTheSameQueueProveThatNobodyReadsAndNotThatSomebodyDid() {
        found(10, 500);
        assertThat(questions.unreadSince(Leg.UPSTREAM)).isEqualTo(Observation.none(Source.KERNEL));
        found(12, 500);
        assertThat(questions.unreadSince(Leg.UPSTREAM)).isEqualTo(Fact.kernel(10L));
        assertThat(questions.readAt(Leg.UPSTREAM).isNotObserved()).isTrue();
        assertThat(questions.readAt(Leg.CLIENT).isNotObserved()).isTrue();
    }

    @Test
    void aQueueThatShrinksOrIsEmptyIsRead() {
        found(10, 500);
        found(12, 300);
        assertThat(questions.readAt(Leg.UPSTREAM)).isEqualTo(Fact.kernel(12L));
        found(14, 300);
        assertThat(questions.readAt(Leg.UPSTREAM)).isEqualTo(Fact.kernel(12L));
        found(16, 0);
        assertThat(questions.readAt(Leg.UPSTREAM)).isEqualTo(Fact.kernel(16L));
        assertThat(questions.unreadSeen()).isFalse();
    }

    @Test
    void whatCannotBeSeenReadsNothing() {
        found(10, 500);
        questions.answered(Leg.UPSTREAM, SocketFixture.unseen(12, null, "it is gone"));
        assertThat(questions.readAt(Leg.UPSTREAM).isNotObserved()).isTrue();
    }

    private void found(long atEpochNanos, long unreadBytes) {
        questions.answered(
                Leg.UPSTREAM,
                SocketFixture.seen(atEpochNanos, TcpState.ESTABLISHED, unreadBytes, 0, true, 0, 1, "p", null, null));
    }
}
