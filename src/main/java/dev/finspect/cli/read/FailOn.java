package dev.finspect.cli.read;

import dev.finspect.diagnose.Blame;
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

    private final Set<FindingId> ids;
    private final boolean any;

    private FailOn(Set<FindingId> ids, boolean any) {
        this.ids = ids;
        this.any = any;
    }

    /** Parses ids of findings, or {@code any} for every finding that blames a side; empty if a word is unknown. */
    public static Optional<FailOn> of(List<String> words) {
        Set<FindingId> ids = new HashSet<>();
        boolean any = false;
        for (String word : words) {
            Optional<FindingId> id = Catalogue.standard().find(word);
            id.ifPresent(ids::add);
            any |= word.equals(ANY);
            if (id.isEmpty() && !word.equals(ANY)) {
                return Optional.empty();
            }
        }
        return Optional.of(new FailOn(ids, any));
    }

    /** All valid words, for messages. */
    public static String words() {
        return ANY + ", " + Catalogue.standard().labels();
    }

    /** Whether the record has one of the findings. */
    public boolean foundIn(SessionRecord record) {
        Diagnosed diagnosed = record.diagnosed();
        if (diagnosed != null) {
            for (SessionFinding found : diagnosed.findings()) {
                if (ids.contains(found.finding().id())
                        || (any && found.finding().blame() != Blame.NOBODY)) {
                    return true;
                }
            }
        }
        return false;
    }
}
