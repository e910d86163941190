package dev.finspect.relay.names;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import java.io.File;
import java.time.Duration;

/** A name server on loopback that knows one name, and tells it when the test says so; and the resolver that asks it. */
public final class SlowNames implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final LoopbackNameServer server;

    public SlowNames(String name, String... addresses) throws Exception {
        server = new LoopbackNameServer(group.next()).knows(name, 0, addresses);
        server.hold();
    }

    /** A resolver of its own for each relay, which closes it. */
    public UpstreamResolver resolver() {
        return new NamedUpstreams(
                new HostsFile(new File("/nonexistent/hosts"), Runnable::run),
                new NameServers(new SingletonDnsServerAddressStreamProvider(server.address())),
                new SystemNames(),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1));
    }

    /** From now on the server answers. */
    public void answer() {
        server.release();
    }

    @Override
    public void close() {
        server.close();
        var unused = group.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS);
    }
}
