package dev.finspect.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.wording.Contradictions;
import dev.finspect.diagnose.wording.NextCommands;
import dev.finspect.diagnose.wording.Sentence;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is known or not known of a session: no rule throws, what is found can be told, and its order is its own. */
final class AnySheetTest {
    private static final int SHEETS = 20_000;
    private static final Parties PARTIES =
            new Parties("db", new InetSocketAddress("10.0.0.9", 40_000), null, null, null);

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void everySheetIsReadAndWhatIsFoundIsTold(long seed) {
        RandomSheets sheets = new RandomSheets(seed);
        Set<FindingId> told = EnumSet.noneOf(FindingId.class);
        for (int i = 0; i < 2 * SHEETS; i++) {
            Snapshot snapshot = sheets.next();
            for (Rule rule : Catalogue.RULES) {
                rule.examine(snapshot).ifPresent(finding -> {
                    told.add(finding.id());
                    checkTold(finding.seenAt(snapshot.nowEpochNanos(), List.of()));
                });
            }
        }
        assertThat(told).as("findings that these sheets never raise").isEqualTo(EnumSet.allOf(FindingId.class));
    }

    private static void checkTold(Finding finding) {
        assertThat(Sentence.of(finding, PARTIES))
                .as("%s", finding)
                .endsWith(".")
                .doesNotContain("null", "  ", " ,", " ;", "-1", " ()");
        assertThat(finding.evidence()).as("%s", finding).isNotEmpty();
        assertThat(finding.sinceEpochNanos())
                .as("%s", finding)
                .isBetween(RandomSheets.BEGIN_NANOS - 100_000_000_000L, finding.untilEpochNanos());
        assertThat(Contradictions.of(finding)).as("%s", finding).isNotEmpty();
        assertThat(NextCommands.of(finding, PARTIES, "a b'c"))
                .as("%s", finding)
                .noneMatch(
                        step -> step.command().contains("null") || step.shows().contains("null"));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {4, 5, 6})
    void whatIsToldDoesNotHangOnTheOrderOfTheRules(long seed) {
        RandomSheets sheets = new RandomSheets(seed);
        Random random = new Random(seed);
        int several = 0;
        for (int i = 0; i < SHEETS; i++) {
            Snapshot snapshot = sheets.next();
            List<Finding> found = new ArrayList<>();
            Catalogue.RULES.forEach(rule -> rule.examine(snapshot).ifPresent(found::add));
            List<Finding> told = Diagnosis.told(found, snapshot.nowEpochNanos());
            several += told.size() > 1 ? 1 : 0;
            Collections.shuffle(found, random);
            assertThat(Diagnosis.told(found, snapshot.nowEpochNanos())).isEqualTo(told);
            checkNothingIsLost(found, told);
        }
        assertThat(several).as("sheets on which several findings stand").isGreaterThan(SHEETS / 20);
    }

    /** Each finding is told, or explained by one that is; rest alone gives way without a word. */
    private static void checkNothingIsLost(List<Finding> found, List<Finding> told) {
        for (Finding finding : found) {
            boolean stands = told.stream()
                    .anyMatch(it -> it.sameAs(finding) || it.explained().contains(finding.id()));
            assertThat(stands || finding.id() == FindingId.IDLE)
                    .as("%s among %s", finding, told)
                    .isTrue();
        }
    }

    /**
     * To know less never makes anybody surer. An RST or ICMP error that is not there was not seen, which is no lack of knowledge:
     * without it an earlier attempt may be the one that is told of.
     */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {7, 8, 9})
    void whoKnowsLessIsNoSurer(long seed) throws IllegalAccessException {
        RandomSheets sheets = new RandomSheets(seed);
        List<String> surer = new ArrayList<>();
        for (int i = 0; i < SHEETS; i++) {
            Snapshot snapshot = sheets.next();
            for (Rule rule : Catalogue.RULES) {
                Finding before = rule.examine(snapshot).orElse(null);
                if (before == null) {
                    continue;
                }
                for (LegSnapshot leg : List.of(snapshot.client(), snapshot.upstream())) {
                    for (var field : RandomSheets.nullable()) {
                        Object value = field.get(leg);
                        if (value == null || List.of("peerRst", "lastIcmp").contains(field.getName())) {
                            continue;
                        }
                        field.set(leg, null);
                        Finding after = rule.examine(snapshot).orElse(null);
                        field.set(leg, value);
                        if (after != null
                                && after.sameAs(before)
                                && after.confidence().compareTo(before.confidence()) < 0) {
                            surer.add(before.id() + " without " + field.getName() + " of " + leg.leg + ": "
                                    + before.confidence() + " -> " + after.confidence());
                        }
                    }
                }
            }
        }
        assertThat(surer.stream().distinct().sorted()).isEmpty();
    }
}
