package dev.finspect.diagnose.finding;

import static dev.finspect.diagnose.finding.PlayedSession.at;
import static dev.finspect.diagnose.finding.PlayedSession.mark;
import static dev.finspect.diagnose.finding.PlayedSession.seen;
import static dev.finspect.diagnose.finding.RuleCase.NONE;
import static dev.finspect.diagnose.finding.RuleCase.row;
import static dev.finspect.fixture.TrackingFixture.ANSWERED;
import static dev.finspect.fixture.TrackingFixture.ELSEWHERE;
import static dev.finspect.fixture.TrackingFixture.SENT;
import static dev.finspect.fixture.TrackingFixture.established;
import static dev.finspect.fixture.TrackingFixture.pickedUp;
import static dev.finspect.fixture.TrackingFixture.table;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.Parties;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.catalogue.Catalogue;
import dev.finspect.diagnose.catalogue.Diagnosis;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.fixture.TrackingFixture;
import dev.finspect.record.Tracking;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class NatForgotTest {
    private static final Examiner RULE = Examiner.of(new NatForgot(), Leg.UPSTREAM);

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void isFoundWhereItIsSoAndNowhereElse(RuleCase row) {
        row.check();
    }

    static Stream<RuleCase> rows() {
        return Stream.of(
                row(
                        "no entry, and one would have been made for what leaves",
                        RULE,
                        stalled(t -> t.table = table(30, true)).live(45),
                        "network_to_upstream possible"),
                row(
                        "the same, and it had one",
                        RULE,
                        stalled(t -> {
                                    t.table = table(30, true);
                                    t.after(established(ANSWERED));
                                })
                                .live(45),
                        "network_to_upstream proved"),
                row(
                        "others are tracked, and it rested shorter than an idle connection is remembered",
                        RULE,
                        stalled(t -> t.table = table(600, true)).live(45),
                        NONE),
                row(
                        "the same, and it had one: it was deleted",
                        RULE,
                        stalled(t -> {
                                    t.table = table(600, true);
                                    t.after(established(ANSWERED));
                                })
                                .live(45),
                        "network_to_upstream proved"),
                row(
                        "this host refuses to send it again: it may have no route",
                        RULE,
                        stalled(t -> {
                                    t.table = table(30, true);
                                    t.after(established(ANSWERED)).firstLook(true, 5);
                                })
                                .live(45),
                        "network_to_upstream possible"),
                row(
                        "this host cannot send it at all, and it had an entry: there may be no route",
                        RULE,
                        stalled(t -> t.after(established(ELSEWHERE)))
                                .but(NatForgotTest::refused)
                                .live(45),
                        "network_to_upstream possible"),
                row(
                        "no entry, and none is made in mid-stream",
                        RULE,
                        stalled(t -> {}).live(45),
                        "upstream_side possible"),
                row(
                        "the same, and this host refuses to send",
                        RULE,
                        stalled(t -> t.firstLook(true, 5)).live(45),
                        "network_to_upstream possible"),
                row(
                        "the same, and it was translated",
                        RULE,
                        stalled(t -> t.after(established(ELSEWHERE))).live(45),
                        "network_to_upstream proved"),
                row(
                        "the same, and it was not translated",
                        RULE,
                        stalled(t -> t.after(established(ANSWERED))).live(45),
                        "upstream_side possible"),
                row(
                        "an entry made in mid-stream that translates",
                        RULE,
                        stalled(t -> t.with(pickedUp(ELSEWHERE))).live(45),
                        "upstream_side possible"),
                row(
                        "the same, otherwise than before",
                        RULE,
                        stalled(t -> t.with(pickedUp(ELSEWHERE)).after(established(ANSWERED)))
                                .live(45),
                        "network_to_upstream likely"),
                row(
                        "the same, as before",
                        RULE,
                        stalled(t -> t.with(pickedUp(ELSEWHERE)).after(established(ELSEWHERE)))
                                .live(45),
                        NONE),
                row(
                        "made in mid-stream, and not translated: what is sent passes",
                        RULE,
                        stalled(t -> t.with(pickedUp(ANSWERED))).live(45),
                        NONE),
                row(
                        "an entry that a handshake made",
                        RULE,
                        stalled(t -> t.with(established(ELSEWHERE))).live(45),
                        NONE),
                row(
                        "may not be read",
                        RULE,
                        stalled(t -> t.entry = Observation.notObserved()).live(45),
                        NONE),
                row(
                        "no other connection of the service is tracked",
                        RULE,
                        stalled(t -> t.others = Observation.none(dev.finspect.tcp.Source.CONNTRACK))
                                .live(45),
                        NONE),
                row(
                        "the entry was there first, and was forgotten while the peer was gone",
                        RULE,
                        stalled(t -> t.firstLook(false, 7)).live(45),
                        NONE),
                row(
                        "may have been forgotten while the peer was gone: it is remembered for a second",
                        RULE,
                        stalled(t -> t.table = table(1, true)).live(45),
                        NONE),
                row(
                        "not asked",
                        RULE,
                        stalled(t -> {})
                                .but(p -> p.upstream.tracking = Observation.notObserved())
                                .live(45),
                        NONE),
                row("not for long", RULE, stalled(t -> {}).live(42), NONE),
                row(
                        "one time-out alone",
                        RULE,
                        stalled(t -> {})
                                .but(p -> p.upstream.backoffs = Fact.kernel(1L))
                                .live(45),
                        NONE),
                row(
                        "its window is closed",
                        RULE,
                        stalled(t -> {})
                                .but(p -> p.upstream.zeroWindowSince = seen(41))
                                .live(45),
                        NONE),
                row(
                        "its peer has sent a FIN",
                        RULE,
                        stalled(t -> {}).but(p -> p.upstream.peerFin = mark(39)).live(45),
                        NONE),
                row(
                        "this host cannot send it at all",
                        RULE,
                        stalled(t -> {}).but(NatForgotTest::refused).live(45),
                        "network_to_upstream possible"),
                row(
                        "the same, and it was tried once",
                        RULE,
                        stalled(t -> {})
                                .but(NatForgotTest::refused)
                                .but(p -> p.upstream.probes = Fact.kernel(1L))
                                .live(45),
                        NONE),
                row(
                        "the same, and its window is closed",
                        RULE,
                        stalled(t -> {})
                                .but(NatForgotTest::refused)
                                .but(p -> p.upstream.peerWindowBytes = Fact.kernel(0L))
                                .live(45),
                        NONE),
                row(
                        "the same, and nothing waits",
                        RULE,
                        stalled(t -> {})
                                .but(NatForgotTest::refused)
                                .but(p -> p.upstream.notSentBytes = Fact.kernel(0L))
                                .live(45),
                        NONE),
                row(
                        "finspect has sent its FIN behind the bytes",
                        RULE,
                        stalled(t -> {})
                                .but(NatForgotTest::refused)
                                .but(p -> p.upstream.localFin = mark(44))
                                .live(45),
                        "network_to_upstream possible"),
                row("over", RULE, stalled(t -> {}).over(45), NONE),
                row(
                        "everything acknowledged",
                        RULE,
                        stalled(t -> {})
                                .but(p -> p.upstream.unackedSince = Observation.notObserved())
                                .live(45),
                        NONE),
                row("without an idle time before", RULE, busy().live(45), NONE));
    }

    @Test
    void takesThePlaceOfWhatItExplainsAndSaysWhatToDo() {
        Snapshot snapshot = stalled(t -> t.table = table(30, true)).live(45);
        List<Finding> found = Diagnosis.of(snapshot);
        assertThat(found).extracting(Finding::id).containsExactly(NatForgot.ID);
        assertThat(found.get(0).explained()).contains(NetworkLoss.ID);
        assertThat(found.get(0).evidence())
                .extracting(Evidence::clue)
                .contains(Clue.RESTED, Clue.TRACKED, Clue.TRACKED_OTHERS, Clue.TRACKED_FOR)
                .doesNotContain(Clue.TRACKED_AS, Clue.TRACKED_UNSEEN);
        Parties parties = new Parties(
                "db", SENT.sourceSocket(), SENT.sourceSocket(), SENT.sourceSocket(), SENT.destinationSocket());
        assertThat(Catalogue.kindOf(found.get(0)).sentence(found.get(0), parties))
                .contains("has forgotten the connection to the upstream 10.0.0.5:5432 while it was idle for 39 s")
                .contains("remembers an idle connection for 30");
        assertThat(Catalogue.kindOf(found.get(0)).commands(found.get(0), parties, null))
                .extracting(NextCommands.Step::command)
                .contains("conntrack -L -p tcp --orig-port-src 40118 --orig-port-dst 5432");
    }

    @Test
    void whereThisHostRefusesToSendTheRouteIsToBeLookedAt() {
        Finding found = Diagnosis.of(
                        stalled(t -> {}).but(NatForgotTest::refused).live(45))
                .get(0);
        assertThat(found.id()).isEqualTo(NatForgot.ID);
        assertThat(found.evidence()).extracting(Evidence::clue).doesNotContain(Clue.PROBES_UNANSWERED);
        Parties parties = new Parties(
                "db", SENT.sourceSocket(), SENT.sourceSocket(), SENT.sourceSocket(), SENT.destinationSocket());
        assertThat(Catalogue.kindOf(found).commands(found, parties, null))
                .extracting(NextCommands.Step::command)
                .contains("ip route get 10.0.0.5", "ip -brief link");
    }

    @Test
    void withoutTheRightTheLossBlamesAsBeforeAndSaysWhatWasNotSeen() {
        Snapshot snapshot = stalled(t -> t.entry = Observation.notObserved()).live(45);
        List<Finding> found = Diagnosis.of(snapshot);
        assertThat(found).extracting(Finding::id).containsExactly(NetworkLoss.ID);
        assertThat(found.get(0).blame().label()).isEqualTo("upstream_side");
        assertThat(Objects.requireNonNull(found.get(0).first(Clue.TRACKED_UNSEEN))
                        .text())
                .contains("CAP_NET_ADMIN");
    }

    /** Idle for 39 s, then a request that nothing acknowledges. */
    private static PlayedSession stalled(Consumer<TrackingFixture> change) {
        return unacknowledged(new PlayedSession().asks(0.5, 500).answers(1, 9).asks(40, 500), change);
    }

    private static void refused(PlayedSession played) {
        played.upstream.unackedSince = Observation.notObserved();
        played.upstream.backoffs = Fact.kernel(0L);
        played.upstream.unackedSegments = Fact.kernel(0L);
        played.upstream.notSentBytes = Fact.kernel(500L);
        played.upstream.probes = Fact.kernel(3L);
        played.upstream.peerWindowBytes = Fact.kernel(65_536L);
    }

    private static PlayedSession busy() {
        return unacknowledged(new PlayedSession().asks(38, 500).answers(39, 9).asks(40, 500), t -> {});
    }

    private static PlayedSession unacknowledged(PlayedSession played, Consumer<TrackingFixture> change) {
        TrackingFixture tracking = new TrackingFixture(at(42).value());
        tracking.table = table(30, false);
        change.accept(tracking);
        return played.but(p -> {
            p.upstream.unackedSince = at(40);
            p.upstream.unackedSegments = Fact.kernel(1L);
            p.upstream.backoffs = Fact.kernel(2L);
            p.upstream.bytesAcknowledged = Fact.kernel(500L);
            p.upstream.tracking = tracking.fact();
        });
    }

    @Test
    void whatIsNotTrackedHereIsNoEvidence() {
        TrackingFixture tracking = new TrackingFixture(at(42).value());
        tracking.table = Tracking.Table.NOT_OBSERVED;
        tracking.entry = Observation.notObserved();
        Snapshot snapshot =
                stalled(t -> {}).but(p -> p.upstream.tracking = tracking.fact()).live(45);
        assertThat(Diagnosis.of(snapshot).get(0).evidence())
                .extracting(Evidence::clue)
                .noneMatch(clue -> clue.name().startsWith("TRACKED"));
    }
}
