package dev.finspect.session.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Finding;
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

    /** A receiver answers each segment behind a gap at once: where none is captured, the capture lacks segments. */
    @Test
    void gapThatTheReceiverDoesNotAnswerMayBeTheCapturesOwn() {
        WirePlay unanswered = play().opened(0)
                .data(10, true, 100)
                .ack(20, false)
                .lost(true, 1_000)
                .data(30, true, 500)
                .data(40, true, 500);
        assertThat(only(unanswered).hang()).isEqualTo(Confidence.POSSIBLE);
        WirePlay oneSided = play().syn(0).data(10, true, 100).lost(true, 1_000).data(30, true, 500);
        assertThat(only(oneSided).hang())
                .as("no segment of the receiver at all")
                .isEqualTo(Confidence.POSSIBLE);
        WirePlay answered = play().opened(0)
                .data(10, true, 100)
                .ack(20, false)
                .lost(true, 1_000)
                .data(30, true, 500)
                .ackBut(40, false, 1_500);
        assertThat(only(answered).id().label()).isEqualTo("stream-gap");
        assertThat(only(answered).hang()).isEqualTo(Confidence.PROVED);
    }

    private static Finding only(WirePlay play) {
        List<SessionFinding> found = Objects.requireNonNull(
                        RECORDS.alone(play.facts(), at(120_000_000)).diagnosed())
                .findings();
        assertThat(found).hasSize(1);
        return found.get(0).finding();
    }

    /** It acknowledges what it was sent, of which nothing was captured. */
    @Test
    void endThatAcknowledgesWhatWasNotCapturedShowsThatTheCaptureLacksSegments() {
        WirePlay oneSided = play().syn(0).data(2_000, true, 100);
        assertThat(oneSided.facts().captureMissed()).isTrue();
        assertThat(play().syn(0).facts().captureMissed()).isFalse();
    }

    /** Such as one that lies in the window but not at its edge: RFC 5961 has it confirmed. */
    @Test
    void resetAfterWhichItsReceiverGoesOnHasEndedNothing() {
        WirePlay refused = play().opened(0)
                .data(10, true, 100)
                .ack(20, false)
                .data(30, false, 500)
                .ack(40, true)
                .rstAhead(50, true, 400)
                .ack(60, false);
        assertThat(record(refused).outcome()).as("so far it has").isEqualTo(Outcome.RESET);
        WirePlay on = refused.data(1_000_000, true, 100).ack(1_000_100, false).data(1_000_200, false, 50);
        SessionRecord hanging = last(on.data(2_000_000, true, 300).ack(2_000_010, false));
        assertThat(hanging.outcome()).isNull();
        assertThat(findings(hanging)).containsExactly("upstream-silent");
        SessionRecord ended = last(on.data(2_000_020, false, 50).closed(3_000_000));
        assertThat(ended.outcome()).isEqualTo(Outcome.CLEAN);
        assertThat(ended.client().data().queue().state()).isEqualTo(wire(TcpState.CLOSED));
        assertThat(findings(ended)).isEmpty();
    }

    /** That of its last part, where time limits cut it into several. */
    private static SessionRecord last(WirePlay play) {
        List<ConnectionFacts> parts = WirePlay.together(List.of(play));
        return RECORDS.alone(parts.get(parts.size() - 1), at(90_000_000));
    }

    /** Devices that interfere send several; and one that comes later with the same number may be taken. */
    @Test
    void allResetsThatWereRefusedAreTakenBackAndALaterOneCounts() {
        WirePlay play = play().opened(0)
                .data(10, true, 100)
                .ack(20, false)
                .data(30, false, 500)
                .ack(40, true)
                .rstAhead(50, true, 200)
                .rstAhead(51, true, 6_000)
                .data(20_000, true, 100)
                .ack(20_100, false)
                .data(20_200, false, 50)
                .ack(20_300, true);
        SessionRecord clean = last(play.closed(30_000));
        assertThat(clean.outcome()).isEqualTo(Outcome.CLEAN);
        assertThat(findings(clean)).isEmpty();
        WirePlay reset = play().opened(0)
                .data(10, true, 100)
                .ack(20, false)
                .rstAhead(50, true, 100)
                .data(20_000, true, 100)
                .ack(20_100, false)
                .rstAhead(30_000, true, 0);
        assertThat(last(reset).outcome()).isEqualTo(Outcome.RESET);
    }

    /** The client's RST says that it did not take the answer, though both had sent a FIN. */
    @Test
    void resetInThePlaceOfTheAckOfAFinIsNoCleanEnd() {
        WirePlay play = play().opened(0)
                .data(10, true, 100)
                .ack(20, false)
                .fin(30, true)
                .ack(31, false)
                .data(40, false, 1_000)
                .fin(50, false);
        SessionRecord refused = record(play.rstWithoutAck(60, true));
        assertThat(refused.outcome()).isEqualTo(Outcome.RESET);
        Finding found = finding(RECORDS.alone(play.facts(), at(70)));
        assertThat(found.id().label()).isEqualTo("unexplained-end");
        assertThat(found.confidence()).isEqualTo(Confidence.POSSIBLE);
        WirePlay acknowledged =
                play().opened(0).fin(10, true).ack(11, false).fin(20, false).rst(30, true);
        assertThat(record(acknowledged).outcome())
                .as("the RST acknowledges the FIN")
                .isEqualTo(Outcome.CLEAN);
        WirePlay byServer = play().opened(0)
                .fin(10, false)
                .ack(11, true)
                .data(20, true, 500)
                .fin(30, true)
                .rstWithoutAck(40, false);
        assertThat(record(byServer).outcome()).isEqualTo(Outcome.RESET);
        WirePlay late = play().opened(0).closed(10).rst(20, true);
        assertThat(record(late).outcome()).isEqualTo(Outcome.CLEAN);
    }

    private static Finding finding(SessionRecord record) {
        return Objects.requireNonNull(record.diagnosed()).findings().get(0).finding();
    }

    /** Nobody knows whether this service answers; but the client waited for a minute before it closed. */
    @Test
    void clientThatGivesUpItsFirstRequestIsToldOf() {
        WirePlay asked = play().opened(0).data(10, true, 300).ack(20, false);
        assertThat(findings(RECORDS.alone(asked.closed(60_000_000).facts(), at(60_000_010))))
                .containsExactly("unexplained-end");
        WirePlay told = play().opened(0).data(10, true, 300).ack(20, false).closed(1_000_000);
        assertThat(findings(RECORDS.alone(told.facts(), at(1_000_010))))
                .as("it did not wait")
                .isEmpty();
    }

    /** The first SYN met a full queue, say: what came before the answer does not show that the answer was lost. */
    @Test
    void synThatWasRepeatedBeforeTheAnswerBlamesNoNetwork() {
        WirePlay before = play().syn(0).syn(1_000_000).synAck(1_000_100);
        assertThat(at60(before).blame()).isEqualTo(Blame.CLIENT);
        WirePlay after =
                play().syn(0).synAck(100).syn(1_000_000).synAck(1_000_100).syn(3_000_000);
        assertThat(at60(after).blame()).isEqualTo(Blame.NETWORK_TO_CLIENT);
        assertThat(at60(after).confidence()).isEqualTo(Confidence.LIKELY);
        WirePlay speaks = play().syn(0).synAck(100).data(200, false, 400);
        assertThat(findings(RECORDS.alone(speaks.facts(), at(60_000_000))))
                .as("who sends bytes has got the ACK")
                .doesNotContain("handshake-unfinished");
    }

    private static Finding at60(WirePlay play) {
        return finding(RECORDS.alone(play.facts(), at(60_000_000)));
    }

    /** A kernel that gets nothing answers nothing: who answers each resend drops what it gets. */
    @Test
    void resendsThatAreAnsweredAreNotLostOnTheWay() {
        WirePlay answered = play().opened(0).data(10, true, 100).ack(15, false).data(20, false, 500);
        WirePlay lost = play().opened(0).data(10, true, 100).ack(15, false).data(20, false, 500);
        for (int i = 1; i < 6; i++) {
            long micros = (1L << i) * 300_000;
            answered.again(micros, false, 500).ackBut(micros + 200, true, 500);
            lost.again(micros, false, 500);
        }
        lost.ackBut(9_700_000, true, 500);
        assertThat(soon(answered).id().label()).isEqualTo("network-loss");
        assertThat(soon(answered).blame()).isEqualTo(Blame.CLIENT_SIDE);
        assertThat(soon(lost).blame()).isEqualTo(Blame.NETWORK_TO_CLIENT);
    }

    private static Finding soon(WirePlay play) {
        return finding(RECORDS.alone(play.facts(), at(10_000_000)));
    }

    /** The upstream sends again and again what the client has acknowledged: its acknowledgements are lost. */
    @Test
    void connectionOnWhichAcknowledgedBytesComeAgainIsHardlyIdle() {
        WirePlay play =
                play().opened(0).data(10, true, 100).data(20, false, 500).ack(30, true);
        WirePlay rest =
                play().opened(0).data(10, true, 100).data(20, false, 500).ack(30, true);
        for (int i = 1; i < 6; i++) {
            long micros = (1L << i) * 300_000;
            play.again(micros, false, 500).ack(micros + 1, true);
            rest.probe(micros, false).ack(micros + 1, true);
        }
        assertThat(at60(play).isOpen("acks-lost")).isTrue();
        assertThat(at60(rest).isOpen("acks-lost")).isFalse();
    }

    /** The SYN-ACK of an old connection, which the client answers by an RST. */
    @Test
    void synAckThatAcknowledgesAnotherSynInventsNoBytes() {
        WirePlay play = play().syn(0);
        play.ackBut(1, false, -776_776).asSynAck();
        assertThat(record(play.rstWithoutAck(2, true)).client().bytesReceived()).isZero();
    }

    /** Both SYNs are acknowledged, though by no segment that is nothing but an ACK. */
    @Test
    void simultaneousOpenIsNoUnfinishedHandshake() {
        WirePlay play =
                play().syn(0).synBack(10).synAck(310).data(1_330, false, 100).ack(1_830, true);
        assertThat(findings(RECORDS.alone(play.facts(), at(90_000_000)))).doesNotContain("handshake-unfinished");
    }

    /** A NAT that has given the connection another port shows one whose handshake nobody has seen. */
    @Test
    void resetOfAConnectionFromTheMiddleIsNoFullQueue() {
        WirePlay play = play().data(10, true, 300).rstWithoutAck(20, false);
        assertThat(findings(RECORDS.alone(play.facts(), at(50)))).doesNotContain("backlog-full");
    }

    @Test
    void keepAlivesWithAByteAreNoRequest() {
        WirePlay play = play().bareByte(0).ack(100, false);
        for (int i = 1; i < 5; i++) {
            play.bareByteAgain(i * 30_000_000L).ack(i * 30_000_000L + 100, false);
        }
        SessionRecord record = RECORDS.alone(play.facts(), at(240_000_000));
        assertThat(record.client().data().traffic().bytesReceived().or(0L)).isZero();
        assertThat(findings(record)).doesNotContain("upstream-silent");
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
