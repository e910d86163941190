package dev.finspect.session.passive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.Thresholds;
import dev.finspect.diagnose.finding.UpstreamSilent;
import dev.finspect.fixture.WirePlay;
import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.record.CaptureMode;
import dev.finspect.record.LegRecord;
import dev.finspect.record.LegWire;
import dev.finspect.record.Outcome;
import dev.finspect.record.PeerSocket;
import dev.finspect.session.Change;
import dev.finspect.session.ChangedSession;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.LivingSession;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionDirectory;
import dev.finspect.session.SessionDirectory.Selection;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionRow;
import dev.finspect.session.SessionWalk;
import dev.finspect.session.file.CapturedConnections;
import dev.finspect.session.file.CapturedRecords;
import dev.finspect.session.watch.DiagnosisSettings;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.TcpSegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Connections of others are followed as in a file, and what hangs in them is reported while it hangs. */
final class PassiveConnectionsTest {
    private static final Duration FIVE_SECONDS = Duration.ofSeconds(5);

    private final PassiveScene scene = new PassiveScene();

    private static WirePlay play(int port) {
        return WirePlay.of(1, port, 2, 80);
    }

    private static WirePlay asked(int port) {
        return play(port).opened(0).data(100, true, 50).ack(101, false);
    }

    private static WirePlay answered(int port) {
        return asked(port).data(200, false, 70).ack(201, true);
    }

    /** What a file of these segments says, the last of which closes. */
    private static SessionRecord read(List<TcpSegment> segments) {
        List<SessionRecord> all = new ArrayList<>();
        CapturedRecords records = new CapturedRecords(WirePlay.START, 0);
        CapturedConnections connections =
                new CapturedConnections(WirePlay.settings(), WirePlay.START, records, new CapturedConnections.Outlet() {
                    @Override
                    public void alone(ConnectionFacts facts, boolean continued) {
                        all.add(records.alone(facts, facts.lastAtNanos()));
                    }

                    @Override
                    public void joined(ConnectionFacts client, ConnectionFacts upstream) {
                        throw new AssertionError("one connection alone");
                    }
                });
        segments.forEach(connections::segment);
        connections.advanceTo(WirePlay.START + 10 * PassiveScene.SECOND);
        connections.finish();
        return all.get(0);
    }

    private static LegRecord asWatched(LegRecord leg) {
        LegWire wire = Objects.requireNonNull(leg.wire());
        return new LegRecord(
                leg.leg(),
                leg.ends(),
                leg.search(),
                leg.handshake(),
                leg.data(),
                leg.close(),
                leg.peerProgram(),
                new LegWire(
                        CaptureMode.WATCHED,
                        wire.startMissed(),
                        0L,
                        wire.peer(),
                        wire.facts(),
                        wire.earlierId(),
                        wire.acksCaptured(),
                        null),
                null);
    }

    private @Nullable Finding standing() {
        List<SessionEvent.WorstFindingChanged> all = scene.events(SessionEvent.WorstFindingChanged.class);
        return all.isEmpty() ? null : all.get(all.size() - 1).now();
    }

    private SessionDirectory directory() {
        return scene.connections.directory();
    }

    private List<LivingSession> walk(Selection selection) {
        try (SessionWalk walk = directory().walk(selection)) {
            return walk.next(100).join();
        }
    }

    @Test
    void cleanConnectionHasTheRecordOfAFile() {
        WirePlay play = answered(1_000).closed(300);

        scene.play(play).rest(Duration.ofSeconds(8));

        SessionRecord expected = read(play.segments());
        SessionRecord watched = scene.closed.get(0);
        assertThat(scene.closed).hasSize(1);
        assertThat(watched.outcome()).isEqualTo(Outcome.CLEAN);
        assertThat(watched.client()).isEqualTo(asWatched(expected.client()));
        assertThat(watched.close()).isEqualTo(expected.close());
        assertThat(watched.result()).isEqualTo(expected.result());
        assertThat(watched.diagnosed()).isEqualTo(expected.diagnosed());
        assertThat(watched.durationNanos()).isEqualTo(expected.durationNanos());
        assertThat(watched.event()).isEqualTo(expected.event());
        assertThat(watched.identity().client()).isEqualTo(expected.identity().client());
        assertThat(watched.identity().route()).isEqualTo("watch");
        assertThat(scene.over.get(0).closedRecord()).isEqualTo(watched);
        assertThat(scene.over.get(0).identity()).isEqualTo(watched.identity());
        assertThat(scene.over.get(0).endedAtNanos()).isEqualTo(WirePlay.START + watched.durationNanos());
        assertThat(scene.over.get(0).estimateBytes()).isPositive();
        assertThat(scene.over.get(0).captures().any()).isFalse();
    }

    @Test
    void oneThatClosesBeforeItIsLookedAtIsOpenedAndClosed() {
        scene.play(answered(1_000).closed(300)).rest(Duration.ofSeconds(8));

        assertThat(scene.opened).hasSize(1);
        assertThat(scene.events(SessionEvent.Accepted.class)).hasSize(1);
        assertThat(scene.connections.counters().acceptedSessions.sum()).isEqualTo(1);
        assertThat(scene.connections.counters().activeSessions.sum()).isZero();
        assertThat(scene.connections.counters().clientBytesReceived.sum()).isEqualTo(50);
        assertThat(scene.connections.counters().clientBytesSent.sum()).isEqualTo(70);
    }

    @Test
    void silentServerIsNamedWhileItIsSilentAndNoLongerWhenItAnswers() {
        WirePlay play = asked(1_000);
        scene.play(play).rest(FIVE_SECONDS);

        Finding found = Objects.requireNonNull(standing());
        assertThat(found.id()).isEqualTo(UpstreamSilent.ID);
        assertThat(found.blame()).isEqualTo(Blame.UPSTREAM);
        assertThat(scene.lines).extracting(SessionRecord::event).containsExactly(RecordEvent.HUNG);
        assertThat(walk(new Selection(null, true))).hasSize(1);

        int before = play.segments().size();
        play.data(6_000_000, false, 10).ack(6_000_001, true);
        scene.segments(play.segments().subList(before, play.segments().size())).rest(Duration.ofSeconds(2));

        assertThat(standing()).isNull();
        assertThat(scene.lines)
                .extracting(SessionRecord::event)
                .containsExactly(RecordEvent.HUNG, RecordEvent.RECOVERED);
        assertThat(walk(new Selection(null, true))).isEmpty();
        assertThat(walk(Selection.ALL)).hasSize(1);
    }

    @Test
    void whatHungIsInTheLastRecord() {
        WirePlay play = asked(1_000);
        scene.play(play).rest(FIVE_SECONDS);
        int before = play.segments().size();
        play.rst(6_000_000, true);
        scene.segments(play.segments().subList(before, play.segments().size())).rest(Duration.ofSeconds(8));

        Diagnosed diagnosed = Objects.requireNonNull(scene.closed.get(0).diagnosed());
        assertThat(diagnosed.findings().get(0).finding().id()).isEqualTo(UpstreamSilent.ID);
        assertThat(diagnosed.findings().get(0).untilEpochNanos()).isEqualTo(WirePlay.START + 6_000_000_000L);
        assertThat(scene.events(SessionEvent.FindingCleared.class)).hasSize(1);
    }

    @Test
    void aSocketOfThisHostShowsWhoDoesNotRead() {
        scene.takesQuestions = true;
        scene.play(asked(1_000));
        for (int i = 0; i < 12; i++) {
            scene.rest(Duration.ofSeconds(1));
            scene.answer(80, unread(scene.nowNanos, 50));
        }

        SessionRecord record = directory().find(scene.opened.get(0).id()).join().orElseThrow();
        Finding found =
                Objects.requireNonNull(record.diagnosed()).findings().get(0).finding();
        assertThat(found.id()).isEqualTo(UpstreamSilent.ID);
        assertThat(Objects.requireNonNull(found.first(Clue.PEER_UNREAD)).amount())
                .isEqualTo(50);
        assertThat(Objects.requireNonNull(found.first(Clue.PEER_PROGRAM)).text())
                .contains("server");
    }

    private static PeerSocket unread(long atNanos, long bytes) {
        return new PeerSocket(
                atNanos,
                TcpState.ESTABLISHED,
                bytes,
                0,
                new PeerSocket.Due("none", -1),
                new PeerSocket.Holder(true, 0, 42, "server", 'S'),
                null,
                null);
    }

    @Test
    void aConnectionThatHadBegunIsFollowedFromItsMiddleAndNothingIsConcluded() {
        WirePlay play = answered(1_000).data(300, true, 20).ack(301, false);
        scene.segments(play.segments().subList(5, play.segments().size())).rest(Duration.ofSeconds(2));

        SessionRecord living = directory().find(scene.opened.get(0).id()).join().orElseThrow();
        assertThat(Objects.requireNonNull(living.client().wire()).startMissed()).isTrue();
        assertThat(living.client().handshake().synAt().isKnown()).isFalse();
        assertThat(scene.lines).isEmpty();
    }

    @Test
    void aSegmentSeenOnASecondInterfaceCountsOnce() {
        WirePlay play = answered(1_000).closed(300);
        List<TcpSegment> twice = new ArrayList<>();
        for (TcpSegment each : play.segments()) {
            twice.add(each);
            twice.add(onInterface(each, 2));
        }

        scene.segments(twice).rest(Duration.ofSeconds(8));

        assertThat(scene.closed.get(0).client().data())
                .isEqualTo(read(play.segments()).client().data());
    }

    private static TcpSegment onInterface(TcpSegment one, int id) {
        return new TcpSegment(
                one.atNanos() + 1_000,
                id,
                one.direction(),
                one.tuple(),
                one.ttl(),
                one.ipBytes(),
                one.sequenceNumber(),
                one.acknowledgmentNumber(),
                one.flags(),
                one.windowField(),
                one.payloadBytes(),
                one.urgentPointer(),
                one.options(),
                one.checksum());
    }

    @Test
    void whatNobodyWantsIsNotFollowed() {
        PassiveScene some = new PassiveScene(
                DiagnosisSettings.STANDARD,
                10,
                tuple -> tuple.sourcePort() == 80 || tuple.destinationPort() == 80,
                Duration.ZERO);

        WirePlay unwanted = WirePlay.of(1, 2_000, 2, 81).opened(0);
        some.play(asked(1_000), unwanted);
        some.connections.icmpError(unwanted.unreachable(200), new byte[0]);
        some.connections.icmpError(asked(1_000).unreachable(200), new byte[0]);
        some.rest(Duration.ofSeconds(2));

        assertThat(some.opened).extracting(each -> each.accepted().getPort()).containsExactly(80);
    }

    @Test
    void lostPacketsAreInTheRecordsOfThoseThatLivedThen() {
        scene.play(asked(1_000)).rest(Duration.ofSeconds(2));
        scene.connections.dropped(7, scene.nowNanos - 10, scene.nowNanos);
        scene.rest(FIVE_SECONDS);
        scene.play(WirePlay.of(1, 3_000, 2, 80).opened(9_000_000)).rest(Duration.ofSeconds(2));

        List<LivingSession> living = walk(Selection.ALL);
        assertThat(living)
                .extracting(each -> Objects.requireNonNull(
                                each.record().join().orElseThrow().client().wire())
                        .droppedPackets())
                .containsExactly(7L, 0L);
    }

    @Test
    void theLongestSilentIsLetGoWhenThereAreTooMany() {
        PassiveScene few = new PassiveScene(
                new DiagnosisSettings(true, Thresholds.STANDARD.after(Duration.ofSeconds(2))),
                1,
                tuple -> true,
                Duration.ZERO);
        few.play(asked(1_000)).rest(FIVE_SECONDS);
        few.play(WirePlay.of(1, 3_000, 2, 80).opened(6_000_000)).rest(Duration.ofSeconds(2));

        assertThat(few.connections.evicted()).isEqualTo(1);
        SessionRecord letGo = few.closed.get(0);
        assertThat(letGo.event()).isEqualTo(RecordEvent.PROGRESS);
        assertThat(letGo.outcome()).isNull();
        assertThat(Objects.requireNonNull(letGo.diagnosed()).findings())
                .extracting(each -> each.finding().id())
                .containsExactly(UpstreamSilent.ID);
        assertThat(few.events(SessionEvent.FindingCleared.class)).hasSize(1);
    }

    @Test
    void allThatLiveEndWithTheCapture() {
        scene.play(asked(1_000)).rest(FIVE_SECONDS).end().end();

        assertThat(scene.closed).hasSize(1);
        assertThat(Objects.requireNonNull(scene.closed.get(0).diagnosed()).findings())
                .extracting(SessionFinding::untilEpochNanos)
                .containsOnlyNulls();
        assertThat(directory().livingCount()).isZero();
        scene.answer(80, unread(scene.nowNanos, 50));
    }

    @Test
    void oneThatMovesOrHangsHasARecordOfItsProgress() {
        PassiveScene with = new PassiveScene(
                new DiagnosisSettings(true, Thresholds.STANDARD.after(Duration.ofSeconds(2))),
                10,
                tuple -> true,
                Duration.ofSeconds(4));
        with.play(asked(1_000)).rest(Duration.ofSeconds(9));

        assertThat(with.lines)
                .extracting(SessionRecord::event)
                .containsExactly(RecordEvent.HUNG, RecordEvent.PROGRESS, RecordEvent.PROGRESS);
    }

    @Test
    void withoutDiagnosisNothingIsFound() {
        PassiveScene off = new PassiveScene(DiagnosisSettings.OFF, 10, tuple -> true, Duration.ZERO);
        off.play(asked(1_000)).rest(Duration.ofSeconds(200));
        String id = off.opened.get(0).id();

        assertThat(off.lines).isEmpty();
        assertThat(off.connections.directory().find(id).join().orElseThrow().diagnosed())
                .isEqualTo(Diagnosed.of(List.of()));
        off.connections.directory().askPeers(id).join();
        off.end();
        assertThat(off.closed.get(0).diagnosed()).isNull();
    }

    @Test
    void directoryFindsWhatLives() {
        scene.takesQuestions = true;
        scene.play(asked(1_000), asked(1_001)).rest(Duration.ofSeconds(2));
        String id = scene.opened.get(1).id();

        assertThat(walk(Selection.ALL)).hasSize(2);
        assertThat(walk(new Selection("another", false))).isEmpty();
        assertThat(walk(new Selection("watch", false)))
                .extracting(each -> each.row().identity().id())
                .containsExactly(scene.opened.get(0).id(), id);
        SessionRow row = walk(Selection.ALL).get(1).row();
        assertThat(Objects.requireNonNull(row.client().peer()).getPort()).isEqualTo(1_001);
        assertThat(Objects.requireNonNull(row.upstream().peer()).getPort())
                .as("the other end")
                .isEqualTo(80);
        assertThat(row.upstream().sentBytes())
                .isPositive()
                .isEqualTo(row.client().receivedBytes());
        assertThat(directory()
                        .ids(id.substring(0, 11).toLowerCase(java.util.Locale.ROOT), 5)
                        .join())
                .containsExactly(id);
        assertThat(directory().find(id).join().orElseThrow().identity().id()).isEqualTo(id);
        assertThat(directory().find("nobody").join()).isEmpty();
        assertThat(directory().livingCount()).isEqualTo(2);

        var asked = directory().askPeers(id);
        assertThat(asked).isNotDone();
        scene.answer(80, unread(scene.nowNanos, 0));
        scene.answer(1_001, unread(scene.nowNanos, 0));
        asked.join();
        assertThat(directory()
                        .find(id)
                        .join()
                        .orElseThrow()
                        .client()
                        .peerProgram()
                        .socket()
                        .isKnown())
                .isTrue();
        directory().askPeers(null).join();
    }

    @Test
    void thoseWhoFollowAreSentWhatChanged() {
        WirePlay play = asked(1_000);
        scene.play(play).rest(Duration.ofSeconds(2));

        assertThat(directory().changed(10, 10).join())
                .extracting(ChangedSession::changes)
                .allSatisfy(each -> assertThat(each).contains(Change.OPENED, Change.FIRST_BYTES));
        assertThat(directory().changed(10, 10).join()).isEmpty();

        scene.rest(FIVE_SECONDS);
        List<ChangedSession> hung = directory().changed(10, 10).join();
        assertThat(hung).hasSize(1);
        assertThat(hung.get(0).changes()).contains(Change.HUNG);
        assertThat(Objects.requireNonNull(hung.get(0).record().diagnosed()).hangs())
                .isTrue();

        scene.rest(Duration.ofSeconds(15));
        assertThat(directory().changed(10, 0).join())
                .as("later ones are not wanted")
                .isEmpty();
        assertThat(directory().changed(10, 10).join())
                .as("its times have grown")
                .hasSize(1);
        assertThat(directory().changed(0, 0).join()).isEmpty();
    }

    @Test
    void hangOfOneThatClosesIsOverWithIt() {
        WirePlay play = asked(1_000);
        scene.play(play).rest(FIVE_SECONDS);
        int before = play.segments().size();
        play.data(6_000_000, false, 10).closed(6_000_100);
        scene.segments(play.segments().subList(before, play.segments().size())).rest(Duration.ofSeconds(2));

        assertThat(standing()).isNull();
        assertThat(scene.closed).as("stray segments can still follow").isEmpty();
    }

    @Test
    void idsSortByStart() {
        scene.play(asked(1_000), asked(1_001)).rest(Duration.ofSeconds(2));
        assertThat(scene.opened).extracting(each -> each.id()).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void refusedAttemptIsAFailedConnection() {
        scene.play(play(1_000).syn(0).rst(10, false)).rest(Duration.ofSeconds(8));

        assertThat(scene.closed.get(0).event()).isEqualTo(RecordEvent.ATTEMPT_FAILED);
        assertThat(scene.closed.get(0).errorType()).isEqualTo("refused");
    }
}
