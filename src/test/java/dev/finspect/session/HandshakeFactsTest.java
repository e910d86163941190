package dev.finspect.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.record.Handshake;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.wire.SynSegment;
import dev.finspect.wire.TcpInfo;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the record says of a handshake nobody captured. */
final class HandshakeFactsTest {
    @Test
    void savedSynTellsWhatTheClientOffered() {
        Handshake client = Play.connected().record().client().handshake();
        assertThat(client.originator())
                .isEqualTo(new Handshake.Side(
                        Fact.kernel(3_708_898_026L),
                        null,
                        null,
                        Fact.kernel(64_240L),
                        Fact.kernel(1_460L),
                        Fact.kernel(7L),
                        Fact.kernel(true),
                        Fact.kernel(true),
                        Fact.kernel(57L)));
    }

    @Test
    void synWithoutOptionsOfferedNone() {
        SynSegment bare = new SynSegment(1, 1_024, 64, null, null, false, null);
        Handshake.Side originator =
                new Play().accepted(bare, null).record().client().handshake().originator();
        assertThat(originator.mssBytes()).isNull();
        assertThat(originator.windowScale()).isNull();
        assertThat(originator.sack()).isEqualTo(Fact.kernel(false));
        assertThat(originator.timestamps()).isEqualTo(Fact.kernel(false));
    }

    @Test
    void finspectsSynAckIsKnownByWhatBothEndsAgreedOn() {
        TcpInfo info = new Info()
                .options(TcpInfo.OPTION_WINDOW_SCALE | TcpInfo.OPTION_SACK)
                .build();
        Handshake client = new Play().accepted(Play.SYN, info).record().client().handshake();
        assertThat(client.responder())
                .isEqualTo(new Handshake.Side(
                        null,
                        null,
                        Fact.kernel(0L),
                        null,
                        null,
                        Fact.kernel(10L),
                        Fact.kernel(true),
                        Fact.kernel(false),
                        null));
        assertThat(client.rtt()).isEqualTo(Fact.kernel(250_000L));
        assertThat(client.synAckToAck()).isEqualTo(Fact.inferred(250_000L));
        assertThat(client.synToSynAck()).isNull();
        assertThat(client.acceptDelay()).isNull();
        assertThat(client.connectDuration()).isNull();
    }

    @Test
    void synAckSentAgainIsCountedAndItsRoundTripIsNotTheHandshakes() {
        TcpInfo info = new Info().retransmits(2).build();
        Handshake client = new Play().accepted(Play.SYN, info).record().client().handshake();
        assertThat(client.responder().retransmits()).isEqualTo(Fact.kernel(2L));
        assertThat(client.originator().retransmits()).isNull();
        assertThat(client.rtt()).isEqualTo(Fact.kernel(250_000L));
        assertThat(client.synAckToAck()).isNull();
    }

    @Test
    void withoutSavedSynTheClientOfferedAtLeastWhatWasAgreedOn() {
        TcpInfo info = new Info()
                .options(TcpInfo.OPTION_WINDOW_SCALE | TcpInfo.OPTION_SACK)
                .build();
        Handshake.Side originator =
                new Play().accepted(null, info).record().client().handshake().originator();
        assertThat(originator.windowScale()).isEqualTo(Fact.kernel(9L));
        assertThat(originator.sack()).isEqualTo(Fact.kernel(true));
        assertThat(originator.timestamps()).isNull();
        assertThat(originator.isn()).isNull();
    }

    @Test
    void withoutSynAndReadingNothingIsKnownOfTheClientsHandshake() {
        assertThat(new Play().accepted(null, null).record().client().handshake())
                .isEqualTo(Handshake.UNKNOWN);
    }

    @Test
    void aKernelThatReportsNothingLeavesEverythingUnknown() {
        Play play = new Play().accepted(null, Info.empty()).connected(Info.empty());
        assertThat(play.record().client().handshake()).isEqualTo(Handshake.UNKNOWN);
        Handshake upstream = play.record().upstream().handshake();
        assertThat(upstream.originator()).isEqualTo(Handshake.Side.UNKNOWN);
        assertThat(upstream.responder()).isEqualTo(Handshake.Side.UNKNOWN);
        assertThat(upstream.rtt()).isNull();
        assertThat(upstream.connectDuration()).isEqualTo(Fact.socket(1_500_000L));
    }

    @Test
    void upstreamsHandshakeHasItsConnectTimeAndWhatBothEndsAgreedOn() {
        TcpInfo info =
                new Info().options(TcpInfo.OPTION_TIMESTAMPS).retransmits(0).build();
        Handshake upstream = new Play()
                .accepted(Play.SYN, null)
                .after(2)
                .connected(info)
                .record()
                .upstream()
                .handshake();
        assertThat(upstream.synAt()).isEqualTo(Fact.inferred(Play.START_EPOCH_NANOS + 500_000));
        assertThat(upstream.connectDuration()).isEqualTo(Fact.socket(1_500_000L));
        assertThat(upstream.synToSynAck()).isEqualTo(Fact.inferred(250_000L));
        assertThat(upstream.synAckToAck()).isNull();
        assertThat(upstream.originator())
                .isEqualTo(new Handshake.Side(
                        null, null, Fact.kernel(0L), null, null, null, null, Fact.kernel(true), null));
        assertThat(upstream.responder())
                .isEqualTo(new Handshake.Side(
                        null, null, null, null, null, null, Fact.kernel(false), Fact.kernel(true), null));
    }

    @Test
    void upstreamAnsweredOnlyASynSentAgain() {
        Handshake upstream = new Play()
                .accepted(Play.SYN, null)
                .connected(new Info().retransmits(1).build())
                .record()
                .upstream()
                .handshake();
        assertThat(upstream.originator().retransmits()).isEqualTo(Fact.kernel(1L));
        assertThat(upstream.originator().windowScale()).isEqualTo(Fact.kernel(10L));
        assertThat(upstream.responder().windowScale()).isEqualTo(Fact.kernel(9L));
        assertThat(upstream.synToSynAck()).isNull();
    }

    @Test
    void roundTripThatTheKernelNeverMeasuredIsUnknown() {
        TcpInfo info = new Info().rtt(TcpInfo.ABSENT).build();
        Play play = new Play().accepted(Play.SYN, info).connected(info);
        for (Leg leg : Leg.values()) {
            assertThat(play.record().leg(leg).handshake().rtt()).isNull();
            assertThat(play.record().leg(leg).data().smoothedRtt()).isNull();
        }
        assertThat(play.record().client().handshake().synAckToAck()).isNull();
        assertThat(play.record().upstream().handshake().synToSynAck()).isNull();
    }

    @Test
    void upstreamNeverReachedHasNoHandshakeAndNoAddress() {
        LegRecord upstream = new Play()
                .accepted(Play.SYN, null)
                .attemptFailed(ConnectResult.REFUSED)
                .record()
                .upstream();
        assertThat(upstream.handshake()).isEqualTo(Handshake.UNKNOWN);
        assertThat(upstream.peer()).isNull();
        assertThat(upstream.local()).isNull();
    }

    @Test
    void lookUpsAndAttemptsAreListedInOrderUntilOneConnects() {
        Play play = new Play().accepted(Play.SYN, null);
        play.tell(new SessionEvent.LookedUp(play.nowNanos, "a.example", 9, 0, "NXDOMAIN"));
        play.tell(new SessionEvent.LookedUp(play.nowNanos, "db", 8, 2, null));
        play.attemptFailed(ConnectResult.REFUSED)
                .attemptFailed(ConnectResult.TIMED_OUT)
                .connected(null);
        LegRecord upstream = play.record().upstream();
        assertThat(upstream.lookups())
                .isEqualTo(List.of(
                        new LegRecord.Lookup("a.example", 9, 0, "NXDOMAIN"), new LegRecord.Lookup("db", 8, 2, null)));
        assertThat(upstream.attempts())
                .extracting(LegRecord.Attempt::result)
                .containsExactly(ConnectResult.REFUSED, ConnectResult.TIMED_OUT, ConnectResult.CONNECTED);
        assertThat(upstream.attempts().get(0).detail()).isEqualTo("in vain");
        assertThat(upstream.attempts().get(2).detail()).isNull();
        assertThat(upstream.peer()).isEqualTo(Play.UPSTREAM);
        assertThat(upstream.local()).isEqualTo(Play.LOCAL);
        LegRecord client = play.record().client();
        assertThat(client.peer()).isEqualTo(Play.CLIENT);
        assertThat(client.local()).isEqualTo(Play.ACCEPTED);
        assertThat(client.attempts()).isEmpty();
        assertThat(client.lookups()).isEmpty();
    }
}
