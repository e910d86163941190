package dev.finspect.cli.client;

import dev.finspect.admin.Instance;
import dev.finspect.admin.InstanceFile;
import dev.finspect.admin.RuntimeDirectory;
import dev.finspect.cli.config.Addresses;
import dev.finspect.cli.config.Config;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.ProcessContext;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The admin server of a running finspect.
 *
 * @param base its URL, without a path
 * @param token for POST requests; null if this user has no instance file for it
 */
public record AdminEndpoint(URI base, @Nullable String token) {
    /**
     * The server named by the option, or else by FINSPECT_ADMIN_LISTEN; otherwise that of every running finspect of this
     * user; if there is none, the default address.
     */
    public static List<AdminEndpoint> find(@Nullable String option, ProcessContext context) throws CommandFailure {
        String named = option != null ? option : context.environment().getOrDefault("FINSPECT_ADMIN_LISTEN", "");
        List<AdminEndpoint> running = running();
        if (!named.isBlank()) {
            URI base = uri(named.strip());
            return running.stream()
                    .filter(server -> server.base.equals(base))
                    .findFirst()
                    .or(() -> java.util.Optional.of(new AdminEndpoint(base, null)))
                    .stream()
                    .toList();
        }
        return running.isEmpty()
                ? List.of(new AdminEndpoint(uri("127.0.0.1:" + Config.Admin.DEFAULT_PORT), null))
                : running;
    }

    private static List<AdminEndpoint> running() throws CommandFailure {
        List<AdminEndpoint> servers = new ArrayList<>();
        try {
            List<Instance> instances = new ArrayList<>(InstanceFile.running(RuntimeDirectory.ofThisUser()));
            instances.addAll(InstanceFile.runningOfOthers());
            for (Instance instance : instances) {
                if (instance.admin() != null) {
                    servers.add(new AdminEndpoint(uri(Addresses.shown(instance.admin())), instance.token()));
                }
            }
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.RUNTIME,
                    "cannot look for running instances: " + e.getMessage() + ". Name the admin server with --admin.");
        }
        return servers;
    }

    private static URI uri(String server) throws CommandFailure {
        try {
            URI uri = new URI(server.startsWith("http://") ? server : "http://" + server);
            if (uri.getHost() != null) {
                return new URI("http", uri.getAuthority(), "", null, null);
            }
        } catch (URISyntaxException e) {
            // Reported below.
        }
        throw new CommandFailure(
                ExitCode.USAGE,
                "'" + server
                        + "' is not an admin server's URL. Write, for example, http://127.0.0.1:9600 or"
                        + " 127.0.0.1:9600.");
    }
}
