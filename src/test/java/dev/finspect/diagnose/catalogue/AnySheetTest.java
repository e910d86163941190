package dev.finspect.diagnose.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Parties;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.finding.Idle;
import dev.finspect.diagnose.finding.UnexplainedEnd;
import dev.finspect.fixture.LegFixture;
import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.Observation;
import java.lang.reflect.Field;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is known or not known of a session: no kind throws, each finding has its words, and the report has one order. */
final class AnySheetTest {
    private static final List<FindingKind> KINDS = Catalogue.standard().kinds();
    private static final Diagnosis DIAGNOSIS = Diagnosis.with(Catalogue.standard());
    private static final int SHEETS = 20_000;
    private static final Parties PARTIES =
            new Parties("db", new InetSocketAddress("10.0.0.9", 40_000), null, null, null);

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void everySheetIsExaminedAndEveryFindingHasItsWords(long seed) {
        RandomSheets sheets = new RandomSheets(seed);
        Set<FindingId> found = new HashSet<>();
        for (int i = 0; i < 2 * SHEETS; i++) {
            Snapshot snapshot = sheets.next();
            for (FindingKind kind : KINDS) {
                for (Finding finding : kind.examine(snapshot)) {
                    found.add(finding.id());
                    checkWords(kind, finding.seenAt(snapshot.nowEpochNanos(), List.of()));
                    if (finding.accuses()) {
                        assertThat(kind.verdicts())
                                .as("%s", finding)
                                .contains(new Verdict(finding.blame(), finding.hang()));
                    }
                }
            }
        }
        assertThat(found)
                .as("findings that these sheets never raise")
                .isEqualTo(Catalogue.standard().ids());
    }

    private static void checkWords(FindingKind kind, Finding finding) {
        assertThat(kind.sentence(finding, PARTIES))
                .as("%s", finding)
                .endsWith(".")
                .doesNotContain("null", "  ", " ,", " ;", "-1", " ()");
        assertThat(finding.evidence()).as("%s", finding).isNotEmpty();
        assertThat(finding.sinceEpochNanos())
                .as("%s", finding)
                .isBetween(RandomSheets.BEGIN_NANOS - 100_000_000_000L, finding.untilEpochNanos());
        assertThat(kind.contradictions(finding)).as("%s", finding).doesNotContain("");
        assertThat(kind.commands(finding, PARTIES, "a b'c"))
                .as("%s", finding)
                .noneMatch(
                        step -> step.command().contains("null") || step.shows().contains("null"));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {4, 5, 6})
    void reportDoesNotDependOnTheOrderOfExamination(long seed) {
        RandomSheets sheets = new RandomSheets(seed);
        Random random = new Random(seed);
        int several = 0;
        for (int i = 0; i < SHEETS; i++) {
            Snapshot snapshot = sheets.next();
            List<Finding> found = new ArrayList<>();
            KINDS.forEach(kind -> found.addAll(kind.examine(snapshot)));
            List<Finding> reported = DIAGNOSIS.reported(found, snapshot.nowEpochNanos());
            several += reported.size() > 1 ? 1 : 0;
            Collections.shuffle(found, random);
            assertThat(DIAGNOSIS.reported(found, snapshot.nowEpochNanos())).isEqualTo(reported);
            checkNothingIsLost(found, reported);
        }
        assertThat(several).as("sheets with several findings").isGreaterThan(SHEETS / 20);
    }

    /** Each finding is reported, or explained by one that is; only idle and unexplained-end give way without being named. */
    private static void checkNothingIsLost(List<Finding> found, List<Finding> reported) {
        for (Finding finding : found) {
            boolean stands = reported.stream()
                    .anyMatch(it -> it.sameAs(finding) || it.explained().contains(finding.id()));
            assertThat(stands || finding.id().equals(Idle.ID) || finding.id().equals(UnexplainedEnd.ID))
                    .as("%s among %s", finding, reported)
                    .isTrue();
        }
    }

    /**
     * With fewer facts no finding gets surer or names fewer parties: what is not known rules nobody out. A missing RST or ICMP error counts as not seen rather than as not known: without it
     * the finding may be about an earlier attempt.
     */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {7, 8, 9})
    void fewerFactsMakeNoFindingSurerAndNarrowNoBlame(long seed) throws IllegalAccessException {
        RandomSheets sheets = new RandomSheets(seed);
        List<String> surer = new ArrayList<>();
        for (int i = 0; i < SHEETS; i++) {
            RandomSheets.Sheet sheet = sheets.sheet();
            Map<FindingKind, List<Finding>> found = found(sheet.snapshot());
            if (!found.isEmpty()) {
                withEachFactTakenAway(
                        sheet,
                        (fact, less) -> found.forEach((kind, all) -> {
                            for (Finding after : kind.examine(less)) {
                                for (Finding before : all) {
                                    addIfSurer(before, after, fact.get(), surer);
                                }
                            }
                        }));
            }
        }
        assertThat(surer.stream().distinct().sorted()).isEmpty();
    }

    /** The kinds that find something, with what they find. */
    private static Map<FindingKind, List<Finding>> found(Snapshot snapshot) {
        Map<FindingKind, List<Finding>> found = new HashMap<>();
        for (FindingKind kind : KINDS) {
            List<Finding> all = kind.examine(snapshot);
            if (!all.isEmpty()) {
                found.put(kind, all);
            }
        }
        return found;
    }

    private static void addIfSurer(Finding before, Finding after, String without, List<String> surer) {
        if (!after.sameAs(before)) {
            return;
        }
        if (after.own() == before.own() && after.confidence().compareTo(before.confidence()) < 0) {
            surer.add(before.id() + " without " + without + ": " + before.confidence() + " -> " + after.confidence());
        }
        if (!after.candidates().containsAll(before.candidates())) {
            surer.add(before.id() + " without " + without + ": " + before.candidates() + " -> " + after.candidates());
        }
    }

    /** Without these it is another situation, of another moment, and not the same one of which less is known. */
    private static final List<String> NOT_TAKEN_AWAY =
            List.of("peerRst", "lastIcmp", "peerFin", "localFin", "localRst", "errno", "lastSentAt", "lastReceivedAt");

    private static final List<Field> TAKEN_AWAY = RandomSheets.observations().stream()
            .filter(field -> !NOT_TAKEN_AWAY.contains(field.getName()))
            .toList();

    private static void withEachFactTakenAway(RandomSheets.Sheet sheet, BiConsumer<Supplier<String>, Snapshot> look)
            throws IllegalAccessException {
        for (LegFixture leg : List.of(sheet.client(), sheet.upstream())) {
            for (Field field : TAKEN_AWAY) {
                Observation<?> value = (Observation<?>) field.get(leg);
                if (value.isKnown()) {
                    Observation<PeerSocket> socket = leg.peerSocket;
                    field.set(leg, Observation.notObserved());
                    if (field.getName().equals("peerUnreadSince")) {
                        // From the same look-ups: where it is not observed, the socket is not either.
                        leg.peerSocket = Observation.notObserved();
                    }
                    look.accept(() -> field.getName() + " of " + leg.leg, sheet.snapshot());
                    field.set(leg, value);
                    leg.peerSocket = socket;
                }
            }
        }
    }
}
