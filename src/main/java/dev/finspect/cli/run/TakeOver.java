package dev.finspect.cli.run;

import dev.finspect.admin.Instance;
import dev.finspect.admin.InstanceFile;
import dev.finspect.admin.RuntimeDirectory;
import dev.finspect.cli.config.Config;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.kernel.sockets.SocketUsers;
import dev.finspect.relay.ListenerKey;
import dev.finspect.relay.PassedListener;
import dev.finspect.relay.epoll.EpollEngine;
import dev.finspect.relay.handover.PassingServer;
import dev.finspect.relay.handover.ServiceNotification;
import dev.finspect.relay.handover.Succession;
import dev.finspect.tcp.HumanUnits;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How one finspect takes the place of another of the same user, without closing a listener: over a Unix socket next to the
 * instance file.
 */
public final class TakeOver {
    private static final long ROOT = 0;

    private TakeOver() {}

    /** Asks the finspect that listens where this configuration is to listen; empty if there is none. */
    public static Optional<Succession> ask(Config config, PrintStream err) throws CommandFailure {
        try {
            Path directory = RuntimeDirectory.ofThisUser();
            List<Instance> running = InstanceFile.running(directory);
            List<Instance> candidates =
                    running.stream().filter(each -> shares(each, config)).toList();
            if (candidates.size() > 1) {
                throw new CommandFailure(
                        ExitCode.CONFIGURATION,
                        "several finspects listen where this one is to listen: processes "
                                + candidates.stream()
                                        .map(each -> String.valueOf(each.pid()))
                                        .collect(Collectors.joining(", "))
                                + ". Only one can be taken over at a time.");
            }
            if (candidates.isEmpty()) {
                err.println("take-over: no finspect of this user listens where this one is to, so it simply starts");
                return Optional.empty();
            }
            long pid = candidates.get(0).pid();
            if (!EpollEngine.available()) {
                throw new CommandFailure(
                        ExitCode.RUNTIME, "--take-over needs the epoll engine, and its library does not load here.");
            }
            try {
                return Optional.of(Succession.ask(InstanceFile.socket(directory, pid), TakeOver::trusts));
            } catch (IOException e) {
                if (!candidates.get(0).running()) {
                    err.println("take-over: the finspect before, process " + pid
                            + ", has ended by itself, so this one simply starts");
                    return Optional.empty();
                }
                throw new CommandFailure(
                        ExitCode.RUNTIME,
                        "the finspect that runs as process " + pid + " cannot be taken over: " + e.getMessage()
                                + ". This one has changed nothing there. Stop that one, or wait until it has ended, and start this one"
                                + " without --take-over.");
            }
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.RUNTIME, "cannot look for a running finspect: " + e.getMessage() + ".");
        }
    }

    /** Whether it listens on a port of this configuration; a free port that a route is to have is that of its name. */
    private static boolean shares(Instance instance, Config config) {
        Set<Integer> ports = instance.routes().values().stream()
                .flatMap(Collection::stream)
                .map(InetSocketAddress::getPort)
                .collect(Collectors.toSet());
        return config.relay().routes().stream()
                .anyMatch(route -> route.listen().stream()
                        .anyMatch(address -> ports.contains(address.getPort())
                                || address.getPort() == 0 && instance.routes().containsKey(route.name())));
    }

    /**
     * Everything is open: the finspect before lets go, and then this one begins to accept. It has accepted nobody until then,
     * so that no client is lost if it has to give up. The port file is the other's until then.
     *
     * @throws CommandFailure if the one before goes on; this one has to end
     */
    public static void complete(Succession before, ProxyServer service, FoundBy files, PrintStream err)
            throws CommandFailure {
        int taken = before.listeners().taken().size();
        try (before) {
            before.ready();
            service.accept();
            files.rewrite(service);
            err.println(
                    "take-over: " + HumanUnits.count(taken, "listener") + " taken over; the finspect before drains");
        } catch (IOException e) {
            if (before.formerServes()) {
                throw new CommandFailure(
                        ExitCode.RUNTIME,
                        "the running finspect does not let go of its listeners: " + e.getMessage()
                                + ". It goes on, and this one has served nobody.");
            }
            service.accept();
            files.rewrite(service);
            err.println("warning: take-over: the finspect before has ended by itself; this one serves");
        }
    }

    /** Lets a successor take the place of this process; empty if that is not possible, with a line that says why. */
    public static Optional<PassingServer> allow(
            ProxyServer service, FoundBy files, Shutdown ending, PrintStream err, Map<String, String> environment) {
        if (!service.relay().engineName().equals("epoll")) {
            return Optional.empty();
        }
        try {
            return Optional.of(PassingServer.open(
                    InstanceFile.socket(
                            files.directory(), ProcessHandle.current().pid()),
                    TakeOver::trusts,
                    new Passing(service, files, ending, err, environment)));
        } catch (IOException e) {
            err.println("warning: this finspect cannot be taken over: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** Root, and the user that this process runs as. */
    private static boolean trusts(long user) {
        return user == ROOT || SocketUsers.ownUser().stream().anyMatch(own -> own == user);
    }

    /** What a successor gets. */
    private record Passing(
            ProxyServer service, FoundBy files, Shutdown ending, PrintStream err, Map<String, String> environment)
            implements PassingServer.Passing {
        @Override
        public List<PassedListener> passed() {
            return service.passed();
        }

        @Override
        public void abandoned() {
            service.passedInVain();
        }

        @Override
        public Optional<InetSocketAddress> shareAdmin() {
            return service.shareAdmin();
        }

        @Override
        public void taken(long successor, List<ListenerKey> keys) {
            service.handOver(keys);
            files.handOver();
            try {
                ServiceNotification.send(environment, "MAINPID=" + successor);
            } catch (IOException e) {
                err.println("warning: the service manager was not notified of its new main process: " + e.getMessage());
            }
            ending.takenOver(successor);
        }
    }
}
