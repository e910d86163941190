package dev.finspect.diagnose.finding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.catalogue.Diagnosis;
import dev.finspect.fixture.LegFixture;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.TcpState;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random healthy sessions, looked at again and again: nobody is ever blamed. */
final class HealthyPlaysTest {
    private static final int PLAYS = 400;

    /** What an observer has. */
    private enum Sight {
        KERNEL,
        WIRE_ALONE,
        NOTHING_BUT_THE_SOCKETS,
        PEERS_ON_THIS_HOST
    }

    private static final class Stage {
        private final Random random;
        private final Sight sight;
        private final String name;
        private final Set<FindingId> told;
        private PlayedSession play = new PlayedSession();
        private double now;

        Stage(long seed, int number, Set<FindingId> told) {
            random = new Random(seed * 1_000_003 + number);
            List<Sight> sights = List.of(Sight.values());
            sight = sights.get(random.nextInt(sights.size()));
            name = "seed " + seed + ", play " + number + ", " + sight;
            this.told = told;
        }

        private double between(double least, double most) {
            return least + random.nextDouble() * (most - least);
        }

        /** Time passes, and somebody looks, more than once. */
        private void waits(double seconds) {
            double end = now + seconds;
            for (double part : new double[] {0.3, 0.7, 1}) {
                look(now + seconds * part, false);
            }
            now = end;
        }

        private void look(double second, boolean over) {
            sees(play.client, second);
            sees(play.upstream, second);
            Snapshot snapshot = over ? play.over(second) : play.live(second);
            List<Finding> found = Diagnosis.of(snapshot);
            for (Finding finding : found) {
                told.add(finding.id());
                assertEquals(Blame.NOBODY, finding.blame(), () -> name + " at " + second + ": " + finding);
            }
        }

        private void sees(LegFixture leg, double second) {
            switch (sight) {
                case KERNEL -> {}
                case WIRE_ALONE -> {
                    leg.unackedSegments = Observation.notObserved();
                    leg.notSentBytes = Observation.notObserved();
                    leg.backoffs = Observation.notObserved();
                    leg.probes = Observation.notObserved();
                }
                case NOTHING_BUT_THE_SOCKETS -> {
                    leg.unackedSegments = Observation.notObserved();
                    leg.notSentBytes = Observation.notObserved();
                    leg.backoffs = Observation.notObserved();
                    leg.probes = Observation.notObserved();
                    leg.bytesAcknowledged = Observation.notObserved();
                    leg.lastHeardAt = Observation.notObserved();
                    leg.state = Observation.notObserved();
                    leg.smoothedRttNanos = Observation.notObserved();
                }
                case PEERS_ON_THIS_HOST ->
                    leg.peerSocket = PlayedSession.socket(
                            second, !leg.localFin.isKnown() ? TcpState.ESTABLISHED : TcpState.CLOSE_WAIT, 0);
            }
        }

        private void turns() {
            int turns = 1 + random.nextInt(6);
            for (int i = 0; i < turns; i++) {
                int words = 1 + random.nextInt(3);
                for (int word = 0; word < words; word++) {
                    play.asks(now, 1 + random.nextInt(5000));
                    waits(between(0, 0.5));
                }
                waits(random.nextInt(5) == 0 ? between(1, 59) : between(0, 1));
                int pieces = 1 + random.nextInt(4);
                for (int piece = 0; piece < pieces; piece++) {
                    play.answers(now, 1 + random.nextInt(90_000));
                    waits(between(0, 20));
                }
                waits(random.nextInt(4) == 0 ? between(60, 20_000) : between(0, 2));
            }
        }

        private void oneWay(boolean byClient) {
            for (int i = 0; i < 3 + random.nextInt(10); i++) {
                if (byClient) {
                    play.asks(now, 1 + random.nextInt(900));
                } else {
                    play.answers(now, 1 + random.nextInt(900));
                }
                waits(i < 2 ? between(1.1, 50) : between(1.1, 5000));
            }
        }

        private void slowReader(LegFixture leg) {
            turns();
            for (int i = 0; i < 10; i++) {
                play.answers(now, 60_000);
                leg.notSentBytes = Fact.kernel(60_000L);
                leg.unackedSegments = Fact.kernel(3L);
                leg.zeroWindowSince = Fact.inferred(PlayedSession.at(now).value());
                play.upstream.pausedSince = PlayedSession.at(now);
                waits(between(0.1, 9.9));
            }
            leg.zeroWindowSince = Observation.notObserved();
            leg.notSentBytes = Fact.kernel(0L);
            leg.unackedSegments = Fact.kernel(0L);
            play.upstream.pausedSince = Observation.notObserved();
            waits(between(0, 100));
        }

        private void halfClose() {
            play.asks(now, 800);
            play.client.peerFin = PlayedSession.mark(now);
            play.upstream.localFin = PlayedSession.acknowledged(now, true);
            play.upstream.state = Fact.kernel(TcpState.FIN_WAIT_2);
            for (int i = 0; i < 12; i++) {
                waits(between(0, 59));
                play.answers(now, 5000);
            }
            play.upstream.peerFin = PlayedSession.mark(now);
            play.client.localFin = PlayedSession.acknowledged(now, true);
            look(now, false);
            look(now + 0.01, true);
        }

        private void close() {
            boolean clientFirst = random.nextBoolean();
            LegFixture first = clientFirst ? play.client : play.upstream;
            LegFixture second = clientFirst ? play.upstream : play.client;
            if (random.nextInt(3) == 0 && clientFirst && play.upstream.bytesReceived.value() > 0) {
                play.asks(now, 5 + random.nextInt(40));
            }
            first.peerFin = PlayedSession.mark(now);
            second.localFin = PlayedSession.acknowledged(now, true);
            waits(between(0, random.nextBoolean() ? 0.05 : 50));
            second.peerFin = PlayedSession.mark(now);
            first.localFin = PlayedSession.acknowledged(now, true);
            look(now, false);
            look(now + 0.01, true);
        }

        private void clientAborts() {
            play.client.peerRst = PlayedSession.mark(now + 0.01);
            play.upstream.localRst = PlayedSession.mark(now + 0.01);
            if (random.nextBoolean()) {
                play.client.bytesAcknowledged = Fact.kernel(play.client.bytesSent.value() / 2);
            }
            look(now + 0.02, true);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void nobodyIsBlamedForAHealthySession(long seed) {
        Set<FindingId> told = new HashSet<>();
        for (int number = 0; number < PLAYS; number++) {
            Stage stage = new Stage(seed, number, told);
            switch (number % 6) {
                case 0 -> {
                    stage.turns();
                    stage.close();
                }
                case 1 -> {
                    stage.oneWay(true);
                    stage.close();
                }
                case 2 -> {
                    stage.oneWay(false);
                    stage.close();
                }
                case 3 -> {
                    stage.slowReader(stage.play.client);
                    stage.close();
                }
                case 4 -> {
                    stage.turns();
                    stage.halfClose();
                }
                default -> {
                    stage.turns();
                    stage.clientAborts();
                }
            }
        }
        assertTrue(told.contains(Idle.ID), "the plays never rested");
        assertTrue(told.contains(HalfClosedActive.ID), "no half-close flowed for long");
        assertTrue(told.contains(ResetWithUnread.ID), "no client stopped in the middle");
    }

    @Test
    void aPlayThatHangsIsBlamed() {
        Set<FindingId> told = new HashSet<>();
        PlayedSession play = new PlayedSession().asks(1, 500);
        Diagnosis.of(play.live(100)).forEach(it -> told.add(it.id()));
        assertEquals(Set.of(UpstreamSilent.ID), told);
    }
}
