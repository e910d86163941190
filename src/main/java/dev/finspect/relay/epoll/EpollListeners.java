package dev.finspect.relay.epoll;

import dev.finspect.relay.InheritedListeners;
import dev.finspect.relay.ListenerChange;
import dev.finspect.relay.ListenerKey;
import dev.finspect.relay.ListenerSet;
import dev.finspect.relay.LoopSessions;
import dev.finspect.relay.PassedListener;
import dev.finspect.relay.RelayCore;
import dev.finspect.relay.RelayStartException;
import dev.finspect.relay.Route;
import dev.finspect.relay.WantedListener;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listeners of an epoll engine, each a socket on every loop, and how they change with the routes. As a set it is all of
 * them, also those that are about to end. One thread at a time changes it; any thread reads.
 */
final class EpollListeners implements ListenerSet {
    private static final Logger LOG = LoggerFactory.getLogger(EpollListeners.class);

    private final RelayCore core;
    private final List<EpollLoop> loops;
    private volatile Map<ListenerKey, Group> open = Map.of();
    /** Not wanted any more; some are closed. */
    private volatile List<Group> ending = List.of();

    private volatile Map<String, List<InetSocketAddress>> listening = Map.of();
    private volatile boolean accepting;

    EpollListeners(RelayCore core, List<EpollLoop> loops) {
        this.core = core;
        this.loops = loops;
    }

    /** The sockets of one address. */
    private record Group(
            ListenerKey key, InetSocketAddress address, ListenerRoutes routes, List<EpollListener> listeners) {
        boolean isOpen() {
            return listeners.stream().anyMatch(EpollListener::isOpen);
        }
    }

    /** The addresses really listened on, by route name, in the order of the configuration. */
    Map<String, List<InetSocketAddress>> listening() {
        return listening;
    }

    /** Begins to accept, on all that there are and will be. */
    void accept() {
        accepting = true;
        onAll(open.values(), EpollListener::accept).join();
    }

    /**
     * Binds what these routes need in addition.
     *
     * @param opener runs what opens sockets, on a thread that may
     */
    ListenerChange prepare(List<Route> next, Executor opener) throws RelayStartException {
        List<Group> endingNow = ending.stream().filter(Group::isOpen).toList();
        List<WantedListener> wanted = WantedListener.of(next);
        Set<ListenerKey> kept = wanted.stream().map(WantedListener::key).collect(Collectors.toSet());
        List<Group> former = Stream.concat(
                        endingNow.stream(), open.values().stream().filter(group -> !kept.contains(group.key())))
                .toList();
        EpollBinder binder = new EpollBinder(next, loops.size());
        Change change = new Change(next, wanted, former);
        try {
            on(opener, () -> bind(change, binder));
            onAll(change.opened.values(), EpollListener::register).join();
            return change;
        } catch (RelayStartException | RuntimeException e) {
            change.abandon();
            binder.closeAll();
            throw e;
        }
    }

    private void bind(Change change, EpollBinder binder) throws RelayStartException {
        for (WantedListener each : change.wanted) {
            Group stays = change.opened.containsKey(each.key()) ? null : open.get(each.key());
            if (stays != null) {
                binder.tryOptions(each.routes());
                change.staying.put(stays, each.routes());
                continue;
            }
            change.former.stream()
                    .filter(old -> each.key().overlaps(old.address()))
                    .forEach(old -> old.listeners().forEach(EpollListener::sharePort));
            boolean shares = change.former.stream().anyMatch(old -> each.key().overlaps(old.address()));
            List<EpollListener> listeners = new ArrayList<>();
            ListenerRoutes routes = new ListenerRoutes(each.routes());
            EpollBinder.Bound bound = bound(each, binder, shares);
            for (int i = 0; i < bound.sockets().size(); i++) {
                EpollLoop loop = loops.get(i % loops.size());
                boolean listens = i < bound.listening();
                listeners.add(new EpollListener(loop, bound.sockets().get(i), routes, bound.address(), listens));
            }
            change.opened.put(each.key(), new Group(each.key(), bound.address(), routes, listeners));
        }
    }

    /** With the sockets of the process whose place this one takes, if that has passed any for it. */
    private EpollBinder.Bound bound(WantedListener wanted, EpollBinder binder, boolean shares)
            throws RelayStartException {
        InheritedListeners inherited = core.parts().inherited();
        Route route = wanted.routes().get(0);
        Optional<PassedListener> passed = inherited.take(wanted.key());
        if (passed.isPresent()) {
            return binder.adopt(route, passed.get());
        }
        List<PassedListener> others = inherited.overlapping(wanted.key());
        EpollBinder.sharePort(others);
        return binder.bind(route, wanted.key().wanted(), shares || !others.isEmpty());
    }

    /** The listeners, for another process. */
    List<PassedListener> passed() {
        return open.values().stream()
                .map(group -> new PassedListener(
                        group.key(),
                        group.address(),
                        group.listeners().stream()
                                .map(EpollListener::descriptor)
                                .toList()))
                .toList();
    }

    /** Another process has these. */
    CompletableFuture<Void> release(List<ListenerKey> keys) {
        return onAll(
                open.values().stream()
                        .filter(group -> keys.contains(group.key()))
                        .toList(),
                EpollListener::release);
    }

    /** What a change of the routes means. */
    private final class Change implements ListenerChange {
        private final List<Route> next;
        private final List<WantedListener> wanted;
        /** Those that are not wanted, with those that were not before. */
        private final List<Group> former;

        private final Map<Group, List<Route>> staying = new LinkedHashMap<>();
        private final Map<ListenerKey, Group> opened = new LinkedHashMap<>();

        Change(List<Route> next, List<WantedListener> wanted, List<Group> former) {
            this.next = next;
            this.wanted = wanted;
            this.former = former;
        }

        @Override
        public Map<String, List<InetSocketAddress>> listening() {
            return WantedListener.addresses(next, key -> group(key).address());
        }

        private Group group(ListenerKey key) {
            Group added = opened.get(key);
            return added == null ? Objects.requireNonNull(open.get(key)) : added;
        }

        @Override
        public ListenerSet commit() {
            listening = listening();
            List<Group> removed =
                    open.values().stream().filter(former::contains).toList();
            Map<ListenerKey, Group> after = new LinkedHashMap<>();
            staying.keySet().forEach(group -> after.put(group.key(), group));
            after.putAll(opened);
            staying.forEach(EpollListeners.this::change);
            if (accepting) {
                onAll(opened.values(), EpollListener::accept).join();
            }
            open = after;
            ending = former;
            core.ownAddresses()
                    .listeners(after.values().stream().map(Group::address).toList());
            // What a loop was doing may have been with the routes before.
            LoopSessions.allHavePassed(loops.stream().map(loop -> loop.sessions));
            return new Ending(removed);
        }

        @Override
        public void abandon() {
            onAll(opened.values(), EpollListener::close).join();
        }
    }

    /** Gives the connections of a listener to other routes, with their options. */
    private void change(Group group, List<Route> next) {
        Route before = group.routes().first();
        Route after = next.get(0);
        group.routes().change(next);
        if (!before.settings().clientSocket().equals(after.settings().clientSocket())) {
            onAll(
                            List.of(group),
                            listener -> listener.options(
                                    before.settings().clientSocket(),
                                    after.settings().clientSocket()))
                    .join();
        }
    }

    /** Listeners that are not wanted any more, while others go on. */
    private record Ending(List<Group> groups) implements ListenerSet {
        @Override
        public Set<Integer> ports() {
            return groups.stream().map(group -> group.address().getPort()).collect(Collectors.toSet());
        }

        /** Other listeners of the process may take over their clients, so that a SYN is not dropped. */
        @Override
        public CompletableFuture<Boolean> refuseNewClients() {
            return refused(onAll(groups, EpollListener::leaveInterfaces));
        }

        @Override
        public CompletableFuture<Integer> waitingClients() {
            return waiting(groups);
        }

        @Override
        public CompletableFuture<Void> closeListeners() {
            return onAll(groups, EpollListener::acceptAllAndClose);
        }
    }

    @Override
    public Set<Integer> ports() {
        return all().stream().map(group -> group.address().getPort()).collect(Collectors.toSet());
    }

    /** What has accepted nobody may be another process's as well, which goes on with it: it only closes here. */
    @Override
    public CompletableFuture<Boolean> refuseNewClients() {
        if (!accepting) {
            return CompletableFuture.completedFuture(false);
        }
        return refused(onAll(all(), EpollListener::refuseNewClients));
    }

    @Override
    public CompletableFuture<Integer> waitingClients() {
        return waiting(all());
    }

    @Override
    public CompletableFuture<Void> closeListeners() {
        return onAll(all(), accepting ? EpollListener::acceptAllAndClose : EpollListener::release);
    }

    private List<Group> all() {
        return Stream.concat(open.values().stream(), ending.stream())
                .filter(Group::isOpen)
                .toList();
    }

    private static CompletableFuture<Boolean> refused(CompletableFuture<Void> asked) {
        return asked.handle((done, error) -> {
            if (error != null) {
                LOG.warn("The kernel does not refuse new SYNs: clients that connect now may be reset", error);
            }
            return error == null;
        });
    }

    private static CompletableFuture<Integer> waiting(List<Group> groups) {
        AtomicInteger waiting = new AtomicInteger();
        return onAll(groups, listener -> waiting.addAndGet(listener.waitingClients()))
                .thenApply(done -> waiting.get());
    }

    private static CompletableFuture<Void> onAll(Collection<Group> groups, Consumer<EpollListener> action) {
        return CompletableFuture.allOf(groups.stream()
                .flatMap(group -> group.listeners().stream())
                .map(listener -> CompletableFuture.runAsync(() -> action.accept(listener), listener.eventLoop()))
                .toArray(CompletableFuture<?>[]::new));
    }

    /** Opens sockets. */
    @FunctionalInterface
    private interface Opening {
        void open() throws RelayStartException;
    }

    private static void on(Executor opener, Opening opening) throws RelayStartException {
        CompletableFuture<Void> done = new CompletableFuture<>();
        opener.execute(() -> {
            try {
                opening.open();
                done.complete(null);
            } catch (RelayStartException | RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        try {
            done.join();
        } catch (java.util.concurrent.CompletionException e) {
            if (e.getCause() instanceof RelayStartException refused) {
                throw refused;
            }
            throw e;
        }
    }
}
