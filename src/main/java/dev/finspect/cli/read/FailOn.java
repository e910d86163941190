package dev.finspect.cli.read;

import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.catalogue.Catalogue;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.Suggestions;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

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
     * possible. Throws a {@link ParameterException} for another word.
     */
    public static FailOn of(List<String> words, CommandSpec command) {
        Set<FindingId> ids = new HashSet<>();
        boolean any = false;
        boolean possible = false;
        for (String word : words) {
            Optional<FindingId> id = Catalogue.standard().find(word);
            id.ifPresent(ids::add);
            any |= word.equals(ANY);
            possible |= word.equals(POSSIBLE);
            if (id.isEmpty() && !word.equals(ANY) && !word.equals(POSSIBLE)) {
                throw new ParameterException(
                        command.commandLine(),
                        "--fail-on '" + word + "' is not a finding. Write " + String.join(", ", words()) + "."
                                + Suggestions.question(word, words()));
            }
        }
        return new FailOn(ids, any, possible);
    }

    private static List<String> words() {
        return Stream.concat(
                        Stream.of(ANY, POSSIBLE),
                        Catalogue.standard().ids().stream().map(FindingId::label))
                .toList();
    }

    /** All valid words, for completion. */
    public static final class Words implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return words().iterator();
        }
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
