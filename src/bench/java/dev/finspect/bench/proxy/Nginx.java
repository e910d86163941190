package dev.finspect.bench.proxy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** nginx's stream module with one worker, logging nothing. */
public final class Nginx implements Proxy {
    private static final Path STREAM_MODULE = Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");
    private static final int SPARE_DESCRIPTORS = 128;

    private final InstalledProgram program = new InstalledProgram("nginx");

    @Override
    public String name() {
        return "nginx";
    }

    @Override
    public String setting() {
        return "stream module, 1 worker";
    }

    @Override
    public Optional<String> obstacle() {
        return program.obstacle("nginx")
                .or(() -> Files.exists(STREAM_MODULE)
                        ? Optional.empty()
                        : Optional.of("nginx has no stream module (Debian package libnginx-mod-stream)"));
    }

    @Override
    public String configuration(Route route) {
        int connections = 2 * route.sessions() + SPARE_DESCRIPTORS;
        return """
                load_module %s;
                daemon off;
                worker_processes 1;
                worker_rlimit_nofile %d;
                pid nginx.pid;
                events {
                    worker_connections %d;
                }
                stream {
                    proxy_timeout 300s;
                    server {
                        listen %s:%d;
                        proxy_pass %s:%d;
                    }
                }
                """.formatted(
                        STREAM_MODULE,
                        connections + SPARE_DESCRIPTORS,
                        connections,
                        route.listenHost(),
                        route.listenPort(),
                        route.upstreamHost(),
                        route.upstreamPort());
    }

    @Override
    public List<String> command(Route route, Path configuration) {
        return List.of(program.orName(), "-e", "stderr", "-p", ".", "-c", configuration.toString());
    }

    @Override
    public List<String> versionCommand() {
        return List.of(program.orName(), "-v");
    }
}
