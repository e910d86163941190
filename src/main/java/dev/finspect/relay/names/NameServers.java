package dev.finspect.relay.names;

import dev.finspect.record.Lookup;
import dev.finspect.record.NameSource;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.resolver.dns.DnsErrorCauseException;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverChannelStrategy;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.UnixResolverDnsServerAddressStreamProvider;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The name servers of the machine, asked on a thread of their own, so that no loop of the relay pays for the client's first
 * use. Answers are kept as long as their TTL says, at most half a minute; errors are not kept. Any thread.
 */
final class NameServers implements AutoCloseable {
    private static final Duration KEPT_AT_MOST = Duration.ofSeconds(30);

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("finspect-dns", true), NioIoHandler.newFactory());
    private final DnsNameResolverBuilder client;
    /** The last answer of each name; there are as many names as the configuration has, and had. */
    private final Map<String, Resolved> kept = new ConcurrentHashMap<>();

    /** Over these servers; opens no socket before the first question, and none that outlives its answer. */
    NameServers(DnsServerAddressStreamProvider servers) {
        client = new DnsNameResolverBuilder(loop.next())
                .datagramChannelType(NioDatagramChannel.class)
                .socketChannelType(NioSocketChannel.class)
                .datagramChannelStrategy(DnsNameResolverChannelStrategy.ChannelPerResolution)
                .nameServerProvider(servers)
                .hostsFileEntriesResolver((name, types) -> null);
    }

    /** The servers that {@code resolv.conf} names; null where there is no such file, or none in it. Reads files. */
    static @Nullable DnsServerAddressStreamProvider configured(File resolvConf) {
        try {
            return new UnixResolverDnsServerAddressStreamProvider(resolvConf);
        } catch (IOException | IllegalArgumentException e) {
            return null;
        }
    }

    /**
     * Asks for all addresses of {@code name}; an answer that is kept is taken where it is not older than {@code oldest}. Fails with
     * a {@link LookUpFailure}.
     */
    NameQuestion ask(String name, Duration oldest) {
        NameQuestion question = new NameQuestion();
        Resolved known = kept.get(name);
        if (known != null && known.isGood(System.nanoTime(), least(oldest))) {
            question.answer().complete(known);
        } else if (loop.isShuttingDown()) {
            question.answer().completeExceptionally(new LookUpFailure(Lookup.Result.NO_ANSWER, "finspect is stopping"));
        } else {
            try {
                ask(name, question);
            } catch (RuntimeException e) {
                question.answer().completeExceptionally(failure(e));
            }
        }
        return question;
    }

    /** With a client of its own, which holds nothing once it is answered: so it is known to which question a query belongs. */
    private void ask(String name, NameQuestion question) {
        client.copy()
                .resolveCache(question)
                .dnsQueryLifecycleObserverFactory(question)
                .build()
                .resolveAll(name)
                .addListener((Future<List<InetAddress>> asked) -> {
                    if (asked.isSuccess()) {
                        long now = System.nanoTime();
                        Resolved answer = new Resolved(
                                asked.getNow(),
                                NameSource.NAME_SERVER,
                                question.server(),
                                new Resolved.Time(now, question.tookNanos(now), question.ttl()));
                        kept.put(name, answer);
                        question.answer().complete(answer);
                    } else {
                        question.answer().completeExceptionally(failure(asked.cause()));
                    }
                });
    }

    private static Duration least(Duration oldest) {
        return oldest.compareTo(KEPT_AT_MOST) < 0 ? oldest : KEPT_AT_MOST;
    }

    private static LookUpFailure failure(Throwable cause) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof DnsErrorCauseException error) {
                return new LookUpFailure(
                        Lookup.Result.NO_ADDRESS, error.getCode().toString().toUpperCase(Locale.ROOT));
            }
            if (at instanceof DnsNameResolverTimeoutException) {
                return new LookUpFailure(Lookup.Result.NO_ANSWER, "no answer");
            }
        }
        return new LookUpFailure(Lookup.Result.NO_ADDRESS, FailureText.of(cause));
    }

    @Override
    public void close() {
        var unused = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
