package dev.finspect.bench.proxy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** HAProxy in TCP mode with one thread. */
public final class HaProxy implements Proxy {
    private static final int SPARE_SESSIONS = 64;

    private final InstalledProgram program = new InstalledProgram("haproxy");
    private final Kind kind;

    private HaProxy(Kind kind) {
        this.kind = kind;
    }

    private enum Kind {
        COPYING("haproxy", "mode tcp, 1 thread", "", ""),
        LOGGING(
                "haproxy-logging",
                "mode tcp, 1 thread, option tcplog, a line for each connection to a file",
                "    log stdout format raw local0",
                "    log global\n    option tcplog"),
        SPLICING(
                "haproxy-spliced",
                "mode tcp, 1 thread, splicing both ways, pipes of 1 MiB",
                "    tune.pipesize 1048576",
                "    option splice-request\n    option splice-response");

        private final String name;
        private final String setting;
        private final String global;
        private final String defaults;

        Kind(String name, String setting, String global, String defaults) {
            this.name = name;
            this.setting = setting;
            this.global = global;
            this.defaults = defaults;
        }
    }

    /** Copying, as it does by default, and logging nothing. */
    public static HaProxy copying() {
        return new HaProxy(Kind.COPYING);
    }

    /** The same with its own line for each connection, written to its standard output as finspect's records are. */
    public static HaProxy logging() {
        return new HaProxy(Kind.LOGGING);
    }

    /** Splicing both ways whatever it thinks of it, through pipes of 1 MiB: its fastest for bulk. */
    public static HaProxy splicing() {
        return new HaProxy(Kind.SPLICING);
    }

    @Override
    public String name() {
        return kind.name;
    }

    @Override
    public String setting() {
        return kind.setting;
    }

    @Override
    public Optional<String> obstacle() {
        return program.obstacle("haproxy");
    }

    @Override
    public String configuration(Route route) {
        return """
                global
                    nbthread 1
                    maxconn %d
                %s
                defaults
                    mode tcp
                    timeout connect 5s
                    timeout client 300s
                    timeout server 300s
                %s
                listen bench
                    bind %s:%d
                    server origin %s:%d
                """.formatted(
                        route.sessions() + SPARE_SESSIONS,
                        kind.global,
                        kind.defaults,
                        route.listenHost(),
                        route.listenPort(),
                        route.upstreamHost(),
                        route.upstreamPort());
    }

    @Override
    public List<String> command(Route route, Path configuration) {
        return List.of(program.orName(), "-db", "-f", configuration.toString());
    }

    @Override
    public boolean bulkOnly() {
        return kind == Kind.SPLICING;
    }

    @Override
    public List<String> versionCommand() {
        return List.of(program.orName(), "-v");
    }
}
