package dev.finspect.cli.config;

import dev.finspect.metrics.OtlpSettings;
import dev.finspect.relay.RelaySettings;
import dev.finspect.relay.RouteSettings;
import dev.finspect.wire.filter.CaptureMode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A whole configuration, each setting within its bounds.
 *
 * @param otlp where meters are sent besides; empty sends none
 * @param user whose the process is once everything is open, as it was written; empty leaves it as it is
 * @param drain how long living sessions may take to end after SIGTERM
 * @param history closed sessions kept for the API
 * @param capture what is captured of the routes
 * @param locations where the routes were written, in the order of {@code relay.routes()}
 */
public record Config(
        Admin admin,
        Log log,
        Optional<OtlpSettings> otlp,
        RelaySettings relay,
        Optional<String> user,
        Duration drain,
        int history,
        Capture capture,
        List<RouteLocations> locations) {

    /**
     * The admin server.
     *
     * @param listen empty when it is off
     * @param byName the address was asked for, so that no other may take its place
     * @param location where it was asked for
     */
    public record Admin(Optional<InetSocketAddress> listen, boolean byName, Location location) {
        /** Taken when nothing is said. */
        public static final int DEFAULT_PORT = 9600;

        /** 127.0.0.1:9600, or another port when that is taken. */
        static Admin standard(Location location) {
            return new Admin(
                    Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), DEFAULT_PORT)), false, location);
        }
    }

    /**
     * The session log.
     *
     * @param format empty takes text on a terminal and JSON elsewhere
     * @param file empty writes to standard output
     * @param maxBytes at which the file is put aside
     * @param keep how many files put aside stay
     */
    public record Log(Optional<Format> format, Optional<Path> file, long maxBytes, int keep) {
        /** How a session is written. */
        public enum Format {
            /** One JSON document a line. */
            JSON,
            /** One aligned line for people. */
            TEXT
        }
    }

    /**
     * The live capture.
     *
     * @param modes of each route, in the order of {@code relay.routes()}
     * @param byName whether somebody asked for it, so that its lack is worth a warning
     * @param ringBytes what it may hold of the kernel's memory
     * @param save the folder for a file of each session that ends badly; empty saves none
     */
    public record Capture(List<CaptureMode> modes, boolean byName, int ringBytes, Optional<Save> save) {
        /** Whether any route is captured. */
        public boolean any() {
            return modes.stream().anyMatch(mode -> mode != CaptureMode.OFF);
        }
    }

    /**
     * Where captures of sessions that end badly are saved.
     *
     * @param maxBytes of all files in the folder
     * @param maxAge of a file; empty keeps each until there is no room
     */
    public record Save(Path folder, long maxBytes, Optional<Duration> maxAge) {}

    /** Where a route's addresses were written, in their order. */
    public record RouteLocations(Location route, List<Location> listen, List<Location> upstreams) {}

    /** The same with another relay. */
    public Config with(RelaySettings other) {
        return new Config(admin, log, otlp, other, user, drain, history, capture, locations);
    }

    /** A route by its index. */
    public RouteSettings route(int index) {
        return relay.routes().get(index);
    }
}
