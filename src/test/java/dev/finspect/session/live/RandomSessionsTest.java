package dev.finspect.session.live;

import static dev.finspect.tcp.Leg.CLIENT;
import static dev.finspect.tcp.Leg.UPSTREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.Info;
import dev.finspect.fixture.SessionPlay;
import dev.finspect.record.CloseAct;
import dev.finspect.record.Outcome;
import dev.finspect.record.ProxyReason;
import dev.finspect.record.Relayed;
import dev.finspect.record.SessionClose;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import java.lang.reflect.Method;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions in which anything happens in any order that can be, on a clock that never goes back. */
final class RandomSessionsTest {
    private static final int[] ERRNOS = {0, 32, 103, 104, 110, 113, 5};

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 20260101})
    void recordsHoldTogether(long seed) throws ReflectiveOperationException {
        Random random = new Random(seed);
        Set<Outcome> outcomes = EnumSet.noneOf(Outcome.class);
        for (int i = 0; i < 1_000; i++) {
            SessionPlay play = new SessionPlay()
                    .accepted(
                            random.nextBoolean() ? SessionPlay.SYN : null,
                            info(random).build());
            for (int steps = random.nextInt(40); steps > 0; steps--) {
                step(play.after(random.nextInt(3)), random);
                if (random.nextInt(8) == 0) {
                    check(play.record());
                }
            }
            if (random.nextInt(3) > 0) {
                finish(play);
            }
            SessionRecord closed = random.nextInt(4) == 0
                    ? play.ended(null, null)
                    : play.ended(info(random).build(), info(random).build());
            step(play, random);
            assertThat(play.closed).hasSize(1);
            assertThat(closed.closed()).isTrue();
            check(closed);
            outcomes.add(checkClosed(closed));
        }
        assertThat(outcomes).containsExactlyInAnyOrder(Outcome.values());
    }

    private static void step(SessionPlay play, Random random) {
        Leg leg = random.nextBoolean() ? CLIENT : UPSTREAM;
        switch (random.nextInt(24)) {
            case 0 -> play.fin(leg);
            case 1 -> play.shut(leg);
            case 2 -> play.tell(new SessionEvent.Paused(play.nowNanos, leg));
            case 3 -> play.tell(new SessionEvent.Resumed(play.nowNanos, leg));
            case 4 -> play.sampled(leg, info(random));
            case 5 -> play.stuck(leg, random.nextInt(3));
            case 6 -> play.connected(random.nextBoolean() ? info(random).build() : null);
            case 7 -> play.attemptFailed(any(ConnectResult.values(), random));
            case 8 -> play.tell(new SessionEvent.UrgentSeen(play.nowNanos, leg));
            case 9 -> rare(play, leg, random);
            default -> play.relayed(leg, random.nextInt(10_000));
        }
    }

    private static void rare(SessionPlay play, Leg leg, Random random) {
        switch (random.nextInt(6)) {
            case 0 -> play.failed(leg, ERRNOS[random.nextInt(ERRNOS.length)]);
            case 1 -> play.reset(leg);
            case 2 -> play.proxyEnded(any(ProxyReason.values(), random));
            case 3 -> play.givenUp(any(ConnectResult.values(), random));
            default -> play.relayed(leg, 1);
        }
    }

    private static void finish(SessionPlay play) {
        play.fin(CLIENT).shut(UPSTREAM).after(1).fin(UPSTREAM).shut(CLIENT);
    }

    private static Info info(Random random) {
        return new Info()
                .state(any(TcpState.values(), random))
                .peerWindow(random.nextInt(3) - 1)
                .notSent(random.nextInt(4) - 1)
                .probes(random.nextInt(2))
                .receiverLimited(random.nextInt(3) - 1)
                .retransmits(random.nextInt(3) - 1);
    }

    private static <T> T any(T[] values, Random random) {
        return values[random.nextInt(values.length)];
    }

    private static void check(SessionRecord record) throws ReflectiveOperationException {
        notNegative(record, record.getClass().getSimpleName());
        SessionClose close = record.close();
        assertThat(close.order()).doesNotHaveDuplicates();
        assertThat(close.first() == null).isEqualTo(close.order().isEmpty());
        assertThat(!close.halfClose().time().isKnown())
                .isEqualTo(close.halfClose().by() == null);
        assertThat(record.evidence()).isEqualTo(Facts.best(record));
    }

    private static @Nullable Outcome checkClosed(SessionRecord closed) {
        assertThat(closed.outcome()).isNotNull();
        assertThat(closed.termination()).matches("[-CScsPRIK][-RCDL]");
        boolean clean = closed.outcome() == Outcome.CLEAN;
        assertThat(closed.errorType() == null).isEqualTo(clean);
        assertThat("--".equals(closed.termination())).isEqualTo(clean);
        SessionClose close = closed.close();
        assertThat(close.relaying().relayed()).isIn((Object[]) Relayed.values());
        assertThat(close.relaying().reason() == null).isEqualTo(close.relaying().relayed() == Relayed.FAITHFUL);
        if (clean) {
            assertThat(close.order()).contains(CloseAct.CLIENT_FIN, CloseAct.UPSTREAM_FIN);
            assertThat(close.relaying().relayed()).isNotEqualTo(Relayed.DATA_LOST);
            assertThat(closed.proxyReason()).isNull();
        }
        return closed.outcome();
    }

    private static void notNegative(@Nullable Object value, String path) throws ReflectiveOperationException {
        if (value instanceof Fact<?> fact) {
            notNegative(fact.value(), path);
        } else if (value instanceof Long number && number < 0) {
            throw new AssertionError(path + " is " + number);
        } else if (value instanceof Record && !(value instanceof SessionIdentity)) {
            for (Method accessor : Facts.accessors(value.getClass())) {
                notNegative(accessor.invoke(value), accessor.getName());
            }
        }
    }
}
