package dev.finspect.relay.names;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.resolver.dns.DefaultDnsCache;
import io.netty.resolver.dns.DnsErrorCauseException;
import io.netty.resolver.dns.DnsNameResolver;
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
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The name servers of the machine, asked on a thread of their own, so that no loop of the relay pays for the client's first
 * use. Answers are kept as long as their TTL says, at most half a minute; errors are not kept. Any thread.
 */
final class NameServers implements AutoCloseable {
    private static final int MAX_TTL_SECONDS = 30;

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("finspect-dns", true), NioIoHandler.newFactory());
    private final DnsNameResolver dns;

    /** Over these servers; opens no socket before the first question, and none that outlives its answer. */
    NameServers(DnsServerAddressStreamProvider servers) {
        dns = new DnsNameResolverBuilder(loop.next())
                .datagramChannelType(NioDatagramChannel.class)
                .socketChannelType(NioSocketChannel.class)
                .datagramChannelStrategy(DnsNameResolverChannelStrategy.ChannelPerResolution)
                .nameServerProvider(servers)
                .hostsFileEntriesResolver((name, types) -> null)
                .resolveCache(new DefaultDnsCache(0, MAX_TTL_SECONDS, 0))
                .build();
    }

    /** The servers that {@code resolv.conf} names; null where there is no such file, or none in it. Reads files. */
    static @Nullable DnsServerAddressStreamProvider configured(File resolvConf) {
        try {
            return new UnixResolverDnsServerAddressStreamProvider(resolvConf);
        } catch (IOException | IllegalArgumentException e) {
            return null;
        }
    }

    /** All addresses of {@code name}; fails with an {@link UnknownHostException} in words. */
    CompletableFuture<List<InetAddress>> ask(String name) {
        CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
        if (loop.isShuttingDown()) {
            answer.completeExceptionally(new UnknownHostException("finspect is stopping"));
            return answer;
        }
        try {
            dns.resolveAll(name).addListener((Future<List<InetAddress>> asked) -> {
                if (asked.isSuccess()) {
                    answer.complete(asked.getNow());
                } else {
                    answer.completeExceptionally(new UnknownHostException(words(asked.cause())));
                }
            });
        } catch (RuntimeException e) {
            answer.completeExceptionally(new UnknownHostException(FailureText.of(e)));
        }
        return answer;
    }

    private static String words(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof DnsErrorCauseException error) {
                return error.getCode().toString().toUpperCase(Locale.ROOT);
            }
            if (at instanceof DnsNameResolverTimeoutException) {
                return "no answer";
            }
        }
        return FailureText.of(failure);
    }

    @Override
    public void close() {
        dns.close();
        var unused = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
