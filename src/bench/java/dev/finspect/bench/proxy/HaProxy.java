package dev.finspect.bench.proxy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** HAProxy in TCP mode with one thread, logging nothing; spliced where the bytes are to stay in the kernel. */
public final class HaProxy implements Proxy {
    private static final int SPARE_SESSIONS = 64;

    private final InstalledProgram program = new InstalledProgram("haproxy");
    private final boolean spliced;

    private HaProxy(boolean spliced) {
        this.spliced = spliced;
    }

    /** Copying, as it does by default. */
    public static HaProxy copying() {
        return new HaProxy(false);
    }

    /** Splicing both ways whatever it thinks of it, through pipes of 1 MiB: its fastest for bulk. */
    public static HaProxy splicing() {
        return new HaProxy(true);
    }

    @Override
    public String name() {
        return spliced ? "haproxy-spliced" : "haproxy";
    }

    @Override
    public String setting() {
        return spliced ? "mode tcp, 1 thread, splicing both ways, pipes of 1 MiB" : "mode tcp, 1 thread";
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
                        spliced ? "    tune.pipesize 1048576" : "",
                        spliced ? "    option splice-request\n    option splice-response" : "",
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
        return spliced;
    }

    @Override
    public List<String> versionCommand() {
        return List.of(program.orName(), "-v");
    }
}
