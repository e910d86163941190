package dev.finspect.cli.config;

import dev.finspect.log.LogSettings;
import dev.finspect.metrics.OtlpSettings;
import dev.finspect.relay.RelaySettings;
import dev.finspect.relay.RouteSettings;
import dev.finspect.wire.filter.FilterMode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A complete configuration; each setting is valid.
 *
 * @param otlp where meters are sent by OTLP; empty for nowhere
 * @param user to act as and to become, if started as root, as written in the configuration; empty for none
 * @param drain how long open sessions may go on after SIGTERM
 * @param drainDelay how long finspect still takes new clients after SIGTERM, while it already says that it is not ready
 * @param history number of closed sessions kept for the API
 * @param capture the packet capture
 * @param warmUp sessions of its own that finspect drives before it says that it is ready; 0 for none
 * @param locations of the routes in the configuration, in the order of {@code relay.routes()}
 */
public record Config(
        Admin admin,
        Log log,
        Optional<OtlpSettings> otlp,
        RelaySettings relay,
        Optional<Located<String>> user,
        Duration drain,
        Duration drainDelay,
        int history,
        Capture capture,
        int warmUp,
        List<RouteLocations> locations) {
    /**
     * The admin server.
     *
     * @param listen its address; empty if it is off
     * @param explicit the address was configured, so that finspect must not use another
     * @param access who may ask it for what
     * @param location where it was configured
     */
    public record Admin(Optional<InetSocketAddress> listen, boolean explicit, AdminRights access, Location location) {
        /** The default port. */
        public static final int DEFAULT_PORT = 9600;

        /** The default: 127.0.0.1:9600, or another port if that is in use. */
        public static Admin standard(Location location) {
            return new Admin(
                    Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), DEFAULT_PORT)),
                    false,
                    AdminRights.STANDARD,
                    location);
        }
    }

    /**
     * Who may ask the admin server for what.
     *
     * @param tokenFile the file with the token; empty for a random token of each start
     * @param open paths that need no token
     * @param hosts further names that a Host header may have
     */
    public record AdminRights(Optional<Path> tokenFile, Set<String> open, Set<String> hosts) {
        /** A random token; nothing is open. */
        static final AdminRights STANDARD = new AdminRights(Optional.empty(), Set.of(), Set.of());
    }

    /**
     * The session log.
     *
     * @param format of records; empty for text on a terminal and JSON elsewhere
     * @param file where records are written; empty for standard output
     * @param maxBytes size at which the file is rotated
     * @param keep number of rotated files to keep
     * @param mode permissions of a file that is created
     * @param lines which records have lines, and what is in them
     */
    public record Log(
            Optional<Format> format,
            Optional<Path> file,
            long maxBytes,
            int keep,
            Set<PosixFilePermission> mode,
            Lines lines) {
        /** With the default mode and lines. */
        public Log(Optional<Format> format, Optional<Path> file, long maxBytes, int keep) {
            this(format, file, maxBytes, keep, LogSettings.DEFAULT_MODE, Lines.STANDARD);
        }

        /** The same with these lines. */
        public Log with(Lines other) {
            return new Log(format, file, maxBytes, keep, mode, other);
        }

        /**
         * Which records have lines, and what is in them.
         *
         * @param detail of a JSON line
         * @param only a valid filter for those that have a line; empty for all
         * @param sample of the other ends, one in so many has a line; 0 for none
         * @param instance the name of this finspect; empty for the host's
         */
        public record Lines(Detail detail, Optional<String> only, int sample, Optional<String> instance) {
            /** A compact line for each record. */
            public static final Lines STANDARD = new Lines(Detail.COMPACT, Optional.empty(), 0, Optional.empty());
        }

        /** How much a JSON line has. */
        public enum Detail {
            /** What is known and says something. */
            COMPACT,
            /** Every field of the record. */
            FULL
        }

        /** The format of a record. */
        public enum Format {
            /** One JSON document per line. */
            JSON,
            /** The same. */
            NDJSON,
            /** Lines and sentences for people. */
            TEXT,
            /** Aligned columns, one line per session. */
            TABLE
        }
    }

    /**
     * The live capture.
     *
     * @param modes of each route, in the order of {@code relay.routes()}
     * @param explicit whether it was configured, so that its absence is worth a warning
     * @param ringBytes kernel memory of its ring
     * @param save where to save a file of each session that failed or hung; empty for nowhere
     * @param kernelTrace whether the kernel's own reasons are read
     */
    public record Capture(
            List<FilterMode> modes,
            boolean explicit,
            int ringBytes,
            Optional<Save> save,
            KernelTraceChoice kernelTrace) {
        /** Whether at least one route is captured. */
        public boolean any() {
            return modes.stream().anyMatch(mode -> mode != FilterMode.OFF);
        }
    }

    /**
     * Where captures of sessions that failed or hung are saved.
     *
     * @param maxBytes of all files in the directory
     * @param maxAge of a file; empty keeps files until there is no room
     */
    public record Save(Path folder, long maxBytes, Optional<Duration> maxAge) {}

    /** Where a route and its addresses were configured, in their order. */
    public record RouteLocations(Location route, List<Location> listen, List<Location> upstreams) {}

    /** The same configuration with another session log. */
    public Config with(Log other) {
        return new Config(admin, other, otlp, relay, user, drain, drainDelay, history, capture, warmUp, locations);
    }

    /** The same configuration with other relay settings. */
    public Config with(RelaySettings other) {
        return new Config(admin, log, otlp, other, user, drain, drainDelay, history, capture, warmUp, locations);
    }

    /** The route at this index. */
    public RouteSettings route(int index) {
        return relay.routes().get(index);
    }
}
