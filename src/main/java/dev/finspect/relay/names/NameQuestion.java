package dev.finspect.relay.names;

import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.resolver.dns.DnsCache;
import io.netty.resolver.dns.DnsCacheEntry;
import io.netty.resolver.dns.DnsQueryLifecycleObserver;
import io.netty.resolver.dns.DnsQueryLifecycleObserverFactory;
import io.netty.resolver.dns.NoopDnsCache;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One question to the name servers: which of them was asked, what it answered, and for how long that is good. Written on the
 * resolver's loop, read on any thread.
 *
 * <p>It stands in the place of the resolver's cache, which is the only one to be given the time to live of an answer.
 */
final class NameQuestion implements DnsCache, DnsQueryLifecycleObserverFactory {
    private final CompletableFuture<Resolved> answer = new CompletableFuture<>();
    private volatile @Nullable InetSocketAddress asked;
    private volatile @Nullable InetSocketAddress answering;
    private volatile long askedAtNanos;
    private volatile long leastTtlSeconds = Long.MAX_VALUE;

    /** What comes of it. */
    CompletableFuture<Resolved> answer() {
        return answer;
    }

    /** The server that has answered, else the one that was asked last; null before the first was. */
    @Nullable
    InetSocketAddress server() {
        InetSocketAddress first = answering;
        return first == null ? asked : first;
    }

    /** From the first time that a server was asked to now; 0 before. */
    long tookNanos(long nowNanos) {
        return asked == null ? 0 : Math.max(0, nowNanos - askedAtNanos);
    }

    /** The least time to live of the addresses that came; none where no address did. */
    Duration ttl() {
        long least = leastTtlSeconds;
        return least == Long.MAX_VALUE ? Duration.ZERO : Duration.ofSeconds(least);
    }

    @Override
    public DnsQueryLifecycleObserver newDnsQueryLifecycleObserver(DnsQuestion question) {
        return new Query();
    }

    @Override
    public List<? extends DnsCacheEntry> get(String hostname, DnsRecord @Nullable [] additionals) {
        return List.of();
    }

    @Override
    public DnsCacheEntry cache(
            String hostname, DnsRecord @Nullable [] additionals, InetAddress address, long ttl, EventLoop loop) {
        leastTtlSeconds = Math.min(leastTtlSeconds, ttl);
        return NoopDnsCache.INSTANCE.cache(hostname, additionals, address, ttl, loop);
    }

    @Override
    public DnsCacheEntry cache(String hostname, DnsRecord @Nullable [] additionals, Throwable cause, EventLoop loop) {
        return NoopDnsCache.INSTANCE.cache(hostname, additionals, cause, loop);
    }

    @Override
    public void clear() {}

    @Override
    public boolean clear(String hostname) {
        return false;
    }

    /** One query for one type of record, which may be asked of several servers in turn. */
    private final class Query implements DnsQueryLifecycleObserver {
        private @Nullable InetSocketAddress written;

        @Override
        public void queryWritten(InetSocketAddress server, ChannelFuture future) {
            written = server;
            if (asked == null) {
                askedAtNanos = System.nanoTime();
            }
            asked = server;
        }

        @Override
        public void querySucceed() {
            if (answering == null) {
                answering = written;
            }
        }

        @Override
        public DnsQueryLifecycleObserver queryRedirected(List<InetSocketAddress> servers) {
            return this;
        }

        @Override
        public DnsQueryLifecycleObserver queryCNAMEd(DnsQuestion question) {
            return this;
        }

        @Override
        public DnsQueryLifecycleObserver queryNoAnswer(DnsResponseCode code) {
            return this;
        }

        @Override
        public void queryCancelled(int remaining) {}

        @Override
        public void queryFailed(Throwable cause) {}
    }
}
