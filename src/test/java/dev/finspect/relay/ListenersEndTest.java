package dev.finspect.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The end of listeners whose sockets do at once what they are told. */
final class ListenersEndTest {
    private final DefaultEventLoop timer = new DefaultEventLoop();

    @AfterEach
    void endTimer() {
        timer.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** Who waits for it takes a lock of its own then; a thread that has that one may need this end's at the same moment. */
    @Test
    void itsCompletionIsReportedWithoutItsLock() throws Exception {
        for (boolean refuses : List.of(true, false)) {
            ListenersEnd end = new ListenersEnd(
                    new Obedient(refuses), timer, List.of(), ports -> CompletableFuture.completedFuture(0));
            CompletableFuture<Boolean> locked = end.begin().thenApply(done -> Thread.holdsLock(end));
            assertThat(locked.get(60, TimeUnit.SECONDS)).isFalse();
        }
        ListenersEnd now =
                new ListenersEnd(new Obedient(true), timer, List.of(), ports -> CompletableFuture.completedFuture(1));
        CompletableFuture<Boolean> locked = now.begin().thenApply(done -> Thread.holdsLock(now));
        now.closeNow().get(60, TimeUnit.SECONDS);
        assertThat(locked.get(60, TimeUnit.SECONDS)).isFalse();
    }

    /** SYN cookies leave no entry in the kernel: the listeners stay for the clients that may still answer one. */
    @Test
    void listenersStayWhileSynCookiesMayBeAnswered() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        CompletableFuture<Void> answered = new CompletableFuture<>();
        HalfOpenHandshakes cookies = new HalfOpenHandshakes() {
            @Override
            public CompletableFuture<Integer> count(SortedSet<Integer> ports) {
                return CompletableFuture.completedFuture(0);
            }

            @Override
            public boolean mayBeMore() {
                return asked.incrementAndGet() < 3;
            }
        };
        ListenersEnd end = new ListenersEnd(new Obedient(true), timer, List.of(), cookies);
        end.begin().thenRun(() -> answered.complete(null));
        answered.get(60, TimeUnit.SECONDS);
        assertThat(asked).hasValue(3);
    }

    private record Obedient(boolean refuses) implements ListenerSet {
        @Override
        public Set<Integer> ports() {
            return Set.of(1);
        }

        @Override
        public CompletableFuture<Boolean> refuseNewClients() {
            return CompletableFuture.completedFuture(refuses);
        }

        @Override
        public CompletableFuture<Integer> waitingClients() {
            return CompletableFuture.completedFuture(0);
        }

        @Override
        public CompletableFuture<Void> closeListeners() {
            return CompletableFuture.completedFuture(null);
        }
    }
}
