package dev.finspect.cli.client;

import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.FoldedText;
import dev.finspect.cli.process.OutputFormat;
import dev.finspect.log.json.JsonValues;
import dev.finspect.tcp.HumanUnits;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prints the sessions of the live stream: those that are open, or each change. */
public final class SessionListing {
    /** A restart may first wait for the last sessions of the one before, whose admin server answers meanwhile. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String INDENT = "    ";
    private static final String LINE = "%-20s  %7s  %7s  %8s  %s";

    private final PrintStream out;
    private final @Nullable String filter;
    private final OutputFormat format;
    private final IntSupplier columns;

    /**
     * Prints to {@code out}.
     *
     * @param filter null for all sessions
     * @param columns of the terminal, to which text is folded; 0 if it is none
     */
    public SessionListing(PrintStream out, @Nullable String filter, OutputFormat format, IntSupplier columns) {
        this.out = out;
        this.columns = columns;
        this.filter = filter;
        this.format = format;
    }

    /** The open sessions, the most stuck first, of each finspect. */
    public void list(List<AdminEndpoint> servers, int limit) throws CommandFailure {
        List<LiveSession> all = new ArrayList<>();
        long total = 0;
        for (AdminEndpoint server : servers) {
            total += read(server, all);
        }
        List<LiveSession> shown = all.subList(0, Math.min(limit, all.size()));
        switch (format) {
            case JSON ->
                out.println(
                        JsonValues.write(shown.stream().map(LiveSession::row).toList()));
            case NDJSON -> shown.forEach(each -> out.println(JsonValues.write(each.row())));
            case TEXT, TABLE -> {
                print(LINE.formatted("ID", "AGE", "IDLE", "BYTES", "CLIENT > ROUTE > UPSTREAM"));
                shown.forEach(this::print);
                String sessions = HumanUnits.count(total, "session") + (total == 1 ? " is open" : " are open");
                out.println(sessions + (shown.size() < total ? "; " + shown.size() + " are shown." : "."));
            }
        }
        out.flush();
    }

    private long read(AdminEndpoint server, List<LiveSession> all) throws CommandFailure {
        LivingRows rows = new LivingRows();
        try (EventStream stream = EventStream.open(server, filter)) {
            EventStream.Event event = stream.next();
            while (!rows.take(event)) {
                event = stream.next();
            }
            all.addAll(rows.all());
            return event.data().get("living") instanceof Number living
                    ? living.longValue()
                    : rows.all().size();
        }
    }

    /** Each change, of this finspect and those that take its place, until none does. */
    public void follow(AdminEndpoint server) throws CommandFailure, InterruptedException {
        try (LastingStream stream = LastingStream.open(server, filter, PATIENCE)) {
            boolean living = true;
            while (!out.checkError()) {
                EventStream.Event event = stream.next();
                if (event.name().equals(LastingStream.ENDED)) {
                    ended(server);
                } else if (event.name().equals("reset")) {
                    living = true;
                    lost(event);
                } else if (event.name().equals("snapshot_end")) {
                    living = false;
                }
                for (Object row : event.list("rows")) {
                    if (row instanceof Map<?, ?> members) {
                        changed(String.valueOf(event.data().get("time")), new LiveSession(members), living);
                    }
                }
                out.flush();
            }
        }
    }

    private void ended(AdminEndpoint server) {
        if (!format.isJson()) {
            out.println("# " + server.base() + " has ended the stream; waits at most " + PATIENCE.toSeconds()
                    + " s for the finspect that takes its place");
        }
    }

    private void lost(EventStream.Event reset) {
        if (!format.isJson() && reset.data().get("lost") instanceof Number lost && lost.longValue() > 0) {
            out.println("# " + lost + " changes were lost: this reader was too slow");
        }
    }

    /** A line for a change; the sessions that live when it begins are none, but where they hang. */
    private void changed(String time, LiveSession session, boolean living) {
        boolean begins = session.changes().isEmpty() && living;
        boolean onlyMoved = session.changes().stream().allMatch(each -> "moved".equals(each));
        if (format.isJson()) {
            out.println(JsonValues.write(session.row()));
        } else if (begins ? session.finding() != null : !onlyMoved) {
            String changes = begins
                    ? "hangs"
                    : session.changes().stream().map(String::valueOf).collect(Collectors.joining(","));
            print(time.replaceFirst("\\.(\\d{3})\\d*Z$", ".$1Z") + "  " + session.id() + "  " + changes + "  "
                    + session.way() + ends(session));
        }
    }

    private static String ends(LiveSession session) {
        String sentence = session.verdict("sentence");
        String outcome = session.outcome().isEmpty() ? "" : "  " + session.outcome();
        return outcome + (sentence.isEmpty() ? "" : "  " + sentence);
    }

    private void print(LiveSession session) {
        long now = session.startEpochNanos() + session.durationNanos();
        print(LINE.formatted(
                session.id(),
                shortened(session.durationNanos()),
                shortened(now - session.lastByteEpochNanos()),
                HumanUnits.bytes(session.bytes()),
                session.way()));
        String sentence = session.verdict("sentence");
        if (!sentence.isEmpty()) {
            print("  " + session.finding() + ": " + sentence);
        }
    }

    /** A line, folded to the terminal. */
    private void print(String line) {
        int width = columns.getAsInt();
        FoldedText.lines(line, width <= 0 ? 0 : Math.max(2 * INDENT.length(), width), INDENT)
                .forEach(out::println);
    }

    /** A duration in few characters: {@code 42s}. */
    public static String shortened(long nanos) {
        return HumanUnits.duration(nanos).replaceFirst("\\.\\d+s$", "s");
    }
}
