package dev.finspect.diagnose.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.Thresholds;
import dev.finspect.diagnose.finding.AcceptDelayed;
import dev.finspect.diagnose.finding.BacklogFull;
import dev.finspect.diagnose.finding.BothNotReading;
import dev.finspect.diagnose.finding.ConnectRefused;
import dev.finspect.diagnose.finding.HalfClosedActive;
import dev.finspect.diagnose.finding.Idle;
import dev.finspect.diagnose.finding.NetworkLoss;
import dev.finspect.diagnose.finding.NotClosing;
import dev.finspect.diagnose.finding.NotReading;
import dev.finspect.diagnose.finding.PeerVanished;
import dev.finspect.diagnose.finding.SynUnanswered;
import dev.finspect.diagnose.finding.UpstreamNotAccepting;
import dev.finspect.diagnose.finding.UpstreamSilent;
import dev.finspect.fixture.Findings;
import dev.finspect.fixture.LegFixture;
import dev.finspect.record.Attempt;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which finding wins if several are found, and in which order they are reported. */
final class DiagnosisTest {
    private static final Catalogue CATALOGUE = Catalogue.standard();
    private static final Diagnosis DIAGNOSIS = Diagnosis.with(CATALOGUE);
    private static final List<Evidence> PROOF = List.of(Evidence.at(Clue.SYN_SENT, null, Fact.socket(1L)));

    @Test
    void theTableIsTheGoldenOne() throws IOException {
        if (Boolean.getBoolean("finspect.rewrite")) {
            Files.writeString(Path.of("src/test/resources/dev/finspect/diagnose/catalogue/overlaps.txt"), table());
            return;
        }
        try (InputStream golden = DiagnosisTest.class.getResourceAsStream("overlaps.txt")) {
            assertThat(table()).isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** Every finding against every other, so that a forgotten pair is a visible pair. */
    private static String table() {
        StringBuilder text = new StringBuilder();
        for (FindingId winner : CATALOGUE.ids()) {
            text.append(winner).append('\n');
            for (Overlap row : CATALOGUE.overlaps()) {
                if (row.winner().equals(winner)) {
                    text.append("    explains ")
                            .append(row.loser())
                            .append(
                                    switch (row.scope()) {
                                        case ANY_LEG -> "";
                                        case SAME_LEG -> " of the same leg";
                                    })
                            .append(": ")
                            .append(row.reason())
                            .append('\n');
                }
            }
            Set<FindingId> beside = new LinkedHashSet<>(CATALOGUE.ids());
            beside.remove(winner);
            beside.remove(Idle.ID);
            CATALOGUE.overlaps().forEach(row -> {
                if (row.winner().equals(winner)) {
                    beside.remove(row.loser());
                }
                if (row.loser().equals(winner)) {
                    beside.remove(row.winner());
                }
            });
            text.append("    beside ")
                    .append(beside.stream().map(FindingId::label).collect(Collectors.joining(" ")))
                    .append('\n');
        }
        return text.toString();
    }

    @Test
    void noFindingExplainsItselfThroughOthers() {
        for (FindingId start : CATALOGUE.ids()) {
            Set<FindingId> reached = new HashSet<>();
            Deque<FindingId> next = new ArrayDeque<>(List.of(start));
            while (!next.isEmpty()) {
                FindingId here = next.pop();
                CATALOGUE.overlaps().stream()
                        .filter(row -> row.winner().equals(here))
                        .map(Overlap::loser)
                        .filter(reached::add)
                        .forEach(next::push);
            }
            assertThat(reached).as("what %s explains", start).doesNotContain(start);
        }
    }

    @Test
    void everyRowIsAboutKindsThatExistAndNoPairStandsTwice() {
        assertThat(CATALOGUE.overlaps().stream().map(row -> row.winner() + " " + row.loser()))
                .doesNotHaveDuplicates();
        assertThat(CATALOGUE.overlaps())
                .allSatisfy(row -> assertThat(CATALOGUE.ids()).contains(row.winner(), row.loser()));
    }

    @Test
    void everyKindHasItsOwnPlaceInTheOrder() {
        assertThat(CATALOGUE.kinds().stream().map(kind -> kind.stage() + " " + kind.position()))
                .doesNotHaveDuplicates();
    }

    @Test
    void unknownIdsAndTwoKindsOfOneNameAreRefused() {
        assertThat(CATALOGUE.find("haunted")).isEmpty();
        assertThat(CATALOGUE.isHarmless("haunted")).isFalse();
        assertThat(CATALOGUE.isHarmless("idle")).isTrue();
        assertThat(CATALOGUE.isHarmless("upstream-silent")).isFalse();
        assertThatThrownBy(() -> CATALOGUE.kind(new FindingId("haunted"))).hasMessageContaining("haunted");
        assertThatThrownBy(() -> Catalogue.of(List.of(new Idle(), new Idle()))).hasMessageContaining("idle");
        assertThatThrownBy(() -> new FindingId("No Label")).hasMessageContaining("No Label");
    }

    @Test
    void whatExplainsTheOthersNamesThemAndTheyAreLeftOut() {
        assertThat(reported(
                        finding(UpstreamSilent.ID, Confidence.PROVED, Leg.UPSTREAM, 1),
                        finding(UpstreamNotAccepting.ID, Confidence.PROVED, Leg.UPSTREAM, 2)))
                .containsExactly("upstream-not-accepting [upstream-silent]");
    }

    @Test
    void whatIsExplainedInTurnIsNamedToo() {
        assertThat(reported(
                        finding(NotReading.UPSTREAM, Confidence.PROVED, Leg.UPSTREAM, 1),
                        finding(NotReading.CLIENT, Confidence.PROVED, Leg.CLIENT, 1),
                        finding(BothNotReading.ID, Confidence.PROVED, null, 1),
                        finding(UpstreamSilent.ID, Confidence.LIKELY, Leg.UPSTREAM, 1)))
                .containsExactly("both-not-reading [upstream-silent, upstream-not-reading, client-not-reading]");
    }

    @Test
    void aVanishedPeerExplainsOnlyItsOwnLeg() {
        assertThat(reported(
                        finding(PeerVanished.ID, Confidence.PROVED, Leg.CLIENT, 1),
                        finding(NotClosing.CLIENT, Confidence.PROVED, Leg.CLIENT, 1),
                        finding(UpstreamSilent.ID, Confidence.LIKELY, Leg.UPSTREAM, 1)))
                .containsExactly("peer-vanished [client-not-closing]", "upstream-silent []");
    }

    @Test
    void whatIsOnlyPossibleHidesNothingSurer() {
        assertThat(reported(
                        finding(BacklogFull.ID, Confidence.POSSIBLE, Leg.UPSTREAM, 1),
                        finding(NetworkLoss.ID, Confidence.PROVED, Leg.UPSTREAM, 1)))
                .containsExactly("network-loss []", "backlog-full []");
        assertThat(reported(
                        finding(BacklogFull.ID, Confidence.POSSIBLE, Leg.UPSTREAM, 1),
                        finding(NetworkLoss.ID, Confidence.POSSIBLE, Leg.UPSTREAM, 1)))
                .containsExactly("backlog-full [network-loss]");
    }

    @Test
    void whoBlamesSomebodyComesFirstThenTheSurestThenTheOldest() {
        assertThat(reported(
                        finding(HalfClosedActive.ID, Blame.NOBODY, Confidence.PROVED, null, 0),
                        finding(ConnectRefused.ID, Confidence.LIKELY, Leg.UPSTREAM, 1),
                        finding(SynUnanswered.ID, Confidence.LIKELY, Leg.UPSTREAM, 0),
                        finding(AcceptDelayed.ID, Confidence.PROVED, Leg.CLIENT, 2)))
                .containsExactly(
                        "accept-delayed []", "syn-unanswered []", "connect-refused []", "half-closed-active []");
    }

    @Test
    void idleIsReportedOnlyIfNothingElseIsFound() {
        Finding idle = finding(Idle.ID, Blame.NOBODY, Confidence.PROVED, null, 0);
        assertThat(reported(idle)).containsExactly("idle []");
        assertThat(reported(idle, finding(AcceptDelayed.ID, Confidence.PROVED, Leg.CLIENT, 2)))
                .containsExactly("accept-delayed []");
    }

    @Test
    void aFindingSaysUpToWhenItWasSeen() {
        Finding seen = DIAGNOSIS
                .reported(new ArrayList<>(List.of(finding(AcceptDelayed.ID, Confidence.PROVED, Leg.CLIENT, 2))), 7)
                .get(0);
        assertThat(seen.untilEpochNanos()).isEqualTo(7);
        assertThat(seen.lastedNanos()).isEqualTo(5);
        assertThat(seen.seenAt(1, List.of()).lastedNanos())
                .as("a clock that went back")
                .isZero();
    }

    @Test
    void aSessionOfWhichNothingIsKnownHasNoFinding() {
        assertThat(Diagnosis.of(new Snapshot(
                        9_000_000_000L,
                        false,
                        Thresholds.STANDARD,
                        new LegFixture(Leg.CLIENT).build(),
                        new LegFixture(Leg.UPSTREAM).build(),
                        Snapshot.Proxy.RELAYS)))
                .isEmpty();
    }

    @Test
    void aRefusedAttemptIsDiagnosed() {
        LegFixture upstream = new LegFixture(Leg.UPSTREAM);
        upstream.attempts.add(new Attempt(
                "db:5432",
                new java.net.InetSocketAddress("10.0.0.5", 5432),
                null,
                Fact.socket(1L),
                new Attempt.End(ConnectResult.REFUSED, Fact.socket(2L), 1, null, Observation.notObserved()),
                Attempt.Answers.NOT_OBSERVED,
                null));
        assertThat(Diagnosis.of(new Snapshot(
                        9,
                        true,
                        Thresholds.STANDARD,
                        new LegFixture(Leg.CLIENT).build(),
                        upstream.build(),
                        Snapshot.Proxy.RELAYS)))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.id()).isEqualTo(ConnectRefused.ID);
                    assertThat(finding.untilEpochNanos()).isEqualTo(9);
                });
    }

    private static List<String> reported(Finding... found) {
        return DIAGNOSIS.reported(Stream.of(found).collect(Collectors.toList()), 10).stream()
                .map(finding -> finding.id().label() + " "
                        + finding.explained().stream().map(FindingId::label).collect(Collectors.toList()))
                .collect(Collectors.toList());
    }

    private static Finding finding(FindingId id, Confidence confidence, @Nullable Leg leg, long since) {
        return finding(id, Blame.UPSTREAM, confidence, leg, since);
    }

    private static Finding finding(FindingId id, Blame blame, Confidence confidence, @Nullable Leg leg, long since) {
        return Findings.of(id, blame, confidence, leg, since, PROOF);
    }
}
