package dev.finspect.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

final class SlicedWorkTest {
    private static final long STEP_NANOS = 40_000;

    private final Queue<Runnable> loop = new ArrayDeque<>();
    private final Queue<Runnable> rests = new ArrayDeque<>();
    private final List<Long> restNanos = new ArrayList<>();
    private final List<String> steps = new ArrayList<>();
    private long nowNanos = Long.MAX_VALUE - 100_000; // So that it wraps.

    private final SlicedWork work = new SlicedWork(
            loop::add,
            (nanos, task) -> {
                restNanos.add(nanos);
                rests.add(task);
            },
            () -> nowNanos);

    @Test
    void sliceEndsWhenItsTimeIsOverAndTheRestOfTheWorkIsDoneAfterARest() {
        CompletableFuture<String> result = work.run(counted("a", 10));
        runLoop();
        assertThat(steps).as("four steps of 40 µs take the 150 µs").hasSize(4);
        assertThat(result).isNotDone();
        rest();
        assertThat(steps).hasSize(8);
        rest();
        assertThat(result).isCompletedWithValue("a done");
        assertThat(restNanos).containsOnly(SlicedWork.REST_NANOS);
        assertThat(rests).isEmpty();
    }

    @Test
    void severalAreServedInTurnAndTogetherTakeNoMoreOfTheLoop() {
        List<CompletableFuture<String>> results = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            results.add(work.run(counted(name, 4)));
        }
        runLoop();
        assertThat(steps).containsExactly("a", "a", "a", "a");
        assertThat(results.get(0)).isDone();
        rest();
        assertThat(steps.subList(4, 8)).containsExactly("b", "c", "b", "c");
        rest();
        assertThat(results).allMatch(CompletableFuture::isDone);
    }

    @Test
    void workThatComesInARestWaitsForItsEnd() {
        assertThat(work.run(counted("a", 1))).isNotDone();
        runLoop();
        nowNanos += SlicedWork.REST_NANOS / 4;
        assertThat(work.run(counted("b", 1))).isNotDone();
        runLoop();
        assertThat(steps).containsExactly("a");
        assertThat(restNanos).containsExactly(SlicedWork.REST_NANOS - SlicedWork.REST_NANOS / 4);
        rest();
        assertThat(steps).containsExactly("a", "b");
    }

    @Test
    void workThatComesLongAfterIsDoneAtOnce() {
        assertThat(work.run(counted("a", 1))).isNotDone();
        runLoop();
        nowNanos += SlicedWork.REST_NANOS;
        assertThat(work.run(counted("b", 1))).isNotDone();
        runLoop();
        assertThat(steps).containsExactly("a", "b");
        assertThat(restNanos).isEmpty();
    }

    @Test
    void failureIsThatOfOneAlone() {
        CompletableFuture<String> broken = work.run(() -> {
            throw new IllegalStateException("thrown by a test");
        });
        CompletableFuture<String> well = work.run(counted("a", 1));
        runLoop();
        rest();
        assertThatThrownBy(broken::join).hasRootCauseMessage("thrown by a test");
        assertThat(well).isCompletedWithValue("a done");
    }

    @Test
    void loopThatHasEndedRefuses() {
        SlicedWork ended = new SlicedWork(
                task -> {
                    throw new RejectedExecutionException("ended");
                },
                (nanos, task) -> {},
                () -> nowNanos);
        assertThatThrownBy(() -> ended.run(counted("a", 1)).join())
                .hasCauseInstanceOf(RejectedExecutionException.class);
    }

    private SlicedWork.Steps<String> counted(String name, int count) {
        int[] left = {count};
        return () -> {
            steps.add(name);
            nowNanos += STEP_NANOS;
            return --left[0] == 0 ? name + " done" : null;
        };
    }

    private void runLoop() {
        for (Runnable task = loop.poll(); task != null; task = loop.poll()) {
            task.run();
        }
    }

    private void rest() {
        nowNanos += restNanos.get(restNanos.size() - 1);
        rests.remove().run();
    }
}
