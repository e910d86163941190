package dev.finspect.session.passive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Thresholds;
import dev.finspect.diagnose.finding.UpstreamSilent;
import dev.finspect.fixture.WirePlay;
import dev.finspect.record.JoinedBy;
import dev.finspect.record.Outcome;
import dev.finspect.record.PeerSocket;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.kept.KeptCapture;
import dev.finspect.session.watch.DiagnosisSettings;
import dev.finspect.tcp.IpText;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.TcpSegment;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Two connections that a process of this host joins are one session while one hangs, and only if everything shows it. */
final class PassivePairsTest {
    private static final int CLIENT = 1;
    private static final int PROXY = 2;
    private static final int SERVICE = 3;
    private static final int LISTENS = 80;
    private static final int SERVES = 8_080;
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final PassiveScene scene = new PassiveScene();
    private final WirePlay client = asking(0, 5_000);
    private final WirePlay upstream = asked(0, 6_000);

    PassivePairsTest() {
        scene.takesQuestions = true;
    }

    /** A client of the proxy that waits for an answer; its time line is shifted by {@code at}, in microseconds. */
    private static WirePlay asking(long at, int port) {
        return WirePlay.of(CLIENT, port, PROXY, LISTENS)
                .opened(at)
                .data(at + 50, true, 100)
                .ack(at + 51, false);
    }

    /** What the proxy has passed on of it. */
    private static WirePlay asked(long at, int port) {
        return WirePlay.of(PROXY, port, SERVICE, SERVES)
                .opened(at + 20)
                .data(at + 60, true, 100)
                .ack(at + 61, false);
    }

    private PeerSocket heldBy(long processId) {
        return heldBy(processId, true);
    }

    private PeerSocket heldBy(long processId, boolean accepted) {
        return new PeerSocket(
                scene.nowNanos,
                TcpState.ESTABLISHED,
                0,
                0,
                new PeerSocket.Due("none", -1),
                new PeerSocket.Holder(accepted, 0, processId, "proxy", 'S'),
                null,
                null);
    }

    /** So many seconds pass, in which this process has the sockets of the proxy's listener, and that one those of its own. */
    private void pass(int seconds, long accepted, long connected) {
        for (int i = 0; i < seconds; i++) {
            scene.rest(SECOND);
            scene.answer(LISTENS, heldBy(accepted));
            for (int port = 6_000; port < 6_010; port++) {
                scene.answer(port, heldBy(connected));
            }
        }
    }

    private void more(WirePlay play, int from) {
        scene.segments(List.copyOf(since(play, from)));
    }

    private List<SessionRecord> lines(RecordEvent event) {
        return scene.lines.stream().filter(each -> each.event() == event).toList();
    }

    private SessionRecord closed(int clientPort) {
        return scene.closed.stream()
                .filter(each -> each.identity().client().getPort() == clientPort)
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    private static String upstreamOf(SessionRecord record) {
        InetSocketAddress peer = record.upstream().peer();
        return peer == null ? "" : IpText.endpoint(peer);
    }

    @Test
    void hangBehindAProxyIsReportedOnceAndNamesTheServiceBehindIt() {
        scene.play(client, upstream);
        pass(6, 42, 42);

        assertThat(lines(RecordEvent.HUNG)).hasSize(1);
        SessionRecord hung = lines(RecordEvent.HUNG).get(0);
        assertThat(hung.identity().client().getPort()).isEqualTo(5_000);
        assertThat(upstreamOf(hung)).isEqualTo("10.0.0.3:8080");
        assertThat(Objects.requireNonNull(hung.upstream().wire()).joinedBy()).isEqualTo(new JoinedBy("proxy", 42L));
        assertThat(Objects.requireNonNull(hung.client().wire()).joinedBy()).isNull();
        SessionFinding about =
                Objects.requireNonNull(Objects.requireNonNull(hung.diagnosed()).about());
        assertThat(about.finding().id()).isEqualTo(UpstreamSilent.ID);
        assertThat(about.finding().blame()).isEqualTo(Blame.UPSTREAM);
        assertThat(scene.connections.directory().livingCount()).isEqualTo(1);
        SessionRecord shown =
                scene.connections.directory().find(hung.identity().id()).join().orElseThrow();
        assertThat(upstreamOf(shown)).isEqualTo("10.0.0.3:8080");
        assertThat(kept(hung)).containsExactly(Leg.CLIENT, Leg.UPSTREAM);
        String former = scene.merged.get(0).identity().id();
        assertThat(scene.connections.kept(former)).hasSize(2);
    }

    private List<Leg> kept(SessionRecord record) {
        return scene.connections.kept(record.identity().id()).stream()
                .map(KeptCapture::leg)
                .toList();
    }

    /** As one that reads the request first, or that the machine kept waiting. */
    @Test
    void proxyMayConnectSomeTimeAfterTheRequestHasCome() {
        scene.play(client, asked(5_000, 6_000));
        pass(6, 42, 42);

        assertThat(lines(RecordEvent.HUNG)).hasSize(1);
        assertThat(upstreamOf(lines(RecordEvent.HUNG).get(0))).isEqualTo("10.0.0.3:8080");
    }

    @Test
    void programOfTheServiceIsAskedForOnceTheLegsAreKnown() {
        scene.play(client, upstream);
        pass(6, 42, 42);

        assertThat(scene.questions)
                .extracting(each -> each.peer().getPort())
                .contains(SERVES)
                .doesNotContain(LISTENS);
    }

    @Test
    void whenTheServiceAnswersAndAllCloseThereIsOneRecordOfBoth() {
        scene.play(client, upstream);
        pass(6, 42, 42);
        int before = upstream.segments().size();
        upstream.data(6_500_000, false, 300).ack(6_500_001, true);
        more(upstream, before);
        before = client.segments().size();
        client.data(6_500_010, false, 300).ack(6_500_011, true);
        more(client, before);
        pass(2, 42, 42);
        assertThat(lines(RecordEvent.RECOVERED)).hasSize(1);

        before = client.segments().size();
        client.closed(9_000_000);
        int beforeUpstream = upstream.segments().size();
        upstream.closed(9_000_010);
        more(client, before);
        more(upstream, beforeUpstream);
        scene.rest(Duration.ofSeconds(8));

        SessionRecord record = closed(5_000);
        assertThat(record.outcome()).isEqualTo(Outcome.CLEAN);
        assertThat(upstreamOf(record)).isEqualTo("10.0.0.3:8080");
        assertThat(record.client().data().traffic().bytesReceived().or(0L)).isEqualTo(100);
        assertThat(record.upstream().data().traffic().bytesReceived().or(0L)).isEqualTo(300);
        assertThat(Objects.requireNonNull(record.diagnosed()).findings())
                .extracting(each -> each.finding().id())
                .containsExactly(UpstreamSilent.ID);
        assertThat(scene.closed).as("the upstream's goes on in the client's").hasSize(1);
        assertThat(scene.connections.directory().livingCount()).isZero();
        assertThat(scene.connections.kept(record.identity().id()))
                .extracting(leg -> leg.segments().size())
                .containsExactly(client.segments().size(), upstream.segments().size());
        assertThat(scene.connections.keptLiving()).isZero();
        assertThat(scene.interfaces(record)).containsExactly("client to its proxy", "proxy to upstream");
    }

    @Test
    void socketsOfTwoProcessesAreTwoSessions() {
        scene.play(client, upstream);
        pass(8, 42, 43);
        assertThat(lines(RecordEvent.HUNG))
                .hasSize(2)
                .allMatch(SessionRecord::single)
                .allSatisfy(each -> assertThat(kept(each)).containsExactly(Leg.CLIENT));
    }

    @Test
    void withoutAnAnswerAboutTheSocketsTheyAreTwo() {
        scene.play(client, upstream);
        scene.rest(Duration.ofSeconds(8));
        assertThat(lines(RecordEvent.HUNG)).hasSize(2).allMatch(SessionRecord::single);
    }

    @Test
    void whereNoQuestionIsTakenTheyAreTwo() {
        scene.takesQuestions = false;
        scene.play(client, upstream);
        scene.rest(Duration.ofSeconds(8));
        assertThat(lines(RecordEvent.HUNG)).hasSize(2).allMatch(SessionRecord::single);
    }

    @Test
    void socketThatNobodyHasAcceptedIsNoLeg() {
        scene.play(client, upstream);
        for (int i = 0; i < 8; i++) {
            scene.rest(SECOND);
            scene.answer(LISTENS, heldBy(42, false));
            scene.answer(6_000, heldBy(42));
        }
        assertThat(lines(RecordEvent.HUNG)).hasSize(2).allMatch(SessionRecord::single);
    }

    @Test
    void processThatCannotBeSeenJoinsNothing() {
        scene.play(client, upstream);
        pass(8, -1, -1);
        assertThat(lines(RecordEvent.HUNG)).hasSize(2).allMatch(SessionRecord::single);
    }

    @Test
    void otherListenerOfTheSameProcessCountsAsWell() {
        WirePlay older = WirePlay.of(CLIENT, 4_000, PROXY, 81).opened(-20_000_000);
        scene.play(older);
        older.data(55, true, 100).ack(56, false);
        scene.segments(byTime(since(older, 3), client.segments(), upstream.segments()));
        for (int i = 0; i < 8; i++) {
            scene.rest(SECOND);
            scene.answer(81, heldBy(42));
            scene.answer(6_000, heldBy(42));
            scene.answer(LISTENS, heldBy(42));
        }
        assertThat(lines(RecordEvent.HUNG)).hasSize(3).allMatch(SessionRecord::single);
    }

    /** It takes too long to find out of each whether it has an upstream connection of its own. */
    @Test
    void whereTooManyClientsWaitItMayBeAnothersWord() {
        PassiveScene crowd = new PassiveScene(
                new DiagnosisSettings(true, Thresholds.STANDARD.after(Duration.ofSeconds(2))),
                2_000,
                tuple -> true,
                Duration.ZERO);
        crowd.takesQuestions = true;
        List<WirePlay> others = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            long at = -30_000_000L + i * 10_000L;
            others.add(WirePlay.of(CLIENT, 20_000 + i, PROXY, LISTENS)
                    .opened(at)
                    .data(at + 50, true, 200 + i)
                    .ack(at + 51, false));
            others.add(WirePlay.of(PROXY, 30_000 + i, SERVICE, SERVES)
                    .opened(at + 20)
                    .data(at + 60, true, 200 + i)
                    .ack(at + 61, false));
        }
        crowd.play(others.toArray(WirePlay[]::new)).play(client, upstream);
        for (int i = 0; i < 8; i++) {
            crowd.rest(SECOND);
            crowd.answer(LISTENS, heldBy(42));
            crowd.answer(6_000, heldBy(42));
        }
        assertThat(crowd.merged).isEmpty();
    }

    @Test
    void otherClientWithAnUpstreamConnectionOfItsOwnDoesNotCount() {
        WirePlay other = asking(-20_000_000, 4_000);
        WirePlay own = asked(-20_000_000, 6_001);
        scene.play(other, own);
        pass(6, 42, 42);
        scene.play(client, upstream);
        pass(6, 42, 42);
        assertThat(lines(RecordEvent.HUNG)).hasSize(2).noneMatch(SessionRecord::single);
    }

    @Test
    void processThatConnectsToItselfIsNoOtherClient() {
        scene.play(client, upstream);
        for (int i = 0; i < 6; i++) {
            scene.rest(SECOND);
            scene.answer(SERVES, heldBy(42));
            scene.answer(LISTENS, heldBy(42));
            scene.answer(6_000, heldBy(42, false));
        }
        assertThat(lines(RecordEvent.HUNG)).hasSize(1).noneMatch(SessionRecord::single);
    }

    @Test
    void clientThatClosedLongAgoHasARecordOfItsOwn() {
        scene.play(client, upstream);
        pass(6, 42, 42);
        int before = client.segments().size();
        client.closed(6_500_000);
        more(client, before);
        pass(80, 42, 42);

        assertThat(closed(5_000).single()).isTrue();
        assertThat(scene.connections.directory().livingCount()).isEqualTo(1);
    }

    @Test
    void twoThatFitAreNotJoined() {
        scene.play(client, upstream, asking(5, 5_001), asked(5, 6_001));
        pass(8, 42, 42);
        assertThat(lines(RecordEvent.HUNG)).hasSize(4).allMatch(SessionRecord::single);
    }

    @Test
    void olderClientThatWaitsTooMayHaveCausedIt() {
        WirePlay older = WirePlay.of(CLIENT, 4_000, PROXY, LISTENS).opened(-20_000_000);
        scene.play(older);
        older.data(55, true, 100).ack(56, false);
        scene.segments(byTime(since(older, 3), client.segments(), upstream.segments()));
        pass(8, 42, 42);
        assertThat(lines(RecordEvent.HUNG)).hasSize(3).allMatch(SessionRecord::single);
    }

    @Test
    void olderClientThatWasAnsweredHasNotCausedIt() {
        WirePlay older = WirePlay.of(CLIENT, 4_000, PROXY, LISTENS).opened(-20_000_000);
        scene.play(older);
        older.data(30, true, 100).data(40, false, 10).ack(41, true);
        scene.segments(byTime(since(older, 3), client.segments(), upstream.segments()));
        pass(6, 42, 42);
        assertThat(lines(RecordEvent.HUNG)).hasSize(1).noneMatch(SessionRecord::single);
    }

    private static List<TcpSegment> since(WirePlay play, int from) {
        return play.segments().subList(from, play.segments().size());
    }

    @SafeVarargs
    private static List<TcpSegment> byTime(List<TcpSegment>... some) {
        return Stream.of(some)
                .flatMap(List::stream)
                .sorted(Comparator.comparingLong(TcpSegment::atNanos))
                .toList();
    }

    @Test
    void upstreamThatThenServesAnotherClientIsNoLegAnyMore() {
        scene.play(client, upstream);
        pass(6, 42, 42);
        int before = upstream.segments().size();
        upstream.data(6_500_000, true, 70).ack(6_500_001, false);
        more(upstream, before);
        pass(2, 42, 42);

        assertThat(scene.connections.directory().livingCount()).isEqualTo(2);
        scene.end();
        assertThat(closed(5_000).single()).isTrue();
        assertThat(closed(6_000).single()).isTrue();
    }

    @Test
    void bytesThatTheProxyKeepsAreItsOwnFault() {
        scene.play(client, upstream);
        pass(6, 42, 42);
        int before = client.segments().size();
        client.data(6_500_000, true, 70).ack(6_500_001, false);
        more(client, before);
        pass(6, 42, 42);

        SessionRecord last = scene.lines.get(scene.lines.size() - 1);
        assertThat(scene.connections.directory().livingCount()).isEqualTo(2);
        assertThat(last.single()).isTrue();
    }

    @Test
    void whenTheyAreTwoAgainALineSaysThatTheHangOfBothIsOver() {
        scene.play(client, upstream);
        pass(6, 42, 42);
        int before = upstream.segments().size();
        upstream.data(6_500_000, true, 70).ack(6_500_001, false);
        more(upstream, before);
        pass(2, 42, 42);

        assertThat(lines(RecordEvent.RECOVERED)).hasSize(1);
        SessionRecord over = lines(RecordEvent.RECOVERED).get(0);
        assertThat(upstreamOf(over)).isEqualTo("10.0.0.3:8080");
        assertThat(Objects.requireNonNull(over.diagnosed()).findings())
                .allMatch(each -> each.untilEpochNanos() != null);
        scene.end();
        assertThat(Objects.requireNonNull(closed(5_000).diagnosed()).findings())
                .as("what was found of both stays in the client's record")
                .anyMatch(each -> each.finding().id().equals(UpstreamSilent.ID) && each.untilEpochNanos() != null);
    }

    @Test
    void whatWasSaidOfEachIsWithdrawnWhenTheyAreJoined() {
        scene.play(client, upstream);
        scene.rest(Duration.ofSeconds(8));
        assertThat(lines(RecordEvent.HUNG)).hasSize(2).allMatch(SessionRecord::single);
        pass(20, 42, 42);

        assertThat(lines(RecordEvent.RECOVERED))
                .extracting(each -> each.identity().client().getPort())
                .containsExactlyInAnyOrder(5_000, 6_000);
        assertThat(lines(RecordEvent.RECOVERED)).allMatch(SessionRecord::single);
        assertThat(lines(RecordEvent.HUNG)).hasSize(3);
        assertThat(upstreamOf(lines(RecordEvent.HUNG).get(2))).isEqualTo("10.0.0.3:8080");
    }

    @Test
    void upstreamThatBecomesALegHasNotEnded() {
        scene.play(client, upstream);
        pass(6, 42, 42);

        assertThat(scene.closed).isEmpty();
        assertThat(scene.merged).hasSize(1);
        SessionRecord merged = scene.merged.get(0);
        assertThat(merged.identity().client().getPort()).isEqualTo(6_000);
        assertThat(merged.event()).isEqualTo(RecordEvent.PROGRESS);
        SessionRecord shown = scene.connections
                .directory()
                .find(merged.identity().id())
                .join()
                .orElseThrow();
        assertThat(shown.identity().client().getPort())
                .as("its id leads to the session in which it goes on")
                .isEqualTo(5_000);
        assertThat(scene.connections.directory().find("none").join()).isEmpty();
    }

    @Test
    void nothingIsCountedTwiceWhenTheyAreTwoAgain() {
        scene.play(client, upstream);
        pass(6, 42, 42);
        int before = upstream.segments().size();
        upstream.data(6_500_000, true, 70).ack(6_500_001, false);
        more(upstream, before);
        pass(2, 42, 42);
        scene.end();

        assertThat(scene.opened).hasSize(2);
        assertThat(scene.events(SessionEvent.Accepted.class)).hasSize(2);
        assertThat(scene.closed).hasSize(2);
        assertThat(scene.over).hasSize(2);
        assertThat(scene.connections.counters().acceptedSessions.sum()).isEqualTo(2);
        assertThat(scene.connections.counters().activeSessions.sum()).isZero();
    }

    @Test
    void whatLivesAtTheEndOfTheWatchHasOneRecordWithWhatHangs() {
        scene.play(client, upstream);
        pass(6, 42, 42);
        scene.end();

        SessionRecord record = closed(5_000);
        Diagnosed diagnosed = Objects.requireNonNull(record.diagnosed());
        assertThat(record.event()).isEqualTo(RecordEvent.PROGRESS);
        assertThat(upstreamOf(record)).isEqualTo("10.0.0.3:8080");
        assertThat(diagnosed.findings()).extracting(each -> each.finding().id()).containsExactly(UpstreamSilent.ID);
        assertThat(scene.connections.counters().activeSessions.sum()).isZero();
    }

    @Test
    void clientThatGoesWhileTheServiceIsStillSilentLeavesTheHangNamed() {
        scene.play(client, upstream);
        pass(6, 42, 42);
        int before = client.segments().size();
        client.rst(6_500_000, true);
        more(client, before);
        before = upstream.segments().size();
        upstream.rst(6_500_010, true);
        more(upstream, before);
        scene.rest(Duration.ofSeconds(8));

        SessionRecord record = closed(5_000);
        assertThat(record.outcome()).isEqualTo(Outcome.RESET);
        assertThat(upstreamOf(record)).isEqualTo("10.0.0.3:8080");
        assertThat(Objects.requireNonNull(record.diagnosed()).findings())
                .extracting(each -> each.finding().id())
                .contains(UpstreamSilent.ID);
    }

    @Test
    void healthySessionsThroughAProxyAreNotLookedUp() {
        scene.play(
                client.data(200, false, 10).ack(201, true),
                upstream.data(150, false, 10).ack(151, true));
        scene.rest(Duration.ofSeconds(30));
        assertThat(scene.lines).isEmpty();
        assertThat(scene.connections.directory().livingCount()).isEqualTo(2);
    }
}
