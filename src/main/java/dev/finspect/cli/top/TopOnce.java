package dev.finspect.cli.top;

import dev.finspect.cli.client.AdminEndpoint;
import dev.finspect.cli.client.EventStream;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.log.json.JsonValues;
import dev.finspect.tcp.EpochNanos;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints the table once, as it is when all living sessions have come. */
public final class TopOnce {
    private static final int LINES_OF_ALL = 100_000;
    private static final int WIDTH = 200;
    private static final int LINES_OF_ONE = 8;

    private TopOnce() {}

    /** As a table, or as one JSON object with {@code totals} and {@code sessions}, the most stuck first. */
    public static void print(AdminEndpoint server, String filter, boolean json, PrintStream out) throws CommandFailure {
        TopModel model = new TopModel();
        List<Object> rows = new ArrayList<>();
        @Nullable Object totals = null;
        InstantSource clock = InstantSource.system();
        try (EventStream stream = EventStream.open(server, filter.isEmpty() ? null : filter)) {
            EventStream.Event event;
            do {
                event = stream.next();
                totals = event.name().equals("hello") ? event.data().get("totals") : totals;
                model.take(event, EpochNanos.of(clock.instant()));
            } while (!event.name().equals("snapshot_end"));
        }
        List<TopModel.Known> sorted = model.sorted(TopModel.Sort.STUCK);
        if (json) {
            sorted.forEach(each -> rows.add(each.session().row()));
            Map<String, @Nullable Object> all = new LinkedHashMap<>();
            all.put("totals", totals);
            all.put("sessions", rows);
            out.println(JsonValues.write(all));
        } else {
            TopScreen screen = new TopScreen(
                    model,
                    new TopView(filter),
                    server.base().getAuthority().toLowerCase(Locale.ROOT),
                    WIDTH,
                    Math.min(LINES_OF_ALL, sorted.size() + LINES_OF_ONE),
                    model.serverTime(EpochNanos.of(clock.instant())),
                    false);
            screen.table().forEach(line -> out.println(line.stripTrailing()));
        }
        out.flush();
    }
}
