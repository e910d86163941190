package dev.finspect.session.live;

import static dev.finspect.tcp.Leg.CLIENT;
import static dev.finspect.tcp.Leg.UPSTREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.finding.Idle;
import dev.finspect.fixture.Findings;
import dev.finspect.fixture.Info;
import dev.finspect.fixture.Lookups;
import dev.finspect.fixture.SessionPlay;
import dev.finspect.lifecycle.turn.DurationBatch;
import dev.finspect.lifecycle.turn.DurationCounts;
import dev.finspect.record.Lookup;
import dev.finspect.record.ProxyHeader;
import dev.finspect.record.ProxyReason;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionSink;
import dev.finspect.session.watch.WatchedSession;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import dev.finspect.wire.SynSegment;
import dev.finspect.wire.TcpInfo;
import dev.finspect.wire.tls.TlsStep;
import java.lang.reflect.RecordComponent;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How the tracker takes events and tells the sink. */
final class SessionTrackerTest {
    @Test
    void sinkHearsEveryEventInOrderAndTheClosedRecordOnceAfterTheLast() {
        SessionPlay play =
                SessionPlay.connected().fin(CLIENT).shut(UPSTREAM).fin(UPSTREAM).shut(CLIENT);
        assertThat(play.closed).isEmpty();
        assertThat(play.watched.tracker().ended()).isFalse();
        play.after(5).ended();
        assertThat(play.watched.tracker().ended()).isTrue();
        assertThat(play.told)
                .extracting(event -> event.getClass().getSimpleName())
                .containsExactly("Accepted", "Connected", "PeerFin", "OutputShut", "PeerFin", "OutputShut", "Ended");
        assertThat(play.closed).hasSize(1);
    }

    @Test
    void nothingIsTakenAfterTheEnd() {
        SessionPlay play = SessionPlay.connected().fin(CLIENT).fin(UPSTREAM);
        SessionRecord closed = play.ended();
        int told = play.told.size();
        play.after(50).failed(CLIENT, 104).ended();
        assertThat(play.told).hasSize(told);
        assertThat(play.closed).hasSize(1);
        assertThat(play.record()).isEqualTo(closed);
    }

    @Test
    void sinkIsCalledAfterTheEventIsFolded() {
        Leg[] seen = new Leg[1];
        WatchedSession[] session = new WatchedSession[1];
        session[0] = new WatchedSession(
                SessionPlay.connected().watched.identity(),
                new SessionSink() {
                    @Override
                    public void happened(SessionIdentity identity, SessionEvent event) {
                        seen[0] = session[0].tracker().halfClosedBy();
                    }
                },
                null);
        session[0].happened(new SessionEvent.PeerFin(SessionPlay.START_NANOS, UPSTREAM));
        assertThat(seen[0]).isEqualTo(UPSTREAM);
    }

    @Test
    void sinkThatThrowsAtTheLastEventIsGivenTheRecordNevertheless() {
        List<SessionRecord> closed = new ArrayList<>();
        SessionSink failing = new SessionSink() {
            @Override
            public void happened(SessionIdentity identity, SessionEvent event) {
                throw new IllegalStateException("no room");
            }

            @Override
            public void closed(SessionRecord record) {
                closed.add(record);
            }
        };
        WatchedSession tracker =
                new WatchedSession(SessionPlay.connected().watched.identity(), failing, null);
        assertThatThrownBy(() -> tracker.happened(new SessionEvent.PeerFin(SessionPlay.START_NANOS, CLIENT)))
                .hasMessage("no room");
        assertThat(closed).isEmpty();
        assertThatThrownBy(() -> tracker.happened(new SessionEvent.Ended(SessionPlay.START_NANOS, null, null)))
                .hasMessage("no room");
        assertThat(closed)
                .singleElement()
                .satisfies(record -> assertThat(record.closed()).isTrue());
    }

    @Test
    void durationRunsToTheMomentAndThenToTheEnd() {
        SessionPlay play = SessionPlay.connected().after(8);
        assertThat(play.record().durationNanos()).isEqualTo(10_000_000L);
        assertThat(play.record().closed()).isFalse();
        SessionRecord closed = play.after(5).ended();
        assertThat(closed.durationNanos()).isEqualTo(15_000_000L);
        assertThat(closed.closed()).isTrue();
        assertThat(closed.identity()).isSameAs(play.watched.identity());
    }

    @Test
    void sessionIsConnectedOnceAnUpstreamIsReached() {
        SessionPlay play = new SessionPlay().accepted(null, null).attemptFailed(ConnectResult.REFUSED);
        assertThat(play.watched.tracker().connected()).isFalse();
        assertThat(play.connected(null).watched.tracker().connected()).isTrue();
    }

    @Test
    void evidenceIsTheBestSourceInTheRecord() throws ReflectiveOperationException {
        TcpInfo info = new Info().build();
        SessionPlay bare =
                new SessionPlay().accepted(null, null).connected(null).relayed(CLIENT, 1);
        assertThat(bare.record().evidence()).isEqualTo(Source.SOCKET);
        List<SessionPlay> plays = List.of(
                bare,
                new SessionPlay().accepted(SessionPlay.SYN, null),
                new SessionPlay().accepted(null, info),
                new SessionPlay().accepted(null, null).connected(info),
                new SessionPlay().accepted(null, null).sampled(CLIENT, new Info()),
                new SessionPlay().accepted(null, Info.empty()));
        for (SessionPlay play : plays) {
            assertThat(play.record().evidence()).isEqualTo(Facts.best(play.record()));
        }
        for (boolean ofClient : new boolean[] {true, false}) {
            SessionRecord record =
                    new SessionPlay().accepted(null, null).ended(ofClient ? info : null, ofClient ? null : info);
            assertThat(record.evidence()).isEqualTo(Source.KERNEL).isEqualTo(Facts.best(record));
        }
        SessionRecord nothing = new SessionPlay().accepted(null, null).ended(null, null);
        assertThat(nothing.evidence()).isEqualTo(Source.SOCKET).isEqualTo(Facts.best(nothing));
    }

    static List<Class<?>> everyEvent() {
        return Arrays.asList(SessionEvent.class.getPermittedSubclasses());
    }

    @ParameterizedTest
    @MethodSource("everyEvent")
    void everyKindOfEventIsFoldedAndTold(Class<?> kind) throws ReflectiveOperationException {
        SessionPlay play = new SessionPlay();
        SessionEvent event = sample(kind);
        play.tell(event);
        assertThat(play.told).containsExactly(event);
        assertThat(play.closed).hasSize(event instanceof SessionEvent.Ended ? 1 : 0);
        boolean onlyForTheSink = event instanceof SessionEvent.FirstByte
                || event instanceof SessionEvent.AttemptSampled
                || event instanceof SessionEvent.NameServerAsked
                || event instanceof SessionEvent.TurnsCounted
                || event instanceof SessionEvent.FindingRaised
                || event instanceof SessionEvent.FindingCleared
                || event instanceof SessionEvent.WorstFindingChanged;
        boolean changesTheRecord = !play.record().equals(new SessionPlay().record());
        boolean needsAnother = event instanceof SessionEvent.Resumed;
        assertThat(changesTheRecord).isEqualTo(!onlyForTheSink && !needsAnother);
    }

    private static SessionEvent sample(Class<?> kind) throws ReflectiveOperationException {
        RecordComponent[] components = kind.getRecordComponents();
        Object[] arguments = new Object[components.length];
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            arguments[i] = sampleOf(types[i], components[i].getName());
        }
        var constructor = kind.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        return (SessionEvent) constructor.newInstance(arguments);
    }

    private static Object sampleOf(Class<?> type, String name) {
        if (type == long.class) {
            return name.equals("atNanos") ? SessionPlay.START_NANOS : 1_000L;
        } else if (type == int.class) {
            return 104;
        } else if (type == Errno.class) {
            return Errno.ECONNRESET;
        } else if (type == String.class) {
            return "word";
        } else if (type == Leg.class) {
            return UPSTREAM;
        } else if (type == InetSocketAddress.class) {
            return SessionPlay.UPSTREAM;
        } else if (type == TcpInfo.class) {
            return new Info().build();
        } else if (type == SynSegment.class) {
            return SessionPlay.SYN;
        } else if (type == ConnectResult.class) {
            return ConnectResult.REFUSED;
        } else if (type == Finding.class) {
            return Findings.of(Idle.ID, Blame.NOBODY, Confidence.PROVED, null, 0, List.of());
        } else if (type == ProxyHeader.class) {
            return new ProxyHeader(2, 28, SessionPlay.CLIENT, SessionPlay.UPSTREAM, null, null, null);
        } else if (type == TlsStep.class) {
            return new TlsStep.ObservationBegun();
        } else if (type == ProxyReason.class) {
            return ProxyReason.IDLE_TIMEOUT;
        } else if (type == Lookup.Purpose.class) {
            return Lookup.Purpose.CONNECT;
        } else if (type == Lookup.End.class) {
            return Lookups.found(1_000, 1_000, 30, "10.0.0.1");
        } else if (type == DurationBatch.class) {
            DurationCounts counts = new DurationCounts();
            counts.add(1_000);
            return Objects.requireNonNull(counts.take());
        }
        throw new AssertionError("no sample of " + type);
    }
}
