package dev.finspect.diagnose.finding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.catalogue.Diagnosis;
import dev.finspect.tcp.Fact;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What is called an unanswered probe of a peer that is not heard. Where it is found, {@link DataRulesTest} says. */
final class PeerVanishedTest {
    @Test
    void probesThatWereSentAreUnanswered() {
        assertThat(vanished(silent()).evidence())
                .extracting(Evidence::clue)
                .contains(Clue.PROBES_UNANSWERED)
                .doesNotContain(Clue.NOT_SENT);
    }

    @Test
    void triesThatThisHostRefusedAreNoUnansweredProbes() {
        Finding found = vanished(silent().but(p -> {
            p.upstream.unackedSegments = Fact.kernel(0L);
            p.upstream.notSentBytes = Fact.kernel(500L);
            p.upstream.peerWindowBytes = Fact.kernel(65_536L);
        }));
        assertThat(found.evidence()).extracting(Evidence::clue).doesNotContain(Clue.PROBES_UNANSWERED);
        assertThat(Objects.requireNonNull(found.first(Clue.NOT_SENT)).amount()).isEqualTo(500);
    }

    private static Finding vanished(PlayedSession played) {
        return Diagnosis.of(played.live(60)).stream()
                .filter(each -> each.id().equals(PeerVanished.ID))
                .findFirst()
                .orElseThrow();
    }

    private static PlayedSession silent() {
        return new PlayedSession().asks(1, 500).answers(2, 9).but(p -> p.upstream.probes = Fact.kernel(3L));
    }
}
