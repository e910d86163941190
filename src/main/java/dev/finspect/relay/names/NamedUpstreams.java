package dev.finspect.relay.names;

import dev.finspect.record.Lookup;
import dev.finspect.record.NameSource;
import io.netty.channel.EventLoop;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.util.NetUtil;
import java.io.File;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Resolves names as the machine does: numbers, then the hosts file, then the name servers, then the system's own resolver.
 *
 * <p>The system's resolver (which has sources besides DNS: mDNS, LDAP, containers) is asked when there are no name
 * servers, when their answer is an error, or when it has not come within a second; the first answer with addresses wins.
 * Sessions that ask for the same name at the same time share one look-up. {@code localhost} never leaves the machine
 * (RFC 6761 section 6.3). Any thread.
 */
public final class NamedUpstreams implements UpstreamResolver {
    /** How long the name servers may be silent before the system's resolver is asked as well. */
    private static final Duration SYSTEM_AFTER = Duration.ofSeconds(1);

    /** How long a look-up may take in all. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final HostsFile hosts;
    private volatile @Nullable NameServers nameServers;
    private final SystemNames system;
    private final Duration systemAfter;
    private final Duration patience;
    private final Map<String, Shared> underWay = new ConcurrentHashMap<>();

    /**
     * A resolver over these sources.
     *
     * @param nameServers null where there are none
     */
    NamedUpstreams(
            HostsFile hosts,
            @Nullable NameServers nameServers,
            SystemNames system,
            Duration systemAfter,
            Duration patience) {
        this.hosts = hosts;
        this.nameServers = nameServers;
        this.system = system;
        this.systemAfter = systemAfter;
        this.patience = patience;
    }

    /**
     * The resolver of this machine for {@code hosts}. Reads files: not on an event loop. The name servers' client is not
     * even loaded when all of them are numbers.
     */
    public static NamedUpstreams ofMachine(Collection<String> hosts) {
        SystemNames system = new SystemNames();
        NamedUpstreams resolver = new NamedUpstreams(
                new HostsFile(new File("/etc/hosts"), system::run), null, system, SYSTEM_AFTER, PATIENCE);
        resolver.expect(hosts);
        return resolver;
    }

    /** Prepares for further hosts. Reads files: not on an event loop. One thread at a time. */
    public void expect(Collection<String> further) {
        boolean names = further.stream().anyMatch(host -> NetUtil.createInetAddressFromIpAddressString(host) == null);
        if (names && nameServers == null) {
            DnsServerAddressStreamProvider servers = NameServers.configured(new File("/etc/resolv.conf"));
            nameServers = servers == null ? null : new NameServers(servers);
        }
    }

    @Override
    public UnderWay resolve(String host, Duration oldest, EventLoop loop, Callback answer) {
        InetAddress number = NetUtil.createInetAddressFromIpAddressString(host);
        if (number != null) {
            on(loop, () -> answer.resolved(Resolved.by(NameSource.SYSTEM, List.of(number))));
            return UnderWay.UNSEEN;
        }
        String name = host.toLowerCase(Locale.ROOT);
        List<InetAddress> known = hosts.addresses(name);
        if (!known.isEmpty()) {
            Resolved found = Resolved.by(NameSource.HOSTS_FILE, known).sorted();
            on(loop, () -> answer.resolved(found));
            return UnderWay.UNSEEN;
        }
        Shared shared = lookUp(name, oldest);
        var unused = shared.result()
                .whenComplete((found, failure) -> on(loop, () -> {
                    if (failure == null) {
                        answer.resolved(found);
                    } else {
                        answer.unresolved(LookUpFailure.result(failure), FailureText.of(failure));
                    }
                }));
        return shared.lookUp();
    }

    /** A look-up, and what comes of it for every session that waits for it. */
    private record Shared(LookUp lookUp, CompletableFuture<Resolved> result) {}

    private Shared lookUp(String name, Duration oldest) {
        Shared mine = new Shared(new LookUp(name, nameServers, system), new CompletableFuture<>());
        Shared others = underWay.putIfAbsent(name, mine);
        if (others != null) {
            return others;
        }
        CompletableFuture<Resolved> found = mine.lookUp().begin(oldest);
        var unused = found.whenComplete((answer, failure) -> {
            underWay.remove(name);
            if (failure == null) {
                mine.result().complete(answer.sorted());
            } else {
                mine.result().completeExceptionally(failure);
            }
        });
        if (!found.isDone()) {
            after(systemAfter, found, mine.lookUp()::askSystem);
            after(patience, found, () -> mine.lookUp().giveUp(patience));
        }
        return mine;
    }

    /** Runs {@code task}, which does nothing once {@code found} is complete, after {@code wait}; its timer ends with it. */
    private static void after(Duration wait, CompletableFuture<?> found, Runnable task) {
        CompletableFuture<Void> timer =
                new CompletableFuture<Void>().completeOnTimeout(null, wait.toNanos(), TimeUnit.NANOSECONDS);
        var unusedTask = timer.thenRun(task);
        var unusedEnd = found.whenComplete((addresses, failure) -> timer.complete(null));
    }

    /** Runs {@code report} on the loop: at once where this is its thread. */
    static void on(EventLoop loop, Runnable report) {
        if (loop.inEventLoop()) {
            report.run();
        } else {
            loop.execute(report);
        }
    }

    @Override
    public void close() {
        NameServers asked = nameServers;
        if (asked != null) {
            asked.close();
        }
        system.close();
        underWay.forEach((name, shared) -> shared.result()
                .completeExceptionally(new LookUpFailure(
                        Lookup.Result.NO_ANSWER, "looking up " + name + " was given up: finspect is stopping")));
    }
}
