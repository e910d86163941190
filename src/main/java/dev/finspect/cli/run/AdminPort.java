package dev.finspect.cli.run;

import dev.finspect.admin.AdminAccess;
import dev.finspect.admin.AdminBindException;
import dev.finspect.admin.AdminLimits;
import dev.finspect.admin.AdminServer;
import dev.finspect.admin.AdminSettings;
import dev.finspect.admin.AdminSources;
import dev.finspect.cli.config.Addresses;
import dev.finspect.cli.config.Config;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.TokenFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The admin server of a run, if it has one: where it listens, who may ask, and how a successor gets its port. */
public final class AdminPort {
    private volatile @Nullable AdminServer server;

    /**
     * Opens the admin server that is configured; nothing if none is.
     *
     * @param former where the finspect listens whose place this one takes; empty for none
     */
    public void open(Config config, AdminSources sources, Optional<InetSocketAddress> former, FatalExit fatalExit)
            throws CommandFailure {
        if (config.admin().listen().isEmpty()) {
            return;
        }
        try {
            AdminServer opened =
                    AdminServer.start(settings(config, config.admin().listen().get(), former), sources);
            opened.onLoopFailure(error -> fatalExit.failed("the admin server", error));
            server = opened;
        } catch (AdminBindException e) {
            throw new CommandFailure(ExitCode.BIND, e.getMessage() + ".");
        }
    }

    private static AdminSettings settings(Config config, InetSocketAddress address, Optional<InetSocketAddress> former)
            throws CommandFailure {
        boolean explicit = config.admin().explicit();
        int port = !explicit && isTakenByARoute(config, address.getPort()) ? 0 : address.getPort();
        Optional<InetSocketAddress> shared = former.filter(
                        other -> other.getAddress().equals(address.getAddress()))
                .filter(other -> other.getPort() == address.getPort() || !explicit || port == 0);
        return new AdminSettings(
                address.getAddress(),
                shared.map(InetSocketAddress::getPort).orElse(port),
                explicit,
                AdminLimits.DEFAULT,
                access(config),
                shared.isPresent());
    }

    /** Whether a route listens on this port or an upstream uses it; the default admin port then gives way. */
    private static boolean isTakenByARoute(Config config, int port) {
        return config.relay().routes().stream()
                .anyMatch(route -> route.listen().stream().anyMatch(a -> a.getPort() == port)
                        || route.upstreams().stream().anyMatch(u -> u.port() == port));
    }

    /** A token file is made where it is missing, but not as root for another user, who may have put something in its way. */
    private static AdminAccess access(Config config) throws CommandFailure {
        Config.AdminRights rights = config.admin().access();
        String token = null;
        if (rights.tokenFile().isPresent()) {
            Path file = rights.tokenFile().get();
            token = config.user().isPresent() ? TokenFile.read(file) : TokenFile.readOrCreate(file);
        }
        return new AdminAccess(token, rights.open(), rights.hosts());
    }

    /** Its address; empty if there is no admin server. */
    public Optional<InetSocketAddress> address() {
        return Optional.ofNullable(server).map(AdminServer::address);
    }

    /** The token for POST requests; empty if there is no admin server. */
    public Optional<String> token() {
        return Optional.ofNullable(server).map(AdminServer::token);
    }

    /** A new one-time link for a browser on this machine; empty if there is no admin server. */
    public Optional<String> browserLink() {
        return Optional.ofNullable(server).map(open -> {
            InetSocketAddress address = open.address();
            InetSocketAddress asked = address.getAddress().isAnyLocalAddress()
                    ? new InetSocketAddress(InetAddress.getLoopbackAddress(), address.getPort())
                    : address;
            return "http://" + Addresses.shown(asked) + open.browserLink();
        });
    }

    /** Whether it moved because its default port was taken. */
    public boolean moved() {
        AdminServer open = server;
        return open != null && open.usesFallbackPort();
    }

    /** A successor is about to listen on the same port as well; empty if there is no admin server. */
    Optional<InetSocketAddress> share() {
        AdminServer open = server;
        if (open == null) {
            return Optional.empty();
        }
        open.sharePort();
        return Optional.of(open.address());
    }

    /** Closes it; from now on there is none. */
    public void close() {
        AdminServer open = server;
        server = null;
        if (open != null) {
            open.close();
        }
    }
}
