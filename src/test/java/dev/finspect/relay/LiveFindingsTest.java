package dev.finspect.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Thresholds;
import dev.finspect.diagnose.finding.BacklogFull;
import dev.finspect.diagnose.finding.NotClosing;
import dev.finspect.diagnose.finding.NotReading;
import dev.finspect.diagnose.finding.UpstreamSilent;
import dev.finspect.kernel.sockets.NetlinkPeerSockets;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionDirectory;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.Leg;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Findings come while what they tell of lasts, and go when it is over; thresholds are scaled down. */
@OverBothEngines
final class LiveFindingsTest {
    private static final ByteStream REQUEST = new ByteStream(1);
    private static final ByteStream REPLY = new ByteStream(2);

    private final EngineUnderTest engine;

    LiveFindingsTest(EngineUnderTest engine) {
        this.engine = engine;
    }

    @Test
    void silentServerIsBlamedAndForgivenWhenItAnswers() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = relay(service);
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            client.send(REQUEST, 400);
            server.receive(REQUEST, 400).send(REPLY, 100);
            client.receive(REPLY, 100).send(REQUEST, 400);
            EventLog.Session session = relay.log.session(0);
            SessionEvent.FindingRaised raised = session.await(SessionEvent.FindingRaised.class);
            assertThat(raised.finding().id()).isEqualTo(UpstreamSilent.ID);
            // Without tcp_info nobody knows whether the upstream has the request.
            assertThat(raised.finding().candidates()).contains(Blame.UPSTREAM);
            assertThat(raised.finding().evidence()).isNotEmpty();
            SessionRecord hung = relay.log.awaitLine(RecordEvent.HUNG);
            assertThat(about(hung).finding().id()).isEqualTo(UpstreamSilent.ID);
            assertThat(diagnosed(hung).hangs()).isTrue();

            server.receive(REQUEST, 400).send(REPLY, 100);
            client.receive(REPLY, 100);
            session.await(SessionEvent.FindingCleared.class);
            SessionRecord recovered = relay.log.awaitLine(RecordEvent.RECOVERED);
            assertThat(about(recovered).untilEpochNanos()).isNotNull();
            assertThat(diagnosed(recovered).hangs()).isFalse();

            client.fin();
            server.fin();
            session.awaitEnd();
            assertThat(diagnosed(session.record()).findings())
                    .anySatisfy(found -> {
                        assertThat(found.finding().id()).isEqualTo(UpstreamSilent.ID);
                        assertThat(found.untilEpochNanos()).isNotNull();
                    })
                    .noneMatch(SessionFinding::hangs);
        }
    }

    @Test
    void serverThatNeverClosesIsBlamedUntilTheSessionEnds() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = relay(service);
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            client.send(REQUEST, 10);
            server.receive(REQUEST, 10).send(REPLY, 10);
            client.receive(REPLY, 10).fin();
            EventLog.Session session = relay.log.session(0);
            if (engine.readsTcpInfo) {
                // Without it nobody can tell whether the FIN was acknowledged, and nobody is blamed.
                session.await(
                        SessionEvent.FindingRaised.class,
                        raised -> raised.finding().id().equals(NotClosing.UPSTREAM));
            }
            server.fin();
            session.awaitEnd();
            assertThat(session.has(SessionEvent.FindingCleared.class)).isEqualTo(engine.readsTcpInfo);
            assertThat(session.events().get(session.events().size() - 1)).isInstanceOf(SessionEvent.Ended.class);
        }
    }

    @Test
    void serverThatNeverReadsIsBlamedForItsClosedWindow() throws Exception {
        try (TestService service = TestService.open(RelayUnderTest.loopback4(), 16, 8 << 10);
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(service)
                        .narrow(16 << 10)
                        .thresholds(scaled())
                        .start();
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            client.sendUntilBlocked(REQUEST, 64 << 20, Duration.ofMillis(500));
            EventLog.Session session = relay.log.session(0);
            SessionEvent.FindingRaised raised = session.await(SessionEvent.FindingRaised.class);
            // Without tcp_info nobody sees the window, but that no answer comes.
            assertThat(raised.finding().id()).isEqualTo(engine.readsTcpInfo ? NotReading.UPSTREAM : UpstreamSilent.ID);
            assertThat(raised.finding().leg()).isEqualTo(Leg.UPSTREAM);
            server.reset();
            client.reset();
            session.awaitEnd();
        }
    }

    @Test
    void fullListenerOfThisHostIsSeenWhileConnectingToIt() throws Exception {
        try (TestService service = TestService.open(RelayUnderTest.loopback4(), 1, 0);
                TestPeer first = TestPeer.connect(service.address());
                TestPeer second = TestPeer.connect(service.address());
                NetlinkPeerSockets sockets = new NetlinkPeerSockets();
                RelayUnderTest relay = RelayUnderTest.on(engine)
                        .before(service)
                        .thresholds(scaled())
                        .peerSockets(sockets)
                        .start();
                TestPeer client = relay.connect()) {
            assertThat(List.of(first, second, client)).doesNotContainNull();
            SessionEvent.FindingRaised raised = relay.log
                    .session(0)
                    .await(
                            SessionEvent.FindingRaised.class,
                            each -> each.finding().id().equals(BacklogFull.ID));
            assertThat(raised.finding().blame()).isEqualTo(Blame.UPSTREAM);
            assertThat(raised.finding().confidence()).isEqualTo(Confidence.PROVED);
        }
    }

    @Test
    void connectionOpenedAheadOfNeedBlamesNobodyBeforeAServiceThatAnswers() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = relay(service);
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            client.send(REQUEST, 400);
            server.receive(REQUEST, 400).send(REPLY, 100);
            client.receive(REPLY, 100);
            try (TestPeer pooled = relay.connect();
                    TestPeer unused = service.accept();
                    TestPeer other = relay.connect();
                    TestPeer silent = service.accept()) {
                assertThat(List.of(pooled, unused, silent)).doesNotContainNull();
                other.send(REQUEST, 400);
                relay.log.session(2).await(SessionEvent.FindingRaised.class);
                assertThat(relay.log.session(1).has(SessionEvent.FindingRaised.class))
                        .isFalse();
            }
        }
    }

    @Test
    void connectionThatRestsAfterAnAnswerBlamesNobody() throws Exception {
        try (TestService service = TestService.open();
                RelayUnderTest relay = relay(service);
                TestPeer client = relay.connect();
                TestPeer server = service.accept()) {
            client.send(REQUEST, 400);
            server.receive(REQUEST, 400).send(REPLY, 100);
            client.receive(REPLY, 100);
            EventLog.Session session = relay.log.session(0);
            // A second session that hangs tells that the first had its time.
            try (TestPeer other = relay.connect();
                    TestPeer silent = service.accept()) {
                other.send(REQUEST, 400);
                relay.log.session(1).await(SessionEvent.FindingRaised.class);
                assertThat(session.has(SessionEvent.FindingRaised.class)).isFalse();
                List<SessionRecord> hung = relay.running()
                        .sessions()
                        .first(10, new SessionDirectory.Selection(null, true))
                        .get();
                assertThat(hung).hasSize(1);
                assertThat(hung.get(0).identity().client()).isEqualTo(other.local());
                assertThat(silent).isNotNull();
            }
        }
    }

    private RelayUnderTest relay(TestService service) throws Exception {
        return RelayUnderTest.on(engine).before(service).thresholds(scaled()).start();
    }

    private static SessionFinding about(SessionRecord line) {
        return Objects.requireNonNull(diagnosed(line).about());
    }

    private static Diagnosed diagnosed(SessionRecord record) {
        return Objects.requireNonNull(record.diagnosed());
    }

    private static Thresholds scaled() {
        Duration little = Duration.ofMillis(300);
        return new Thresholds(
                little, little, little, little, little, little, little, little, little, little, little, little);
    }
}
