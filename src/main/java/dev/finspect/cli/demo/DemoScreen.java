package dev.finspect.cli.demo;

import dev.finspect.record.Outcome;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionDirectory;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionSink;
import dev.finspect.tcp.HumanUnits;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/**
 * Shows open, hanging and closed sessions. On a terminal, the open ones are redrawn at the bottom; elsewhere each is printed
 * once, after a second. Records arrive from the event loops through a bounded queue; everything else is confined to the
 * thread that calls {@link #refresh}.
 */
public final class DemoScreen implements SessionSink {
    private static final int QUEUE_CAPACITY = 1024;
    private static final int MOST_LIVING = 12;
    private static final long ANNOUNCE_AFTER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final PrintStream out;
    private final boolean redraws;
    private final DemoLine lines;
    private final BlockingQueue<SessionRecord> news = new ArrayBlockingQueue<>(QUEUE_CAPACITY);
    private final LongAdder dropped = new LongAdder();
    private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    private final Set<String> announced = new HashSet<>();
    private int drawn;

    /**
     * A screen on {@code out}.
     *
     * @param redraws whether the output is a terminal that can move the cursor up
     * @param colour whether to colour
     */
    public DemoScreen(PrintStream out, boolean redraws, boolean colour) {
        this.out = out;
        this.redraws = redraws;
        this.lines = new DemoLine(colour);
    }

    @Override
    public void progressed(SessionRecord record) {
        if (record.event() == RecordEvent.HUNG) {
            take(record);
        }
    }

    @Override
    public void closed(SessionRecord record) {
        take(record);
    }

    private void take(SessionRecord record) {
        if (!news.offer(record)) {
            dropped.increment();
        }
    }

    /** Prints the introduction: the routes with ports and descriptions, and the URLs of the admin server. */
    public void introduce(Demo demo, Map<String, Integer> ports, String admin, String end) {
        out.println("finspect demo: small services, each with finspect in front and a client");
        out.println();
        demo.descriptions()
                .forEach((name, description) -> out.println("  "
                        + DemoLine.left(name, 15)
                        + DemoLine.left(":" + ports.getOrDefault(name, 0), 8)
                        + lines.dim(description)));
        out.println();
        out.println("  live page      http://" + admin + "/");
        out.println("  metrics        http://" + admin + "/metrics");
        out.println("  sessions       http://" + admin + "/api/v1/sessions");
        out.println("  what hangs     http://" + admin + "/api/v1/explain?format=text");
        out.println("  " + end);
        out.println();
        out.println(lines.header());
    }

    /** Prints what has changed. */
    public void refresh(SessionDirectory sessions) {
        List<SessionRecord> living = living(sessions);
        StringBuilder text = new StringBuilder(1024);
        if (drawn > 0) {
            text.append("\u001b[").append(drawn).append("A\u001b[J");
        }
        drainInto(text);
        drawn = 0;
        for (SessionRecord session : living) {
            if (redraws || isNew(session)) {
                text.append(lines.living(session)).append('\n');
                drawn += redraws ? 1 : 0;
            }
        }
        out.print(text);
        out.flush();
    }

    /** Prints the last sessions and the totals. */
    public void finish() {
        StringBuilder text = new StringBuilder(1024);
        if (drawn > 0) {
            text.append("\u001b[").append(drawn).append("A\u001b[J");
        }
        drainInto(text);
        out.print(text);
        out.println();
        long all = outcomes.values().stream().mapToLong(Long::longValue).sum();
        out.println(HumanUnits.count(all, "session") + ": "
                + outcomes.entrySet().stream()
                        .map(e -> e.getValue() + " " + e.getKey().label())
                        .collect(Collectors.joining(", ")));
        if (dropped.sum() > 0) {
            out.println(dropped.sum() + (dropped.sum() == 1 ? " more was not" : " more were not")
                    + " shown: too many at once");
        }
        out.flush();
    }

    private void drainInto(StringBuilder text) {
        List<SessionRecord> records = new ArrayList<>();
        news.drainTo(records);
        for (SessionRecord record : records) {
            if (record.event() == RecordEvent.HUNG) {
                lines.hung(record).forEach(line -> text.append(line).append('\n'));
                continue;
            }
            if (record.outcome() != null) {
                outcomes.merge(record.outcome(), 1L, Long::sum);
            }
            announced.remove(record.identity().id());
            lines.closed(record).forEach(line -> text.append(line).append('\n'));
        }
    }

    private boolean isNew(SessionRecord session) {
        return session.durationNanos() >= ANNOUNCE_AFTER_NANOS
                && announced.add(session.identity().id());
    }

    private static List<SessionRecord> living(SessionDirectory sessions) {
        try {
            return sessions.first(MOST_LIVING, SessionDirectory.Selection.ALL).get(1, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException busy) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }
}
