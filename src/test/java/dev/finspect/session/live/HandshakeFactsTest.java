package dev.finspect.session.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.Info;
import dev.finspect.fixture.Lookups;
import dev.finspect.fixture.SessionPlay;
import dev.finspect.record.Attempt;
import dev.finspect.record.Handshake;
import dev.finspect.record.LegRecord;
import dev.finspect.record.Lookup;
import dev.finspect.session.SessionEvent;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import dev.finspect.wire.SynSegment;
import dev.finspect.wire.TcpInfo;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What the record says of a handshake nobody captured. */
final class HandshakeFactsTest {
    @Test
    void savedSynTellsWhatTheClientOffered() {
        Handshake client = SessionPlay.connected().record().client().handshake();
        assertThat(client.originator())
                .isEqualTo(new Handshake.Side(
                        Fact.kernel(3_708_898_026L),
                        Observation.notObserved(),
                        Observation.notObserved(),
                        Fact.kernel(64_240L),
                        Fact.kernel(57L),
                        new Handshake.Options(
                                Fact.kernel(1_460L), Fact.kernel(7L), Fact.kernel(true), Fact.kernel(true))));
    }

    @Test
    void synWithoutOptionsOfferedNone() {
        SynSegment bare = new SynSegment(1, 1_024, 64, null, null, false, null);
        Handshake.Side originator = new SessionPlay()
                .accepted(bare, null)
                .record()
                .client()
                .handshake()
                .originator();
        assertThat(originator.options().mssBytes()).isEqualTo(Observation.none(Source.KERNEL));
        assertThat(originator.options().windowScale()).isEqualTo(Observation.none(Source.KERNEL));
        assertThat(originator.options().sack()).isEqualTo(Fact.kernel(false));
        assertThat(originator.options().timestamps()).isEqualTo(Fact.kernel(false));
    }

    @Test
    void finspectsSynAckIsKnownByWhatBothEndsAgreedOn() {
        TcpInfo info = new Info()
                .options(TcpInfo.OPTION_WINDOW_SCALE | TcpInfo.OPTION_SACK)
                .build();
        Handshake client = new SessionPlay()
                .accepted(SessionPlay.SYN, info)
                .record()
                .client()
                .handshake();
        assertThat(client.responder())
                .isEqualTo(side(Fact.kernel(0L), Fact.kernel(10L), Fact.kernel(true), Fact.kernel(false)));
        assertThat(client.rtt()).isEqualTo(Fact.kernel(250_000L));
        assertThat(client.segments().synAckToAck()).isEqualTo(Fact.inferred(250_000L));
        assertThat(client.segments().synToSynAck().fact()).isNull();
        assertThat(client.acceptDelay().fact()).isNull();
        assertThat(client.connectDuration().fact()).isNull();
    }

    @Test
    void synAckSentAgainIsCountedAndItsRoundTripIsNotTheHandshakes() {
        TcpInfo info = new Info().retransmits(2).build();
        Handshake client = new SessionPlay()
                .accepted(SessionPlay.SYN, info)
                .record()
                .client()
                .handshake();
        assertThat(client.responder().retransmits()).isEqualTo(Fact.kernel(2L));
        assertThat(client.originator().retransmits().fact()).isNull();
        assertThat(client.rtt()).isEqualTo(Fact.kernel(250_000L));
        assertThat(client.segments().synAckToAck().fact()).isNull();
    }

    @Test
    void withoutSavedSynTheClientOfferedAtLeastWhatWasAgreedOn() {
        TcpInfo info = new Info()
                .options(TcpInfo.OPTION_WINDOW_SCALE | TcpInfo.OPTION_SACK)
                .build();
        Handshake.Side originator = new SessionPlay()
                .accepted(null, info)
                .record()
                .client()
                .handshake()
                .originator();
        assertThat(originator.options().windowScale()).isEqualTo(Fact.kernel(9L));
        assertThat(originator.options().sack()).isEqualTo(Fact.kernel(true));
        assertThat(originator.options().timestamps().fact()).isNull();
        assertThat(originator.isn().fact()).isNull();
    }

    @Test
    void withoutSynAndReadingNothingIsKnownOfTheClientsHandshake() {
        nothingKnown(new SessionPlay().accepted(null, null).record().client().handshake());
    }

    @Test
    void aKernelThatReportsNothingLeavesEverythingUnknown() {
        SessionPlay play = new SessionPlay().accepted(null, Info.empty()).connected(Info.empty());
        nothingKnown(play.record().client().handshake());
        Handshake upstream = play.record().upstream().handshake();
        assertThat(upstream.originator()).isEqualTo(Handshake.Side.NOT_OBSERVED);
        assertThat(upstream.responder()).isEqualTo(Handshake.Side.NOT_OBSERVED);
        assertThat(upstream.rtt().fact()).isNull();
        assertThat(upstream.connectDuration()).isEqualTo(Fact.socket(1_500_000L));
    }

    @Test
    void upstreamsHandshakeHasItsConnectTimeAndWhatBothEndsAgreedOn() {
        TcpInfo info =
                new Info().options(TcpInfo.OPTION_TIMESTAMPS).retransmits(0).build();
        Handshake upstream = new SessionPlay()
                .accepted(SessionPlay.SYN, null)
                .after(2)
                .connected(info)
                .record()
                .upstream()
                .handshake();
        assertThat(upstream.synAt()).isEqualTo(Fact.inferred(SessionPlay.START_EPOCH_NANOS + 500_000));
        assertThat(upstream.connectDuration()).isEqualTo(Fact.socket(1_500_000L));
        assertThat(upstream.segments().synToSynAck()).isEqualTo(Fact.inferred(250_000L));
        assertThat(upstream.segments().synAckToAck().fact()).isNull();
        assertThat(upstream.originator())
                .isEqualTo(
                        side(Fact.kernel(0L), Observation.notObserved(), Observation.notObserved(), Fact.kernel(true)));
        assertThat(upstream.responder())
                .isEqualTo(side(
                        Observation.notObserved(), Observation.notObserved(), Fact.kernel(false), Fact.kernel(true)));
    }

    @Test
    void upstreamAnsweredOnlyASynSentAgain() {
        Handshake upstream = new SessionPlay()
                .accepted(SessionPlay.SYN, null)
                .connected(new Info().retransmits(1).build())
                .record()
                .upstream()
                .handshake();
        assertThat(upstream.originator().retransmits()).isEqualTo(Fact.kernel(1L));
        assertThat(upstream.originator().options().windowScale()).isEqualTo(Fact.kernel(10L));
        assertThat(upstream.responder().options().windowScale()).isEqualTo(Fact.kernel(9L));
        assertThat(upstream.segments().synToSynAck().fact()).isNull();
    }

    @Test
    void roundTripThatTheKernelNeverMeasuredIsUnknown() {
        TcpInfo info = new Info().rtt(TcpInfo.ABSENT).build();
        SessionPlay play = new SessionPlay().accepted(SessionPlay.SYN, info).connected(info);
        for (Leg leg : Leg.values()) {
            assertThat(play.record().leg(leg).handshake().rtt().fact()).isNull();
            assertThat(play.record().leg(leg).data().path().smoothedRtt().fact())
                    .isNull();
        }
        assertThat(play.record().client().handshake().segments().synAckToAck().fact())
                .isNull();
        assertThat(play.record().upstream().handshake().segments().synToSynAck().fact())
                .isNull();
    }

    private static void nothingKnown(Handshake handshake) {
        assertThat(handshake.segments()).isEqualTo(Handshake.Segments.NOT_OBSERVED);
        assertThat(handshake.originator()).isEqualTo(Handshake.Side.NOT_OBSERVED);
        assertThat(handshake.responder()).isEqualTo(Handshake.Side.NOT_OBSERVED);
        assertThat(handshake.simultaneousOpen().isNotObserved()).isTrue();
        assertThat(handshake.acceptDelay().isNotObserved()).isTrue();
    }

    private static Handshake.Side side(
            Observation<Long> retransmits,
            Observation<Long> windowScale,
            Observation<Boolean> sack,
            Observation<Boolean> timestamps) {
        return new Handshake.Side(
                Observation.notObserved(),
                Observation.notObserved(),
                retransmits,
                Observation.notObserved(),
                Observation.notObserved(),
                new Handshake.Options(Observation.notObserved(), windowScale, sack, timestamps));
    }

    @Test
    void upstreamNeverReachedHasNoHandshakeAndNoAddress() {
        LegRecord upstream = new SessionPlay()
                .accepted(SessionPlay.SYN, null)
                .attemptFailed(ConnectResult.REFUSED)
                .record()
                .upstream();
        assertThat(upstream.handshake()).isEqualTo(Handshake.NOT_OBSERVED);
        assertThat(upstream.peer()).isNull();
        assertThat(upstream.local()).isNull();
    }

    @Test
    void lookUpsAndAttemptsAreListedInOrderUntilOneConnects() {
        SessionPlay play = new SessionPlay().accepted(SessionPlay.SYN, null);
        Lookup.End none = Lookups.failed(9, Lookup.Result.NO_ADDRESS, "NXDOMAIN");
        Lookup.End two = Lookups.found(8, 100, 30, "10.0.0.1", "10.0.0.2");
        long now = play.watched.identity().epochNanos(play.nowNanos);
        play.tell(Lookups.event(play.nowNanos, "a.example", none));
        play.tell(Lookups.event(play.nowNanos, "db", two));
        play.attemptFailed(ConnectResult.REFUSED)
                .attemptFailed(ConnectResult.TIMED_OUT)
                .connected(null);
        LegRecord upstream = play.record().upstream();
        assertThat(upstream.lookups())
                .isEqualTo(List.of(
                        Lookups.of("a.example", Lookup.Purpose.CONNECT, now - 9, none),
                        Lookups.of("db", Lookup.Purpose.CONNECT, now - 8, two)));
        assertThat(upstream.lookups().get(1).answeredAt()).isEqualTo(Fact.socket(now - 100));
        assertThat(upstream.lookups().get(1).isFromCache()).isTrue();
        assertThat(upstream.attempts())
                .extracting(Attempt::result)
                .containsExactly(ConnectResult.REFUSED, ConnectResult.TIMED_OUT, ConnectResult.CONNECTED);
        assertThat(Objects.requireNonNull(upstream.attempts().get(0).end()).detail())
                .isEqualTo("in vain");
        assertThat(Objects.requireNonNull(upstream.attempts().get(2).end()).detail())
                .isNull();
        assertThat(upstream.peer()).isEqualTo(SessionPlay.UPSTREAM);
        assertThat(upstream.local()).isEqualTo(SessionPlay.LOCAL);
        LegRecord client = play.record().client();
        assertThat(client.peer()).isEqualTo(SessionPlay.CLIENT);
        assertThat(client.local()).isEqualTo(SessionPlay.ACCEPTED);
        assertThat(client.attempts()).isEmpty();
        assertThat(client.lookups()).isEmpty();
    }

    @Test
    void lookUpThatGoesOnIsListedWithTheServerThatIsAsked() {
        SessionPlay play = new SessionPlay().accepted(SessionPlay.SYN, null);
        play.tell(new SessionEvent.NameAsked(play.nowNanos, "db", Lookup.Purpose.CONNECT));
        Lookup asked = play.record().upstream().lookups().get(0);
        assertThat(asked.end()).isNull();
        assertThat(asked.server().isNotObserved()).isTrue();
        assertThat(asked.addresses()).isEmpty();
        assertThat(asked.answeredAt().isNotObserved()).isTrue();
        assertThat(asked.isFromCache()).isFalse();
        assertThat(asked.waitedNanos(asked.askedAt().value() + 5)).isEqualTo(5);

        play.after(1_000).tell(new SessionEvent.NameServerAsked(play.nowNanos, Lookups.SERVER));
        assertThat(play.record().upstream().lookups())
                .singleElement()
                .satisfies(it -> assertThat(it.server().orNull()).isEqualTo(Lookups.SERVER));

        play.tell(Lookups.event(play.nowNanos, "db", Lookups.found(1_000_000_000, 0, 30, "10.0.0.1")));
        assertThat(play.record().upstream().lookups()).hasSize(1);
        assertThat(play.watched.tracker().way().isTroubled()).isTrue();
    }
}
