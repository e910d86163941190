package dev.finspect.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The queue keeps its bound, its order and its count, whoever comes at the same time. */
final class RecordQueueTest {
    private static final SessionRecord RECORD = SampleRecords.clean("01", "db");

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 64, 100})
    void exactlyItsCapacityFits(int capacity) {
        RecordQueue<SessionRecord> queue = new RecordQueue<>(capacity);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < capacity; i++) {
                assertThat(queue.offer(RECORD)).isTrue();
            }
            assertThat(queue.offer(RECORD)).isFalse();
            for (int i = 0; i < capacity; i++) {
                assertThat(queue.poll()).isSameAs(RECORD);
            }
            assertThat(queue.poll()).isNull();
            assertThat(queue.isEmpty()).isTrue();
        }
        assertThat(queue.accepted()).isEqualTo(3L * capacity);
    }

    @Test
    void closedQueueGivesOutWhatItHasAndTakesNoMore() {
        RecordQueue<SessionRecord> queue = new RecordQueue<>(4);
        queue.offer(RECORD);
        queue.close();
        assertThat(queue.offer(RECORD)).isFalse();
        assertThat(queue.isDrained()).isFalse();
        assertThat(queue.poll()).isSameAs(RECORD);
        assertThat(queue.isDrained()).isTrue();
        assertThat(queue.accepted()).isEqualTo(1);
    }

    @Test
    void manyLoopsAgainstOneWriterLoseNothingAndKeepTheirOrder() throws InterruptedException {
        int producers = 4;
        int each = 5_000;
        RecordQueue<SessionRecord> queue = new RecordQueue<>(128);
        AtomicLong taken = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < producers; p++) {
            String name = Integer.toString(p);
            threads.add(new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    SessionRecord record = numbered(name, i);
                    while (!queue.offer(record)) {
                        LockSupport.parkNanos(1_000);
                    }
                    taken.incrementAndGet();
                }
            }));
        }
        threads.forEach(Thread::start);
        long[] next = new long[producers];
        for (int got = 0; got < producers * each; ) {
            SessionRecord record = queue.poll();
            if (record == null) {
                LockSupport.parkNanos(1_000);
                continue;
            }
            int from = Integer.parseInt(record.identity().route());
            if (record.durationNanos() != next[from]++) {
                throw new AssertionError("Loop " + from + " gave its records in another order");
            }
            got++;
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(queue.poll()).isNull();
        assertThat(queue.accepted()).isEqualTo(taken.get()).isEqualTo((long) producers * each);
    }

    @Test
    void recordsOfferedWhileItClosesAreEitherTakenOrRefused() throws InterruptedException {
        for (int round = 0; round < 50; round++) {
            RecordQueue<SessionRecord> queue = new RecordQueue<>(1_000_000);
            AtomicLong taken = new AtomicLong();
            Thread loop = new Thread(() -> {
                while (queue.offer(RECORD)) {
                    taken.incrementAndGet();
                }
            });
            loop.start();
            while (queue.accepted() < 10) {
                LockSupport.parkNanos(1_000);
            }
            queue.close();
            loop.join();
            long got = 0;
            while (queue.poll() != null) {
                got++;
            }
            assertThat(got).isEqualTo(taken.get()).isEqualTo(queue.accepted());
            assertThat(queue.isDrained()).isTrue();
        }
    }

    private static SessionRecord numbered(String route, long number) {
        return new SessionRecord(
                RecordEvent.CLOSED,
                SampleRecords.identity("01", route),
                number,
                RECORD.result(),
                RECORD.client(),
                RECORD.upstream(),
                RECORD.close(),
                null,
                RECORD.proxyHeaders());
    }
}
