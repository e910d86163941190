package dev.finspect.session.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.finding.ClientSilent;
import dev.finspect.diagnose.finding.NetworkLoss;
import dev.finspect.diagnose.finding.NotReading;
import dev.finspect.diagnose.finding.ProxyLimited;
import dev.finspect.diagnose.finding.UpstreamSilent;
import dev.finspect.fixture.Findings;
import dev.finspect.fixture.Info;
import dev.finspect.fixture.SessionPlay;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.Leg;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines about findings: no more than six a minute, and who was told that something hangs is told when it goes away. */
final class SessionFindingsTest {
    private static final Finding SILENT = finding(UpstreamSilent.ID, Blame.UPSTREAM, Leg.UPSTREAM);

    @Test
    void findingThatComesAndGoesHasSixLinesAMinuteAndTheRestIsCounted() {
        SessionPlay play = diagnosed();
        for (int i = 0; i < 10; i++) {
            findings(play.after(500)).hung(SILENT, play.nowNanos);
            findings(play.after(500)).recovered(SILENT, play.nowNanos);
        }
        assertThat(words(play))
                .containsExactly(
                        "session.hung",
                        "session.recovered",
                        "session.hung",
                        "session.recovered",
                        "session.hung",
                        "session.recovered");
        assertThat(findings(play).latest().unreportedChanges()).isEqualTo(14);
        findings(play.after(60_000)).hung(SILENT, play.nowNanos);
        assertThat(words(play)).hasSize(7).endsWith("session.hung");
        assertThat(play.told.stream()
                        .filter(event -> event instanceof SessionEvent.FindingRaised
                                || event instanceof SessionEvent.FindingCleared))
                .as("meters hear of every change")
                .hasSize(21);
    }

    @Test
    void lineThatItWentAwayIsWrittenThoughSixLinesHaveBeen() {
        SessionPlay play = diagnosed();
        Finding lasting = finding(NotReading.UPSTREAM, Blame.UPSTREAM, Leg.UPSTREAM);
        findings(play).hung(lasting, play.nowNanos);
        for (int i = 0; i < 10; i++) {
            findings(play.after(500)).hung(SILENT, play.nowNanos);
            findings(play.after(500)).recovered(SILENT, play.nowNanos);
        }
        findings(play.after(500)).recovered(lasting, play.nowNanos);
        SessionRecord last = play.lines.get(play.lines.size() - 1);
        assertThat(last.event()).isEqualTo(RecordEvent.RECOVERED);
        assertThat(about(last)).isEqualTo(NotReading.UPSTREAM);
        assertThat(play.lines).hasSize(6);
    }

    @Test
    void findingThatHadNoLineWhenItCameHasOneAsSoonAsThereIsRoom() {
        SessionPlay play = diagnosed();
        for (int i = 0; i < 3; i++) {
            findings(play.after(500)).hung(SILENT, play.nowNanos);
            findings(play.after(500)).recovered(SILENT, play.nowNanos);
        }
        findings(play.after(500)).hung(SILENT, play.nowNanos);
        findings(play.after(1_000)).stillStands(SILENT, play.nowNanos);
        assertThat(play.lines).hasSize(6);
        assertThat(findings(play).latest().unreportedChanges()).isEqualTo(1);
        findings(play.after(60_000)).stillStands(SILENT, play.nowNanos);
        findings(play.after(1_000)).stillStands(SILENT, play.nowNanos);
        assertThat(words(play)).hasSize(7).endsWith("session.hung");
        assertThat(findings(play).latest().unreportedChanges()).isZero();
        findings(play.after(1_000)).recovered(SILENT, play.nowNanos);
        assertThat(words(play)).hasSize(8).endsWith("session.recovered");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whateverComesAndGoesHungAndRecoveredMakePairs(long seed) {
        Random random = new Random(seed);
        List<Finding> all = List.of(
                SILENT,
                finding(ClientSilent.ID, Blame.CLIENT, Leg.CLIENT),
                finding(NetworkLoss.ID, Blame.NETWORK_TO_CLIENT, Leg.CLIENT),
                finding(NetworkLoss.ID, Blame.NETWORK_TO_UPSTREAM, Leg.UPSTREAM),
                finding(NotReading.UPSTREAM, Blame.UPSTREAM, Leg.UPSTREAM),
                finding(ProxyLimited.ID, Blame.FINSPECT, null));
        SessionPlay play = diagnosed();
        Set<Finding> standing = new HashSet<>();
        int changes = 0;
        int belated = 0;
        List<Long> at = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            Finding one = all.get(random.nextInt(all.size()));
            play.after(random.nextInt(20) == 0 ? 60_000 : random.nextInt(5_000));
            int before = play.lines.size();
            if (!standing.contains(one)) {
                findings(play).hung(one, play.nowNanos);
                standing.add(one);
                changes++;
            } else if (random.nextBoolean()) {
                findings(play).recovered(one, play.nowNanos);
                standing.remove(one);
                changes++;
            } else {
                findings(play).stillStands(one, play.nowNanos);
                belated += play.lines.size() - before;
            }
            if (play.lines.size() > before) {
                at.add(play.nowNanos);
            }
        }
        assertThat(play.lines).hasSameSizeAs(at).hasSizeGreaterThan(100);
        assertPaired(play.lines, all.size());
        assertThat(findings(play).latest().unreportedChanges()).isEqualTo(changes - play.lines.size());
        assertThat(belated).isPositive();
        for (int i = 12; i < at.size(); i++) {
            // Any minute lies in two windows at most.
            assertThat(at.get(i) - at.get(i - 12)).isGreaterThanOrEqualTo(SessionFindings.WINDOW_NANOS);
        }
    }

    @Test
    void lastOfManyPastFindingsAreKeptAndTheOthersCounted() {
        SessionPlay play = diagnosed();
        for (int i = 0; i < 20; i++) {
            findings(play.after(1_000)).hung(SILENT, play.nowNanos);
            findings(play).recovered(SILENT, play.nowNanos);
        }
        Diagnosed latest = findings(play).latest();
        assertThat(findings(play).anyStands()).isFalse();
        assertThat(latest.findings()).hasSize(SessionFindings.MOST_PAST);
        assertThat(latest.omitted()).isEqualTo(20 - SessionFindings.MOST_PAST);
        assertThat(latest.findings().get(SessionFindings.MOST_PAST - 1).untilEpochNanos())
                .isEqualTo(play.watched.identity().epochNanos(play.nowNanos));
    }

    /** Each finding's lines are hung, recovered, hung, ...; what was told of one leg says nothing of the other. */
    private static void assertPaired(List<SessionRecord> lines, int kinds) {
        Set<String> hung = new HashSet<>();
        Set<String> seen = new HashSet<>();
        for (SessionRecord line : lines) {
            SessionFinding about = told(line);
            String key = about.finding().id() + " " + about.finding().leg();
            seen.add(key);
            assertThat(line.event() == RecordEvent.HUNG ? hung.add(key) : hung.remove(key))
                    .as("%s of %s", line.event(), key)
                    .isTrue();
        }
        assertThat(seen).hasSize(kinds);
    }

    private static List<String> words(SessionPlay play) {
        return play.lines.stream().map(line -> line.event().label()).toList();
    }

    private static FindingId about(SessionRecord line) {
        return told(line).finding().id();
    }

    private static SessionFinding told(SessionRecord line) {
        return Objects.requireNonNull(
                Objects.requireNonNull(line.diagnosed(), "nobody diagnosed it").about(), "a line about nothing");
    }

    private static SessionFindings findings(SessionPlay play) {
        return Objects.requireNonNull(play.watched.watch()).findings();
    }

    private static Finding finding(FindingId id, Blame blame, @Nullable Leg leg) {
        return Findings.of(id, blame, Confidence.LIKELY, leg, SessionPlay.START_EPOCH_NANOS, List.of());
    }

    private static SessionPlay diagnosed() {
        RouteDiagnosis diagnosis = RouteDiagnosis.of(DiagnosisSettings.STANDARD, PeerSockets.NONE);
        return new SessionPlay(diagnosis)
                .accepted(SessionPlay.SYN, new Info().build())
                .after(2)
                .connected(new Info().build());
    }
}
