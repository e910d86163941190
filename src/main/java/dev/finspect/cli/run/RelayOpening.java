package dev.finspect.cli.run;

import dev.finspect.cli.config.Config;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.kernel.PipeSizes;
import dev.finspect.kernel.Reading;
import dev.finspect.kernel.counters.KernelCounters;
import dev.finspect.kernel.sockets.HandshakeCount;
import dev.finspect.kernel.sockets.NetlinkPeerSockets;
import dev.finspect.relay.HalfOpenHandshakes;
import dev.finspect.relay.InheritedListeners;
import dev.finspect.relay.Relay;
import dev.finspect.relay.RelayChange;
import dev.finspect.relay.RelayParts;
import dev.finspect.relay.RelayStartException;
import dev.finspect.relay.RunningRelay;
import dev.finspect.relay.UpstreamTarget;
import dev.finspect.relay.handover.Succession;
import dev.finspect.relay.names.NamedUpstreams;
import dev.finspect.session.SessionSink;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Starts the relay of a run with what it needs of the machine, and makes another configuration of it ready. */
final class RelayOpening implements AutoCloseable {
    private final PipeSizes pipes = new PipeSizes();
    private final NetlinkPeerSockets sockets = new NetlinkPeerSockets();
    private final KernelCounters counters;
    private final FatalExit fatalExit;
    private final Optional<Succession> before;
    private @Nullable NamedUpstreams names;

    /**
     * Nothing is started yet.
     *
     * @param counters the kernel's, which tell of SYN cookies
     * @param before the finspect whose listeners it takes; empty for none
     */
    RelayOpening(KernelCounters counters, FatalExit fatalExit, Optional<Succession> before) {
        this.counters = counters;
        this.fatalExit = fatalExit;
        this.before = before;
    }

    /**
     * Binds all listeners; none accepts yet.
     *
     * @param adminAddress where the admin server listens, which is never an upstream
     */
    RunningRelay start(Config config, SessionSink sink, Supplier<Optional<InetSocketAddress>> adminAddress)
            throws CommandFailure {
        NamedUpstreams resolver = NamedUpstreams.ofMachine(hosts(config));
        names = resolver;
        RelayParts parts = RelayParts.of(
                        resolver,
                        this::enlarge,
                        () -> adminAddress.get().stream().toList(),
                        error -> fatalExit.failed("an event loop", error),
                        sockets)
                .counting(new Handshakes(counters))
                .inheriting(before.map(Succession::listeners).orElseGet(InheritedListeners::none));
        try {
            RunningRelay running = Relay.open(Engines.of(config.relay().engine()), config.relay(), sink, parts);
            if (config.relay().splice() && running.engineName().equals("epoll")) {
                pipes.warm();
            }
            return running;
        } catch (RelayStartException e) {
            throw refused(e);
        }
    }

    /** Binds what another configuration needs in addition; nothing has changed yet, and nothing does if this fails. */
    RelayChange prepare(RunningRelay running, Config inForce, Config next) throws CommandFailure {
        try {
            Objects.requireNonNull(names).expect(hosts(next));
            return running.prepare(next.relay(), RouteCapture.changed(inForce, next));
        } catch (RelayStartException e) {
            throw refused(e);
        } catch (RuntimeException e) {
            throw new CommandFailure(ExitCode.RUNTIME, "the listeners cannot be opened: " + e + ".");
        }
    }

    /** Enlarges a splice pipe; on event loops. */
    private boolean enlarge(int descriptor) {
        boolean isFinal = pipes.loaded();
        Reading<Integer> unused = pipes.enlarge(descriptor);
        return isFinal;
    }

    private static CommandFailure refused(RelayStartException e) {
        ExitCode exit = e.kind() == RelayStartException.Kind.CANNOT_BIND ? ExitCode.BIND : ExitCode.CONFIGURATION;
        return new CommandFailure(exit, e.getMessage() + ".");
    }

    private static List<String> hosts(Config config) {
        return config.relay().routes().stream()
                .flatMap(route -> route.upstreams().stream())
                .filter(upstream -> !upstream.isOriginal())
                .map(UpstreamTarget::host)
                .toList();
    }

    @Override
    public void close() {
        sockets.close();
    }

    /** The kernel's word about handshakes. */
    private record Handshakes(KernelCounters counters) implements HalfOpenHandshakes {
        @Override
        public CompletableFuture<Integer> count(SortedSet<Integer> ports) {
            return CompletableFuture.supplyAsync(() -> HandshakeCount.of(ports), LaterThread::run);
        }

        @Override
        public boolean mayBeMore() {
            return counters.synCookiesLately();
        }
    }
}
