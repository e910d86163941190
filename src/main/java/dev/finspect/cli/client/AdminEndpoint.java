package dev.finspect.cli.client;

import dev.finspect.admin.Instance;
import dev.finspect.admin.InstanceFile;
import dev.finspect.admin.RuntimeDirectory;
import dev.finspect.cli.config.Addresses;
import dev.finspect.cli.config.Config;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.ProcessContext;
import dev.finspect.cli.process.TokenFile;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The admin server of a running finspect.
 *
 * @param base its URL, without a path
 * @param token null if this user has no instance file for it, and no token file was named
 */
public record AdminEndpoint(URI base, @Nullable String token) {
    /** Options that say which server is asked. */
    public static final class Options {
        @Option(names = "--admin", paramLabel = "URL", description = "Admin server: URL or ADDRESS:PORT.")
        private @Nullable String admin;

        @Option(names = "--token-file", paramLabel = "FILE", description = "File with its token.")
        private @Nullable Path tokenFile;
    }

    /**
     * The server named by the option, or else by FINSPECT_ADMIN_LISTEN; otherwise that of every running finspect of this
     * user, for root of every user; if there is none, the default address. The token is that of the file named by the option, or else by
     * FINSPECT_ADMIN_TOKEN_FILE, or else that of the instance file.
     */
    public static List<AdminEndpoint> find(Options options, ProcessContext context) throws CommandFailure {
        String admin = options.admin;
        String named = admin != null ? admin : context.environment().getOrDefault("FINSPECT_ADMIN_LISTEN", "");
        String token = token(options, context);
        if (!named.isBlank()) {
            URI base = uri(named.strip());
            return List.of(token != null ? new AdminEndpoint(base, token) : new AdminEndpoint(base, null).again());
        }
        List<AdminEndpoint> running = running();
        return running.isEmpty()
                ? List.of(new AdminEndpoint(uri("127.0.0.1:" + Config.Admin.DEFAULT_PORT), token))
                : running;
    }

    /**
     * The same address with the token of whoever answers there now: a finspect that began later has another. As it is where this
     * user has no instance file for it, or a directory in which there can be none.
     */
    public AdminEndpoint again() {
        try {
            return running().stream()
                    .filter(server -> server.base.equals(base))
                    .findFirst()
                    .orElse(this);
        } catch (CommandFailure e) {
            return this;
        }
    }

    private static @Nullable String token(Options options, ProcessContext context) throws CommandFailure {
        Path named = options.tokenFile;
        if (named != null) {
            return TokenFile.read(named);
        }
        // In the server's environment the file may be one that only the server can read.
        String variable = context.environment().getOrDefault("FINSPECT_ADMIN_TOKEN_FILE", "");
        Path file = Path.of(variable);
        return !variable.isEmpty() && Files.isReadable(file) ? TokenFile.read(file) : null;
    }

    private static List<AdminEndpoint> running() throws CommandFailure {
        List<AdminEndpoint> servers = new ArrayList<>();
        try {
            List<Instance> instances = new ArrayList<>(InstanceFile.running(RuntimeDirectory.ofThisUser()));
            for (Instance other : InstanceFile.runningOfOthers()) {
                if (instances.stream().noneMatch(known -> known.pid() == other.pid())) {
                    instances.add(other);
                }
            }
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

    /** An address that stands for every one of the machine is asked on the loopback. */
    private static String reachable(String authority) {
        return authority
                .replaceFirst("^(0\\.0\\.0\\.0)?:(?=\\d+$)", "127.0.0.1:")
                .replaceFirst("^\\[(::|0:0:0:0:0:0:0:0)\\]:", "[::1]:");
    }

    private static URI uri(String server) throws CommandFailure {
        try {
            URI uri = new URI(server.startsWith("http://") ? server : "http://" + reachable(server));
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
