package dev.finspect.cli.read;

import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.catalogue.Catalogue;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The findings named by {@code --fail-on}. */
public final class FailOn {
    private static final String ANY = "any";

    private static final String POSSIBLE = "possible";

    private final Set<FindingId> ids;
    private final boolean any;
    private final boolean possible;

    private FailOn(Set<FindingId> ids, boolean any, boolean possible) {
        this.ids = ids;
        this.any = any;
        this.possible = possible;
    }

    /**
     * Parses ids of findings, {@code any} for every hang that is likely or proved, or {@code possible} for those as well that are
     * possible; empty if a word is unknown.
     */
    public static Optional<FailOn> of(List<String> words) {
        Set<FindingId> ids = new HashSet<>();
        boolean any = false;
        boolean possible = false;
        for (String word : words) {
            Optional<FindingId> id = Catalogue.standard().find(word);
            id.ifPresent(ids::add);
            any |= word.equals(ANY);
            possible |= word.equals(POSSIBLE);
            if (id.isEmpty() && !word.equals(ANY) && !word.equals(POSSIBLE)) {
                return Optional.empty();
            }
        }
        return Optional.of(new FailOn(ids, any, possible));
    }

    /** All valid words, for messages. */
    public static String words() {
        return ANY + ", " + POSSIBLE + ", " + Catalogue.standard().labels();
    }

    private boolean isHang(Finding finding) {
        boolean sure = finding.hang() != Confidence.POSSIBLE;
        return finding.accuses() && (possible || (any && sure));
    }

    /** Whether the record has one of the findings. */
    public boolean foundIn(SessionRecord record) {
        Diagnosed diagnosed = record.diagnosed();
        if (diagnosed != null) {
            for (SessionFinding found : diagnosed.findings()) {
                if (ids.contains(found.finding().id()) || isHang(found.finding())) {
                    return true;
                }
            }
        }
        return false;
    }
}
