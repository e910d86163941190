package dev.finspect.session.watch;

import static dev.finspect.tcp.Leg.CLIENT;
import static dev.finspect.tcp.Leg.UPSTREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.finding.ConnectRefused;
import dev.finspect.diagnose.finding.EmptyReply;
import dev.finspect.diagnose.finding.ProxyLimited;
import dev.finspect.diagnose.finding.SynUnanswered;
import dev.finspect.diagnose.finding.UpstreamSilent;
import dev.finspect.fixture.Info;
import dev.finspect.fixture.SessionPlay;
import dev.finspect.fixture.SocketFixture;
import dev.finspect.record.Outcome;
import dev.finspect.record.PeerSocket;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpState;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is found while a session lives: when it comes and goes, and what its lines and its closing record hold. */
final class SessionWatchTest {
    private static final Info QUIET = new Info().unacked(0, 1_000);

    /** The peers are on this host; a test says what their sockets look like. */
    private static final class Sockets implements PeerSockets {
        final List<InetSocketAddress> asked = new ArrayList<>();
        final List<Consumer<PeerSocket>> answers = new ArrayList<>();
        boolean taken = true;

        @Override
        public boolean ask(InetSocketAddress peer, InetSocketAddress local, Consumer<PeerSocket> answer) {
            asked.add(peer);
            if (taken) {
                answers.add(answer);
            }
            return taken;
        }
    }

    private final Sockets sockets = new Sockets();

    /** The rest of a session costs one look-up, and another one each time that it has doubled after ten minutes. */
    @Test
    void clientThatRestsAfterAnAnswerIsGlancedAtOnce() {
        SessionPlay play = play(sockets).relayed(CLIENT, 400).relayed(UPSTREAM, 10);
        sweeps(play, 1);
        allAnswered(unread(play, 0));
        sweeps(play, 900);
        assertThat(sockets.asked).containsExactly(SessionPlay.CLIENT);
        sweeps(play, 2_700);
        assertThat(sockets.asked).as("after 16 and 32 minutes").hasSize(3);
        play.relayed(CLIENT, 400).relayed(UPSTREAM, 10);
        sweeps(play, 900);
        assertThat(sockets.asked).as("another rest").hasSize(4);
    }

    @Test
    void clientThatRestsForTwoSecondsAtATimeIsGlancedAtSeldom() {
        SessionPlay play = play(sockets);
        for (int i = 0; i < 500; i++) {
            play.relayed(CLIENT, 400).relayed(UPSTREAM, 10);
            sweeps(play, 2);
            allAnswered(unread(play, 0));
        }
        assertThat(sockets.asked).hasSizeBetween(90, 101);
    }

    @Test
    void clientThatDidNotReadTheAnswerIsAskedAgainSoon() {
        SessionPlay play = play(sockets).relayed(CLIENT, 400).relayed(UPSTREAM, 10);
        for (int i = 0; i < 30; i++) {
            sweeps(play, 1);
            allAnswered(unread(play, 10));
        }
        assertThat(sockets.asked).hasSizeBetween(7, 12);
        assertThat(Objects.requireNonNull(play.watched.watch())
                        .asked()
                        .unreadSince(CLIENT)
                        .isKnown())
                .isTrue();
    }

    private void allAnswered(PeerSocket socket) {
        List<Consumer<PeerSocket>> waiting = List.copyOf(sockets.answers);
        sockets.answers.clear();
        waiting.forEach(each -> each.accept(socket));
    }

    private static PeerSocket unread(SessionPlay play, long bytes) {
        long now = play.watched.identity().epochNanos(play.nowNanos);
        return SocketFixture.seen(now, TcpState.ESTABLISHED, bytes, 0, true, 0, -1, null, null, null);
    }

    @Test
    void silentServiceIsFoundAtItsThresholdAndForgottenWhenItAnswers() {
        SessionPlay play = play(PeerSockets.NONE).relayed(CLIENT, 400).relayed(UPSTREAM, 10);
        play.after(500).relayed(CLIENT, 400);
        sweeps(play, 59);
        assertThat(play.lines).isEmpty();
        assertThat(play.watched.hangs()).isFalse();
        sweeps(play, 1);
        assertThat(play.lines).hasSize(1);
        SessionRecord hung = play.lines.get(0);
        assertThat(hung.event()).isEqualTo(RecordEvent.HUNG);
        assertThat(diagnosed(hung).hangs()).isTrue();
        assertThat(about(hung).finding().id()).isEqualTo(UpstreamSilent.ID);
        assertThat(play.watched.hangs()).isTrue();
        sweeps(play, 30);
        assertThat(play.lines).as("what stays so has one line").hasSize(1);

        play.relayed(UPSTREAM, 10);
        sweeps(play, 1);
        SessionRecord recovered = play.lines.get(1);
        assertThat(recovered.event()).isEqualTo(RecordEvent.RECOVERED);
        assertThat(about(recovered).untilEpochNanos())
                .isEqualTo(play.watched.identity().epochNanos(play.nowNanos));
        assertThat(diagnosed(recovered).hangs()).isFalse();
        assertThat(play.watched.hangs()).isFalse();
        sweeps(play, 100);
        assertThat(play.lines).hasSize(2);
    }

    @Test
    void progressIsReportedOnlyOfWhatHasMovedOrHangs() {
        SessionPlay play = play(PeerSockets.NONE);
        assertThat(progress(play)).as("connected since the start").isTrue();
        assertThat(progress(play)).isFalse();
        play.relayed(CLIENT, 400);
        assertThat(progress(play)).isTrue();
        play.relayed(UPSTREAM, 10).fin(UPSTREAM).shut(CLIENT);
        assertThat(progress(play)).isTrue();
        assertThat(progress(play)).as("nothing has moved since").isFalse();

        SessionPlay silent = play(PeerSockets.NONE).relayed(CLIENT, 400).relayed(UPSTREAM, 10);
        silent.after(500).relayed(CLIENT, 400);
        assertThat(progress(silent)).isTrue();
        assertThat(progress(silent)).isFalse();
        sweeps(silent, 61);
        assertThat(silent.watched.hangs()).isTrue();
        assertThat(progress(silent)).isTrue();
        assertThat(progress(silent)).as("it hangs still").isTrue();
        silent.ended();
        assertThat(progress(silent)).isFalse();
    }

    private static boolean progress(SessionPlay play) {
        int before = play.lines.size();
        play.watched.progress(play.nowNanos);
        return play.lines.size() > before;
    }

    @Test
    void linesAboutSessionsOfARouteThatHangForOneCauseAreLimited() {
        RouteDiagnosis route = diagnosis(PeerSockets.NONE);
        List<SessionPlay> plays = new ArrayList<>();
        for (int i = 0; i < LineLimit.MOST_LINES + 5; i++) {
            SessionPlay play =
                    new SessionPlay(route).accepted(null, null).after(2).connected(QUIET.build());
            plays.add(play.relayed(CLIENT, 400).relayed(UPSTREAM, 10));
            play.after(500).relayed(CLIENT, 400);
        }
        plays.forEach(play -> sweeps(play, 61));
        assertThat(plays).allMatch(play -> play.watched.hangs());
        assertThat(plays.stream().filter(play -> !play.lines.isEmpty())).hasSize(LineLimit.MOST_LINES);
        assertThat(route.omitsLines()).isTrue();
        plays.forEach(SessionWatchTest::progress);
        assertThat(route.allOmittedLines())
                .satisfiesExactly(entry -> assertThat(entry.ids()).hasSize(5), entry -> {
                    assertThat(entry.event()).isEqualTo(RecordEvent.PROGRESS);
                    assertThat(entry.peer()).isEqualTo("198.51.100.9:5432");
                    assertThat(entry.ids()).hasSize(5);
                });
        assertThat(route.omitsLines()).isFalse();
        assertThat(route.omittedLines(plays.get(0).nowNanos)).isEmpty();
    }

    @Test
    void whatStoodWhenTheSessionEndedIsInItsRecordOnce() {
        SessionPlay play = play(PeerSockets.NONE).relayed(CLIENT, 400).relayed(UPSTREAM, 10);
        play.after(500).relayed(CLIENT, 400);
        sweeps(play, 61);
        assertThat(play.watched.hangs()).isTrue();
        SessionRecord closed = play.fin(CLIENT)
                .shut(UPSTREAM)
                .fin(UPSTREAM)
                .shut(CLIENT)
                .after(5)
                .ended();
        assertThat(play.told.get(play.told.size() - 3)).isInstanceOf(SessionEvent.FindingCleared.class);
        assertThat(play.told.get(play.told.size() - 2)).isInstanceOf(SessionEvent.WorstFindingChanged.class);
        assertThat(diagnosed(closed).findings().stream()
                        .filter(found -> found.finding().id().equals(UpstreamSilent.ID)))
                .singleElement()
                .satisfies(found -> {
                    assertThat(found.untilEpochNanos()).isEqualTo(play.watched.endedAtEpochNanos());
                    assertThat(found.atEnd()).isFalse();
                });
        assertThat(play.watched.hangs()).isFalse();
        int told = play.told.size();
        play.looked();
        assertThat(play.told).as("nobody looks at what has ended").hasSize(told);
    }

    @Test
    void endThatAnsweredNothingIsFoundAtTheEnd() {
        SessionPlay play = play(PeerSockets.NONE).relayed(CLIENT, 400);
        play.after(5).fin(UPSTREAM).shut(CLIENT).after(1).fin(CLIENT).shut(UPSTREAM);
        SessionRecord closed = play.ended();
        assertThat(diagnosed(closed).findings())
                .extracting(found -> found.finding().id())
                .contains(EmptyReply.ID);
        assertThat(diagnosed(closed).findings()).allMatch(SessionFinding::atEnd);
        assertThat(play.lines).isEmpty();
    }

    @Test
    void endThatAnsweredAllButTheLastWordIsFoundAtTheEnd() {
        SessionPlay play = play(PeerSockets.NONE).relayed(CLIENT, 400).relayed(UPSTREAM, 10);
        play.after(1).relayed(CLIENT, 400);
        play.after(2).fin(UPSTREAM).shut(CLIENT).after(1).fin(CLIENT).shut(UPSTREAM);
        SessionRecord closed = play.ended();
        assertThat(closed.outcome()).isEqualTo(Outcome.CLEAN);
        assertThat(diagnosed(closed).findings())
                .extracting(found -> found.finding().id())
                .containsExactly(EmptyReply.ID);
    }

    @Test
    void endThatIsCleanIsLeftUnexaminedAndSaysSoByAnEmptyList() {
        SessionPlay play = play(PeerSockets.NONE).relayed(CLIENT, 400).relayed(UPSTREAM, 10);
        SessionRecord closed = play.after(5)
                .fin(CLIENT)
                .shut(UPSTREAM)
                .fin(UPSTREAM)
                .shut(CLIENT)
                .ended();
        assertThat(closed.outcome()).isEqualTo(Outcome.CLEAN);
        assertThat(diagnosed(closed)).isEqualTo(Diagnosed.of(List.of()));
    }

    @Test
    void sessionOfARouteThatIsNotDiagnosedHasNoFindingsAtAll() {
        assertThat(RouteDiagnosis.of(DiagnosisSettings.OFF, PeerSockets.NONE)).isNull();
        SessionPlay play = SessionPlay.connected().relayed(CLIENT, 400);
        sweeps(play, 100);
        assertThat(play.lines).isEmpty();
        assertThat(play.record().diagnosed()).isNull();
    }

    @Test
    void attemptWithoutKernelMemoryIsALimitOfFinspect() {
        SessionPlay play = new SessionPlay(diagnosis(PeerSockets.NONE)).accepted(null, null);
        play.after(1).attemptFailed(Errno.ENOMEM).givenUp(ConnectResult.FAILED);
        assertThat(diagnosed(play.ended(null, null)).findings())
                .extracting(found -> found.finding().id())
                .containsExactly(ProxyLimited.ID);
    }

    @Test
    void everyFailedAttemptIsTold() {
        SessionPlay play = new SessionPlay(diagnosis(PeerSockets.NONE)).accepted(null, null);
        play.after(1).attemptFailed(Errno.ECONNREFUSED).givenUp(ConnectResult.REFUSED);
        SessionRecord closed = play.ended(null, null);
        assertThat(diagnosed(closed).findings())
                .extracting(found -> found.finding().id())
                .containsExactly(ConnectRefused.ID);
        Finding refused = diagnosed(closed).findings().get(0).finding();
        assertThat(refused.first(Clue.CONNECT_ERRNO))
                .extracting(Evidence::text, Evidence::source)
                .containsExactly("ECONNREFUSED", Source.SOCKET);
    }

    @Test
    void connectionThatNobodyAnswersHangsWhileItIsTried() {
        SessionPlay play = new SessionPlay(diagnosis(PeerSockets.NONE)).accepted(null, null);
        play.tell(new SessionEvent.AttemptBegun(play.nowNanos, "db:5432", SessionPlay.UPSTREAM));
        for (int second = 1; second <= 3; second++) {
            play.after(1_000)
                    .tell(new SessionEvent.AttemptSampled(
                            play.nowNanos,
                            new Info()
                                    .state(TcpState.SYN_SENT)
                                    .retransmits(second)
                                    .build()))
                    .looked();
        }
        assertThat(play.lines).hasSize(1);
        Finding finding = about(play.lines.get(0)).finding();
        assertThat(finding.id()).isEqualTo(SynUnanswered.ID);
        assertThat(Objects.requireNonNull(finding.first(Clue.SYNS)).amount()).isEqualTo(4);
        play.after(10).connected(QUIET.build()).after(990).looked();
        assertThat(play.lines.get(1).event()).isEqualTo(RecordEvent.RECOVERED);
    }

    @Test
    void programThatDoesNotReadIsProvedByItsSocketAndNamed() {
        SessionPlay play = play(sockets).relayed(CLIENT, 400);
        for (int i = 0; i < 10 && play.lines.isEmpty(); i++) {
            sweeps(play, 1);
            answer(play, 400);
        }
        assertThat(sockets.asked).containsOnly(SessionPlay.UPSTREAM);
        Finding proved = about(play.lines.get(0)).finding();
        assertThat(proved.id()).isEqualTo(UpstreamSilent.ID);
        assertThat(proved.blame()).isEqualTo(Blame.UPSTREAM);
        assertThat(proved.confidence()).isEqualTo(Confidence.PROVED);
        assertThat(Objects.requireNonNull(proved.first(Clue.PEER_UNREAD)).amount())
                .isEqualTo(400);
        assertThat(Objects.requireNonNull(proved.first(Clue.PEER_PROGRAM)).text())
                .contains("postgres");
        assertThat(play.nowNanos - SessionPlay.START_NANOS)
                .as("five seconds of it are the threshold, and a second more at most")
                .isBetween(5_000_000_000L, 6_000_000_000L);
        sweeps(play, 5);
        answer(play, 0);
        assertThat(play.lines).hasSize(2);
        assertThat(play.lines.get(1).event())
                .as("an answer is looked at when it comes, not at the next sweep")
                .isEqualTo(RecordEvent.RECOVERED);
    }

    @Test
    void socketsAreAskedForAtOnceForSomebodyWhoWaits() {
        SessionPlay play = play(sockets).relayed(CLIENT, 400);
        assertThat(play.record().upstream().peerProgram().socket().isKnown()).isFalse();
        assertThat(play.watched.askPeers(play.nowNanos, rest -> rest.accept(play.nowNanos)))
                .isTrue();
        assertThat(sockets.asked).contains(SessionPlay.UPSTREAM).hasSize(2);
        answer(play, 400);
        PeerSocket seen = play.record().upstream().peerProgram().socket().orNull();
        assertThat(Objects.requireNonNull(seen).unreadBytes()).isEqualTo(400);
        sockets.taken = false;
        play.watched.askPeers(play.nowNanos, rest -> {});
        assertThat(play.watched.askPeers(play.nowNanos, rest -> {}))
                .as("the peers are elsewhere")
                .isFalse();
        assertThat(sockets.asked).as("and are left alone for a while").hasSize(4);
        play.ended();
        assertThat(play.watched.askPeers(play.nowNanos, rest -> {})).isFalse();
        assertThat(play(PeerSockets.NONE).watched.askPeers(play.nowNanos, rest -> {}))
                .isFalse();
    }

    /** The program stays stopped: the rules ask again before they look, and what they found never goes for want of an answer. */
    @Test
    void hangInWhichNothingMovesIsAskedAboutSeldomAndStands() {
        SessionPlay play = play(sockets).relayed(CLIENT, 400);
        int asked = 0;
        for (int second = 0; second < 900; second++) {
            sweeps(play, 1);
            answer(play, 400);
            assertThat(play.watched.hangs()).as("after " + second + " s").isEqualTo(second >= 5);
            if (second >= 5) {
                assertThat(diagnosed(play.record()).hangs())
                        .as("as a record has it")
                        .isTrue();
            }
            asked = second == 299 ? sockets.asked.size() : asked;
        }
        assertThat(play.lines).as("what stays so has one line").hasSize(1);
        assertThat(sockets.asked.size() - asked)
                .as("in ten minutes, of two peers")
                .isBetween(60, 130);
        play.relayed(UPSTREAM, 10);
        sweeps(play, 1);
        assertThat(play.lines.get(1).event()).isEqualTo(RecordEvent.RECOVERED);
    }

    /** Nobody answers a question that is on its way: the rules look some seconds later all the same. */
    @Test
    void lookThatWaitsForAnAnswerDoesNotWaitForLong() {
        SessionPlay play = play(sockets).relayed(CLIENT, 400);
        for (int second = 0; second < 300; second++) {
            sweeps(play, 1);
            answer(play, 400);
        }
        assertThat(play.watched.hangs()).isTrue();
        for (int second = 0; second < 300; second++) {
            sweeps(play, 1);
        }
        Finding standing = diagnosed(play.record()).findings().stream()
                .filter(each -> each.untilEpochNanos() == null)
                .findFirst()
                .orElseThrow()
                .finding();
        assertThat(standing.id()).isEqualTo(UpstreamSilent.ID);
    }

    @Test
    void answerThatComesAfterTheEndIsDropped() {
        SessionPlay play = play(sockets).relayed(CLIENT, 400);
        sweeps(play, 2);
        assertThat(sockets.answers).hasSize(1);
        SessionRecord closed = play.ended();
        answer(play, 400);
        assertThat(play.record()).isEqualTo(closed);
        assertThat(play.lines).isEmpty();
    }

    @Test
    void socketsAreNotAskedForWhereNothingIsToBeLearned() {
        SessionPlay play = play(sockets).relayed(CLIENT, 400).relayed(UPSTREAM, 10);
        sweeps(play, 200);
        assertThat(sockets.asked).as("whether the client has read the answer").containsExactly(SessionPlay.CLIENT);
        sockets.asked.clear();
        SessionPlay unconnected = new SessionPlay(diagnosis(sockets)).accepted(null, null);
        sweeps(unconnected, 200);
        assertThat(sockets.asked).isEmpty();
    }

    /** The answers to all look-ups so far: its process is stopped, with so many bytes unread. */
    private void answer(SessionPlay play, long unread) {
        List<Consumer<PeerSocket>> now = List.copyOf(sockets.answers);
        sockets.answers.clear();
        for (Consumer<PeerSocket> one : now) {
            one.accept(new PeerSocket(
                    play.watched.identity().epochNanos(play.nowNanos),
                    TcpState.ESTABLISHED,
                    unread,
                    0,
                    new PeerSocket.Due("none", -1),
                    new PeerSocket.Holder(true, 105, 812, "postgres", 'T'),
                    null,
                    null));
        }
    }

    private static SessionPlay play(PeerSockets sockets) {
        return new SessionPlay(diagnosis(sockets)).accepted(null, QUIET.build()).connected(QUIET.build());
    }

    private static RouteDiagnosis diagnosis(PeerSockets sockets) {
        return Objects.requireNonNull(RouteDiagnosis.of(DiagnosisSettings.STANDARD, sockets));
    }

    /** So many, a second apart. */
    private static void sweeps(SessionPlay play, int seconds) {
        for (int i = 0; i < seconds; i++) {
            play.after(1_000);
            if (play.watched.tracker().connected()) {
                for (Leg leg : Leg.values()) {
                    play.sampled(leg, QUIET);
                }
            }
            play.looked();
        }
    }

    private static Diagnosed diagnosed(SessionRecord record) {
        @Nullable Diagnosed diagnosed = record.diagnosed();
        return Objects.requireNonNull(diagnosed);
    }

    private static SessionFinding about(SessionRecord record) {
        return Objects.requireNonNull(diagnosed(record).about());
    }
}
