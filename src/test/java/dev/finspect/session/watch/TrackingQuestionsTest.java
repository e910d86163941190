package dev.finspect.session.watch;

import static dev.finspect.tcp.Leg.CLIENT;
import static dev.finspect.tcp.Leg.UPSTREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.finding.NatForgot;
import dev.finspect.diagnose.finding.NetworkLoss;
import dev.finspect.fixture.Info;
import dev.finspect.fixture.SessionPlay;
import dev.finspect.fixture.TrackingFixture;
import dev.finspect.record.PeerSocket;
import dev.finspect.record.Tracking;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.SessionFinding;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When connection tracking is asked about a session, and what becomes of its answers. */
final class TrackingQuestionsTest {
    private static final Info QUIET = new Info().unacked(0, 1_000);
    private static final Info STALLED = new Info().unacked(1, 1_000).backoffs(3);

    private final Host host = new Host();
    private final SessionPlay play = new SessionPlay(
                    Objects.requireNonNull(RouteDiagnosis.of(DiagnosisSettings.STANDARD, host)))
            .accepted(null, QUIET.build())
            .connected(QUIET.build());

    /** Its connection tracking answers at once, as a test says. */
    private static final class Host implements PeerSockets {
        final List<InetSocketAddress> asked = new ArrayList<>();

        @Nullable
        Function<Long, Tracking> answers;

        @Nullable
        SessionPlay play;

        @Override
        public boolean ask(InetSocketAddress peer, InetSocketAddress local, Consumer<PeerSocket> answer) {
            return false;
        }

        @Override
        public boolean track(InetSocketAddress peer, InetSocketAddress local, Consumer<Tracking> answer) {
            asked.add(peer);
            SessionPlay of = Objects.requireNonNull(play);
            if (answers != null) {
                answer.accept(answers.apply(of.watched.identity().epochNanos(of.nowNanos)));
            }
            return true;
        }
    }

    @Test
    void healthySessionIsNeverAskedAbout() {
        host.play = play;
        for (int i = 0; i < 20; i++) {
            play.relayed(CLIENT, 100).relayed(UPSTREAM, 100);
            seconds(30, QUIET);
        }
        assertThat(host.asked).isEmpty();
    }

    @Test
    void legThatStallsIsAskedAboutAtOnceAndThenLessAndLess() {
        host.play = play;
        host.answers = at -> answer(new TrackingFixture(at));
        stall();
        seconds(2, STALLED);
        assertThat(host.asked).containsExactly(SessionPlay.UPSTREAM);
        seconds(60, STALLED);
        assertThat(host.asked).hasSizeBetween(6, 10).containsOnly(SessionPlay.UPSTREAM);
    }

    @Test
    void forgottenConnectionIsFoundInsteadOfALossAndIsInEveryRecord() {
        host.play = play;
        host.answers = at -> answer(new TrackingFixture(at));
        stall();
        seconds(8, STALLED);
        assertThat(found()).containsExactly(NatForgot.ID.label());
        assertThat(play.record().upstream().tracking()).satisfies(seen -> {
            assertThat(seen.entry().isNone()).isTrue();
            assertThat(seen.first().isKnown()).isTrue();
            assertThat(seen.earlier().isKnown()).isFalse();
        });
        assertThat(play.record().client().tracking()).isNull();
        assertThat(play.watched.latest(play.nowNanos).upstream().tracking()).isNotNull();
        assertThat(play.lines)
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line.upstream().tracking()).isNotNull());
        assertThat(play.ended().upstream().tracking()).isNotNull();
    }

    @Test
    void legWhoseBytesThisHostRefusesToSendIsAskedAboutAtOnce() {
        host.play = play;
        host.answers = at -> answer(new TrackingFixture(at));
        stall();
        Info refused = new Info().unacked(0, 1_000).notSent(100).probes(1);
        seconds(2, refused);
        assertThat(host.asked).containsExactly(SessionPlay.UPSTREAM);
        seconds(4, refused.probes(3));
        assertThat(found()).containsExactly(NatForgot.ID.label());
    }

    @Test
    void entryThatIsThereAtFirstAndGoesLaterIsNoCause() {
        host.play = play;
        host.answers =
                at -> answer(new TrackingFixture(at).with(TrackingFixture.established(TrackingFixture.ANSWERED)));
        stall();
        seconds(3, STALLED);
        host.answers = at -> answer(new TrackingFixture(at));
        seconds(9, STALLED);
        assertThat(found()).containsExactly(NetworkLoss.ID.label());
        Tracking seen = Objects.requireNonNull(play.record().upstream().tracking());
        assertThat(seen.entry().isNone()).isTrue();
        assertThat(seen.earlier().isKnown()).isTrue();
        assertThat(Objects.requireNonNull(seen.first().orNull()).lost()).isFalse();
    }

    @Test
    void oldAnswerIsInTheRecordAndNoEvidence() {
        host.play = play;
        host.answers = at -> answer(new TrackingFixture(at));
        stall();
        seconds(8, STALLED);
        seconds(1, QUIET);
        assertThat(found()).isEmpty();
        assertThat(play.record().upstream().tracking()).isNotNull();
        host.answers = null;
        play.relayed(CLIENT, 9);
        seconds(9, STALLED);
        assertThat(found()).doesNotContain(NatForgot.ID.label());
    }

    /** As connection tracking answers: of earlier looks it knows nothing. */
    private static Tracking answer(TrackingFixture fixture) {
        Tracking known = fixture.build();
        return new Tracking(
                known.atEpochNanos(),
                known.entry(),
                Observation.notObserved(),
                known.others(),
                known.failures(),
                Observation.notObserved(),
                TrackingFixture.table(20, false),
                known.unseen());
    }

    /** A request after half a minute without a byte. */
    private void stall() {
        play.relayed(CLIENT, 100).relayed(UPSTREAM, 100);
        seconds(30, QUIET);
        play.relayed(CLIENT, 100);
    }

    private List<String> found() {
        Diagnosed diagnosed = play.record().diagnosed();
        List<SessionFinding> all = diagnosed == null ? List.of() : diagnosed.findings();
        return all.stream()
                .filter(SessionFinding::hangs)
                .map(SessionFinding::finding)
                .map(each -> each.id().label())
                .toList();
    }

    private void seconds(int count, Info upstream) {
        for (int i = 0; i < count; i++) {
            play.after(1_000);
            for (Leg leg : Leg.values()) {
                play.sampled(leg, leg == UPSTREAM ? upstream : QUIET);
            }
            play.looked();
        }
    }
}
