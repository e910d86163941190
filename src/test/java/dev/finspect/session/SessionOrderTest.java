package dev.finspect.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.SampleSession;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Walks in an order. */
final class SessionOrderTest {
    @Test
    void eachOrderPutsFirstWhatItsNameSays() {
        LivingSession old = living("A", 100, 5, 5_000);
        LivingSession young = living("B", 300, 9, 4_000);
        LivingSession middle = living("C", 200, 7, 6_000);
        assertThat(ids(SessionOrder.AGE, old, young, middle)).containsExactly("A", "C", "B");
        assertThat(ids(SessionOrder.BYTES, old, young, middle)).containsExactly("B", "C", "A");
        assertThat(ids(SessionOrder.IDLE, old, young, middle)).containsExactly("B", "A", "C");
        assertThat(ids(SessionOrder.STUCK, old, young, middle)).as("none hangs").containsExactly("A", "B", "C");
    }

    @ParameterizedTest
    @EnumSource(SessionOrder.class)
    void labelNamesItsOrder(SessionOrder order) {
        assertThat(SessionOrder.of(order.label())).isSameAs(order);
        assertThat(SessionOrder.of("none")).isNull();
    }

    @Test
    void walkGoesOnBehindAPlaceAndKeepsNoMoreThanItsLimit() {
        List<LivingSession> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(living("S" + (1_000 + i), i % 7, 0, 0));
        }
        LivingSession[] sessions = all.toArray(LivingSession[]::new);
        List<String> whole = ids(SessionOrder.AGE, sessions);
        OrderedWalk first = new OrderedWalk(new Given(sessions), SessionOrder.AGE, 50, null);
        List<LivingSession> some = first.next(50).join();
        assertThat(some).extracting(each -> each.row().identity().id()).isEqualTo(whole.subList(0, 50));
        assertThat(first.next(1).join()).isEmpty();
        first.close();
        SessionOrder.Place last = SessionOrder.AGE.place(some.get(49).row());
        OrderedWalk rest = new OrderedWalk(new Given(sessions), SessionOrder.AGE, 1_000, last);
        assertThat(rest.next(1_000).join())
                .extracting(each -> each.row().identity().id())
                .isEqualTo(whole.subList(50, 200));
    }

    private static List<String> ids(SessionOrder order, LivingSession... sessions) {
        return new OrderedWalk(new Given(sessions), order, 1_000, null)
                .next(1_000).join().stream()
                        .map(each -> each.row().identity().id())
                        .toList();
    }

    private static LivingSession living(String id, long startEpochNanos, long bytes, long lastEpochNanos) {
        SessionIdentity sample = SampleSession.identity(id, "db", 1);
        SessionIdentity identity = new SessionIdentity(
                id, "db", sample.listener(), sample.client(), sample.accepted(), startEpochNanos, 0);
        SessionRow row = new SessionRow(
                identity,
                1,
                false,
                SessionRecord.Result.LIVING,
                new SessionRow.End(null, bytes, null, null, lastEpochNanos),
                new SessionRow.End(null, null, null, null, null),
                null);
        return new LivingSession() {
            @Override
            public SessionRow row() {
                return row;
            }

            @Override
            public CompletableFuture<Optional<SessionRecord>> record() {
                return CompletableFuture.completedFuture(Optional.empty());
            }
        };
    }

    /** Meets what it is given. */
    private static final class Given implements SessionWalk {
        private final Iterator<LivingSession> left;

        Given(LivingSession... sessions) {
            left = Arrays.asList(sessions).iterator();
        }

        @Override
        public CompletableFuture<List<LivingSession>> next(int most) {
            List<LivingSession> some = new ArrayList<>();
            while (some.size() < most && left.hasNext()) {
                some.add(left.next());
            }
            return CompletableFuture.completedFuture(some);
        }

        @Override
        public void close() {
            // Nothing to release.
        }
    }
}
