package dev.finspect.relay.nio;

import dev.finspect.relay.BindRefusal;
import dev.finspect.relay.ListenerChange;
import dev.finspect.relay.ListenerKey;
import dev.finspect.relay.ListenerSet;
import dev.finspect.relay.LoopSessions;
import dev.finspect.relay.RelayCore;
import dev.finspect.relay.RelayStartException;
import dev.finspect.relay.Route;
import dev.finspect.relay.WantedListener;
import io.netty.channel.ChannelFuture;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The listeners of a NIO engine, one for each address, and how they change with the routes. As a set it is all of them, also
 * those that are about to end. One thread at a time changes it; any thread reads.
 *
 * <p>An address that overlaps one that is given up can be bound only once that is closed, which is never waited for: such a
 * change is refused.
 */
final class NioListeners implements ListenerSet {
    private final RelayCore core;
    private final List<NioLoop> loops;
    private volatile Map<ListenerKey, NioListener> open = Map.of();
    /** Not wanted any more; some are closed. */
    private volatile List<NioListener> ending = List.of();

    private volatile Map<String, List<InetSocketAddress>> listening = Map.of();
    private volatile boolean accepting;
    private int next;

    NioListeners(RelayCore core, List<NioLoop> loops) {
        this.core = core;
        this.loops = loops;
    }

    /** The addresses really listened on, by route name, in the order of the configuration. */
    Map<String, List<InetSocketAddress>> listening() {
        return listening;
    }

    /** Begins to accept, on all that there are and will be. */
    void accept() {
        accepting = true;
        open.values().forEach(listener -> listener.eventLoop().execute(listener::start));
    }

    /** Binds what these routes need in addition. */
    ListenerChange prepare(List<Route> routes) throws RelayStartException {
        Change change = new Change(routes);
        try {
            for (WantedListener each : WantedListener.of(routes)) {
                NioListener stays = change.opened.containsKey(each.key()) ? null : open.get(each.key());
                if (stays == null) {
                    change.opened.put(each.key(), bind(each));
                } else {
                    change.staying.put(each.key(), each.routes().get(0));
                }
            }
            return change;
        } catch (RelayStartException e) {
            change.abandon();
            throw e;
        }
    }

    private NioListener bind(WantedListener wanted) throws RelayStartException {
        Route route = wanted.routes().get(0);
        NioListener listener = new NioListener(core, route, loops);
        ChannelFuture registered = loops.get(++next % loops.size())
                .sessions()
                .eventLoop()
                .register(listener)
                .awaitUninterruptibly();
        ChannelFuture done =
                registered.isSuccess() ? listener.bind(wanted.key().wanted()).awaitUninterruptibly() : registered;
        if (!done.isSuccess()) {
            listener.close().awaitUninterruptibly();
            throw BindRefusal.of(route, wanted.key().wanted(), NioErrno.of(done.cause()), done.cause());
        }
        return listener;
    }

    /** What a change of the routes means. */
    private final class Change implements ListenerChange {
        private final List<Route> routes;
        private final Map<ListenerKey, Route> staying = new LinkedHashMap<>();
        private final Map<ListenerKey, NioListener> opened = new LinkedHashMap<>();

        Change(List<Route> routes) {
            this.routes = routes;
        }

        @Override
        public Map<String, List<InetSocketAddress>> listening() {
            return WantedListener.addresses(routes, key -> listener(key).localAddress());
        }

        private NioListener listener(ListenerKey key) {
            NioListener added = opened.get(key);
            return added == null ? Objects.requireNonNull(open.get(key)) : added;
        }

        @Override
        public ListenerSet commit() {
            listening = listening();
            Map<ListenerKey, NioListener> after = new LinkedHashMap<>();
            staying.forEach((key, route) -> {
                NioListener listener = Objects.requireNonNull(open.get(key));
                listener.route(route);
                after.put(key, listener);
            });
            after.putAll(opened);
            if (accepting) {
                opened.values().forEach(listener -> listener.eventLoop().execute(listener::start));
            }
            List<NioListener> removed = open.entrySet().stream()
                    .filter(each -> !after.containsKey(each.getKey()))
                    .map(Map.Entry::getValue)
                    .toList();
            open = after;
            ending = Stream.concat(ending.stream(), removed.stream())
                    .filter(NioListener::isOpen)
                    .toList();
            core.ownAddresses()
                    .listeners(after.values().stream()
                            .map(NioListener::localAddress)
                            .toList());
            allLoopsHavePassed();
            return new Ending(removed);
        }

        @Override
        public void abandon() {
            opened.values().forEach(listener -> listener.close().awaitUninterruptibly());
        }
    }

    /** What a loop was doing may have been with the routes before; twice, since one loop deals connections out to the others. */
    private void allLoopsHavePassed() {
        for (int i = 0; i < 2; i++) {
            LoopSessions.allHavePassed(loops.stream().map(NioLoop::sessions));
        }
    }

    /** Accepts nobody until there are descriptors again. */
    void pauseAccepting() {
        all().forEach(listener -> listener.eventLoop().execute(listener::pause));
    }

    private List<NioListener> all() {
        List<NioListener> all = new ArrayList<>(open.values());
        all.addAll(ending);
        return all;
    }

    /** Java offers no way to let the kernel drop SYNs, so a client whose handshake ends while a listener closes is reset. */
    private record Ending(List<NioListener> listeners) implements ListenerSet {
        @Override
        public Set<Integer> ports() {
            return listeners.stream()
                    .map(listener -> listener.localAddress().getPort())
                    .collect(Collectors.toSet());
        }

        @Override
        public CompletableFuture<Boolean> refuseNewClients() {
            return CompletableFuture.completedFuture(false);
        }

        @Override
        public CompletableFuture<Integer> waitingClients() {
            return CompletableFuture.completedFuture(0); // Unknown: closeListeners() accepts them.
        }

        @Override
        public CompletableFuture<Void> closeListeners() {
            return close(listeners);
        }

        private static CompletableFuture<Void> close(Collection<NioListener> listeners) {
            return CompletableFuture.allOf(listeners.stream()
                    .map(listener -> CompletableFuture.completedFuture(listener)
                            .thenComposeAsync(NioListener::acceptAllAndClose, listener.eventLoop()))
                    .toArray(CompletableFuture<?>[]::new));
        }
    }

    @Override
    public Set<Integer> ports() {
        return new Ending(all()).ports();
    }

    @Override
    public CompletableFuture<Boolean> refuseNewClients() {
        return CompletableFuture.completedFuture(false);
    }

    @Override
    public CompletableFuture<Integer> waitingClients() {
        return CompletableFuture.completedFuture(0);
    }

    @Override
    public CompletableFuture<Void> closeListeners() {
        if (!accepting) {
            all().forEach(listener -> listener.close().awaitUninterruptibly());
            return CompletableFuture.completedFuture(null);
        }
        return new Ending(all()).closeListeners();
    }
}
