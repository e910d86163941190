package dev.finspect.cli.train;

import dev.finspect.cli.demo.Demo;
import dev.finspect.cli.warmup.BulkLoad;
import dev.finspect.cli.warmup.EchoService;
import dev.finspect.cli.warmup.RequestLoad;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The load by which Java's class archives are made: {@code finspect run} as users run it, short connections, kept ones, bulk,
 * the demo's services that misbehave, and the commands that ask a running finspect. All of it is in this process and on its
 * loopback.
 */
public final class Training {
    private static final int AT_ONCE = 20;
    private static final int PARTS = 4;
    private static final int KEPT = 50;
    /** On all kept connections, and bytes of bulk, for each short connection. */
    private static final double REQUESTS = 0.2;

    private static final int BULK_BYTES = 1_300;
    private static final long LEAST_BULK_BYTES = 4 << 20;
    private static final String ROUTE = "training";
    private static final Pattern ID = Pattern.compile("\"id\" ?: ?\"([^\"]+)\"");

    private final Commands commands;
    private final Extent extent;
    private final Map<String, String> environment;

    /**
     * How much.
     *
     * @param sessions short connections
     * @param percent of one processor at most
     * @param most time, after which the load ends with what it has reached
     */
    public record Extent(int sessions, int percent, Duration most) {}

    /**
     * Not begun yet.
     *
     * @param environment of the process; variables that configure finspect are left out
     */
    public Training(Commands commands, Extent extent, Map<String, String> environment) {
        this.commands = commands;
        this.extent = extent;
        this.environment = environment;
    }

    /** Does it, and answers with the number of short connections. */
    public int run() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("finspect-training-");
        try (Demo demo = Demo.start();
                EchoService service = EchoService.start(() -> {})) {
            Map<String, InetSocketAddress> routes = new LinkedHashMap<>(Map.of(ROUTE, service.address()));
            routes.putAll(demo.services());
            try (TrainedRun run = TrainedRun.start(commands, folder, routes, environment)) {
                Map<String, List<InetSocketAddress>> listening = new LinkedHashMap<>();
                routes.keySet().forEach(name -> listening.put(name, List.of(run.route(name))));
                demo.drive(listening);
                int sessions = drive(run);
                run.end();
                return sessions;
            }
        } finally {
            remove(folder);
        }
    }

    private int drive(TrainedRun run) throws IOException {
        ProcessorShare goesOn = new ProcessorShare(extent.percent(), extent.most());
        InetSocketAddress route = run.route(ROUTE);
        int each = extent.sessions() / PARTS;
        RequestLoad.Order brief = new RequestLoad.Order(route, each, AT_ONCE, 1);
        RequestLoad.Order kept = new RequestLoad.Order(route, KEPT, KEPT, 1 + (int) (each * REQUESTS / KEPT));
        int sessions = 0;
        for (int part = 0; part < PARTS; part++) {
            sessions += RequestLoad.run(brief, goesOn);
            int unused = RequestLoad.run(kept, goesOn);
            BulkLoad.run(route, Math.max(LEAST_BULK_BYTES, (long) each * BULK_BYTES), goesOn);
            ask(run);
        }
        return sessions;
    }

    private static void ask(TrainedRun run) throws IOException {
        run.ask("explain");
        run.ask("explain", "-o", "json");
        run.ask("sessions");
        Matcher id = ID.matcher(run.ask("sessions", "-o", "ndjson"));
        if (id.find()) {
            run.tryToAsk("explain", id.group(1));
        }
        run.ask("top", "--once");
        run.ask("top", "--once", "-o", "json");
        run.ask("healthcheck");
        run.ask("reload");
        for (String page : List.of("/metrics", "/api/v1/sessions", "/api/v1/routes", "/readyz")) {
            run.read(page);
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
