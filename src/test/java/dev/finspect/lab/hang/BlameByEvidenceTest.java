package dev.finspect.lab.hang;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.finding.UpstreamSilent;
import org.junit.jupiter.api.Test;

/** The comparison of the lab notices what it is for. */
final class BlameByEvidenceTest {
    private final BlameByEvidence compared = new BlameByEvidence();

    @Test
    void fewerPartiesWithMoreEvidenceAreRight() {
        add(Site.Kind.ROW_USER, "upstream", "network_to_upstream");
        add(Site.Kind.ROW, "upstream");
        add(Site.Kind.LOOPBACK, "upstream");
        assertThat(compared.comparisons()).isEqualTo(2);
        assertThat(compared.wrong()).isEmpty();
    }

    @Test
    void anotherPartyWithMoreEvidenceIsWrong() {
        add(Site.Kind.ROW_USER, "upstream");
        add(Site.Kind.ROW, "upstream", "network_to_upstream");
        assertThat(compared.wrong()).hasSize(1).first().asString().contains("ROW_USER blames [upstream], and ROW");
    }

    @Test
    void rightPartyThatIsLostIsWrong() {
        add(Site.Kind.ROW_USER, "upstream", "network_to_upstream");
        add(Site.Kind.ROW, "network_to_upstream");
        assertThat(compared.wrong()).hasSize(1).first().asString().contains("(ROW): upstream is not among");
    }

    private void add(Site.Kind kind, String... parties) {
        ArrayNode candidates = JsonNodeFactory.instance.arrayNode();
        for (String party : parties) {
            candidates.add(party);
        }
        ObjectNode closing = JsonNodeFactory.instance.objectNode();
        closing.putArray("findings")
                .addObject()
                .put("id", UpstreamSilent.ID.label())
                .set("blame_candidates", candidates);
        compared.add(
                Scenario.hang(kind, UpstreamSilent.ID, Blame.UPSTREAM, Confidence.POSSIBLE, "a play", place -> {}),
                closing);
    }
}
