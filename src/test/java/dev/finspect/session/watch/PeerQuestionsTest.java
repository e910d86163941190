package dev.finspect.session.watch;

import static dev.finspect.tcp.Leg.CLIENT;
import static dev.finspect.tcp.Leg.UPSTREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.catalogue.Catalogue;
import dev.finspect.diagnose.finding.BothNotReading;
import dev.finspect.diagnose.finding.ClientSilent;
import dev.finspect.diagnose.finding.NobodySpeaks;
import dev.finspect.diagnose.finding.NotClosing;
import dev.finspect.diagnose.finding.NotReading;
import dev.finspect.diagnose.finding.TlsHandshakeStalled;
import dev.finspect.diagnose.finding.UpstreamNotAccepting;
import dev.finspect.diagnose.finding.UpstreamSilent;
import dev.finspect.fixture.Findings;
import dev.finspect.fixture.SessionPlay;
import dev.finspect.fixture.SocketFixture;
import dev.finspect.record.PeerSocket;
import dev.finspect.session.live.LegTraffic;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** When a peer's socket is asked for, and how long an answer is believed. */
final class PeerQuestionsTest {
    private static final long HALF_SECOND = 500_000_000L;

    private boolean taken = true;
    private int asked;
    private final RouteDiagnosis diagnosis =
            Objects.requireNonNull(RouteDiagnosis.of(DiagnosisSettings.STANDARD, (peer, local, answer) -> {
                asked++;
                return taken;
            }));
    private final PeerQuestions questions = new PeerQuestions();
    private final SessionPlay play =
            new SessionPlay(diagnosis).accepted(null, null).connected(null);

    @Test
    void whileNothingMovesItIsAskedEverMoreSeldom() {
        play.relayed(CLIENT, 400);
        assertThat(askedAt(40)).containsExactly(0.0, 1.5, 4.5, 7.5, 10.5, 13.5, 16.5, 19.5);
    }

    @Test
    void afterBytesMovedItIsAskedAtOnceAndOftenAgain() {
        play.relayed(CLIENT, 400);
        assertThat(askedAt(12)).containsExactly(0.0, 1.5, 4.5);
        play.relayed(CLIENT, 400);
        assertThat(askedAt(8)).containsExactly(0.0, 1.5);
    }

    @Test
    void refusedQuestionIsPutAgainAfterHalfAMinuteWhateverMoves() {
        taken = false;
        List<Double> at = new ArrayList<>();
        for (int i = 0; i < 140; i++) {
            play.relayed(CLIENT, 1);
            at.addAll(askedAt(1).stream()
                    .map(ignored -> (play.nowNanos - SessionPlay.START_NANOS) / 1e9 - 0.5)
                    .toList());
        }
        assertThat(at).containsExactly(0.0, 30.0, 60.0);
    }

    @Test
    void answerIsBelievedWhileNothingMovesAndUntilTwoMoreShouldHaveCome() {
        play.relayed(CLIENT, 400).after(1_000);
        assertThat(known()).isNull();
        questions.answered(UPSTREAM, socket(10));
        assertThat(known()).isNotNull();
        assertThat(questions.known(Leg.CLIENT, moved(Leg.CLIENT), play.watched.identity(), play.nowNanos))
                .as("nobody asked for the client's")
                .isNull();
        play.after(5_000);
        assertThat(known()).isNotNull();
        play.after(1);
        assertThat(known()).isNull();
        askedAt(40);
        questions.answered(UPSTREAM, socket(10));
        play.after(8_000);
        assertThat(known()).as("asked each three seconds by now").isNotNull();
        play.after(1);
        assertThat(known()).isNull();
        questions.answered(UPSTREAM, socket(10));
        assertThat(known()).isNotNull();
        play.after(1).relayed(CLIENT, 1);
        assertThat(known()).as("it was told before the last bytes").isNull();
    }

    @Test
    void answerIsBelievedOfALegOnWhichNothingEverMoved() {
        questions.answered(UPSTREAM, socket(0));
        assertThat(known()).isNotNull();
    }

    /** What grew since then is what the listeners dropped meanwhile. */
    @Test
    void listenersAreShownWithWhatTheFirstLookFound() {
        long first = play.watched.identity().epochNanos(play.nowNanos);
        assertThat(listening(1, 7)).isNull();
        play.after(2_000);
        assertThat(listening(1, 9)).isEqualTo(new PeerSocket.Before(first, 7));
        play.after(2_000);
        assertThat(listening(1, 9)).isEqualTo(new PeerSocket.Before(first, 7));
        assertThat(listening(1, 3)).as("begun anew").isNull();
        play.after(2_000);
        assertThat(listening(2, 5)).as("another group").isNull();
        assertThat(listening(2, -1)).as("not counted").isNull();
    }

    private PeerSocket.@Nullable Before listening(int listeners, long drops) {
        questions.answered(UPSTREAM, socket(-1).with(new PeerSocket.Listening(0, 8, listeners, drops, null)));
        return Objects.requireNonNull(Objects.requireNonNull(known()).listening())
                .before();
    }

    @Test
    void unreadBytesCountFromTheFirstLookUpThatFoundThemAndNoneThatFoundFewer() {
        assertThat(answered(400)).isNull();
        long first = play.watched.identity().epochNanos(play.nowNanos);
        assertThat(answered(400)).isEqualTo(Fact.kernel(first));
        assertThat(answered(500)).as("it grew").isEqualTo(Fact.kernel(first));
        assertThat(answered(300)).as("its program reads").isNull();
        assertThat(answered(300)).isEqualTo(Fact.kernel(first + 3 * 1_000_000_000L));
        assertThat(questions.unreadSeen()).isTrue();
        assertThat(questions.unreadSince(CLIENT).fact()).isNull();
        assertThat(answered(0)).isNull();
        assertThat(questions.unreadSeen()).isFalse();
        assertThat(answered(-1)).as("it was not seen").isNull();
        assertThat(questions.unreadSeen()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("ids")
    void findingsThatASocketSharpensAskForIt(FindingId id) {
        Set<FindingId> upstreams = Set.of(UpstreamSilent.ID, NotReading.UPSTREAM, UpstreamNotAccepting.ID);
        Set<FindingId> clients = Set.of(ClientSilent.ID, NotReading.CLIENT);
        Set<FindingId> both = Set.of(
                NobodySpeaks.ID, BothNotReading.ID, TlsHandshakeStalled.ID, NotClosing.UPSTREAM, NotClosing.CLIENT);
        List<Finding> found = List.of(Findings.of(id, Blame.NOBODY, Confidence.POSSIBLE, null, 0, List.of()));
        assertThat(wanted(UPSTREAM, found)).isEqualTo(upstreams.contains(id) || both.contains(id));
        assertThat(wanted(CLIENT, found)).isEqualTo(clients.contains(id) || both.contains(id));
    }

    @ParameterizedTest
    @CsvSource({
        // what happened, after so many milliseconds, and whether the service's socket tells more
        "nothing, 999, false",
        "nothing, 1000, true",
        "request, 999, false",
        "request, 1000, true",
        "answer, 5000, false",
        "greeting, 5000, false",
        "next request, 1000, true",
        "fin, 5000, false",
    })
    void serviceThatOwesAWordIsAskedForBeforeAnythingIsFound(String what, long afterMillis, boolean wanted) {
        switch (what) {
            case "request" -> play.relayed(CLIENT, 400);
            case "answer" -> play.relayed(CLIENT, 400).after(1).relayed(UPSTREAM, 10);
            case "greeting" -> play.watched.traffic(UPSTREAM).received(10, play.nowNanos);
            case "next request" ->
                play.relayed(CLIENT, 400)
                        .after(1)
                        .relayed(UPSTREAM, 10)
                        .after(1)
                        .relayed(CLIENT, 400);
            case "fin" -> play.relayed(CLIENT, 400).shut(UPSTREAM);
            default -> play.after(0);
        }
        play.after(afterMillis);
        assertThat(wanted(UPSTREAM, List.of())).isEqualTo(wanted);
        assertThat(wanted(CLIENT, List.of())).isFalse();
        assertThat(PeerQuestions.wanted(
                        play.watched.tracker().leg(Leg.UPSTREAM),
                        LegTraffic.NEVER,
                        List.of(),
                        diagnosis,
                        play.nowNanos))
                .as("before it is connected")
                .isFalse();
    }

    static Set<FindingId> ids() {
        return Catalogue.standard().ids();
    }

    private boolean wanted(Leg leg, List<Finding> found) {
        return PeerQuestions.wanted(
                leg == CLIENT
                        ? play.watched.tracker().leg(Leg.CLIENT)
                        : play.watched.tracker().leg(Leg.UPSTREAM),
                play.watched.tracker().connectedAtNanos(),
                found,
                diagnosis,
                play.nowNanos);
    }

    private @Nullable PeerSocket known() {
        return questions.known(Leg.UPSTREAM, moved(Leg.UPSTREAM), play.watched.identity(), play.nowNanos);
    }

    private long moved(Leg leg) {
        return PeerQuestions.lastMove(play.watched.tracker().leg(leg));
    }

    /** A second after the last; since when it is unread after it. */
    private @Nullable Fact<Long> answered(long unread) {
        play.after(1_000);
        questions.answered(UPSTREAM, socket(unread));
        return questions.unreadSince(UPSTREAM).fact();
    }

    private PeerSocket socket(long unread) {
        return SocketFixture.seen(
                play.watched.identity().epochNanos(play.nowNanos),
                unread < 0 ? null : TcpState.ESTABLISHED,
                unread,
                0,
                true,
                0,
                -1,
                null,
                null,
                unread < 0 ? "it is elsewhere" : null);
    }

    /** After how many seconds the question is put, when it is due each half second from now on. */
    private List<Double> askedAt(int halfSeconds) {
        List<Double> at = new ArrayList<>();
        for (int i = 0; i < halfSeconds; i++) {
            int before = asked;
            questions.ask(
                    diagnosis,
                    new PeerQuestions.Question(
                            Leg.UPSTREAM,
                            moved(Leg.UPSTREAM),
                            SessionPlay.UPSTREAM,
                            SessionPlay.LOCAL,
                            play.nowNanos,
                            0,
                            socket -> {}));
            if (asked > before) {
                at.add(i * (HALF_SECOND / 1e9));
            }
            play.after(500);
        }
        return at;
    }
}
