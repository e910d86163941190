package dev.finspect.lab.healthy;

import dev.finspect.lab.net.Namespace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** The clients of a run, each in a thread of its own: what each has done, and what went wrong from its own point of view. */
final class Players {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final CountDownLatch over = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();
    private final Map<String, LongAdder> done = new ConcurrentHashMap<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final List<Part> last = new CopyOnWriteArrayList<>();

    /** What a client does; it fails where an answer is wrong or does not come. */
    interface Part {
        void play() throws Exception;
    }

    /** Plays it once, in this namespace. */
    void once(Namespace where, String who, Part part) {
        done.put(who, new LongAdder());
        Thread thread = new Thread(
                () -> {
                    try {
                        where.in(() -> {
                            part.play();
                            return null;
                        });
                    } catch (Exception | AssertionError e) {
                        failures.add(who + ": " + e);
                    }
                },
                who);
        threads.add(thread);
        thread.start();
    }

    /** Plays it again and again with these rests in turn, seconds, until the time is over. */
    void repeat(Namespace where, String who, List<Integer> rests, Part part) {
        once(where, who, () -> {
            int i = 0;
            do {
                part.play();
                did(who);
            } while (goesOn(rests.get(i++ % rests.size())));
        });
    }

    /** Something was done, and was right. */
    void did(String who) {
        done.computeIfAbsent(who, any -> new LongAdder()).increment();
    }

    /** How often. */
    long times(String who) {
        return done.getOrDefault(who, new LongAdder()).sum();
    }

    /** Waits for so long, and answers whether the time is not over. */
    boolean goesOn(double seconds) {
        try {
            return !over.await((long) (seconds * 1_000), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What is checked when all clients have ended. */
    void atLast(Part check) {
        last.add(check);
    }

    /** Ends the traffic, and waits for each client. Answers with what each has done. */
    Map<String, Long> end() throws InterruptedException {
        over.countDown();
        for (Thread thread : threads) {
            thread.join(PATIENCE.toMillis());
            if (thread.isAlive()) {
                failures.add(thread.getName() + " does not end");
            }
        }
        for (Part check : last) {
            try {
                check.play();
            } catch (Exception | AssertionError e) {
                failures.add(e.toString());
            }
        }
        Map<String, Long> all = new TreeMap<>();
        done.forEach((who, times) -> all.put(who, times.sum()));
        all.forEach((who, times) -> {
            if (times == 0) {
                failures.add(who + " has done nothing");
            }
        });
        return all;
    }

    /** What was not healthy about the traffic itself. */
    List<String> failures() {
        return failures;
    }
}
