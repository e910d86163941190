package dev.finspect.lab.hang;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finspect.lab.Await;
import dev.finspect.lab.Background;
import dev.finspect.lab.FinspectProgram;
import dev.finspect.lab.HttpGet;
import dev.finspect.lab.InterceptRules;
import dev.finspect.lab.LabFolder;
import dev.finspect.lab.Programs;
import dev.finspect.lab.net.Hosts;
import dev.finspect.lab.net.NameServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/** Hosts with one packaged finspect on the middle one, a route of it for each scenario, and one more for the {@link Control}. */
final class Site implements AutoCloseable {
    private static final int UNAVAILABLE = 503;
    private static final long PAUSE_NANOS = 100_000_000;
    private static final int LISTEN_PORTS = 15_000;
    private static final int SERVER_PORTS = 16_000;
    private static final int LAST_SERVER_PORT = 16_999;

    final Hosts hosts;
    final NameServer names;
    final Lines lines;
    final Background finspect;
    private final LabFolder folder;
    private final Kind kind;
    private final Path portFile;
    private final Control control;

    /** Where finspect runs, and what it is allowed to see. */
    enum Kind {
        /** All on one host, and all rights. */
        LOOPBACK(false, true, "headers"),
        /** On a host between client and server, with all rights. */
        ROW(true, true, "headers"),
        /** The same, of which only segments that open or close a connection are captured. */
        ROW_LIFECYCLE(true, true, "lifecycle"),
        /** All on one host, as an ordinary user without any capability. */
        LOOPBACK_USER(false, false, "off"),
        /** On a host between, as an ordinary user without any capability. */
        ROW_USER(true, false, "off"),
        /** On a host between them, transparently: it intercepts connections to the server, and keeps the addresses of clients. */
        ROW_TPROXY(true, true, "headers");

        private final boolean inARow;
        private final boolean root;
        private final String capture;

        Kind(boolean inARow, boolean root, String capture) {
            this.inARow = inARow;
            this.root = root;
            this.capture = capture;
        }

        /** Whether finspect sees all that it sees there, and more: with more rights, or the peers' own sockets. */
        boolean seesMoreThan(Kind other) {
            return (inARow == other.inARow && captured() > other.captured())
                    || (!inARow && other.inARow && captured() == other.captured());
        }

        private int captured() {
            return List.of("off", "lifecycle", "headers").indexOf(capture);
        }

        /** Whether the peers' own sockets can be looked up. */
        boolean isOneHost() {
            return !inARow;
        }

        private boolean isIntercepting() {
            return this == ROW_TPROXY;
        }
    }

    /** Starts it with a route for each of these scenarios. */
    Site(Kind kind, List<Scenario> scenarios) throws Exception {
        this.kind = kind;
        folder = new LabFolder();
        hosts = kind.inARow ? Hosts.inARow() : Hosts.onLoopback();
        names = NameServer.start(hosts.server(), hosts.serverAddress(false));
        hosts.middle().nameServer(hosts.serverAddress(false));
        Path own = folder.ownDirectory("own");
        portFile = own.resolve("ports");
        Path records = own.resolve("records.json");
        control = new Control(this);
        finspect = Background.start(folder.path("finspect.log"), command(scenarios, records));
        Await.until(() -> "finspect does not start\n" + finspect.output(), () -> {
            if (!finspect.process().isAlive()) {
                throw new AssertionError("finspect ended at once\n" + finspect.output());
            }
            return Files.exists(portFile);
        });
        if (kind.root) {
            Await.until(
                    () -> "no capture\n" + finspect.output(),
                    () -> finspect.output().contains("capture: " + kind.capture));
        }
        if (kind.isIntercepting()) {
            InterceptRules.apply(hosts, "tproxy", SERVER_PORTS + "-" + LAST_SERVER_PORT, LISTEN_PORTS);
        }
        lines = new Lines(records);
    }

    private List<String> command(List<Scenario> scenarios, Path records) throws IOException {
        List<String> command = new ArrayList<>();
        if (!kind.root) {
            command.addAll(
                    List.of(Programs.path("setpriv"), "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"));
        }
        command.addAll(
                FinspectProgram.command(List.of("-Xmx96m", "-Djava.io.tmpdir=" + folder.ownDirectory("tmp")), "run"));
        command.addAll(List.of(
                "-c", folder.file("finspect.yaml", configuration(scenarios)).toString()));
        command.addAll(List.of("--admin", "127.0.0.1:0", "--log-format", "json", "--log-detail", "full"));
        command.addAll(List.of("--log-file", records.toString(), "--port-file", portFile.toString()));
        return hosts.middle().command(command);
    }

    private String configuration(List<Scenario> scenarios) {
        StringBuilder yaml = new StringBuilder();
        yaml.append("capture: {mode: ").append(kind.capture).append("}\n");
        scenarios.forEach(scenario -> yaml.append(scenario.global()));
        yaml.append("diagnosis: ").append(Scenario.THRESHOLDS).append("\nroutes:\n");
        yaml.append(route(0, "control", Control.THRESHOLDS, ""));
        for (int i = 0; i < scenarios.size(); i++) {
            Scenario scenario = scenarios.get(i);
            yaml.append(route(i + 1, "scenario" + (i + 1), new TreeMap<>(scenario.thresholds()), scenario.route()));
        }
        return yaml.toString();
    }

    private String route(int number, String name, Object thresholds, String more) {
        String way = kind.isIntercepting()
                ? "listen: ':" + LISTEN_PORTS + "'\n    mode: tproxy\n    keep_client_address: true\n"
                        + "    destinations: {ports: [" + serverPort(number) + "]}\n    upstream: original"
                : "listen: '" + text(hosts.middleAddress(false)) + (LISTEN_PORTS + number) + "'\n    upstream: "
                        + upstream(number, more);
        return "  - name: " + name + "\n    " + way + "\n    diagnosis: "
                + thresholds.toString().replace("=", ": ") + "\n";
    }

    private String upstream(int number, String more) {
        String usual = "'" + text(hosts.serverAddress(false)) + (SERVER_PORTS + number) + "'";
        return more.isEmpty()
                ? usual
                : more.replace("SELF", usual).replace("NAME", "'" + name(number) + ":" + serverPort(number) + "'");
    }

    private static String text(InetAddress address) {
        return address.getHostAddress() + ":";
    }

    /** Where clients of a route connect. */
    InetSocketAddress door(int number) {
        return kind.isIntercepting()
                ? new InetSocketAddress(hosts.serverAddress(false), serverPort(number))
                : new InetSocketAddress(hosts.middleAddress(false), LISTEN_PORTS + number);
    }

    /** The name that upstream {@code NAME} of a route has. */
    static String name(int number) {
        return "upstream" + number + ".lab.test";
    }

    static int serverPort(int number) {
        return SERVER_PORTS + number;
    }

    Control control() {
        return control;
    }

    /** Living sessions of a route, as the API lists them. */
    JsonNode living(String route) throws Exception {
        return new ObjectMapper()
                .readTree(ask("/api/v1/sessions?state=living&detail=full&route=" + route))
                .at("/living");
    }

    /** Whether a session of the route is counted as hung by this finding, with this blame and confidence of the hang. */
    boolean counts(String route, String finding, String blame, String confidence) throws Exception {
        return ask("/metrics")
                .lines()
                .anyMatch(line -> line.startsWith("finspect_sessions_hung{")
                        && line.contains("route=\"" + route + "\"")
                        && line.contains("finding=\"" + finding + "\"")
                        && line.contains("blame=\"" + blame + "\"")
                        && line.contains("confidence=\"" + confidence + "\"")
                        && !line.endsWith(" 0.0"));
    }

    private String ask(String path) throws Exception {
        return hosts.middle().in(() -> {
            URI uri = URI.create("http://127.0.0.1:" + adminPort() + path);
            long end = System.nanoTime() + Place.PATIENCE.toNanos();
            HttpGet answer = HttpGet.of(uri);
            // A machine that keeps finspect from answering within seconds gets this; whoever asks, asks again.
            while (answer.status() == UNAVAILABLE && System.nanoTime() < end) {
                LockSupport.parkNanos(PAUSE_NANOS);
                answer = HttpGet.of(uri);
            }
            if (answer.status() != 200) {
                throw new AssertionError(uri + " answers " + answer.status() + "\n" + answer.body());
            }
            return answer.body();
        });
    }

    private String adminPort() throws IOException {
        return Files.readAllLines(portFile).stream()
                .filter(line -> line.startsWith("@admin="))
                .map(line -> line.substring("@admin=".length()))
                .findFirst()
                .orElseThrow();
    }

    /** Ends finspect, which must have had no trouble of its own. */
    @Override
    public void close() throws IOException {
        try (folder;
                hosts;
                names;
                lines;
                finspect;
                control) {
            String said = finspect.output();
            if (said.contains("Exception") || said.contains("ERROR") || said.contains("could not be examined")) {
                throw new AssertionError("finspect had trouble\n" + said);
            }
        }
    }
}
