package dev.finspect.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which finding wins where several are so, and in which order they are told. */
final class DiagnosisTest {
    private static final List<Evidence> PROOF = List.of(Evidence.at(Clue.SYN_SENT, null, Fact.socket(1L)));

    @Test
    void theTableIsTheGoldenOne() throws IOException {
        try (InputStream golden = DiagnosisTest.class.getResourceAsStream("overlaps.txt")) {
            assertThat(table()).isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** Every finding against every other, so that a pair forgotten is a pair seen. */
    private static String table() {
        StringBuilder text = new StringBuilder();
        for (FindingId winner : FindingId.values()) {
            text.append(winner.label()).append('\n');
            for (Overlap row : Overlap.ALL) {
                if (row.winner() == winner) {
                    text.append("    explains ")
                            .append(row.loser().label())
                            .append(
                                    switch (row.where()) {
                                        case ANY_LEG -> "";
                                        case SAME_LEG -> " of the same leg";
                                        case EARLIER -> " of the same leg, if of any, that did not begin before it";
                                    })
                            .append(": ")
                            .append(row.reason())
                            .append('\n');
                }
            }
            Set<FindingId> beside = EnumSet.complementOf(EnumSet.of(winner, FindingId.IDLE));
            Overlap.ALL.forEach(row -> {
                if (row.winner() == winner) {
                    beside.remove(row.loser());
                }
                if (row.loser() == winner) {
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
    void noFindingExplainsItselfByDetours() {
        for (FindingId start : FindingId.values()) {
            Set<FindingId> reached = EnumSet.noneOf(FindingId.class);
            Deque<FindingId> next = new ArrayDeque<>(List.of(start));
            while (!next.isEmpty()) {
                FindingId here = next.pop();
                Overlap.ALL.stream()
                        .filter(row -> row.winner() == here)
                        .map(Overlap::loser)
                        .filter(reached::add)
                        .forEach(next::push);
            }
            assertThat(reached).as("what %s explains", start).doesNotContain(start);
        }
    }

    @Test
    void noPairStandsTwice() {
        assertThat(Overlap.ALL.stream().map(row -> row.winner() + " " + row.loser()))
                .doesNotHaveDuplicates();
    }

    @Test
    void theCatalogueIsInOrder() {
        List<String> names = Catalogue.RULES.stream()
                .map(rule -> rule.getClass().getSimpleName())
                .collect(Collectors.toList());
        assertThat(names).isSorted();
    }

    @Test
    void whatExplainsTheOthersNamesThemAndTheyAreLeftOut() {
        assertThat(told(
                        finding(FindingId.UPSTREAM_SILENT, Confidence.PROVED, Leg.UPSTREAM, 1),
                        finding(FindingId.UPSTREAM_NOT_ACCEPTING, Confidence.PROVED, Leg.UPSTREAM, 2)))
                .containsExactly("upstream-not-accepting [upstream-silent]");
    }

    @Test
    void whatIsExplainedInTurnIsNamedToo() {
        assertThat(told(
                        finding(FindingId.UPSTREAM_NOT_READING, Confidence.PROVED, Leg.UPSTREAM, 1),
                        finding(FindingId.CLIENT_NOT_READING, Confidence.PROVED, Leg.CLIENT, 1),
                        finding(FindingId.BOTH_NOT_READING, Confidence.PROVED, null, 1),
                        finding(FindingId.UPSTREAM_SILENT, Confidence.LIKELY, Leg.UPSTREAM, 1)))
                .containsExactly("both-not-reading [upstream-silent, upstream-not-reading, client-not-reading]");
    }

    @Test
    void aVanishedPeerExplainsOnlyItsOwnLeg() {
        assertThat(told(
                        finding(FindingId.PEER_VANISHED, Confidence.PROVED, Leg.CLIENT, 1),
                        finding(FindingId.NETWORK_LOSS, Confidence.PROVED, Leg.CLIENT, 1),
                        finding(FindingId.UPSTREAM_SILENT, Confidence.LIKELY, Leg.UPSTREAM, 1)))
                .containsExactly("peer-vanished [network-loss]", "upstream-silent []");
    }

    @Test
    void whatIsOnlyPossibleHidesNothingSurer() {
        assertThat(told(
                        finding(FindingId.BACKLOG_FULL, Confidence.POSSIBLE, Leg.UPSTREAM, 1),
                        finding(FindingId.NETWORK_LOSS, Confidence.PROVED, Leg.UPSTREAM, 1)))
                .containsExactly("network-loss []", "backlog-full []");
        assertThat(told(
                        finding(FindingId.BACKLOG_FULL, Confidence.POSSIBLE, Leg.UPSTREAM, 1),
                        finding(FindingId.NETWORK_LOSS, Confidence.POSSIBLE, Leg.UPSTREAM, 1)))
                .containsExactly("backlog-full [network-loss]");
    }

    @Test
    void whatBeganLaterIsNoCause() {
        assertThat(told(
                        finding(FindingId.PROXY_LIMITED, Confidence.PROVED, null, 9),
                        finding(FindingId.UPSTREAM_SILENT, Confidence.LIKELY, Leg.UPSTREAM, 1)))
                .containsExactly("proxy-limited []", "upstream-silent []");
        assertThat(told(
                        finding(FindingId.PROXY_LIMITED, Confidence.PROVED, null, 1),
                        finding(FindingId.UPSTREAM_SILENT, Confidence.LIKELY, Leg.UPSTREAM, 1)))
                .containsExactly("proxy-limited [upstream-silent]");
        assertThat(told(
                        finding(FindingId.FIN_LOST, Confidence.PROVED, Leg.CLIENT, 1),
                        finding(FindingId.NETWORK_LOSS, Confidence.PROVED, Leg.UPSTREAM, 1)))
                .as("loss on the other leg")
                .containsExactly("network-loss []", "fin-lost []");
        assertThat(told(
                        finding(FindingId.FIN_LOST, Confidence.PROVED, Leg.CLIENT, 1),
                        finding(FindingId.NETWORK_LOSS, Confidence.PROVED, Leg.CLIENT, 1)))
                .containsExactly("fin-lost [network-loss]");
    }

    @Test
    void whoBlamesSomebodyComesFirstThenTheSurestThenTheOldest() {
        assertThat(told(
                        finding(FindingId.HALF_CLOSED_ACTIVE, Blame.NOBODY, Confidence.PROVED, null, 0),
                        finding(FindingId.CONNECT_REFUSED, Confidence.LIKELY, Leg.UPSTREAM, 1),
                        finding(FindingId.SYN_UNANSWERED, Confidence.LIKELY, Leg.UPSTREAM, 0),
                        finding(FindingId.ACCEPT_DELAYED, Confidence.PROVED, Leg.CLIENT, 2)))
                .containsExactly(
                        "accept-delayed []", "syn-unanswered []", "connect-refused []", "half-closed-active []");
    }

    @Test
    void restIsToldOnlyWhereNothingElseIsSo() {
        Finding idle = finding(FindingId.IDLE, Blame.NOBODY, Confidence.PROVED, null, 0);
        assertThat(told(idle)).containsExactly("idle []");
        assertThat(told(idle, finding(FindingId.ACCEPT_DELAYED, Confidence.PROVED, Leg.CLIENT, 2)))
                .containsExactly("accept-delayed []");
    }

    @Test
    void aFindingSaysUpToWhenItWasSeen() {
        Finding told = Diagnosis.told(
                        new ArrayList<>(List.of(finding(FindingId.ACCEPT_DELAYED, Confidence.PROVED, Leg.CLIENT, 2))),
                        7)
                .get(0);
        assertThat(told.untilEpochNanos()).isEqualTo(7);
        assertThat(told.lastedNanos()).isEqualTo(5);
        assertThat(told.seenAt(1, List.of()).lastedNanos())
                .as("a clock that went back")
                .isZero();
    }

    @Test
    void aSessionOfWhichNothingIsKnownHasNoFinding() {
        assertThat(Diagnosis.of(new Snapshot(
                        9_000_000_000L,
                        false,
                        Thresholds.STANDARD,
                        new LegSnapshot(Leg.CLIENT),
                        new LegSnapshot(Leg.UPSTREAM),
                        List.of(),
                        Snapshot.Proxy.RELAYS)))
                .isEmpty();
    }

    @Test
    void aRefusedAttemptIsDiagnosed() {
        ConnectTry refused = new ConnectTry(
                new java.net.InetSocketAddress("10.0.0.5", 5432),
                Fact.socket(1L),
                dev.finspect.tcp.ConnectResult.REFUSED,
                Fact.socket(2L),
                null,
                null,
                null,
                null,
                null,
                null);
        assertThat(Diagnosis.of(new Snapshot(
                        9,
                        true,
                        Thresholds.STANDARD,
                        new LegSnapshot(Leg.CLIENT),
                        new LegSnapshot(Leg.UPSTREAM),
                        List.of(refused),
                        Snapshot.Proxy.RELAYS)))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.id()).isEqualTo(FindingId.CONNECT_REFUSED);
                    assertThat(finding.untilEpochNanos()).isEqualTo(9);
                });
    }

    private static List<String> told(Finding... found) {
        return Diagnosis.told(Stream.of(found).collect(Collectors.toList()), 10).stream()
                .map(finding -> finding.id().label() + " "
                        + finding.explained().stream().map(FindingId::label).collect(Collectors.toList()))
                .collect(Collectors.toList());
    }

    private static Finding finding(FindingId id, Confidence confidence, @Nullable Leg leg, long since) {
        return finding(id, Blame.UPSTREAM, confidence, leg, since);
    }

    private static Finding finding(FindingId id, Blame blame, Confidence confidence, @Nullable Leg leg, long since) {
        return new Finding(id, blame, confidence, leg, since, PROOF);
    }
}
