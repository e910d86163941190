package dev.finspect.session.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.finding.NotReading;
import dev.finspect.fixture.WirePlay;
import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.Connections;
import dev.finspect.lifecycle.connection.Endpoint;
import dev.finspect.record.CloseAct;
import dev.finspect.record.CloseMark;
import dev.finspect.record.LegClose;
import dev.finspect.record.LegRecord;
import dev.finspect.record.LegWire;
import dev.finspect.record.Outcome;
import dev.finspect.record.Relayed;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.explain.Explanation;
import dev.finspect.session.explain.ExplanationText;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.TcpSegment.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connections out of a capture become records that say what the segments say, and nothing else. */
final class CapturedRecordsTest {
    private static final CapturedRecords RECORDS = new CapturedRecords(WirePlay.START, 0);

    private static WirePlay play() {
        return WirePlay.of(1, 5_000, 2, 80);
    }

    private static SessionRecord record(WirePlay play) {
        return RECORDS.alone(play.facts());
    }

    private static long at(long micros) {
        return WirePlay.START + micros * 1_000;
    }

    private static <T> Fact<T> wire(T value) {
        return new Fact<>(value, Source.WIRE);
    }

    @Test
    void oneConnectionIsTheClientLeg() {
        SessionRecord record = record(play().opened(0)
                .data(10, true, 7)
                .data(20, false, 30)
                .fin(30, true)
                .ack(31, false)
                .data(40, false, 5)
                .fin(50, false)
                .ack(51, true));
        assertThat(record.event()).isEqualTo(RecordEvent.CLOSED);
        assertThat(record.single()).isTrue();
        assertThat(record.outcome()).isEqualTo(Outcome.CLEAN);
        assertThat(record.errorType()).isNull();
        assertThat(record.evidence()).isEqualTo(Source.WIRE);
        assertThat(record.identity().route()).isEmpty();
        assertThat(record.identity().startEpochNanos()).isEqualTo(at(0));
        assertThat(record.durationNanos()).isEqualTo(51_000);
        LegRecord leg = record.client();
        assertThat(leg.peer()).hasToString("/10.0.0.1:5000");
        assertThat(leg.local()).hasToString("/10.0.0.2:80");
        assertThat(leg.connState()).isEqualTo("SF");
        assertThat(leg.data().traffic().bytesReceived()).isEqualTo(wire(7L));
        assertThat(leg.data().traffic().bytesSent()).isEqualTo(wire(35L));
        assertThat(leg.data().traffic().firstSentAt()).isEqualTo(wire(at(20)));
        assertThat(leg.lastSentAt()).isEqualTo(wire(at(40)));
        assertThat(leg.data().queue().state()).isEqualTo(wire(TcpState.CLOSED));
        assertThat(leg.handshake().synAt()).isEqualTo(wire(at(0)));
        assertThat(leg.handshake().segments().synToSynAck()).isEqualTo(wire(1_000L));
        assertThat(leg.handshake().rtt()).isEqualTo(wire(2_000L));
        assertThat(leg.handshake().originator().isn()).isEqualTo(wire(WirePlay.CLIENT_ISN));
        assertThat(leg.handshake().originator().options().mssBytes()).isEqualTo(wire(1_460L));
        assertThat(leg.handshake().responder().isnAcknowledged()).isEqualTo(wire(true));
        assertThat(leg.handshake().simultaneousOpen()).isEqualTo(wire(false));
        CloseMark fin = Objects.requireNonNull(leg.close().peerFin().orNull());
        assertThat(fin.at()).isEqualTo(wire(at(30)));
        assertThat(fin.sequenceNumber()).isEqualTo(wire((WirePlay.CLIENT_ISN + 8) & 0xffff_ffffL));
        assertThat(fin.timeToAck()).isEqualTo(wire(1_000L));
        assertThat(leg.close().timeWaitHolder()).isEqualTo(wire(LegClose.TimeWaitHolder.PEER));
        assertThat(leg.close().waits().localCloseWait()).isEqualTo(wire(20_000L));
        assertThat(leg.close().afterFin().bytesSent()).isEqualTo(wire(5L));
        assertThat(record.close().order()).containsExactly(CloseAct.CLIENT_FIN, CloseAct.UPSTREAM_FIN);
        assertThat(record.close().first()).extracting(CloseAct::by).isEqualTo(CloseAct.Actor.CLIENT);
        assertThat(record.close().halfClose().by()).isEqualTo(Leg.CLIENT);
        assertThat(record.close().halfClose().time()).isEqualTo(wire(20_000L));
        assertThat(record.close().halfClose().bytesAfter()).isEqualTo(wire(5L));
        assertThat(record.close().relaying().relayed()).isNull();
    }

    @Test
    void serversFinFirstIsTheUpstreams() {
        SessionRecord record = record(
                play().opened(0).fin(30, false).data(40, true, 3).fin(50, true).ack(51, false));
        assertThat(record.close().order()).containsExactly(CloseAct.UPSTREAM_FIN, CloseAct.CLIENT_FIN);
        assertThat(record.close().halfClose().by()).isEqualTo(Leg.UPSTREAM);
        assertThat(record.close().halfClose().bytesAfter()).isEqualTo(wire(3L));
        assertThat(record.client().close().timeWaitHolder()).isEqualTo(wire(LegClose.TimeWaitHolder.LOCAL));
    }

    @Test
    void connectionThatLivesAtTheEndIsInProgress() {
        SessionRecord record = record(play().opened(0).data(10, true, 7));
        assertThat(record.event()).isEqualTo(RecordEvent.PROGRESS);
        assertThat(record.outcome()).isNull();
        assertThat(record.close().order()).isEmpty();
        assertThat(record.close().first()).isNull();
        SessionRecord half = record(play().opened(0).fin(10, true).ack(40, false));
        assertThat(half.event()).isEqualTo(RecordEvent.PROGRESS);
        assertThat(half.close().halfClose().time()).isEqualTo(wire(30_000L));
    }

    @Test
    void resetIsToldByWhoSentIt() {
        SessionRecord record = record(play().opened(0).data(10, true, 7).rst(20, false));
        assertThat(record.event()).isEqualTo(RecordEvent.CLOSED);
        assertThat(record.outcome()).isEqualTo(Outcome.RESET);
        assertThat(record.errorType()).isEqualTo("reset");
        assertThat(record.close().order()).containsExactly(CloseAct.UPSTREAM_RST);
        assertThat(record.close().first()).extracting(CloseAct::how).isEqualTo(CloseAct.How.RST);
        assertThat(record.client().close().localRst().fact()).isNotNull();
        assertThat(record.client().close().timeWaitHolder()).isEqualTo(wire(LegClose.TimeWaitHolder.NONE));
        assertThat(record.close().halfClose().by()).isNull();
    }

    @Test
    void resetAfterBothFinsSpoilsNothing() {
        SessionRecord record = record(play().opened(0).closed(10).rst(30, true));
        assertThat(record.outcome()).isEqualTo(Outcome.CLEAN);
        assertThat(record(play().opened(0).fin(10, true).rst(20, false)).outcome())
                .isEqualTo(Outcome.RESET);
    }

    @Test
    void attemptsThatFailedSayHow() {
        assertThat(record(play().syn(0).rst(5, false)))
                .extracting(SessionRecord::event, SessionRecord::outcome, SessionRecord::errorType)
                .containsExactly(RecordEvent.ATTEMPT_FAILED, Outcome.CONNECT_FAILED, "refused");
        assertThat(gone(play().syn(0)))
                .extracting(SessionRecord::event, SessionRecord::errorType)
                .containsExactly(RecordEvent.ATTEMPT_FAILED, "timed_out");
        assertThat(gone(play().syn(0).synAck(1).rst(2, true)))
                .extracting(SessionRecord::event, SessionRecord::errorType)
                .containsExactly(RecordEvent.ATTEMPT_FAILED, "abandoned");
        assertThat(record(play().syn(0)).event()).as("it may be answered yet").isEqualTo(RecordEvent.PROGRESS);
        assertThat(record(play().ack(0, true).rst(1, false)).event()).isEqualTo(RecordEvent.CLOSED);
    }

    @ParameterizedTest
    @CsvSource({"NETWORK_UNREACHABLE, network_unreachable", "HOST_UNREACHABLE, host_unreachable"})
    void icmpErrorThatAnswersASynIsTheAttemptsResult(IcmpError.Kind kind, String errorType) {
        WirePlay play = play().syn(0);
        IcmpError icmp = new IcmpError(
                at(1),
                0,
                Direction.UNKNOWN,
                WirePlay.host(9),
                kind,
                3,
                0,
                0,
                play.segments().get(0).tuple(),
                null);
        List<ConnectionFacts> all = new ArrayList<>();
        Connections connections = new Connections(WirePlay.settings(), all::add);
        connections.segment(play.segments().get(0));
        connections.icmpError(icmp);
        connections.advanceTo(WirePlay.START + 86_400_000_000_000L);
        assertThat(RECORDS.alone(all.get(0)))
                .extracting(SessionRecord::event, SessionRecord::errorType)
                .containsExactly(RecordEvent.ATTEMPT_FAILED, errorType);
    }

    /** The record after a day of silence. */
    private static SessionRecord gone(WirePlay play) {
        List<ConnectionFacts> all = new ArrayList<>();
        Connections connections = new Connections(WirePlay.settings(), all::add);
        play.segments().forEach(connections::segment);
        connections.advanceTo(WirePlay.START + 86_400_000_000_000L);
        return RECORDS.alone(all.get(0));
    }

    @Test
    void twoLegsAreOneSession() {
        SessionRecord record = RECORDS.joined(
                play().opened(0)
                        .data(10, true, 7)
                        .fin(30, true)
                        .data(60, false, 9)
                        .fin(70, false)
                        .ack(71, true)
                        .facts(),
                WirePlay.of(2, 6_000, 3, 8_080)
                        .opened(5)
                        .data(12, true, 7)
                        .fin(33, true)
                        .data(50, false, 9)
                        .fin(65, false)
                        .ack(66, true)
                        .facts());
        assertThat(record.single()).isFalse();
        assertThat(record.outcome()).isEqualTo(Outcome.CLEAN);
        assertThat(record.upstream().peer()).hasToString("/10.0.0.3:8080");
        assertThat(record.upstream().local()).hasToString("/10.0.0.2:6000");
        assertThat(record.upstream().data().traffic().bytesReceived()).isEqualTo(wire(9L));
        assertThat(record.upstream().wire()).extracting(LegWire::peer).isEqualTo(Endpoint.RESPONDER);
        assertThat(record.close().order()).containsExactly(CloseAct.CLIENT_FIN, CloseAct.UPSTREAM_FIN);
        assertThat(record.close().clientFinRelay()).isEqualTo(wire(3_000L));
        assertThat(record.close().upstreamFinRelay()).isEqualTo(wire(5_000L));
        assertThat(record.close().halfClose().time()).isEqualTo(wire(35_000L));
        assertThat(record.close().relaying().relayed()).isEqualTo(Relayed.FAITHFUL);
        assertThat(record.close().relaying().lostBytes()).isEqualTo(wire(0L));
    }

    @Test
    void proxyThatClosesByItselfIsNamed() {
        SessionRecord fins = RECORDS.joined(
                play().opened(0).fin(30, false).fin(40, true).ack(41, false).facts(),
                WirePlay.of(2, 6_000, 3, 8_080)
                        .opened(5)
                        .fin(31, true)
                        .fin(41, false)
                        .ack(42, true)
                        .facts());
        assertThat(fins.close().order()).startsWith(CloseAct.PROXY_FIN);
        assertThat(fins.close().first()).extracting(CloseAct::by).isEqualTo(CloseAct.Actor.PROXY);
        assertThat(fins.close().first()).extracting(CloseAct::how).isEqualTo(CloseAct.How.FIN);
        assertThat(fins.outcome()).isEqualTo(Outcome.PROXY);
        assertThat(fins.errorType()).isEqualTo("proxy");
        SessionRecord rsts = RECORDS.joined(
                play().opened(0).rst(30, false).facts(),
                WirePlay.of(2, 6_000, 3, 8_080).opened(5).rst(31, true).facts());
        assertThat(rsts.close().order()).containsExactly(CloseAct.PROXY_RESET);
        assertThat(rsts.close().first()).extracting(CloseAct::how).isEqualTo(CloseAct.How.PROXY);
        assertThat(rsts.close().relaying().relayed()).isNull();
    }

    @Test
    void legThatLivesKeepsTheSessionAlive() {
        SessionRecord record = RECORDS.joined(
                play().opened(0).closed(100).facts(),
                WirePlay.of(2, 6_000, 3, 8_080).opened(10).fin(110, true).facts());
        assertThat(record.event()).isEqualTo(RecordEvent.PROGRESS);
        assertThat(record.outcome()).isNull();
    }

    @Test
    void idsSortByStartAndNameTheEarlierRecord() {
        List<ConnectionFacts> all = WirePlay.together(List.of(
                play().opened(0).data(10, true, 1).data(400_000_000, true, 1),
                WirePlay.of(9, 9, 8, 8).opened(5)));
        List<SessionRecord> records = all.stream().map(RECORDS::alone).toList();
        assertThat(records).hasSize(3);
        List<String> ids = records.stream()
                .sorted(java.util.Comparator.comparingLong(r -> r.identity().startEpochNanos()))
                .map(r -> r.identity().id())
                .toList();
        assertThat(ids).isSorted().doesNotHaveDuplicates().allMatch(id -> id.matches("[0-9A-HJKMNP-TV-Z]{20}"));
        LegWire later = records.stream()
                .map(r -> r.client().wire())
                .filter(w -> w != null && w.earlierId() != null)
                .findFirst()
                .orElseThrow();
        assertThat(later.earlierId()).isEqualTo(ids.get(0));
    }

    /** Some captures bear stamps that go back: a time of less than nothing is none. */
    @Test
    void clockThatGoesBackGivesNoTimes() {
        SessionRecord record = record(play().syn(100)
                .synAck(90)
                .ack(80, true)
                .fin(70, true)
                .ack(60, false)
                .fin(50, false)
                .ack(40, true));
        assertThat(record.client().handshake().segments().synToSynAck().fact()).isNull();
        assertThat(record.client().handshake().synAt()).isEqualTo(wire(at(100)));
        CloseMark fin = Objects.requireNonNull(record.client().close().peerFin().orNull());
        assertThat(fin.timeToAck().fact()).isNull();
        assertThat(record.durationNanos()).isNotNegative();
    }

    /** Through a filter of SYN, FIN and RST nothing shows that an ACK is missing, and a FIN is not the ACK. */
    @Test
    void captureWithoutBareAcksShowsNoMissingAck() {
        WirePlay open = play().syn(0).synAck(1);
        CapturedRecords filtered = new CapturedRecords(WirePlay.START, 0);
        open.segments().forEach(filtered::segment);
        long later = at(60_000_000);
        assertThat(findings(filtered.alone(open.facts(), later))).doesNotContain("handshake-unfinished");
        assertThat(findings(RECORDS.alone(open.facts(), later))).contains("handshake-unfinished");
        WirePlay repeated = play().syn(0).synAck(1).synAck(1_000_001);
        repeated.segments().forEach(filtered::segment);
        assertThat(findings(filtered.alone(repeated.facts(), later)))
                .as("a SYN-ACK that is repeated shows it")
                .contains("handshake-unfinished");
        WirePlay closed = play().syn(0).synAck(1).fin(5_000_000, true);
        LegRecord leg = filtered.alone(closed.facts()).client();
        assertThat(leg.handshake().ackAt().fact()).isNull();
        assertThat(leg.handshake().rtt().fact()).isNull();
        assertThat(leg.handshake().establishedAt()).isEqualTo(new Fact<>(at(5_000_000), Source.INFERRED));
        filtered.segment(play().opened(0).segments().get(2));
        assertThat(filtered.alone(closed.facts()).client().handshake().ackAt()).isEqualTo(wire(at(5_000_000)));
    }

    private static List<String> findings(SessionRecord record) {
        return Objects.requireNonNull(record.diagnosed()).findings().stream()
                .map(each -> each.finding().id().label())
                .toList();
    }

    @Test
    void attemptSaysThatItWasChallengedOrWithdrawn() {
        SessionRecord withdrawn = record(play().syn(0).rst(309, true));
        assertThat(withdrawn.errorType()).isNotEqualTo("timed_out");
        assertThat(findings(RECORDS.alone(play().syn(0).rst(309, true).facts(), at(400))))
                .isEmpty();
    }

    @Test
    void synAckThatIsRepeatedHasATime() {
        SessionRecord record = record(play().opened(0).synAck(1_000_000).ack(1_000_001, true));
        assertThat(record.client().handshake().lastSynAckAt()).isEqualTo(wire(at(1_000_000)));
        assertThat(record.client().handshake().responder().retransmits()).isEqualTo(wire(1L));
        assertThat(record(play().opened(0)).client().handshake().lastSynAckAt().isNone())
                .isTrue();
    }

    @Test
    void captureOfOneDirectionShowsNoSilence() {
        long later = at(120_000_000);
        assertThat(findings(RECORDS.alone(play().synAck(0).facts(), later))).doesNotContain("nobody-speaks");
        assertThat(findings(RECORDS.alone(play().opened(0).facts(), later))).contains("nobody-speaks");
    }

    @Test
    void endThatGivesUpAfterSilenceShowsThatThePeerWasGone() {
        WirePlay sent = play().opened(0).data(10, true, 7).ack(20, false).data(1_000_000, true, 9);
        for (int i = 1; i <= 5; i++) {
            sent.again(1_000_000 + i * 4_000_000L, true, 9);
        }
        WirePlay givenUp = sent.rst(22_000_000, true);
        assertThat(findings(RECORDS.alone(givenUp.facts(), at(22_000_000)))).containsExactly("peer-vanished");
        WirePlay heard = play().opened(0)
                .data(10, true, 7)
                .ack(20, false)
                .data(1_000_000, true, 9)
                .rst(22_000_000, true);
        assertThat(findings(RECORDS.alone(heard.facts(), at(22_000_000))))
                .as("nothing was sent again")
                .containsExactly("unexplained-end");
    }

    @Test
    void resetThatAcknowledgesBytesHasTakenThem() {
        WirePlay answer = play().opened(0).data(10, false, 7);
        assertThat(record(answer.rst(20, true)).client().bytesTaken()).isEqualTo(wire(7L));
        WirePlay refused = play().opened(0).data(10, false, 7);
        assertThat(record(refused.rstWithoutAck(20, true)).client().bytesTaken())
                .isEqualTo(wire(0L));
    }

    /** Of a capture that lacks segments nobody can say that nothing passed. */
    @Test
    void explanationSaysWhatWasNotCaptured() {
        WirePlay filtered =
                play().opened(0).lost(true, 700).fin(9_000_000, true).ack(9_000_001, false);
        assertThat(text(record(filtered))).contains("no new bytes captured");
        WirePlay whole = play().opened(0).data(10, true, 7).fin(9_000_000, true).ack(9_000_001, false);
        assertThat(text(record(whole))).contains("no new bytes ~");
    }

    /** What is found of a connection is found of all its records, and its times count from the first fact. */
    @Test
    void timesOfALaterRecordAreNotNegative() {
        WirePlay unheard = play().opened(0)
                .data(5, true, 7)
                .ack(6, false)
                .fin(10, true)
                .ack(11, false)
                .fin(20, false);
        for (int i = 0; i < 6; i++) {
            unheard.finAgain(1_000_000L << i, false);
        }
        unheard.finAgain(57_000_000, false);
        List<ConnectionFacts> parts = WirePlay.together(List.of(unheard));
        assertThat(parts).hasSizeGreaterThan(1);
        SessionRecord last = RECORDS.alone(parts.get(parts.size() - 1), at(57_000_000));
        assertThat(findings(last)).containsExactly("peer-vanished");
        assertThat(text(last)).contains("in an earlier record").doesNotContainPattern("(?m)^ *-[0-9]");
    }

    private static String text(SessionRecord record) {
        return ExplanationText.of(Explanation.of(record, List.of()), false);
    }

    @Test
    void closeWithoutAnAnswerIsNoUncleanEnd() {
        WirePlay play = play().opened(0)
                .data(10, true, 300)
                .data(20, false, 300)
                .data(30_000_000, true, 300)
                .ack(30_000_010, false)
                .closed(60_000_000);
        SessionRecord record = RECORDS.alone(play.facts(), at(61_000_000));
        assertThat(findings(record)).containsExactly("unexplained-end");
        assertThat(text(record))
                .contains("The session was closed: FIN of the client")
                .doesNotContain("cleanly")
                .doesNotContain("in order");
    }

    /** A capture without finspect has no finspect that could hold bytes back. */
    @Test
    void finspectHoldsNothingBackInACaptureWithoutIt() {
        WirePlay play = play().opened(0).data(10, true, 300).ack(20, false);
        SessionRecord record = RECORDS.alone(play.facts(), at(120_000_000));
        assertThat(findings(record)).containsExactly("upstream-silent");
        assertThat(text(record)).doesNotContain("finspect holds");
    }

    /** What came before the capture began changes nothing at a window that is announced as closed to the end. */
    @Test
    void windowThatStaysClosedIsAHangAlsoFromTheMiddle() {
        WirePlay play = play().data(0, false, 1_300).ack(10, true).withWindow(0);
        for (int i = 1; i < 8; i++) {
            play.probe(i * 6_000_000L, false).ack(i * 6_000_000L + 10, true).withWindow(0);
        }
        List<SessionFinding> found = Objects.requireNonNull(
                        RECORDS.alone(play.facts(), at(42_000_010)).diagnosed())
                .findings();
        assertThat(found).singleElement().satisfies(each -> {
            assertThat(each.finding().id()).isEqualTo(NotReading.CLIENT);
            assertThat(each.finding().hang()).isEqualTo(Confidence.LIKELY);
            assertThat(each.finding().confidence()).isEqualTo(Confidence.LIKELY);
        });
        WirePlay unheard =
                play().data(0, false, 1_300).ack(10, true).withWindow(0).probe(6_000_000, false);
        assertThat(Objects.requireNonNull(
                                RECORDS.alone(unheard.facts(), at(24_000_010)).diagnosed())
                        .findings())
                .allSatisfy(each -> assertThat(each.finding().hang()).isEqualTo(Confidence.POSSIBLE));
    }

    @Test
    void synOfAnotherConnectionBetweenTheSamePortsTakesTheFirstBack() {
        WirePlay first = play().syn(0);
        WirePlay second = play().synOf(600_000, 77).closed(600_100);
        List<ConnectionFacts> both = WirePlay.together(List.of(first, second));
        assertThat(both).hasSize(2);
        SessionRecord record = RECORDS.alone(both.get(0), at(60_000_000));
        assertThat(findings(record)).isEmpty();
        assertThat(findings(RECORDS.alone(play().syn(0).facts(), at(60_000_000))))
                .containsExactly("syn-unanswered");
    }

    /** Only a socket that lives can close on bytes that it has not read; its RST has an ACK. */
    @Test
    void resetOfAHostWithoutASocketLeavesNothingUnread() {
        WirePlay taken = play().opened(0).data(10, true, 300).ack(20, false).data(30, true, 300);
        assertThat(findings(RECORDS.alone(taken.rst(40, false).facts(), at(50))))
                .containsExactly("reset-with-unread");
        WirePlay forgotten = play().opened(0).data(10, true, 300).ack(20, false).data(30, true, 300);
        assertThat(findings(RECORDS.alone(forgotten.rstWithoutAck(40, false).facts(), at(50))))
                .containsExactly("unexplained-end");
    }

    @Test
    void resetThatPassedTheRequestOnItsWayIsNotBecauseOfIt() {
        WirePlay crossed = play().opened(0)
                .data(10, true, 300)
                .data(20, false, 300)
                .ack(30, true)
                .rst(60_000_000, false)
                .data(60_000_010, true, 300);
        assertThat(findings(RECORDS.alone(crossed.facts(), at(60_000_020)))).doesNotContain("reset-with-unread");
        WirePlay upload = play().opened(0)
                .data(10, true, 300)
                .ack(15, false)
                .data(20, false, 30)
                .rst(30, false)
                .data(31, true, 300)
                .data(32, true, 300);
        assertThat(findings(RECORDS.alone(upload.facts(), at(40))))
                .as("an upload that goes on")
                .containsExactly("reset-with-unread");
    }
}
