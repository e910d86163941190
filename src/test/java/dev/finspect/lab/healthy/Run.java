package dev.finspect.lab.healthy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.diagnose.Thresholds;
import dev.finspect.lab.Await;
import dev.finspect.lab.net.Hosts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One run of all traffic in two places, with everything on one host, and with three hosts in a row. */
final class Run {
    private static final int DOORS = 15_001;
    /** How often the API is asked what hangs. */
    private static final int LOOK_SECONDS = 5;

    private final WatchedFinspect.Mode mode;
    private final Duration duration;
    private final StringBuilder report = new StringBuilder();
    private final List<String> faults = new ArrayList<>();
    private final Lateness lateness = new Lateness();

    Run(WatchedFinspect.Mode mode, Duration duration) {
        this.mode = mode;
        this.duration = duration;
    }

    private boolean machineIsLate() {
        return lateness.mostNanos() >= Thresholds.STANDARD.accept().toNanos() / 10;
    }

    /** Plays these, and answers with what was wrong: nothing, it is hoped. */
    List<String> play(List<Traffic> traffic) throws Exception {
        Players players = new Players();
        try (lateness;
                Site row = new Site(Hosts.inARow(), players);
                Site loopback = new Site(Hosts.onLoopback(), players)) {
            List<Site> sites = List.of(row, loopback);
            for (Site site : sites) {
                site.start(traffic);
            }
            long end = System.nanoTime() + duration.toNanos();
            while (System.nanoTime() - end < 0) {
                players.goesOn(LOOK_SECONDS);
                for (Site site : sites) {
                    site.look();
                }
            }
            for (Site site : sites) {
                site.measure();
            }
            Map<String, Long> done = players.end();
            say(mode + ", " + duration + "; " + lateness);
            for (Site site : sites) {
                site.end();
            }
            say("what the clients did, every time with the right answer: " + done);
        }
        players.failures().forEach(each -> faults.add("the traffic itself: " + each));
        faults.forEach(this::say);
        Path file = Path.of("target", "healthy-" + mode.name().toLowerCase(java.util.Locale.ROOT) + ".txt");
        Files.writeString(file, report);
        return faults;
    }

    private void say(String line) {
        report.append(line).append('\n');
        System.out.println(line);
    }

    /** The traffic of one place, and the finspect before it. */
    private final class Site implements AutoCloseable {
        private final Hosts hosts;
        private final String name;
        private final List<Venue> venues = new ArrayList<>();
        private final List<Traffic.Clients> clients = new ArrayList<>();
        private final Verdicts verdicts = new Verdicts(duration);
        private final Players players;
        private @org.jspecify.annotations.Nullable WatchedFinspect finspect;
        private String load = "";
        private int answered;
        private int unanswered;

        Site(Hosts hosts, Players players) {
            this.hosts = hosts;
            this.players = players;
            name = hosts.isInARow() ? "three hosts in a row" : "one host";
        }

        void start(List<Traffic> traffic) throws Exception {
            for (Traffic each : traffic) {
                Venue venue = new Venue(each.name(), DOORS + venues.size(), hosts, players);
                venues.add(venue);
                clients.add(each.server().start(venue));
            }
            finspect = new WatchedFinspect(mode, hosts, venues);
            for (int i = 0; i < venues.size(); i++) {
                clients.get(i).start(venues.get(i));
            }
        }

        private WatchedFinspect finspect() {
            return java.util.Objects.requireNonNull(finspect);
        }

        void look() throws Exception {
            List<JsonNode> hung = finspect().hung();
            if (hung == null) {
                unanswered++;
            } else {
                answered++;
                verdicts.living(hung);
            }
        }

        void measure() throws IOException {
            Duration used = finspect().processorTime();
            load = "finspect used " + used.toMillis() + " ms of processor time in " + duration.toSeconds() + " s, and "
                    + finspect().residentKilobytes() / 1024 + " MB of memory";
        }

        void end() throws Exception {
            closeVenues();
            Await.until(() -> "sessions live on in " + name, () -> {
                try {
                    return finspect().living() == 0;
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            finspect().end(verdicts::line);
            say("== " + name + ": " + load + "; " + answered + " looks at it answered, " + unanswered + " not");
            if (answered <= unanswered) {
                faults.add(name + ": finspect answered " + answered + " looks, and " + unanswered + " not");
            }
            say(verdicts.table());
            verdicts.wrong(machineIsLate())
                    .forEach((what, which) -> faults.add(name + ": " + what.replace('\t', ' ') + ", as in " + which));
            List<String> records =
                    verdicts.records().values().stream().map(JsonNode::toString).toList();
            Files.write(
                    Path.of("target", "healthy-" + mode + "-" + (hosts.isInARow() ? "row" : "loopback") + ".json"),
                    records);
            verdicts.flapping().forEach(each -> faults.add(name + ", repeated: " + each));
        }

        private void closeVenues() throws IOException {
            List<Venue> all = List.copyOf(venues);
            venues.clear();
            for (Venue venue : all) {
                venue.close();
            }
        }

        @Override
        public void close() throws IOException {
            try (hosts) {
                closeVenues();
                if (finspect != null) {
                    finspect.close();
                }
            }
        }
    }
}
