package dev.finspect.lab.hang;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.diagnose.Blame;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whom finspect blamed for the same scenario with less and with more evidence: with more, the parties must be among those of
 * less, and the right one must be one of them.
 */
final class BlameByEvidence {
    private final Map<String, Map<Site.Kind, Set<String>>> blamed = new LinkedHashMap<>();
    private final Map<String, String> right = new LinkedHashMap<>();

    /** Adds the closing record of a scenario that must blame somebody. */
    void add(Scenario scenario, JsonNode closing) {
        Blame blame = scenario.blame();
        if (blame == null) {
            return;
        }
        Set<String> candidates = new TreeSet<>();
        for (JsonNode finding : closing.at("/findings")) {
            String id = finding.at("/id").asText();
            if (scenario.isWanted(id)) {
                finding.at("/blame_candidates").forEach(party -> candidates.add(party.asText()));
            }
        }
        // The same play can be of either side.
        String play = scenario.name() + ", by " + blame.label();
        right.put(play, blame.label());
        blamed.computeIfAbsent(play, name -> new LinkedHashMap<>()).put(scenario.kind(), candidates);
    }

    /** How often two were compared. */
    int comparisons() {
        int count = 0;
        for (Map<Site.Kind, Set<String>> kinds : blamed.values()) {
            for (Site.Kind more : kinds.keySet()) {
                count +=
                        (int) kinds.keySet().stream().filter(more::seesMoreThan).count();
            }
        }
        return count;
    }

    /** Where more evidence widened the blame, or lost the right party. */
    List<String> wrong() {
        List<String> all = new ArrayList<>();
        blamed.forEach((name, kinds) -> kinds.forEach((kind, parties) -> {
            if (!parties.contains(right.get(name))) {
                all.add(name + " (" + kind + "): " + right.get(name) + " is not among " + parties);
            }
            kinds.forEach((less, wider) -> {
                if (kind.seesMoreThan(less) && !wider.containsAll(parties)) {
                    all.add(name + ": " + less + " blames " + wider + ", and " + kind + " " + parties);
                }
            });
        }));
        return all;
    }
}
