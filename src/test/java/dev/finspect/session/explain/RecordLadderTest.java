package dev.finspect.session.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.LegFixture;
import dev.finspect.fixture.Lookups;
import dev.finspect.fixture.SampleSession;
import dev.finspect.record.CloseMark;
import dev.finspect.record.Handshake;
import dev.finspect.record.LegClose;
import dev.finspect.record.LegRecord;
import dev.finspect.record.Lookup;
import dev.finspect.record.NameAnswer;
import dev.finspect.record.NameSource;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The ladder that a record tells where no segments were kept. */
final class RecordLadderTest {
    private static final SessionRecord SAMPLE = SampleSession.closed("01SAMPLE", "db");
    private static final long START = SAMPLE.identity().startEpochNanos();

    @Test
    void capturedHandshakeIsThreeStepsAndAcceptIsNone() {
        Handshake whole = handshake(wire(-300), wire(-200), wire(-100), null, side(7L, 0L), side(9L, 2L));
        assertThat(steps(record("db", whole, Handshake.NOT_OBSERVED, LegClose.NOT_OBSERVED)))
                .containsExactly("-300 client > SYN isn 7", "-200 client < SYN-ACK isn 9 x3", "-100 client > ACK");
    }

    @Test
    void acceptStandsWhereTheLastAckIsNotKnownWithWhatTheSavedSynTold() {
        Handshake saved = handshake(null, null, null, null, side(7L, null), side(null, null));
        assertThat(steps(record("db", saved, Handshake.NOT_OBSERVED, LegClose.NOT_OBSERVED)))
                .containsExactly("0 client > accept() isn 7");
        Handshake half = handshake(wire(-300), wire(-200), null, null, side(7L, 1L), side(null, 0L));
        assertThat(steps(record("db", half, Handshake.NOT_OBSERVED, LegClose.NOT_OBSERVED)))
                .containsExactly("-300 client > SYN isn 7 x2", "-200 client < SYN-ACK", "0 client > accept()");
    }

    @Test
    void connectionOfAFileWasNeverAccepted() {
        assertThat(steps(record("", Handshake.NOT_OBSERVED, Handshake.NOT_OBSERVED, LegClose.NOT_OBSERVED)))
                .isEmpty();
    }

    @Test
    void connectStandsWhereTheSynAckIsNotKnown() {
        Handshake bySocket = handshake(socket(50), null, null, Fact.socket(30L), side(null, null), side(null, null));
        assertThat(steps(record("", Handshake.NOT_OBSERVED, bySocket, LegClose.NOT_OBSERVED)))
                .containsExactly("50 upstream < SYN", "80 upstream > connected");
        Handshake tried = handshake(socket(50), null, null, null, side(null, null), side(null, null));
        assertThat(steps(record("", Handshake.NOT_OBSERVED, tried, LegClose.NOT_OBSERVED)))
                .as("it goes on")
                .containsExactly("50 upstream < SYN");
        Handshake seen = handshake(wire(50), wire(70), wire(71), Fact.socket(30L), side(1L, 0L), side(2L, 0L));
        assertThat(steps(record("", Handshake.NOT_OBSERVED, seen, LegClose.NOT_OBSERVED)))
                .containsExactly("50 upstream < SYN isn 1", "70 upstream > SYN-ACK isn 2", "71 upstream < ACK");
    }

    @Test
    void finsAndResetsStandWithTheirRepeatsAndTheAckOfTheFin() {
        LegFixture it = new LegFixture(Leg.UPSTREAM);
        it.peerFin = Fact.wire(mark(100, 5L, 0L));
        it.localFin = Fact.wire(mark(200, null, 3L));
        it.peerRst = Fact.wire(mark(300, null, null));
        it.localRst = Fact.wire(mark(400, null, 1L));
        LegClose close = it.build().close();
        assertThat(steps(record("", Handshake.NOT_OBSERVED, Handshake.NOT_OBSERVED, close)))
                .containsExactly(
                        "100 upstream > FIN",
                        "105 upstream < ACK of the FIN",
                        "200 upstream < FIN x4",
                        "300 upstream > RST",
                        "400 upstream < RST x2");
    }

    @Test
    void whoSaysItIsKept() {
        Handshake mixed = handshake(wire(-300), null, null, null, side(7L, 0L), side(null, null));
        assertThat(RecordLadder.of(record("db", mixed, Handshake.NOT_OBSERVED, LegClose.NOT_OBSERVED)))
                .extracting(Rung::source)
                .containsExactly(Source.WIRE, Source.SOCKET);
    }

    /** {@code <} is sent to the leg's peer, {@code >} comes from it. */
    private static List<String> steps(SessionRecord record) {
        return RecordLadder.of(record).stream()
                .map(rung -> (rung.atEpochNanos() - START) + " " + rung.leg().label()
                        + (rung.towardsPeer() ? " < " : " > ") + rung.label())
                .toList();
    }

    @Test
    void lookUpsAreDrawnWithWhatCameOfThem() {
        LegFixture upstream = new LegFixture(Leg.UPSTREAM);
        upstream.lookups.add(lookup(1, Lookups.failed(2, Lookup.Result.NO_ANSWER, "late")));
        upstream.lookups.add(lookup(10, Lookups.found(2, 5_000_000_000L, 30, "10.0.0.1")));
        upstream.lookups.add(lookup(20, Lookups.found(2, 1, 30, "10.0.0.1", "10.0.0.2")));
        upstream.lookups.add(lookup(
                30,
                new Lookup.End(
                        2,
                        Lookup.Result.ANSWERED,
                        NameAnswer.of(List.of(InetAddress.getLoopbackAddress()), NameSource.SYSTEM),
                        null)));
        upstream.lookups.add(lookup(40, null));
        SessionRecord record = new SessionRecord(
                SAMPLE.event(),
                SampleSession.identity("01SAMPLE", "db", 1),
                SAMPLE.durationNanos(),
                SAMPLE.result(),
                leg(SAMPLE.client(), Handshake.NOT_OBSERVED, LegClose.NOT_OBSERVED),
                upstream.build(),
                SAMPLE.close(),
                null,
                SAMPLE.proxyHeaders());

        assertThat(steps(record))
                .filteredOn(rung -> rung.contains("upstream") && !rung.contains("B"))
                .containsExactly(
                        "1 upstream > look-up of db",
                        "3 upstream > no answer after 0 us",
                        "10 upstream > look-up of db",
                        "12 upstream > 1 address, 5.0 s old",
                        "20 upstream > look-up of db",
                        "22 upstream > 2 addresses",
                        "30 upstream > look-up of db",
                        "32 upstream > 1 address",
                        "40 upstream > look-up of db");
    }

    private static Lookup lookup(long after, Lookup.@Nullable End end) {
        return new Lookup("db", Lookup.Purpose.CONNECT, socket(after), Fact.socket(Lookups.SERVER), end);
    }

    private static SessionRecord record(String route, Handshake client, Handshake upstream, LegClose upstreamClose) {
        SessionIdentity identity = SampleSession.identity("01SAMPLE", route, 1);
        return new SessionRecord(
                SAMPLE.event(),
                identity,
                SAMPLE.durationNanos(),
                SAMPLE.result(),
                leg(SAMPLE.client(), client, LegClose.NOT_OBSERVED),
                leg(SAMPLE.upstream(), upstream, upstreamClose),
                SAMPLE.close(),
                null,
                SAMPLE.proxyHeaders());
    }

    private static LegRecord leg(LegRecord like, Handshake handshake, LegClose close) {
        return new LegRecord(
                like.leg(),
                like.ends(),
                LegRecord.Search.NONE,
                handshake,
                like.data(),
                close,
                like.peerProgram(),
                null,
                null);
    }

    private static Handshake handshake(
            @Nullable Fact<Long> synAt,
            @Nullable Fact<Long> synAckAt,
            @Nullable Fact<Long> ackAt,
            @Nullable Fact<Long> connectDuration,
            Handshake.Side originator,
            Handshake.Side responder) {
        LegFixture it = new LegFixture(Leg.CLIENT);
        it.synAt = Observation.of(synAt);
        it.synAckAt = Observation.of(synAckAt);
        it.ackAt = Observation.of(ackAt);
        it.connectDuration = Observation.of(connectDuration);
        it.originator = originator;
        it.responder = responder;
        return it.build().handshake();
    }

    private static Handshake.Side side(@Nullable Long isn, @Nullable Long retransmits) {
        return new Handshake.Side(
                kernel(isn),
                Observation.notObserved(),
                kernel(retransmits),
                Observation.notObserved(),
                Observation.notObserved(),
                Handshake.Options.NOT_OBSERVED);
    }

    private static CloseMark mark(long after, @Nullable Long toAck, @Nullable Long retransmits) {
        return CloseMark.at(wire(after))
                .with(new CloseMark.Delivery(
                        Observation.notObserved(), kernel(toAck), kernel(retransmits), Observation.notObserved()));
    }

    private static Observation<Long> kernel(@Nullable Long number) {
        return number == null ? Observation.notObserved() : Fact.kernel(number);
    }

    private static Fact<Long> wire(long after) {
        return new Fact<>(START + after, Source.WIRE);
    }

    private static Fact<Long> socket(long after) {
        return Fact.socket(START + after);
    }
}
