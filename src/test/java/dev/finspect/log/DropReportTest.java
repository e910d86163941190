package dev.finspect.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The first drop is reported at once, later ones together. */
@Timeout(120)
final class DropReportTest {
    private final AtomicLong dropped = new AtomicLong();
    private final BlockingQueue<Long> said = new LinkedBlockingQueue<>();

    @Test
    void firstDropIsReportedAtOnceAndThoseOfTheIntervalNot() throws Exception {
        try (DropReport report = new DropReport("report", dropped::get, said::add, Duration.ofDays(1))) {
            drop(report);
            assertThat(said.take()).isEqualTo(1);
            for (int i = 0; i < 1_000; i++) {
                drop(report);
            }
            assertThat(said).as("a day has not passed").isEmpty();
        }
        assertThat(said).as("the rest, at the end").containsExactly(1_001L);
    }

    @Test
    void dropsAfterAReportAreInTheNext() throws Exception {
        try (DropReport report = new DropReport("report", dropped::get, said::add, Duration.ofMillis(1))) {
            for (long expected = 1; expected <= 5; expected++) {
                drop(report);
                assertThat(said.take()).isEqualTo(expected);
            }
            assertThat(said).as("nothing is said of no drops").isEmpty();
        }
    }

    @Test
    void dropWhileAReportIsBeingWrittenIsNotForgotten() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch unblocked = new CountDownLatch(1);
        DropReport report = new DropReport(
                "report",
                dropped::get,
                count -> {
                    said.add(count);
                    writing.countDown();
                    await(unblocked);
                },
                Duration.ofMillis(1));
        try (report) {
            drop(report);
            writing.await();
            drop(report);
            unblocked.countDown();
            assertThat(List.of(said.take(), said.take())).containsExactly(1L, 2L);
        }
    }

    private void drop(DropReport report) {
        dropped.incrementAndGet();
        report.dropped();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
